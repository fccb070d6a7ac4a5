package dev.sidecache.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Redis is far, 120 ms there and back, as a database in another region is. Writes are marked all
 * the same, so under {@code mutation_policy: forward}, the default, no window opens: no connection
 * is given up, nothing counts as unmarked, nothing stale is read.
 */
class FarRedisIT {
  private static final String FAR = "l1: { lease: 100ms }, redis: { timeout: %s }";
  private static final long MILLIS = Long.getLong("sidecache.proof.far.millis", 4_000);

  private final History history = new History();

  /** With the default, and with one that leaves room for a read that waits for another's. */
  @ParameterizedTest
  @CsvSource({"250ms, false", "1s, true"})
  void writesKeepTheConnectionAndNothingIsStale(String timeout, boolean hits) throws Exception {
    try (Fleet fleet = new Fleet(2, Fleet.Setup.of(FAR.formatted(timeout)))) {
      // NB: writes take so long that marks must be renewed if they are not answered.
      fleet.origin.times(() -> 0, () -> 700);
      fleet.members().forEach(member -> member.relay.become(Relay.Mode.FAR));
      double before = reconnects(fleet);
      try (Workload load = new Workload(fleet, history, Workload.Shape.of(2, 4, 200, 40), 1)) {
        load.runFor(MILLIS);
      }
      assertThat(reconnects(fleet)).as("connections given up").isEqualTo(before);
      assertThat(fleet.unmarked()).containsOnly(0.0);
    }
    assertThat(history.failures()).isEmpty();
    assertThat(history.stale()).isEmpty();
    assertThat(history.writes()).isGreaterThan(20);
    if (hits) {
      assertThat(history.hits()).isPositive();
    }
  }

  /** How many connections to Redis were given up, by all sidecars together. */
  private static double reconnects(Fleet fleet) throws IOException {
    return fleet.metric("redis_reconnects_total").stream().mapToDouble(count -> count).sum();
  }
}
