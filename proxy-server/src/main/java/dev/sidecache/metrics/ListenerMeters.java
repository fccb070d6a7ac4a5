package dev.sidecache.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * What lies between clients and the proxy.
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>client_connections</td><td></td></tr>
 * <tr><td>refused_total</td><td>reason (connection_limit, peer_limit, malformed, request_timeout,
 * uri_too_long, fields_too_large, version, …; http2_ and an error code of HTTP/2)</td></tr>
 * </table>
 */
public final class ListenerMeters {
  private final MetricsRegistry registry;
  private final Map<String, Counter> refused = new ConcurrentHashMap<>();

  /**
   * Meters of a listener.
   *
   * @param connections read at each scrape
   */
  public ListenerMeters(MetricsRegistry registry, DoubleSupplier connections) {
    this.registry = registry;
    registry.gauge("client.connections", "Open connections of clients.", Tags.empty(), connections);
    counter("connection_limit");
    counter("peer_limit");
  }

  /** A connection or request was refused before any rule was asked. */
  public void refused(String reason) {
    counter(reason).increment();
  }

  private Counter counter(String reason) {
    return refused.computeIfAbsent(
        reason,
        word ->
            registry.counter(
                "refused",
                "Connections and requests refused before any rule was asked, by reason.",
                Tags.of("reason", word)));
  }
}
