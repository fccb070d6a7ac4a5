package dev.sidecache.store;

import static dev.sidecache.store.StoredSamples.bytes;
import static dev.sidecache.store.StoredSamples.head;
import static dev.sidecache.store.StoredSamples.key;
import static dev.sidecache.store.StoredSamples.response;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.LargeForm.Pieces;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import dev.sidecache.store.StoredResponseCodec.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LargeFormTest {
  private static final int MAX_BODY = 1 << 20;
  private static final byte[] ID = "id of 12 bts".getBytes(StandardCharsets.US_ASCII);

  private final LargeForm large = new LargeForm(MAX_BODY, ByteBufAllocator.DEFAULT);
  private final StoredResponseCodec codec =
      new StoredResponseCodec(new Settings(2048, MAX_BODY), ByteBufAllocator.DEFAULT);
  private final String text = "{\"name\":\"Ada\",\"id\":1},".repeat(5_000);

  private ByteBuf form(String contentType, String body) {
    return form(contentType, bytes(body));
  }

  private ByteBuf form(String contentType, ByteBuf body) {
    StoredResponse response = response("a", head("Content-Type", contentType), body);
    try {
      return codec.encode(response, Duration.ofMinutes(1), Duration.ZERO);
    } finally {
      response.release();
    }
  }

  /** Takes the form over. */
  private String body(ByteBuf form) {
    Decoded decoded = codec.decode(key("a"), form);
    if (decoded == null) {
      return "miss";
    }
    ByteBuf body = ((StoredResponse) decoded.stored()).body();
    try {
      return body.toString(StandardCharsets.UTF_8);
    } finally {
      body.release();
      decoded.stored().release();
    }
  }

  @Test
  void contentTakenOutIsPutBack() {
    ByteBuf form = form("image/png", text);
    Pieces pieces = large.split(form, ID);

    assertThat(LargeForm.isApart(form)).isFalse();
    assertThat(LargeForm.isApart(pieces.entry())).isTrue();
    assertThat(pieces.entry().readableBytes()).isLessThan(250);
    assertThat(pieces.content().readableBytes()).isEqualTo(12 + text.length());
    assertThat(body(pieces.entry().copy())).as("an entry alone").isEqualTo("miss");

    ByteBuf whole = large.join(pieces.entry(), pieces.content());
    assertThat(whole).isEqualTo(form);
    assertThat(body(whole)).isEqualTo(text);
    pieces.entry().release();
    pieces.content().release();
    form.release();
  }

  @Test
  void contentOfAnotherFormIsNeverJoined() {
    ByteBuf form = form("image/png", text);
    Pieces one = large.split(form, ID);
    Pieces other = large.split(form, "another ID..".getBytes(StandardCharsets.US_ASCII));

    assertThat(large.join(one.entry(), other.content())).isNull();
    assertThat(large.join(one.entry(), one.content().slice(0, 100))).isNull();
    assertThat(large.join(one.entry(), Unpooled.EMPTY_BUFFER)).isNull();
    assertThat(large.join(form, one.content())).as("a whole form").isNull();
    assertThat(large.split(one.entry(), ID)).as("an entry").isNull();

    one.entry().release();
    one.content().release();
    other.entry().release();
    other.content().release();
    form.release();
  }

  @Test
  void damagedContentReadsAsAMiss() {
    ByteBuf form = form("image/png", text);
    Pieces pieces = large.split(form, ID);
    ByteBuf damaged = pieces.content().copy();
    damaged.setByte(5_000, 'X');

    assertThat(body(large.join(pieces.entry(), damaged))).isEqualTo("miss");

    damaged.release();
    pieces.entry().release();
    pieces.content().release();
    form.release();
  }

  @Test
  void largeTextIsDeflatedAndInflatedApart() {
    ByteBuf form = form("application/json", text);
    assertThat(form.readableBytes()).isGreaterThan(text.length());
    assertThat(LargeForm.isDeflatable(form)).isTrue();
    assertThat(LargeForm.isLargeDeflated(form)).isFalse();

    ByteBuf smaller = large.deflated(form);
    assertThat(smaller.readableBytes()).isLessThan(3_000);
    assertThat(LargeForm.isDeflatable(smaller)).isFalse();
    assertThat(LargeForm.isLargeDeflated(smaller)).isTrue();
    assertThat(body(smaller.copy())).isEqualTo(text);

    ByteBuf larger = large.inflated(smaller);
    assertThat(LargeForm.isLargeDeflated(larger)).isFalse();
    assertThat(body(larger)).isEqualTo(text);
  }

  @Test
  void formThatGainsNothingStaysAsItIs() {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    ByteBuf incompressible = form("text/plain", Unpooled.directBuffer().writeBytes(noise));

    assertThat(large.deflated(incompressible)).isSameAs(incompressible);
    assertThat(large.inflated(incompressible)).isSameAs(incompressible);
    incompressible.release();

    ByteBuf small = form("text/plain", text.substring(0, 4000));
    assertThat(LargeForm.isDeflatable(small)).isFalse();
    assertThat(LargeForm.isLargeDeflated(small)).as("inflates quickly").isFalse();
    small.release();
  }

  @Test
  void contentOverTheBoundIsNotInflated() {
    ByteBuf smaller = large.deflated(form("application/json", text));
    LargeForm strict = new LargeForm(text.length() - 1, ByteBufAllocator.DEFAULT);

    assertThat(strict.inflated(smaller)).isSameAs(smaller);
    smaller.release();
  }

  @Test
  void bytesThatAreNoFormAreLeftAlone() {
    for (String bytes : new String[] {"", "x", "not a form at all"}) {
      ByteBuf any = Unpooled.copiedBuffer(bytes, StandardCharsets.UTF_8);
      assertThat(LargeForm.isApart(any)).isFalse();
      assertThat(LargeForm.isDeflatable(any)).isFalse();
      assertThat(LargeForm.isLargeDeflated(any)).isFalse();
      assertThat(large.split(any, ID)).isNull();
      assertThat(large.join(any, any)).isNull();
      assertThat(large.inflated(any)).isSameAs(any);
      assertThat(large.deflated(any)).isSameAs(any);
    }
  }
}
