package dev.sidecache.caching;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of a cache key as {@link KeyWriter} has written them. */
final class KeyReader {
  private final ByteBuffer bytes;

  KeyReader(byte[] key) {
    this.bytes = ByteBuffer.wrap(key);
  }

  int number() {
    int value = 0;
    int shift = 0;
    int septet = bytes.get();
    while (septet < 0) {
      value |= (septet & 0x7f) << shift;
      shift += 7;
      septet = bytes.get();
    }
    return value | septet << shift;
  }

  long eight() {
    return bytes.getLong();
  }

  /** The next part; null if it is absent. */
  byte @Nullable [] part() {
    int size = number();
    if (size == 0) {
      return null;
    }
    byte[] part = new byte[size - 1];
    bytes.get(part);
    return part;
  }

  @Nullable String optionalText() {
    byte[] part = part();
    return part == null ? null : new String(part, StandardCharsets.UTF_8);
  }

  String text() {
    return Objects.requireNonNull(optionalText());
  }

  void skipList() {
    for (int left = number(); left > 0; left--) {
      byte[] unused = part();
    }
  }
}
