package dev.sidecache.store;

import static dev.sidecache.store.Forms.MAX_BODY;
import static dev.sidecache.store.Forms.codec;
import static dev.sidecache.store.Forms.encoded;
import static dev.sidecache.store.Forms.read;
import static dev.sidecache.store.StoredSamples.bytes;
import static dev.sidecache.store.StoredSamples.head;
import static dev.sidecache.store.StoredSamples.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class DeflatedFormTest {
  private final StoredResponseCodec codec = codec(-1);

  private final String json = "{\"name\":\"Ada\",\"id\":1},".repeat(200);

  private ByteBuf form(int deflateOver, int length, String... fields) {
    return encoded(
        codec(deflateOver), response("a", head(fields), bytes(json.substring(0, length))));
  }

  private boolean isDeflated(ByteBuf form) {
    try {
      return (form.getByte(2) & StoredResponseCodec.DEFLATED) != 0;
    } finally {
      form.release();
    }
  }

  @Test
  void textLongerThanTheLimitIsDeflatedAndReadsTheSame() {
    ByteBuf form = form(100, 4000, "Content-Type", "application/json");

    assertThat(form.readableBytes()).isLessThan(500);
    assertThat(read(codec, "a", form)).contains(json.substring(0, 4000) + " Retention");
  }

  @Test
  void limitTypeAndContentCodingDecide() {
    String[] json = {"Content-Type", "application/json"};
    assertThat(isDeflated(form(100, 101, json))).isTrue();
    assertThat(isDeflated(form(100, 100, json))).isFalse();
    assertThat(isDeflated(form(-1, 4000, json))).isFalse();
    assertThat(isDeflated(form(100, 101))).isFalse();
    assertThat(isDeflated(form(100, 101, "Content-Type", "image/png"))).isFalse();
    assertThat(isDeflated(form(100, 101, "Content-Type", "Text/HTML; charset=x"))).isTrue();
    assertThat(isDeflated(form(100, 101, "Content-Type", "application/problem+json"))).isTrue();
    assertThat(isDeflated(form(100, 101, "Content-Type", "image/svg+xml"))).isTrue();
    assertThat(isDeflated(form(100, 101, "Content-Type", "text/css", "Content-Encoding", "gzip")))
        .isFalse();
  }

  /** The form of a length told and of deflated bytes of any kind. */
  private ByteBuf forged(long length, ByteBuf deflated) {
    ByteBuf plain = encoded(codec, response("a", head(), bytes("")));
    int contentAt = FormReader.contentAt(plain);
    ByteBuf forged = Unpooled.directBuffer().writeBytes(plain, 0, contentAt);
    plain.release();
    forged.setByte(2, StoredResponseCodec.DEFLATED);
    forged.setInt(contentAt - 8, (int) length);
    forged.setInt(contentAt - 4, deflated.readableBytes());
    forged.writeBytes(deflated);
    deflated.release();
    return FormWriter.withChecksum(forged);
  }

  private ByteBuf deflated(String text) {
    ByteBuf plain = bytes(text);
    ByteBuf deflated = Unpooled.directBuffer();
    Deflation.deflate(plain, deflated);
    plain.release();
    return deflated;
  }

  @Test
  void lengthThatIsNotTheStreamsIsAMiss() {
    assertThat(read(codec, "a", forged(3, deflated("abc")))).contains("abc ");
    assertThat(read(codec, "a", forged(2, deflated("abc")))).isEqualTo("miss");
    assertThat(read(codec, "a", forged(4, deflated("abc")))).isEqualTo("miss");
    assertThat(read(codec, "a", forged(0, deflated("")))).startsWith("200");
    assertThat(read(codec, "a", forged(1, deflated("")))).isEqualTo("miss");
  }

  @Test
  void streamCutShortFollowedByMoreOrBrokenIsAMiss() {
    ByteBuf whole = deflated("abc");
    assertThat(read(codec, "a", forged(3, whole.copy(0, whole.readableBytes() - 1))))
        .isEqualTo("miss");
    assertThat(read(codec, "a", forged(3, whole.copy().writeByte(0)))).isEqualTo("miss");
    assertThat(read(codec, "a", forged(3, Unpooled.wrappedBuffer(new byte[] {7, 7, 7}))))
        .isEqualTo("miss");
    whole.release();
  }

  @Test
  void bombIsNotInflated() {
    ByteBuf bomb = deflated("0".repeat(8 * MAX_BODY));

    assertThat(read(codec, "a", forged(8L * MAX_BODY, bomb.copy()))).isEqualTo("miss");
    assertThat(read(codec, "a", forged(1000, bomb.copy()))).isEqualTo("miss");
    assertThat(read(codec, "a", forged(0xFFFF_FFFFL, bomb))).isEqualTo("miss");
    assertThat(read(codec, "a", forged(MAX_BODY, deflated("abc")))).isEqualTo("miss");
  }
}
