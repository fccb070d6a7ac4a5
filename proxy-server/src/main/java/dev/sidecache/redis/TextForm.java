package dev.sidecache.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Stored values as text, for servers that cannot be given bytes over HTTP: {@code B} and base64.
 * The values themselves never begin with {@code B}, so that whoever reads one tells by its first
 * byte how it was written, whatever way it came. Source: redis.md, Section 4.
 */
final class TextForm {
  private static final byte SIGN = 'B';

  private TextForm() {}

  /** A value as text; the value stays the caller's. */
  static byte[] of(ByteBuf value) {
    byte[] bytes = new byte[value.readableBytes()];
    value.getBytes(value.readerIndex(), bytes);
    byte[] digits = Base64.getEncoder().encode(bytes);
    byte[] text = new byte[digits.length + 1];
    text[0] = SIGN;
    System.arraycopy(digits, 0, text, 1, digits.length);
    return text;
  }

  /** Whether a value was written as text. */
  static boolean isText(ByteBuf value) {
    return value.isReadable() && value.getByte(value.readerIndex()) == SIGN;
  }

  /**
   * The value, whichever way it was written; null if it says that it is text and is none. Takes
   * over what it is given.
   */
  static @Nullable ByteBuf decoded(ByteBuf written) {
    if (!isText(written)) {
      return written;
    }
    byte[] digits = new byte[written.readableBytes() - 1];
    written.getBytes(written.readerIndex() + 1, digits);
    written.release();
    try {
      byte[] bytes = Base64.getDecoder().decode(digits);
      return PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    } catch (IllegalArgumentException noBase64) {
      return null;
    }
  }

  /** Keeps random bytes that begin a value from looking like text. */
  static byte[] distinct(byte[] id) {
    if (id[0] == SIGN) {
      id[0] = 0;
    }
    return id;
  }
}
