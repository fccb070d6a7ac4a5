package dev.sidecache.consistency;

import java.util.concurrent.TimeUnit;

/**
 * How long leases may be, in this process and in others that run with another setting: a reader
 * obeys the shorter one, a writer holds for the longest that it has seen of late. Source:
 * consistency.md, Sections 6 (step 6) and 7.
 */
final class LeaseBounds {
  private static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final long ownMillis;
  private final Rules rules;
  // The longest of this period and of the one before: what was seen is remembered for one to two.
  private long longestMillis;
  private long earlierMillis;
  private long periodFrom;
  private volatile boolean othersSeen;

  LeaseBounds(long ownMillis, Rules rules) {
    this.ownMillis = ownMillis;
    this.rules = rules;
  }

  /** Takes the lease that an epoch names. */
  void saw(long millis, long clock) {
    if (millis > ownMillis) {
      remember(millis, clock);
    }
  }

  private synchronized void remember(long millis, long clock) {
    turn(clock);
    longestMillis = Math.max(longestMillis, millis);
    othersSeen = true;
  }

  private void turn(long clock) {
    if (!othersSeen) {
      periodFrom = clock;
    } else if (clock - periodFrom >= MEMORY_NANOS) {
      earlierMillis = clock - periodFrom >= 2 * MEMORY_NANOS ? 0 : longestMillis;
      longestMillis = 0;
      periodFrom = clock;
      othersSeen = earlierMillis > 0;
    }
  }

  /** L′: for how long a writer holds its answer after B; nanoseconds. */
  long holdNanos(long clock) {
    return TimeUnit.MILLISECONDS.toNanos(Math.max(ownMillis, othersMillis(clock)));
  }

  private long othersMillis(long clock) {
    if (!othersSeen || !rules.hold(Rules.Rule.LEASE_IN_EPOCH)) {
      return 0;
    }
    synchronized (this) {
      turn(clock);
      return Math.max(longestMillis, earlierMillis);
    }
  }

  /**
   * U: for how long a reader believes what it read under this epoch; nanoseconds, 0: not at all.
   */
  long leaseNanos(long epochMillis) {
    boolean obey = rules.hold(Rules.Rule.LEASE_IN_EPOCH);
    long millis = obey ? Math.min(ownMillis, epochMillis) : ownMillis;
    long lease = TimeUnit.MILLISECONDS.toNanos(millis);
    if (!rules.hold(Rules.Rule.LEASE_MARGIN)) {
      return lease;
    }
    return Math.max(0, lease - MARGIN_NANOS - lease / 100);
  }
}
