package dev.sidecache.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.function.DoubleSupplier;

/**
 * Counts fetches of the public keys of tokens.
 *
 * <table>
 * <caption>The meter</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>jwks_fetches_total</td><td>outcome (ok, failed)</td></tr>
 * </table>
 */
public final class TokenKeyMeters {
  private TokenKeyMeters() {}

  /** Registers it; both figures are read at each scrape. */
  public static void register(
      MetricsRegistry registry, DoubleSupplier fetched, DoubleSupplier failed) {
    outcome(registry, "ok", fetched);
    outcome(registry, "failed", failed);
  }

  private static void outcome(MetricsRegistry registry, String outcome, DoubleSupplier count) {
    registry.counter(
        "jwks.fetches",
        "Fetches of the public keys of tokens.",
        Tags.of("outcome", outcome),
        count);
  }
}
