package dev.sidecache.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.function.DoubleSupplier;

/** Shows the connections to the backend: {@code upstream_connections}, label {@code state}. */
public final class OriginMeters {
  private final MetricsRegistry registry;

  public OriginMeters(MetricsRegistry registry) {
    this.registry = registry;
  }

  /**
   * Shows the connections of one state.
   *
   * @param state such as {@code active} or {@code idle}
   * @param count read at each scrape
   */
  public OriginMeters connections(String state, DoubleSupplier count) {
    registry.gauge(
        "upstream.connections",
        "Connections to the backend, by state.",
        Tags.of("state", state),
        count);
    return this;
  }
}
