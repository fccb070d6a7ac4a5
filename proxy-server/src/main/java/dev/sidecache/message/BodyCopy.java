package dev.sidecache.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a body, made as it passes, within a limit of its own and a budget shared with others.
 * It holds its own buffers and never those of a read, so that what it takes of the budget is what
 * it holds.
 */
final class BodyCopy {
  private static final int LEAST_SEGMENT = 512;
  private static final int MOST_SEGMENT = 64 * 1024;

  private final long limitBytes;
  private final ByteBudget budget;
  private final int expectedBytes;
  private @Nullable List<ByteBuf> segments = new ArrayList<>(2);
  private int lengthBytes;
  private long chargedBytes;

  /** Whether a chunk was kept, or why not. */
  enum Outcome {
    KEPT,
    TOO_LARGE,
    OVER_BUDGET
  }

  /** A copy that grows with what comes. */
  BodyCopy(long limitBytes, ByteBudget budget) {
    this(limitBytes, budget, 0);
  }

  private BodyCopy(long limitBytes, ByteBudget budget, int expectedBytes) {
    this.limitBytes = limitBytes;
    this.budget = budget;
    this.expectedBytes = expectedBytes;
    this.chargedBytes = expectedBytes;
  }

  /**
   * A copy whose whole length is taken of the budget at once; null if that does not fit.
   *
   * @param lengthBytes of the content; -1 if unknown: then the copy grows
   */
  static @Nullable BodyCopy reserve(long lengthBytes, long limitBytes, ByteBudget budget) {
    if (lengthBytes < 0 || lengthBytes > limitBytes || lengthBytes > Integer.MAX_VALUE) {
      return budget.isSpent() ? null : new BodyCopy(limitBytes, budget);
    }
    return budget.tryTake(lengthBytes) ? new BodyCopy(limitBytes, budget, (int) lengthBytes) : null;
  }

  /** Copies the chunk, of which the caller stays the owner. */
  Outcome keep(ByteBuf chunk) {
    List<ByteBuf> kept = segments;
    int bytes = chunk.readableBytes();
    if (kept == null || lengthBytes + (long) bytes > limitBytes) {
      return Outcome.TOO_LARGE;
    }
    ByteBuf last = kept.isEmpty() ? first(kept) : kept.get(kept.size() - 1);
    int now = last == null ? 0 : Math.min(bytes, last.writableBytes());
    if (now < bytes) {
      int capacity = segmentBytes(bytes - now);
      if (!budget.tryTake(capacity)) {
        return Outcome.OVER_BUDGET;
      }
      chargedBytes += capacity;
      kept.add(chunk.alloc().directBuffer(capacity, capacity));
    }
    if (last != null) {
      last.writeBytes(chunk, chunk.readerIndex(), now);
    }
    if (now < bytes) {
      kept.get(kept.size() - 1).writeBytes(chunk, chunk.readerIndex() + now, bytes - now);
    }
    lengthBytes += bytes;
    return Outcome.KEPT;
  }

  /** The buffer of the expected length, which is what will be kept in the end. */
  private @Nullable ByteBuf first(List<ByteBuf> kept) {
    if (expectedBytes == 0) {
      return null;
    }
    ByteBuf exact = Unpooled.directBuffer(expectedBytes, expectedBytes);
    kept.add(exact);
    return exact;
  }

  /** As much as there is, so that little content costs little and much is not cut into crumbs. */
  private int segmentBytes(int least) {
    return Math.max(least, Math.max(LEAST_SEGMENT, Math.min(MOST_SEGMENT, lengthBytes)));
  }

  boolean isKept() {
    return segments != null;
  }

  /** One direct buffer of exactly the content, owned by the caller, who takes it of no budget. */
  ByteBuf whole() {
    List<ByteBuf> kept = segments;
    if (kept == null) {
      throw new IllegalStateException("let go");
    }
    if (lengthBytes == 0) {
      letGo();
      return Unpooled.EMPTY_BUFFER;
    }
    if (lengthBytes == expectedBytes) {
      return takeSegments().get(0);
    }
    ByteBuf whole = Unpooled.directBuffer(lengthBytes, lengthBytes);
    for (ByteBuf segment : kept) {
      whole.writeBytes(segment, segment.readerIndex(), segment.readableBytes());
    }
    letGo();
    return whole;
  }

  /** The content in order, in pieces each owned by the caller. */
  List<ByteBuf> takeSegments() {
    List<ByteBuf> taken = segments == null ? List.of() : segments;
    segments = null;
    budget.giveBack(chargedBytes);
    chargedBytes = 0;
    lengthBytes = 0;
    return taken;
  }

  void letGo() {
    for (ByteBuf segment : takeSegments()) {
      segment.release();
    }
  }
}
