package dev.sidecache.redis;

import java.time.Duration;

/**
 * The limits that a server has told us of: its memory, which pauses stores for a while, and the
 * provider's quota, after which it is asked again in 60 s, then in twice as long up to 15 min.
 * Thread-safe; its alarms run on one loop.
 */
final class ServerLimits {
  private static final long FULL_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long QUOTA_PAUSE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long MAX_QUOTA_PAUSE_NANOS = Duration.ofMinutes(15).toNanos();

  private final LoopTimer timer;
  private final Runnable onChange;
  private final Runnable probe;
  private volatile boolean full;
  private long fullUntilNanos;
  private volatile boolean quotaUsedUp;
  private long quotaPauseNanos;

  /**
   * No limits are met.
   *
   * @param onChange runs after each change
   * @param probe asks something harmless; its reply is told by {@link #answered} or {@link
   *     #quotaReached}
   */
  ServerLimits(LoopTimer timer, Runnable onChange, Runnable probe) {
    this.timer = timer;
    this.onChange = onChange;
    this.probe = probe;
  }

  boolean isFull() {
    return full;
  }

  boolean isQuotaUsedUp() {
    return quotaUsedUp;
  }

  /** The server has no memory left: nothing is stored for a while. */
  void full() {
    boolean first;
    synchronized (this) {
      first = !full;
      full = true;
      fullUntilNanos = timer.nanoTime() + FULL_PAUSE_NANOS;
    }
    if (first) {
      timer.after(FULL_PAUSE_NANOS, this::tryStoring);
      onChange.run();
    }
  }

  private void tryStoring() {
    long left;
    synchronized (this) {
      left = fullUntilNanos - timer.nanoTime();
      full = left > 0;
    }
    if (left > 0) {
      timer.after(left, this::tryStoring);
    } else {
      onChange.run();
    }
  }

  /** A command was told that the quota is used up. */
  void quotaReached() {
    synchronized (this) {
      if (quotaUsedUp) {
        return;
      }
      quotaUsedUp = true;
      quotaPauseNanos = QUOTA_PAUSE_NANOS;
    }
    probeLater();
    onChange.run();
  }

  private void probeLater() {
    timer.after(
        quotaPauseNanos,
        () -> {
          if (quotaUsedUp) {
            quotaPauseNanos = Math.min(2 * quotaPauseNanos, MAX_QUOTA_PAUSE_NANOS);
            probeLater();
            probe.run();
          }
        });
  }

  /**
   * A command was answered without an error: whatever the quota was, it is not used up.
   *
   * @return whether that is news
   */
  boolean answered() {
    // NB: asked at every reply, and nearly always in vain.
    if (!quotaUsedUp) {
      return false;
    }
    synchronized (this) {
      boolean lifted = quotaUsedUp;
      quotaUsedUp = false;
      return lifted;
    }
  }
}
