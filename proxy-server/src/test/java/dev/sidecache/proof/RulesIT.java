package dev.sidecache.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The absence of a rule of consistency.md, Section 11, is seen by clients of real processes: with
 * the rule switched off in all sidecars reads are stale, and with all rules they are not. Without
 * this, {@link ProofIT} could be green because it sees nothing.
 *
 * <p>By default those that take a few seconds; all with {@code -Dsidecache.proof.rules=all}, on a
 * machine that has little else to do: of R3 and R18 a window of milliseconds must be met.
 */
class RulesIT {
  private static final String RULES =
      System.getProperty("sidecache.proof.rules", "HOLD,ANSWER_WAITS_FOR_FINISH");
  private static final Duration LIMIT =
      Duration.ofSeconds(Long.getLong("sidecache.proof.rule.seconds", 20));
  private static final Duration CONTROL =
      Duration.ofSeconds(Long.getLong("sidecache.proof.control.seconds", 3));

  static Stream<Scenario> scenarios() {
    List<String> named = List.of(RULES.split(","));
    return Arrays.stream(Scenario.values())
        .filter(scenario -> RULES.equals("all") || named.contains(scenario.name()));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void absenceOfTheRuleIsSeen(Scenario scenario) throws Exception {
    assertThat(shows(scenario, scenario.name(), LIMIT)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void withAllRulesNothingIsSeen(Scenario scenario) throws Exception {
    assertThat(shows(scenario, null, CONTROL)).isFalse();
  }

  private static boolean shows(Scenario scenario, String without, Duration limit) throws Exception {
    History history = new History();
    try (Fleet fleet = new Fleet(2, scenario.setup().without(without))) {
      scenario.slow(fleet.origin);
      long end = System.nanoTime() + limit.multipliedBy(scenario.patience()).toNanos();
      try (Workload load = new Workload(fleet, history, scenario.shape(), 1);
          Probe probe = new Probe(fleet, history)) {
        scenario.provoke(
            new Scenario.Trial(
                fleet,
                load,
                probe,
                () -> System.nanoTime() > end || scenario.showsIn(history, fleet.effects())));
      }
      System.out.println(
          scenario
              + (without == null ? " with all rules: " : " without it: ")
              + history.stale().size()
              + " stale of "
              + history.reads()
              + " reads, "
              + history.writes()
              + " writes");
      assertThat(history.failures()).isEmpty();
      return scenario.showsIn(history, fleet.effects());
    }
  }
}
