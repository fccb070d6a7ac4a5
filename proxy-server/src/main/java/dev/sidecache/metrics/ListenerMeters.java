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
 * <tr><td>in_flight_bytes, in_flight_limit_bytes</td><td></td></tr>
 * <tr><td>refused_total</td><td>reason (connection_limit, peer_limit, in_flight_limit, malformed, request_timeout,
 * uri_too_long, fields_too_large, version, …; http2_ and an error code of HTTP/2)</td></tr>
 * </table>
 */
public final class ListenerMeters {
  private static final String REFUSED = "Connections and requests refused, by reason.";

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

  /**
   * Shows the memory of exchanges in flight, and what was refused for want of it.
   *
   * @param bytes held, read at each scrape
   * @param limit of them
   * @param refusals since the start
   */
  public void inFlight(DoubleSupplier bytes, DoubleSupplier limit, DoubleSupplier refusals) {
    registry.gauge("in.flight.bytes", "Memory that exchanges in flight hold.", Tags.empty(), bytes);
    registry.gauge(
        "in.flight.limit.bytes", "Memory that exchanges in flight may hold.", Tags.empty(), limit);
    registry.counter("refused", REFUSED, Tags.of("reason", "in_flight_limit"), refusals);
  }

  /** A connection or request was refused before any rule was asked. */
  public void refused(String reason) {
    counter(reason).increment();
  }

  private Counter counter(String reason) {
    return refused.computeIfAbsent(
        reason, word -> registry.counter("refused", REFUSED, Tags.of("reason", word)));
  }
}
