package dev.sidecache.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a body as they pass, within a limit of its own and a budget shared with others.
 * Keeps references, not copies, until {@link #whole}.
 */
final class BodyCopy {
  private final long limitBytes;
  private final ByteBudget budget;
  private @Nullable List<ByteBuf> chunks = new ArrayList<>(2);
  private int lengthBytes;

  BodyCopy(long limitBytes, ByteBudget budget) {
    this.limitBytes = limitBytes;
    this.budget = budget;
  }

  /** Keeps a reference to the chunk; false, and it is not kept, if it does not fit. */
  boolean keep(ByteBuf chunk) {
    List<ByteBuf> kept = chunks;
    if (kept == null) {
      return false;
    }
    int bytes = chunk.readableBytes();
    if (lengthBytes + (long) bytes > limitBytes || !budget.tryTake(bytes)) {
      return false;
    }
    lengthBytes += bytes;
    kept.add(chunk.retainedDuplicate());
    return true;
  }

  boolean isKept() {
    return chunks != null;
  }

  /** One direct buffer of exactly the content, owned by the caller; the references are let go. */
  ByteBuf whole() {
    List<ByteBuf> kept = chunks;
    if (kept == null) {
      throw new IllegalStateException("let go");
    }
    if (lengthBytes == 0) {
      letGo();
      return Unpooled.EMPTY_BUFFER;
    }
    ByteBuf whole = Unpooled.directBuffer(lengthBytes, lengthBytes);
    for (ByteBuf chunk : kept) {
      whole.writeBytes(chunk, chunk.readerIndex(), chunk.readableBytes());
    }
    letGo();
    return whole;
  }

  /** The chunks in order, each owned by the caller. */
  List<ByteBuf> takeChunks() {
    List<ByteBuf> taken = chunks == null ? List.of() : chunks;
    chunks = null;
    budget.giveBack(lengthBytes);
    lengthBytes = 0;
    return taken;
  }

  void letGo() {
    for (ByteBuf chunk : takeChunks()) {
      chunk.release();
    }
  }
}
