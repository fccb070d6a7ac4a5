package dev.sidecache.message;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The account of the bytes that a process holds for exchanges in flight: content collected, output
 * that clients or the origin have not taken, stored content that left the cache while it is read.
 * Whoever can do without asks first ({@link #tryTake}); what is held in any case is told ({@link
 * #take}) and may exceed the limit, after which the account {@link #isSpent}. Thread-safe.
 */
public final class ByteBudget {
  private final long limitBytes;
  private final AtomicLong takenBytes = new AtomicLong();
  private final LongAdder refusals = new LongAdder();

  public ByteBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Takes this many bytes; false, and nothing is taken, if that would exceed the limit. */
  public boolean tryTake(long bytes) {
    if (takenBytes.addAndGet(bytes) > limitBytes) {
      takenBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Takes this many bytes, which are held already; negative: gives them back. */
  public void take(long bytes) {
    takenBytes.addAndGet(bytes);
  }

  public void giveBack(long bytes) {
    takenBytes.addAndGet(-bytes);
  }

  public long takenBytes() {
    return takenBytes.get();
  }

  public long limitBytes() {
    return limitBytes;
  }

  /** Whether nothing is left: what can be refused is to be refused. */
  public boolean isSpent() {
    return takenBytes.get() >= limitBytes;
  }

  /** Counts a request or connection that was refused because the account is spent. */
  public void refused() {
    refusals.increment();
  }

  /** How many were refused so. */
  public long refusals() {
    return refusals.sum();
  }
}
