package dev.sidecache.message;

import java.util.concurrent.atomic.AtomicLong;

/** A bound on the bytes that all running collections together may hold. Thread-safe. */
public final class ByteBudget {
  private final long limitBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  public ByteBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Takes this many bytes; false, and nothing is taken, if that would exceed the limit. */
  public boolean tryTake(int bytes) {
    if (takenBytes.addAndGet(bytes) > limitBytes) {
      takenBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  public void giveBack(int bytes) {
    takenBytes.addAndGet(-bytes);
  }

  public long takenBytes() {
    return takenBytes.get();
  }
}
