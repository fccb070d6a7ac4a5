package dev.sidecache.http1;

/**
 * One time limit: tells how long something has been waited for without progress, as seen by the
 * sweeps. Costs nothing between them.
 */
public final class Stall {
  private boolean waiting;
  private long progress;
  private long sinceNanos;

  /**
   * Whether the limit is over.
   *
   * @param waits whether anything is waited for now
   * @param seen a number that changes with each progress
   * @param nowNanos the time of this sweep
   * @param limitNanos how long to wait; 0 is for ever
   */
  public boolean isOver(boolean waits, long seen, long nowNanos, long limitNanos) {
    if (!waits || limitNanos <= 0) {
      waiting = false;
      return false;
    }
    if (!waiting || seen != progress) {
      waiting = true;
      progress = seen;
      sinceNanos = nowNanos;
      return false;
    }
    return nowNanos - sinceNanos >= limitNanos;
  }
}
