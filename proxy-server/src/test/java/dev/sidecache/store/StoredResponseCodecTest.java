package dev.sidecache.store;

import static dev.sidecache.store.Forms.GRACE;
import static dev.sidecache.store.Forms.LIFETIME;
import static dev.sidecache.store.Forms.codec;
import static dev.sidecache.store.Forms.describe;
import static dev.sidecache.store.Forms.encoded;
import static dev.sidecache.store.Forms.read;
import static dev.sidecache.store.StoredSamples.bytes;
import static dev.sidecache.store.StoredSamples.head;
import static dev.sidecache.store.StoredSamples.key;
import static dev.sidecache.store.StoredSamples.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import dev.sidecache.store.StoredResponseCodec.Retention;
import dev.sidecache.store.StoredResponseCodec.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredResponseCodecTest {
  private final StoredResponseCodec codec = codec(-1);

  private static StoredResponse sample() {
    return response(
        "a",
        head("Content-Type", "application/json", "ETag", "\"v1\"", "X", ""),
        bytes("{\"a\":1}"));
  }

  @Nested
  class Golden {
    private static final String STAMP =
        "02" // two pairs
            + "6cc99cd24a91be5c22defbdabd018e57" // "all"
            + "000000000000000000000000"
            + "e78a2944146e03e2eb06b219fca2afd9" // tag "students"
            + "6db6dbf9b6db6ff6db6dbd35";

    private static final String RESPONSE =
        "c1010000" // magic, layout, flags, reserved
            + "00c8" // 200
            + "0000019ca8bbb63b" // 2026-03-01T09:30:00.123Z
            + "69a40717" // Date: 2026-03-01T09:29:59Z
            + "00000007" // age on arrival
            + "0000003c" // lifetime
            + "0000001e" // grace
            + "0161" // key "a"
            + STAMP
            + "21000000" // ETag at 32; neither Last-Modified nor Vary nor Cache-Control
            + "0000002c" // headers
            + "436f6e74656e742d547970653a206170706c69636174696f6e2f6a736f6e0d0a"
            + "455461673a20227631220d0a"
            + "0000000700000007" // content
            + "7b2261223a317d"
            + "87af579b"; // CRC32C

    private static final String VARY_RECORD =
        "c1010100"
            + "0000"
            + "0000019ca8bbb63b"
            + "0000000000000000"
            + "0000003c"
            + "0000001e"
            + "0161"
            + STAMP
            + "00000000"
            + "00000019" // two names
            + "6163636570740d0a6163636570742d6c616e67756167650d0a"
            + "0000000000000000"
            + "3223e59f";

    @Test
    void responseInLayout01() {
      ResponseHead head =
          head(
              "Date", "Sun, 01 Mar 2026 09:29:59 GMT",
              "Content-Type", "application/json",
              "ETag", "\"v1\"",
              "Content-Length", "7",
              "Age", "3");
      ByteBuf form = encoded(codec, response("a", head, bytes("{\"a\":1}")));

      assertThat(ByteBufUtil.hexDump(form)).isEqualTo(RESPONSE);
      assertThat(read(codec, "a", form))
          .contains("200 Content-Type: application/json|ETag: \"v1\"|")
          .contains("|Date: Sun, 01 Mar 2026 09:29:59 GMT|2026-03-01T09:30:00.123Z")
          .contains("PT7S")
          .contains("{\"a\":1}")
          .doesNotContain("Content-Length", "Age:");
    }

    @Test
    void varyRecordInLayout01() {
      VaryRecord record = new VaryRecord(List.of("accept", "accept-language"), StoredSamples.STAMP);
      Retention kept = new Retention(StoredSamples.STORED_AT, LIFETIME, GRACE);
      ByteBuf form = codec.encode(key("a"), record, kept);

      assertThat(ByteBufUtil.hexDump(form)).isEqualTo(VARY_RECORD);
      assertThat(codec.decode(key("a"), form)).isEqualTo(new Decoded(record, kept));
    }
  }

  @Nested
  class RoundTrip {
    @Test
    void nothingButTheReasonPhraseIsLost() {
      StoredResponse original =
          response(
              "k",
              new ResponseHead(404, "Gone Fishing", Fields.of("A", "é", "a", "2", "B", "")),
              bytes("x".repeat(5000)));
      String described = describe(original);

      String read = read(codec, "k", encoded(codec, original));

      assertThat(read)
          .isEqualTo(described + " " + new Retention(StoredSamples.STORED_AT, LIFETIME, GRACE));
    }

    @Test
    void contentIsTheFormsOwnDirectMemoryReadOnly() {
      ByteBuf form = encoded(codec, sample());
      long address = form.memoryAddress();
      StoredResponse response = (StoredResponse) codec.decode(key("a"), form).stored();
      ByteBuf body = response.body();

      assertThat(body.isDirect()).isTrue();
      assertThat(body.isReadOnly()).isTrue();
      assertThat(body.memoryAddress()).isBetween(address, address + 300);
      assertThat(response.head().head().reason()).isEqualTo("OK");

      body.release();
      assertThat(response.release()).isTrue();
      assertThat(form.refCnt()).isZero();
    }

    @Test
    void formInHeapMemoryIsCopiedIntoDirectMemory() {
      ByteBuf form = encoded(codec, sample());
      ByteBuf heap = Unpooled.copiedBuffer(form);
      form.release();
      Decoded decoded = codec.decode(key("a"), heap);
      ByteBuf body = ((StoredResponse) decoded.stored()).body();

      assertThat(body.isDirect()).isTrue();
      assertThat(body.toString(StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");

      body.release();
      decoded.stored().release();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Sunday, 01-Mar-26 09:29:59 GMT",
          "Sun Mar  1 09:29:59 2026",
          "yesterday",
          "Thu, 01 Jan 1970 00:00:00 GMT",
          "Mon, 01 Jan 1968 00:00:00 GMT",
          "Sun, 01 Mar 2126 09:29:59 GMT",
          ""
        })
    void dateThatIsNoPlainFixdateIsKeptAsItIs(String date) {
      StoredResponse original = response("a", head("Date", date, "X", "1"), bytes("b"));

      assertThat(read(codec, "a", encoded(codec, original))).startsWith("200 Date: " + date + "|X");
    }

    @Test
    void repeatedDateIsKeptAsItIs() {
      String date = "Sun, 01 Mar 2026 09:29:59 GMT";
      StoredResponse original = response("a", head("Date", date, "Date", date), bytes("b"));

      assertThat(read(codec, "a", encoded(codec, original)))
          .startsWith("200 Date: " + date + "|Date: " + date + "|2026");
    }

    @Test
    void ageIsRoundedUpAndKeepsWithinItsField() {
      StoredHead head = new StoredHead(head(), StoredSamples.STORED_AT, Duration.ofMillis(7_001));
      StoredResponse young = new StoredResponse(key("a"), head, bytes("b"), StoredSamples.STAMP);
      assertThat(read(codec, "a", encoded(codec, young))).contains("PT8S");

      StoredHead ancient =
          new StoredHead(head(), StoredSamples.STORED_AT, Duration.ofDays(1_000_000));
      StoredResponse old = new StoredResponse(key("a"), ancient, bytes("b"), StoredSamples.STAMP);
      assertThat(read(codec, "a", encoded(codec, old))).contains("PT1193046H28M15S");
    }

    @Test
    void retentionTellsWhatIsLeft() {
      Retention kept = new Retention(StoredSamples.STORED_AT, LIFETIME, GRACE);

      assertThat(kept.left(StoredSamples.STORED_AT)).isEqualTo(Duration.ofSeconds(90));
      assertThat(kept.left(StoredSamples.STORED_AT.plusSeconds(91)))
          .isEqualTo(Duration.ofSeconds(-1));
    }

    @Test
    void directivesAreThoseOfTheConfiguredTargets() {
      StoredResponseCodec targeted =
          new StoredResponseCodec(
              new StoredResponseCodec.Settings(-1, 1000, List.of("A-Cache-Control")),
              ByteBufAllocator.DEFAULT);
      StoredResponse original =
          response(
              "a",
              head("A-Cache-Control", "max-age=7", "CDN-Cache-Control", "max-age=8"),
              bytes(""));
      ByteBuf form = encoded(codec, original);

      assertThat(lifetime(codec, form.copy())).isEqualTo(Duration.ofSeconds(8));
      assertThat(lifetime(targeted, form)).isEqualTo(Duration.ofSeconds(7));
    }

    private Duration lifetime(StoredResponseCodec reader, ByteBuf form) {
      StoredResponse read = (StoredResponse) reader.decode(key("a"), form).stored();
      read.release();
      return read.head().explicitLifetime();
    }

    @Test
    void stampHasUpTo255Pairs() {
      List<Tag.Id> tags = Collections.nCopies(255, Tag.ALL.id());
      Stamp stamp = Stamp.of(tags, Collections.nCopies(255, "AAAAAAAAAAAAAAAA"));
      VaryRecord record = new VaryRecord(List.of(), stamp);
      Retention kept = new Retention(Instant.EPOCH, LIFETIME, GRACE);

      Decoded decoded = codec.decode(key("a"), codec.encode(key("a"), record, kept));

      assertThat(decoded.stored().stamp()).isEqualTo(stamp);
    }
  }

  @Nested
  class Damage {
    @Test
    void formCutAnywhereIsAMiss() {
      ByteBuf form = encoded(codec, sample());
      assertThat(read(codec, "a", form.copy())).startsWith("200");

      for (int length = 0; length < form.readableBytes(); length++) {
        assertThat(read(codec, "a", form.copy(0, length))).as("%d bytes", length).isEqualTo("miss");
      }
      form.release();
    }

    @Test
    void anyBitFlippedIsAMiss() {
      ByteBuf form = encoded(codec, sample());
      for (int bit = 0; bit < 8 * form.readableBytes(); bit++) {
        ByteBuf damaged = form.copy();
        damaged.setByte(bit / 8, damaged.getByte(bit / 8) ^ (1 << (bit % 8)));
        assertThat(read(codec, "a", damaged)).as("bit %d", bit).isEqualTo("miss");
      }
      form.release();
    }

    /** With a checksum that fits, so that each check is on its own. */
    private String readAltered(int at, int... bytes) {
      ByteBuf form = encoded(codec, sample());
      ByteBuf altered = form.copy(0, form.readableBytes() - 4);
      form.release();
      for (int i = 0; i < bytes.length; i++) {
        altered.setByte(at + i, bytes[i]);
      }
      return read(codec, "a", FormWriter.withChecksum(altered));
    }

    @Test
    void otherMagicLayoutOrKeyIsAMiss() {
      assertThat(readAltered(0, 0xC1, 1)).startsWith("200");
      assertThat(readAltered(0, 0xC2)).isEqualTo("miss");
      assertThat(readAltered(1, 2)).isEqualTo("miss");
      assertThat(read(codec, "b", encoded(codec, sample()))).isEqualTo("miss");
      assertThat(read(codec, "aa", encoded(codec, sample()))).isEqualTo("miss");
    }

    @Test
    void everyByteAlteredUnderAFittingChecksumNeverThrows() {
      int length = encodedLength();
      for (int at = 0; at < length - 4; at++) {
        for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
          assertThat(readAltered(at, value)).isNotNull();
        }
      }
    }

    private int encodedLength() {
      ByteBuf form = encoded(codec, sample());
      try {
        return form.readableBytes();
      } finally {
        form.release();
      }
    }

    @Test
    void randomBytesUnderAFittingChecksumNeverThrow() {
      Random random = new Random(42);
      for (int i = 0; i < 20_000; i++) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        ByteBuf form = Unpooled.buffer(300).writeBytes(bytes);
        if (bytes.length > 2) {
          form.setByte(0, StoredResponseCodec.MAGIC);
          form.setByte(1, StoredResponseCodec.LAYOUT);
        }
        assertThat(read(codec, "a", FormWriter.withChecksum(form))).isNotNull();
      }
    }

    @Test
    void contentLongerThanTheBoundIsAMiss() {
      StoredResponseCodec small =
          new StoredResponseCodec(new Settings(-1, 6), ByteBufAllocator.DEFAULT);
      assertThat(read(small, "a", encoded(codec, response("a", head(), bytes("123456")))))
          .startsWith("200");
      assertThat(read(small, "a", encoded(codec, response("a", head(), bytes("1234567")))))
          .isEqualTo("miss");
    }

    @Test
    void trailersAreReadOver() {
      ByteBuf form = encoded(codec, response("a", head(), bytes("123")));
      int contentAt = FormReader.contentAt(form) - 8;
      ByteBuf altered = Unpooled.buffer().writeBytes(form, 0, contentAt);
      altered.setByte(2, StoredResponseCodec.TRAILERS);
      altered.writeInt(6).writeBytes("T: 1\r\n".getBytes(StandardCharsets.US_ASCII));
      altered.writeBytes(form, contentAt, form.readableBytes() - contentAt - 4);
      form.release();

      assertThat(read(codec, "a", FormWriter.withChecksum(altered)))
          .startsWith("200 2026")
          .contains("123 ");
    }
  }

  @Nested
  class Constraints {
    @Test
    void settingsAreWithinTheirRanges() {
      assertThat(new Settings(-1, 0).maxBodyBytes()).isZero();
      assertThatThrownBy(() -> new Settings(-2, 0)).hasMessage("-2 (expected: >= -1)");
      assertThatThrownBy(() -> new Settings(0, -1)).hasMessage("-1 (expected: >= 0)");
    }
  }
}
