package dev.sidecache.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * What lies between the proxy and the backend.
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>upstream_connections</td><td>state</td></tr>
 * <tr><td>upstream_breaker</td><td>state (closed, open, half_open); 1 for the one that holds</td></tr>
 * <tr><td>upstream_shed_total</td><td>reason (upstream_busy, upstream_open, tunnel_limit)</td></tr>
 * <tr><td>upstream_retries_total</td><td></td></tr>
 * <tr><td>tunnels</td><td></td></tr>
 * </table>
 */
public final class OriginMeters {
  private final MetricsRegistry registry;
  private final Map<String, Counter> shed = new TreeMap<>();
  private final Counter retries;

  public OriginMeters(MetricsRegistry registry) {
    this.registry = registry;
    for (String reason : List.of("upstream_busy", "upstream_open", "tunnel_limit")) {
      shed.put(
          reason,
          registry.counter(
              "upstream.shed",
              "Requests refused so as to spare the backend or memory, by reason.",
              Tags.of("reason", reason)));
    }
    this.retries =
        registry.counter(
            "upstream.retries",
            "Requests sent a second time because their connection was found closed.",
            Tags.empty());
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

  /**
   * Shows whether the breaker is in one state.
   *
   * @param holds read at each scrape
   */
  public OriginMeters breaker(String state, BooleanSupplier holds) {
    registry.gauge(
        "upstream.breaker",
        "1 for the state of the backend's breaker; open: requests are refused.",
        Tags.of("state", state),
        () -> holds.getAsBoolean() ? 1 : 0);
    return this;
  }

  /** Shows how many connections have left HTTP; read at each scrape. */
  public OriginMeters tunnels(DoubleSupplier count) {
    registry.gauge("tunnels", "Open tunnels, of WebSocket and the like.", Tags.empty(), count);
    return this;
  }

  /** A request was refused. */
  public void shed(String reason) {
    Counter counter = shed.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  /** A request was sent a second time. */
  public void retried() {
    retries.increment();
  }
}
