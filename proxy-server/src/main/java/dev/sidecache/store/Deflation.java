package dev.sidecache.store;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Raw deflate at level 1, the fastest. Source: RFC 1951. The compressors are kept per thread: each
 * holds some 300 KB outside the heap.
 */
final class Deflation {
  private static final int STEP_BYTES = 8192;

  private static final FastThreadLocal<Deflater> DEFLATERS =
      new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
          return new Deflater(Deflater.BEST_SPEED, true);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
          deflater.end();
        }
      };

  private static final FastThreadLocal<Inflater> INFLATERS =
      new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
          return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater inflater) {
          inflater.end();
        }
      };

  private Deflation() {}

  /** Appends the deflated bytes of {@code from}, which is read, not consumed. */
  static void deflate(ByteBuf from, ByteBuf to) {
    Deflater deflater = DEFLATERS.get();
    deflater.reset();
    deflater.setInput(from.nioBuffer());
    deflater.finish();
    while (!deflater.finished()) {
      to.ensureWritable(STEP_BYTES);
      ByteBuffer room = to.nioBuffer(to.writerIndex(), to.writableBytes());
      to.writerIndex(to.writerIndex() + deflater.deflate(room));
    }
  }

  /**
   * Appends the inflated bytes of {@code from}; whether they are a complete stream of exactly
   * {@code lengthBytes} bytes. Never appends more.
   */
  static boolean inflate(ByteBuf from, ByteBuf to, int lengthBytes) {
    Inflater inflater = INFLATERS.get();
    inflater.reset();
    inflater.setInput(from.nioBuffer());
    to.ensureWritable(lengthBytes);
    ByteBuffer room = to.nioBuffer(to.writerIndex(), lengthBytes);
    try {
      while (room.hasRemaining() && inflater.inflate(room) > 0) {
        // Goes on as long as bytes come out.
      }
      // NB: the end of the stream may still have to be read when the last byte is out.
      boolean ended = inflater.finished() || endsHere(inflater);
      to.writerIndex(to.writerIndex() + lengthBytes - room.remaining());
      return ended && !room.hasRemaining() && inflater.getRemaining() == 0;
    } catch (DataFormatException damaged) {
      return false;
    }
  }

  private static boolean endsHere(Inflater inflater) throws DataFormatException {
    return inflater.inflate(new byte[1]) == 0 && inflater.finished();
  }
}
