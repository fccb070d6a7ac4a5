package dev.sidecache.listener;

import static dev.sidecache.testing.RawHttp2Client.CONTINUATION;
import static dev.sidecache.testing.RawHttp2Client.DATA;
import static dev.sidecache.testing.RawHttp2Client.END_HEADERS;
import static dev.sidecache.testing.RawHttp2Client.HEADERS;
import static dev.sidecache.testing.RawHttp2Client.PREFACE;
import static dev.sidecache.testing.RawHttp2Client.SETTINGS;
import static dev.sidecache.testing.RawHttp2Client.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrameBoundariesTest {
  private final FrameBoundaries boundaries = new FrameBoundaries();

  private void read(byte[] octets) {
    boundaries.read(Unpooled.wrappedBuffer(octets));
  }

  private void greet() {
    read(PREFACE.getBytes(StandardCharsets.US_ASCII));
    assertThat(boundaries.begun()).isZero();
  }

  /** RFC 9113, Section 4.1. */
  @Test
  void frameIsIncompleteFromItsFirstOctetToItsLast() {
    greet();
    byte[] settings = encode(SETTINGS, 0, 0, new byte[6]);
    for (int i = 0; i < settings.length; i++) {
      read(new byte[] {settings[i]});
      assertThat(boundaries.begun()).isEqualTo(1);
      assertThat(boundaries.isIncomplete()).isEqualTo(i < settings.length - 1);
    }
  }

  /** RFC 9113, Section 6.1: of DATA, only the header counts. */
  @Test
  void contentIsNeverIncomplete() {
    greet();
    byte[] data = encode(DATA, 0, 1, new byte[70_000]);
    read(Arrays.copyOf(data, 8));
    assertThat(boundaries.isIncomplete()).isTrue();
    read(Arrays.copyOfRange(data, 8, 9));
    assertThat(boundaries.isIncomplete()).isFalse();
    read(Arrays.copyOfRange(data, 9, data.length));
    assertThat(boundaries.isIncomplete()).isFalse();
    assertThat(boundaries.begun()).isEqualTo(1);
    read(new byte[1]);
    assertThat(boundaries.begun()).isEqualTo(2);
  }

  /** RFC 9113, Section 4.3. */
  @Test
  void fieldBlockIsIncompleteUntilItsFlagTellsTheEnd() {
    greet();
    read(encode(HEADERS, 0, 1, new byte[3]));
    assertThat(boundaries.isIncomplete()).isTrue();
    read(encode(CONTINUATION, 0, 1));
    assertThat(boundaries.isIncomplete()).isTrue();
    read(encode(CONTINUATION, END_HEADERS, 1, new byte[300]));
    assertThat(boundaries.isIncomplete()).isFalse();
    assertThat(boundaries.begun()).isEqualTo(1);
    read(encode(HEADERS, END_HEADERS, 3));
    assertThat(boundaries.isIncomplete()).isFalse();
    assertThat(boundaries.begun()).isEqualTo(2);
  }
}
