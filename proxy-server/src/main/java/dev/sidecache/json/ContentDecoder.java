package dev.sidecache.json;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Content in memory read through its coding, up to a limit. Source: RFC 9110, Section 8.4. */
final class ContentDecoder {
  static final long MAX_DECODED_BYTES = 64L << 20;

  private ContentDecoder() {}

  /** Opens content; an {@code IOException} where the coding is not read. */
  static InputStream open(ByteBuffer content, @Nullable String coding) throws IOException {
    InputStream raw = new BufferInput(content.duplicate());
    String name = coding == null ? "identity" : coding.trim().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "", "identity" -> raw;
      case "gzip", "x-gzip" -> new Limited(new GZIPInputStream(raw, 8192));
      case "deflate" -> new Limited(new InflaterInputStream(raw));
      default -> throw new IOException("a content coding that is not read");
    };
  }

  /** Reads a buffer. */
  private static final class BufferInput extends InputStream {
    private final ByteBuffer buffer;

    BufferInput(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public int read() {
      return buffer.hasRemaining() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int count = Math.min(length, buffer.remaining());
      buffer.get(into, offset, count);
      return count == 0 && length > 0 ? -1 : count;
    }

    @Override
    public int available() {
      return buffer.remaining();
    }
  }

  /** NB: a small body may decode to a very large one. */
  private static final class Limited extends InputStream {
    private final InputStream decoded;
    private long left = MAX_DECODED_BYTES;

    Limited(InputStream decoded) {
      this.decoded = decoded;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = decoded.read(into, offset, length);
      left -= Math.max(count, 0);
      if (left < 0) {
        throw new IOException("decoded content over the limit");
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      decoded.close();
    }
  }
}
