package dev.sidecache.metrics;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.exchange.ShadowComparison;
import dev.sidecache.http.Traceparent;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts exchanges for Prometheus. Prefix {@code sidecache_}; {@code route} is a configured name or
 * {@code none}.
 *
 * <table>
 * <caption>The meters of the exchanges</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>requests_total</td><td>route, method, code (2xx …, none: the client left before), cache</td></tr>
 * <tr><td>request_duration_seconds</td><td>route, cache; to the last byte written</td></tr>
 * <tr><td>not_stored_total</td><td>route, reason</td></tr>
 * <tr><td>bypass_total</td><td>reason</td></tr>
 * <tr><td>stores_total, stored_bytes_total</td><td>tier, route</td></tr>
 * <tr><td>invalidations_total</td><td>source, kind; one per name whose version changed</td></tr>
 * <tr><td>coalesced_requests_total, time_saved_seconds_total</td><td>route</td></tr>
 * <tr><td>shadow_comparisons_total, shadow_mismatches_total</td><td>route</td></tr>
 * <tr><td>upstream_requests_total</td><td>route, outcome</td></tr>
 * <tr><td>upstream_duration_seconds</td><td>route; to the response's head</td></tr>
 * </table>
 *
 * The others: {@link StoreMeters}, {@link ConsistencyMeters}, {@link RedisMeters}, {@link
 * OriginMeters}, {@link ConfigMeters}.
 */
public final class MicrometerObserver implements ExchangeObserver {
  private static final String NO_ROUTE = "none";
  private static final List<String> SOURCES = List.of("rule", "method", "header", "api");
  private static final List<String> KINDS = List.of("tag", "url", "prefix", "route", "all");
  private static final List<CacheResult> OF_ROUTES =
      List.of(
          CacheResult.HIT,
          CacheResult.STALE,
          CacheResult.REVALIDATED,
          CacheResult.COALESCED,
          CacheResult.MISS,
          CacheResult.BYPASS);
  private static final Set<String> COMMON_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final MetricsRegistry registry;
  private final List<String> tiers;
  private final RouteMeters withoutRoute;
  private final Map<String, Counter> bypasses = new HashMap<>();
  private final Counter[] invalidations = new Counter[SOURCES.size() * KINDS.size()];
  private volatile Map<String, RouteMeters> routes = Map.of();

  /**
   * Meters for these rules.
   *
   * @param sharedTier whether responses are stored in {@code l2} as well
   */
  public MicrometerObserver(MetricsRegistry registry, RuleSet rules, boolean sharedTier) {
    this.registry = registry;
    this.tiers = sharedTier ? List.of("l1", "l2") : List.of("l1");
    this.withoutRoute =
        new RouteMeters(registry, NO_ROUTE, tiers)
            .expect(COMMON_METHODS, List.of(CacheResult.PASS));
    for (Bypass bypass : Bypass.values()) {
      bypasses.put(
          bypass.word(),
          registry.counter(
              "bypass",
              "Requests that were not looked up, by reason.",
              Tags.of("reason", bypass.word())));
    }
    for (int i = 0; i < invalidations.length; i++) {
      invalidations[i] =
          registry.counter(
              "invalidations",
              "Names whose stored responses were invalidated, by what asked for it.",
              Tags.of(
                  "source", SOURCES.get(i / KINDS.size()), "kind", KINDS.get(i % KINDS.size())));
    }
    replace(rules);
  }

  /** Makes the series of these rules exist and ends those of routes that are gone. */
  public synchronized void replace(RuleSet rules) {
    Map<String, RouteMeters> before = routes;
    Map<String, RouteMeters> after = new HashMap<>();
    for (Route route : rules.routes()) {
      RouteMeters kept = before.get(route.name());
      RouteMeters meters = kept == null ? new RouteMeters(registry, route.name(), tiers) : kept;
      after.put(route.name(), meters.expect(methodsOf(route), OF_ROUTES));
    }
    routes = Map.copyOf(after);
    before.forEach(
        (name, meters) -> {
          if (!after.containsKey(name)) {
            meters.remove();
          }
        });
  }

  /** How long requests of a route take; {@code -} or an unknown name: those without a route. */
  public RouteTimes times(String route) {
    return meters(route).times();
  }

  @Override
  public void completed(ExchangeRecord exchange) {
    Traceparent trace = exchange.trace();
    if (trace == null || !trace.sampled()) {
      meters(exchange.route()).completed(exchange);
    } else {
      registry.trace().during(trace, () -> meters(exchange.route()).completed(exchange));
    }
    CacheResult result = exchange.cache();
    if (result == CacheResult.BYPASS || result == CacheResult.PASS) {
      Counter bypass = exchange.reason() == null ? null : bypasses.get(exchange.reason());
      if (bypass != null) {
        bypass.increment();
      }
    }
  }

  @Override
  public void stored(String route, long bytes, long lifetimeSeconds) {
    meters(route).stored(bytes);
  }

  @Override
  public void notStored(String route, Refusal refusal) {
    meters(route).notStored(refusal);
  }

  @Override
  public void invalidated(String source, String name, Collection<Tag> tags) {
    int row = SOURCES.indexOf(source);
    for (Tag tag : tags) {
      int kind = kindIndex(tag.kind());
      if (row >= 0 && kind >= 0) {
        invalidations[row * KINDS.size() + kind].increment();
      }
    }
  }

  @Override
  public void saved(String route, long nanos) {
    meters(route).saved(nanos);
  }

  @Override
  public void compared(ShadowComparison comparison) {
    meters(comparison.route()).compared(comparison.difference() != null);
  }

  private RouteMeters meters(String route) {
    RouteMeters meters = routes.get(route);
    return meters == null ? withoutRoute : meters;
  }

  /** The methods a route takes: HEAD too where it takes GET. */
  private static Set<String> methodsOf(Route route) {
    Set<String> methods = new TreeSet<>(route.match().methods());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return methods;
  }

  private static int kindIndex(Tag.Kind kind) {
    return switch (kind) {
      case TAG, FAMILY, GROUP -> 0;
      case URL -> 1;
      case UNDER -> 2;
      case ROUTE -> 3;
      case ALL -> 4;
      case ANY_MUTATION -> -1;
    };
  }
}
