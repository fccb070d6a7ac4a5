package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.BudgetPeriod.Unit;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BudgetPeriodTest {
  private static BudgetPeriod month(String now) {
    return BudgetPeriod.at(Unit.MONTH, Instant.parse(now));
  }

  @Test
  void monthsAndDaysBeginAtMidnightInUtc() {
    assertThat(month("2026-12-31T23:59:59.999Z"))
        .isEqualTo(
            new BudgetPeriod(
                "2026-12",
                Instant.parse("2026-12-01T00:00:00Z"),
                Instant.parse("2027-01-01T00:00:00Z")));
    assertThat(month("2027-01-01T00:00:00Z").name()).isEqualTo("2027-01");
    assertThat(BudgetPeriod.at(Unit.DAY, Instant.parse("2028-02-29T12:00:00Z")))
        .isEqualTo(
            new BudgetPeriod(
                "2028-02-29",
                Instant.parse("2028-02-29T00:00:00Z"),
                Instant.parse("2028-03-01T00:00:00Z")));
  }

  @Test
  void forecastScalesToThePeriodsEnd() {
    BudgetPeriod april = month("2026-04-01T00:00:00Z");

    assertThat(april.forecast(1_000, Instant.parse("2026-04-16T00:00:00Z"))).isEqualTo(2_000);
    assertThat(april.forecast(1_000, april.end())).isEqualTo(1_000);
    assertThat(april.forecast(Long.MAX_VALUE / 2, Instant.parse("2026-04-02T06:00:00Z")))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void forecastAtTheVeryBeginningIsAsIfA24thWereOver() {
    BudgetPeriod day = BudgetPeriod.at(Unit.DAY, Instant.parse("2026-04-01T00:00:00Z"));

    assertThat(day.forecast(10, day.start())).isEqualTo(240);
    assertThat(day.forecast(10, day.start().plusSeconds(60))).isEqualTo(240);
    assertThat(day.forecast(10, day.start().plusSeconds(7_200))).isEqualTo(120);
  }

  @Test
  void warningFromFourFifthsOn() {
    assertThat(BudgetPeriod.isWarning(399_999, 500_000)).isFalse();
    assertThat(BudgetPeriod.isWarning(400_000, 500_000)).isTrue();
    assertThat(BudgetPeriod.isWarning(0, 1)).isFalse();
  }
}
