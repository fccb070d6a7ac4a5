package dev.sidecache.consistency.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.consistency.Settings;
import dev.sidecache.consistency.checker.StepModel.Bounds;
import dev.sidecache.consistency.checker.StepModel.Mishap;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Orders of the steps of one mutation and a few reads, with one mishap. L is 6 ms, hence U 3.94 ms,
 * and a tick 2 ms: at this size the margin decides. Source: consistency.md, Section 12.
 */
class InterleavingsTest {
  private static final int MOST_STATES = 20_000;

  private static Bounds bounds(String brokenRule, int gets, Mishap mishap) {
    Settings.Timing timing =
        new Settings.Timing(
            Duration.ofMillis(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(6),
            Duration.ofDays(1),
            Duration.ofMinutes(1));
    Settings settings =
        new Settings(
            "",
            Duration.ofMillis(6),
            Settings.Mode.DEFAULT,
            Settings.Policy.FORWARD,
            Duration.ofSeconds(6),
            timing);
    return new Bounds(settings, brokenRule, 1, gets, 3, 2, Map.of(mishap, 1));
  }

  @ParameterizedTest(name = "{0}, {1} reads")
  @CsvSource({"SLOW_CLOCK, 2", "EXPIRE_MARK, 2", "EVICT, 3"})
  void nothingIsStaleWhileAllRulesHold(Mishap mishap, int gets) {
    Interleavings all =
        new Interleavings(() -> new StepModel(bounds(null, gets, mishap))).explore(MOST_STATES);

    assertThat(all.violation()).as("%d states", all.states()).isEmpty();
    assertThat(all.states()).isGreaterThan(1000);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "R3, LEASE_MARGIN, SLOW_CLOCK, 2",
    "R5, FINISH_GAP, EVICT, 3",
    "R6, UNANSWERED_MARK_MOVES_B, EXPIRE_MARK, 2"
  })
  void someOrderIsStaleWithoutTheRule(String number, String rule, Mishap mishap, int gets) {
    Interleavings all =
        new Interleavings(() -> new StepModel(bounds(rule, gets, mishap)))
            .explore(20 * MOST_STATES);

    assertThat(all.violation()).as("%s %s is caught", number, rule).isNotEmpty();
  }
}
