package dev.sidecache.redis;

import java.time.Duration;

/**
 * The limits that a server has told us of: its memory, which pauses stores for a while, and the
 * provider's quota, after which it is asked again in 60 s, then in twice as long up to 15 min.
 * Confined to a loop.
 */
final class ServerLimits {
  private static final long FULL_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long QUOTA_PAUSE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long MAX_QUOTA_PAUSE_NANOS = Duration.ofMinutes(15).toNanos();

  private final LoopTimer timer;
  private final Runnable onChange;
  private final Runnable probe;
  private boolean full;
  private long fullUntilNanos;
  private boolean quotaUsedUp;
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
    fullUntilNanos = timer.nanoTime() + FULL_PAUSE_NANOS;
    if (!full) {
      full = true;
      timer.after(FULL_PAUSE_NANOS, this::tryStoring);
      onChange.run();
    }
  }

  private void tryStoring() {
    long left = fullUntilNanos - timer.nanoTime();
    if (left > 0) {
      timer.after(left, this::tryStoring);
    } else {
      full = false;
      onChange.run();
    }
  }

  /** A command was told that the quota is used up. */
  void quotaReached() {
    if (!quotaUsedUp) {
      quotaUsedUp = true;
      quotaPauseNanos = QUOTA_PAUSE_NANOS;
      probeLater();
      onChange.run();
    }
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
    boolean lifted = quotaUsedUp;
    quotaUsedUp = false;
    return lifted;
  }
}
