package dev.sidecache.consistency.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sidecache.consistency.Settings.Policy;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random runs of three instances: nothing stale while all rules hold, something stale without any
 * one of them. Source: consistency.md, Sections 11 and 12.
 */
class CheckerTest {
  private static final int MILLIS = 3000;
  private static final int SEEDS = 40;

  /** The rarest is met in one run of about a hundred. */
  private static final int MOST_SEEDS = 300;

  private static final Fault[] ALL_BUT_PARTITION = {
    Fault.EVICT,
    Fault.FLUSH,
    Fault.FAILOVER,
    Fault.OUTAGE,
    Fault.CRASH,
    Fault.PAUSE,
    Fault.DRIFT,
    Fault.SLOW,
    Fault.FULL,
    Fault.QUOTA,
    Fault.LEASES
  };

  private static Mix forward(Fault... faults) {
    return Mix.of(Policy.FORWARD, 60, faults);
  }

  private static Mix reject(Fault... faults) {
    return Mix.of(Policy.REJECT, 60, faults);
  }

  static Stream<Arguments> mixes() {
    return Stream.of(
        arguments("nothing goes wrong", forward()),
        arguments("no leases", Mix.of(Policy.FORWARD, 0)),
        arguments("lite", forward(Fault.EVICT, Fault.FAILOVER).lite()),
        arguments("all but partition", forward(ALL_BUT_PARTITION)),
        arguments("all, reject", reject(Fault.values())),
        arguments("outage, late execution", forward(Fault.OUTAGE, Fault.LATE)),
        arguments("partition, reject", reject(Fault.PARTITION, Fault.LATE, Fault.SLOW)),
        arguments("partition, forward, own changes", forward(Fault.PARTITION)),
        arguments("writes refused, own changes", forward(Fault.REFUSING)),
        arguments("crash hides nothing", reject(Fault.CRASH)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mixes")
  void nothingIsStaleWhileAllRulesHold(String name, Mix mix) {
    int answers = 0;
    int hits = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(seed, mix).go(MILLIS);
      answers += run.oracle().answers();
      hits += run.oracle().hits();
      assertThat(run.oracle().stale())
          .as("%s, seed %d, steps:%n%s", name, seed, String.join("\n", run.steps()))
          .isEmpty();
    }
    // A run that caches nothing proves nothing.
    assertThat(answers).isGreaterThan(1000);
    assertThat(hits).isGreaterThan(100);
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        arguments("R1", "LEASE_FROM_SEND", forward(Fault.PAUSE, Fault.SLOW).every(100)),
        arguments("R2", "HOLD", forward()),
        arguments("R4", "MARKED_GRANTS_NO_LEASE", forward(Fault.SLOW)),
        arguments("R5 finish", "FINISH_GAP", forward(Fault.EVICT, Fault.SLOW)),
        arguments(
            "R5 renewal",
            "RENEWAL_GAP",
            Mix.of(Policy.FORWARD, 150, Fault.EVICT, Fault.SLOW).every(40)),
        arguments("R7", "LEASE_OF_OWN_UID", forward()),
        arguments("R8", "CLOCK_AFTER_ARRIVAL", forward(Fault.PAUSE)),
        arguments("R9", "SERVER_IDENTITY", forward(Fault.FAILOVER)),
        arguments("R10", "PROBATION", forward(Fault.OUTAGE)),
        arguments("R12", "LAPSED_MARK_IS_NOT_CURED", reject(Fault.PARTITION, Fault.SLOW)),
        arguments("R13", "HOLD_AFTER_FAILED_FINISH", forward(Fault.OUTAGE)),
        arguments("R14 absent", "ABSENT_IS_INVALID", forward(Fault.EVICT)),
        arguments("R14 random", "RANDOM_VERSIONS", forward(Fault.EVICT)),
        arguments("R15, R19 late stamp", "STAMP_BEFORE_FETCH", forward()),
        arguments("R16", "MARK_FIRST", reject(Fault.CRASH)),
        arguments("R17", "ANSWER_WAITS_FOR_FINISH", Mix.of(Policy.FORWARD, 0)),
        arguments("R19 uids", "FRESH_UIDS", reject(Fault.LATE, Fault.PARTITION)),
        arguments("R19 join", "JOIN_UNDER_EQUAL_STAMPS", forward()),
        arguments("R20 V:w", "DECLARED_TAGS_NEED_QUIET", forward(Fault.EVICT)),
        arguments("R20 lease", "LEASE_IN_EPOCH", forward(Fault.LEASES)),
        arguments("R20 quota", "EPOCH_AFTER_QUOTA", forward(Fault.QUOTA)),
        arguments("dirty tags", "DIRTY_TAGS_FORWARD", forward(Fault.REFUSING)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("rules")
  void somethingIsStaleWithoutTheRule(String number, String rule, Mix mix) {
    boolean stale = false;
    for (int seed = 0; seed < MOST_SEEDS && !stale; seed++) {
      stale = !new Run(seed, mix.without(rule)).go(4000).oracle().stale().isEmpty();
    }
    assertThat(stale).as("%s %s is caught", number, rule).isTrue();
  }
}
