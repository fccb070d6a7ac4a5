package dev.sidecache.consistency;

import java.util.concurrent.TimeUnit;

/**
 * How long leases may be, in this process and in others that run with another setting: a reader
 * obeys the shorter one, a writer holds for the longest that it has seen of late, and for the
 * longest there may be if it has seen none. Source: consistency.md, Sections 6 (step 6) and 7.
 */
final class LeaseBounds {
  private static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long LONGEST_NANOS = Settings.Timing.LONGEST_LEASE.toNanos();

  private final long ownMillis;
  private final Rules rules;
  // The longest of this period and of the one before: what was seen is remembered for one to two.
  private long longestMillis;
  private long earlierMillis;
  private long periodFrom;
  private volatile boolean othersSeen;
  private final boolean alone;
  private volatile boolean asked;
  private volatile boolean absent;

  /** When an epoch was seen last; up to a second earlier. */
  private volatile long seenAt;

  private volatile boolean unknown;
  private volatile long unknownUntil;

  /**
   * Nothing is known yet of others.
   *
   * @param alone whether there are none
   */
  LeaseBounds(long ownMillis, Rules rules, boolean alone) {
    this.ownMillis = ownMillis;
    this.rules = rules;
    this.alone = alone;
  }

  /** Takes the lease that an epoch names. */
  void saw(long millis, long clock) {
    if (!asked || absent || clock - seenAt > LONGEST_NANOS) {
      seenAt = clock;
      asked = true;
      absent = false;
    }
    if (millis > ownMillis) {
      remember(millis, clock);
    }
  }

  /**
   * The store holds no epoch: it was emptied, and leases under an earlier one may still run. If
   * that one was not seen of late, they may be of any length, for as long as the longest.
   */
  void sawNone(long clock) {
    if (!absent) {
      if (!asked || clock - seenAt > MEMORY_NANOS) {
        unknownUntil = clock + LONGEST_NANOS;
        unknown = true;
      }
      asked = true;
      absent = true;
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
    if (isUnknown(clock)) {
      return LONGEST_NANOS;
    }
    return TimeUnit.MILLISECONDS.toNanos(Math.max(ownMillis, othersMillis(clock)));
  }

  /** Whether others may believe for longer than any epoch has told of late. */
  private boolean isUnknown(long clock) {
    unknown = unknown && clock - unknownUntil < 0;
    return (unknown || !asked) && !alone && rules.hold(Rules.Rule.LEASE_IN_EPOCH);
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
