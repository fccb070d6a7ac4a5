package dev.sidecache.message;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The content of one message, once.
 *
 * <h2>Demand</h2>
 *
 * A body gives chunks only as they are asked for: {@link #open} names the sink, {@link #request}
 * asks for chunks. Without demand nothing is read from the socket behind it. {@code end} and {@code
 * fail} need no demand.
 *
 * <h2>Loops</h2>
 *
 * All methods are called, and all callbacks come, on the loop of the exchange the body belongs to;
 * callbacks possibly before the method that causes them returns.
 *
 * <h2>Ownership</h2>
 *
 * <ol>
 *   <li>A chunk passed to {@link Sink#chunk} belongs to the sink.
 *   <li>Whoever receives a body opens or cancels it, exactly one of the two first; nobody else
 *       releases anything.
 *   <li>After {@link #cancel}, no callback comes.
 *   <li>Buffers shared with a store leave it only as retained duplicates.
 * </ol>
 */
public interface Body {
  /**
   * The most of content in memory that is given as one chunk, in bytes. Longer content is opened
   * and not taken whole, so that a slow reader holds no more than its write mark.
   */
  int PIECE_BYTES = 64 * 1024;

  /**
   * The length of the content in bytes, -1 if unknown. In the answer to HEAD, that of the content
   * left out.
   */
  long lengthBytes();

  /**
   * The whole content if it is in memory, else null; the caller owns one reference. Taking it
   * replaces opening. Never null for an empty body.
   */
  @Nullable ByteBuf whole();

  /**
   * The whole content if it is in memory and may go out as one chunk, else null; see {@link
   * #whole}.
   */
  default @Nullable ByteBuf wholeIfShort() {
    return lengthBytes() > PIECE_BYTES ? null : whole();
  }

  /** Names the sink; at most once. */
  void open(Sink sink);

  /** Allows this many more chunks; only after {@link #open}. */
  void request(int chunks);

  /** Gives up the rest, or all of it if not opened; idempotent, without effect after the end. */
  void cancel();

  /** A body without content. */
  static Body empty() {
    return MemoryBody.EMPTY;
  }

  /**
   * A body in memory; owns the buffer, also when it is never opened, until it is taken, read or
   * cancelled.
   */
  static Body of(ByteBuf content) {
    return new MemoryBody(content, content.readableBytes());
  }

  /** A body of these bytes, which are not copied. */
  static Body of(byte[] content) {
    return of(Unpooled.wrappedBuffer(content));
  }

  /**
   * The body of an answer to HEAD: no content, but a length to tell; -1 if the origin told none.
   */
  static Body absent(long lengthBytes) {
    return new MemoryBody(null, lengthBytes);
  }

  /** Where chunks go. */
  interface Sink {
    /** One piece of content; the sink owns it. Never empty. */
    void chunk(ByteBuf owned);

    /** The content is complete. */
    void end(Fields trailers);

    /** The content was cut off: what came so far is not the whole. */
    void fail(Throwable cause);
  }
}
