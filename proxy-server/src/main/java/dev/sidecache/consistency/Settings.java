package dev.sidecache.consistency;

import java.time.Duration;

/**
 * The settings of the protocol.
 *
 * @param address the store as logs may name it, without credentials; empty: nothing is logged
 * @param lease L: for how long a version may be believed without asking again; 0: each hit asks
 * @param mode whether mutations are marked before they are forwarded
 * @param policy what happens to a mutation that cannot be marked
 * @param holdMax the longest time that an answer is held when its invalidation cannot be delivered
 * @param timing the rest, in no configuration
 * @param fillLease whether all instances together make one request to the origin per cold key
 */
public record Settings(
    String address,
    Duration lease,
    Mode mode,
    Policy policy,
    Duration holdMax,
    Timing timing,
    boolean fillLease) {

  /** The settings of a configuration that says nothing. */
  public static final Settings DEFAULT =
      new Settings(
          "Redis",
          Duration.ofMillis(100),
          Mode.DEFAULT,
          Policy.FORWARD,
          Duration.ofSeconds(6),
          Timing.DEFAULT);

  public Settings {
    long longest = Timing.LONGEST_LEASE.toMillis();
    longest = Math.min(longest, timing.markLease().toMillis() / 2);
    longest = lease.isZero() ? longest : Math.min(longest, timing.probation().toMillis());
    if (lease.isNegative() || lease.toMillis() > longest) {
      throw new IllegalArgumentException(
          "lease: " + lease + " (expected: 0 to " + longest + " ms)");
    }
    if (holdMax.isNegative() || holdMax.isZero()) {
      throw new IllegalArgumentException("hold_max: " + holdMax + " (expected: > 0)");
    }
    if (policy == Policy.REJECT && mode == Mode.LITE) {
      throw new IllegalArgumentException(
          "mutation_policy: reject (expected: forward, because consistency: lite marks nothing)");
    }
  }

  /** Without fill leases. */
  public Settings(
      String address, Duration lease, Mode mode, Policy policy, Duration holdMax, Timing timing) {
    this(address, lease, mode, policy, holdMax, timing, false);
  }

  public Settings withFillLease(boolean other) {
    return new Settings(address, lease, mode, policy, holdMax, timing, other);
  }

  /** The settings for a store in this process: replies are immediate, nobody else owes anything. */
  public static Settings memory() {
    Timing timing = Timing.DEFAULT.withProbation(Duration.ZERO);
    return new Settings(
        "", Duration.ZERO, Mode.DEFAULT, Policy.FORWARD, Duration.ofSeconds(6), timing);
  }

  /** How much a mutation does. */
  public enum Mode {
    /** Mark before, finish after. */
    DEFAULT,
    /** Finish after, only: one command. */
    LITE
  }

  /** Whether a mutation may pass that cannot be marked. */
  public enum Policy {
    /** It passes: a cache must not stop writes. */
    FORWARD,
    /** It is answered 503, so that the cache is exact under partition. */
    REJECT
  }

  /**
   * Times that follow from the protocol and from other settings.
   *
   * @param markLease how long a mark lives without renewal
   * @param lookup the deadline of a lookup
   * @param mark the deadline of a mark
   * @param finish the deadline of a finish
   * @param probation how long the cache rests after a connection; 0: not at all
   * @param versions how long versions live: twice the longest lifetime of a stored response
   * @param upstream the timeout of the origin; twice that, a mutation in doubt stays marked
   */
  public record Timing(
      Duration markLease,
      Duration lookup,
      Duration mark,
      Duration finish,
      Duration probation,
      Duration versions,
      Duration upstream) {

    public static final Duration LONGEST_LEASE = Duration.ofSeconds(1);

    /**
     * A connection that is silent for longer is given up, and a mark lease has room for several.
     */
    static final Duration LONGEST_MARK = Duration.ofSeconds(1);

    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(5),
            Duration.ofMillis(250),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            Duration.ofSeconds(60));

    public Timing {
      positive("mark lease", markLease);
      positive("lookup timeout", lookup);
      positive("mark timeout", mark);
      positive("finish timeout", finish);
      positive("lifetime of versions", versions);
      positive("upstream timeout", upstream);
      if (probation.isNegative()) {
        throw new IllegalArgumentException("probation: " + probation + " (expected: >= 0)");
      }
    }

    /**
     * With the deadline of {@code cache.redis.timeout}. A mark or a finish waits at least as long,
     * up to {@link #LONGEST_MARK}, so that a store far away is not taken for one that is lost.
     */
    public Timing withLookup(Duration other) {
      Duration patience = other.compareTo(LONGEST_MARK) > 0 ? LONGEST_MARK : other;
      return new Timing(
          markLease,
          other,
          longer(mark, patience),
          longer(finish, patience),
          probation,
          versions,
          upstream);
    }

    private static Duration longer(Duration one, Duration other) {
      return one.compareTo(other) > 0 ? one : other;
    }

    public Timing withProbation(Duration other) {
      return new Timing(markLease, lookup, mark, finish, other, versions, upstream);
    }

    /** For stored responses that live up to {@code longest}. */
    public Timing forLifetimes(Duration longest) {
      Duration twice = longest.multipliedBy(2);
      Duration lives = twice.compareTo(DEFAULT.versions()) > 0 ? twice : DEFAULT.versions();
      return new Timing(markLease, lookup, mark, finish, probation, lives, upstream);
    }

    public Timing withUpstream(Duration other) {
      return new Timing(markLease, lookup, mark, finish, probation, versions, other);
    }

    private static void positive(String name, Duration value) {
      if (value.isZero() || value.isNegative()) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
      }
    }
  }
}
