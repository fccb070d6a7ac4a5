package dev.sidecache.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise of consistency.md, Section 1, over real processes: three sidecars whose clocks are
 * minutes apart, one Redis, an origin that takes its time, clients over sockets, and faults one
 * after the other from a seed.
 *
 * <p>Run it long by hand: {@code mvn -B verify -Djacoco.skip -Dit.test=ProofIT -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * -Dsidecache.proof.seconds=1900 -Dsidecache.proof.seed=1 -Dsidecache.proof.readers=12}.
 */
class ProofIT {
  private static final int SIDECARS = 3;
  private static final long SECONDS = Long.getLong("sidecache.proof.seconds", 12);
  private static final long SEED = Long.getLong("sidecache.proof.seed", System.nanoTime());

  private static final String POLICIES =
      System.getProperty("sidecache.proof.policies", "REJECT,FORWARD");

  /** All, if none is named. */
  private static final List<String> FAULTS =
      Arrays.stream(System.getProperty("sidecache.proof.faults", "").split(",", -1))
          .filter(name -> !name.isEmpty())
          .toList();

  /** Per sidecar. */
  private static final int READERS = Integer.getInteger("sidecache.proof.readers", 8);

  /** The origin's longest answer, the deadline of Redis, and what a busy machine may add. */
  private static final long READ_BOUND_MILLIS = 2 * 120 + 250 + 3_000;

  private static final long RECOVERY_BOUND_MILLIS = 15_000;
  private static final Duration MARK_LEASE = Duration.ofSeconds(5);
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final History history = new History();
  private final Map<Fault, List<Long>> recoveries = new EnumMap<>(Fault.class);
  private final NavigableMap<Long, Fault> steps = new TreeMap<>();

  /** When those of them began in which a mutation passed unmarked. */
  private final Set<Long> windows = new HashSet<>();

  private final Random random = new Random(SEED);

  /** What a mutation that cannot be marked becomes, and for which faults nothing may be stale. */
  enum Policy {
    /** Section 9 leaves no window for any of these faults one at a time. */
    REJECT(3),
    /**
     * No request fails, writes included. A sidecar that misses Redis where another does not leaves
     * that one stale until it is back, and counts that; so only what strikes all is tried.
     */
    FORWARD(1);

    /** Quarters of the time. */
    private final int share;

    Policy(int share) {
      this.share = share;
    }

    Duration lasts() {
      return Duration.ofSeconds(SECONDS).multipliedBy(share).dividedBy(4);
    }

    Fleet.Setup setup() {
      String cache = "l1: { lease: 100ms }, mutation_policy: " + name().toLowerCase(Locale.ROOT);
      return Fleet.Setup.of(cache).withClocksApart(180);
    }

    List<Fault> shuffled(Random random) {
      List<Fault> all = new ArrayList<>(List.of(Fault.values()));
      all.removeIf(fault -> !FAULTS.isEmpty() && !FAULTS.contains(fault.name()));
      all.removeIf(fault -> this == FORWARD && fault.isPartition());
      Collections.shuffle(all, random);
      return all;
    }
  }

  /** Most answers come soon, some take ten times as long. */
  private static long service(Random times) {
    return times.nextInt(10) == 0 ? times.nextInt(120) : times.nextInt(12);
  }

  static Stream<Policy> policies() {
    return Arrays.stream(Policy.values()).filter(policy -> POLICIES.contains(policy.name()));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void noReadIsOlderThanAnAnsweredWrite(Policy policy) throws Exception {
    System.out.println("-Dsidecache.proof.seed=" + SEED + " -Dsidecache.proof.seconds=" + SECONDS);
    try (Fleet fleet = new Fleet(SIDECARS, policy.setup())) {
      Random times = new Random(SEED);
      fleet.origin.times(() -> service(times), () -> service(times));
      Workload.Shape shape = Workload.Shape.of(READERS, 2, 60, 40);
      try (Workload load = new Workload(fleet, history, shape, random.nextLong())) {
        suffer(fleet, load, policy);
      }
      System.out.println(told(policy, fleet.changes()));
      assertThat(
              history.stale().stream()
                  .filter(this::isUndocumented)
                  .map(stale -> placed(stale, stale.atNanos())))
          .as("stale")
          .isEmpty();
      Duration hidden = MARK_LEASE.plus(SLACK);
      assertThat(history.hiddenLongerThan(hidden.toNanos(), fleet.effects())).isEmpty();
    }
    assertThat(history.failures().stream().map(failed -> placed(failed, failed.atNanos())))
        .as("requests that failed")
        .isEmpty();
    if (policy == Policy.REJECT) {
      assertThat(windows).as("faults in which a mutation passed unmarked").isEmpty();
    }
    assertThat(history.hits()).isPositive();
    assertThat(allRecoveries()).allMatch(millis -> millis < RECOVERY_BOUND_MILLIS);
    // All but one in a thousand: a busy machine lets some thread wait.
    assertThat(History.permille(history.readMicros(), 999))
        .as("slowest GET")
        .isLessThan(READ_BOUND_MILLIS);
  }

  /**
   * Whether nothing tells of a window: no mutation of this fault or the one before was unmarked.
   */
  private boolean isUndocumented(History.Stale stale) {
    Long step = steps.floorKey(stale.atNanos());
    Long before = step == null ? null : steps.lowerKey(step);
    return step != null && !windows.contains(step) && (before == null || !windows.contains(before));
  }

  /** What happened, and during or after which fault. */
  private String placed(Object what, long atNanos) {
    Map.Entry<Long, Fault> step = steps.floorEntry(atNanos);
    return step == null
        ? what.toString()
        : "%s, %d ms into %s"
            .formatted(what, (atNanos - step.getKey()) / 1_000_000, step.getValue());
  }

  private void suffer(Fleet fleet, Workload load, Policy policy) throws Exception {
    long until = System.nanoTime() + policy.lasts().toNanos();
    List<Fault> faults = policy.shuffled(random);
    while (System.nanoTime() < until) {
      Fault fault = faults.remove(0);
      faults = faults.isEmpty() ? policy.shuffled(random) : faults;
      long began = System.nanoTime();
      List<Double> unmarked = fleet.unmarked();
      steps.put(began, fault);
      long recovered = suffer(fleet, load, fault);
      if (!fleet.unmarked().equals(unmarked)) {
        windows.add(began);
      }
      recoveries.computeIfAbsent(fault, made -> new ArrayList<>()).add(recovered);
    }
  }

  /** One fault; returns how many milliseconds after its end all sidecars use their cache. */
  private long suffer(Fleet fleet, Workload load, Fault fault) throws Exception {
    Stage stage = new Stage(fleet, fleet.any(random), random);
    load.runFor(100);
    fault.begin(stage);
    long begun = System.nanoTime();
    long lasts = fault.lasts(random);
    for (long elapsed = 0; elapsed < lasts; elapsed = millisSince(begun)) {
      fault.goOn(stage, elapsed);
      load.runFor(20);
    }
    fault.end(stage);
    long mended = System.nanoTime();
    String after = "after " + fault + " of sidecar " + stage.victim().index;
    fleet.members().forEach(member -> fleet.awaitUp(member, after));
    long recovered = millisSince(mended);
    load.runFor(300);
    return recovered;
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  private List<Long> allRecoveries() {
    return recoveries.values().stream().flatMap(List::stream).toList();
  }

  private String told(Policy policy, long changes) {
    int[] reads = history.readMicros();
    int[] writes = history.writeMicros();
    StringBuilder told = new StringBuilder();
    told.append(
        ("%s: %d reads (%d hits), %d writes answered, %d that took effect were not; stale %d (%d"
                + " where no mutation was unmarked), failed %d, went back while a write was"
                + " unanswered %d; %d faults%n")
            .formatted(
                policy,
                history.reads(),
                history.hits(),
                history.writes(),
                changes - history.writes(),
                history.stale().size(),
                history.stale().stream().filter(this::isUndocumented).count(),
                history.failures().size(),
                history.wentBack(),
                steps.size()));
    told.append("GET ms ").append(quantiles(reads)).append("; PUT ms ").append(quantiles(writes));
    told.append("; recovery ms ").append(quantiles(allRecoveries()));
    recoveries.forEach(
        (fault, millis) ->
            told.append("%n  %s: %d, recovery ms ".formatted(fault, millis.size()))
                .append(quantiles(millis)));
    return told.toString();
  }

  private static String quantiles(int[] micros) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f p99 %.1f p99.9 %.1f max %.1f",
        History.permille(micros, 500),
        History.permille(micros, 990),
        History.permille(micros, 999),
        History.permille(micros, 1_000));
  }

  private static String quantiles(List<Long> millis) {
    return "p50 %d p99 %d max %d"
        .formatted(
            History.permille(millis, 500),
            History.permille(millis, 990),
            History.permille(millis, 1_000));
  }
}
