package dev.sidecache.listener;

import java.util.concurrent.TimeUnit;

/**
 * How many frames that carry no request a client may send: a number at once, then so many a second;
 * what is sent to the client earns it more, as it answers that with window updates. Source: RFC
 * 9113, Section 10.5.
 */
final class FrameBudget {
  private static final long MOST = 2_000;
  private static final long PER_SECOND = 200;
  private static final long NANOS_EACH = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
  private static final long BYTES_EACH = 1_024;

  private long left = MOST;
  private long filledNanos;

  FrameBudget(long nowNanos) {
    this.filledNanos = nowNanos;
  }

  /** Takes one frame; false if there are too many. */
  boolean take(long nowNanos) {
    long earned = (nowNanos - filledNanos) / NANOS_EACH;
    if (earned > 0) {
      filledNanos += earned * NANOS_EACH;
      left = Math.min(MOST, left + Math.min(MOST, earned));
    }
    left--;
    return left >= 0;
  }

  /** Something was sent to the client. */
  void sent(long bytes) {
    left = Math.min(MOST, left + 2 + bytes / BYTES_EACH);
  }
}
