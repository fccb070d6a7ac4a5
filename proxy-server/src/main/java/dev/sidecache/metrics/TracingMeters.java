package dev.sidecache.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.function.DoubleSupplier;

/**
 * Counts what becomes of spans; exists only where they are exported.
 *
 * <table>
 * <caption>The meters of tracing</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>spans_exported_total</td><td></td></tr>
 * <tr><td>spans_dropped_total</td><td>reason (queue_full, export_failed)</td></tr>
 * </table>
 */
public final class TracingMeters {
  private TracingMeters() {}

  /** Registers them; all figures are read at each scrape. */
  public static void register(
      MetricsRegistry registry,
      DoubleSupplier exported,
      DoubleSupplier queueFull,
      DoubleSupplier exportFailed) {
    registry.counter("spans.exported", "Spans that a collector took.", Tags.empty(), exported);
    dropped(registry, "queue_full", queueFull);
    dropped(registry, "export_failed", exportFailed);
  }

  private static void dropped(MetricsRegistry registry, String reason, DoubleSupplier count) {
    registry.counter("spans.dropped", "Spans that were lost.", Tags.of("reason", reason), count);
  }
}
