package dev.sidecache.redis;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * A calendar period in UTC for which commands are counted.
 *
 * @param name tells it from all others of its unit, such as {@code 2026-03}
 * @param start its first moment
 * @param end the next one's first moment
 */
record BudgetPeriod(String name, Instant start, Instant end) {
  /** A forecast from less than this part of a period would be noise. */
  private static final int LEAST_PART = 24;

  /** Clocks differ, and the last count comes late. */
  private static final Duration KEPT_AFTER = Duration.ofDays(1);

  /** How long a period is. */
  enum Unit {
    MONTH,
    DAY
  }

  /** The period that this moment lies in. */
  static BudgetPeriod at(Unit unit, Instant now) {
    LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
    if (unit == Unit.DAY) {
      return new BudgetPeriod(day.toString(), midnight(day), midnight(day.plusDays(1)));
    }
    YearMonth month = YearMonth.from(day);
    return new BudgetPeriod(
        month.toString(), midnight(month.atDay(1)), midnight(month.plusMonths(1).atDay(1)));
  }

  private static Instant midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * What will be spent at the end if it goes on like this. In the first 24th of the period it is
   * reckoned as if that were over.
   */
  long forecast(long spent, Instant now) {
    long length = Duration.between(start, end).toMillis();
    long elapsed = Duration.between(start, now).toMillis();
    long counted = Math.min(length, Math.max(elapsed, length / LEAST_PART));
    return BigInteger.valueOf(spent)
        .multiply(BigInteger.valueOf(length))
        .divide(BigInteger.valueOf(counted))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  /** Whether so much is spent that somebody should know. */
  static boolean isWarning(long spent, long budget) {
    return spent >= budget - budget / 5;
  }

  /** How long its count is kept. */
  long ttlMillis(Instant now) {
    return Math.max(1, Duration.between(now, end.plus(KEPT_AFTER)).toMillis());
  }
}
