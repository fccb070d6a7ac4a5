package dev.sidecache.metrics;

import dev.sidecache.caching.Lookup;
import dev.sidecache.testing.Metrics;
import dev.sidecache.testing.NamedRoutes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;

/** Every meter of the product, over routes {@code students-list} and {@code profile}. */
final class AllMeters implements AutoCloseable {
  final MetricsRegistry registry =
      new MetricsRegistry(new MetricsRegistry.Build("0.1.0", "10d0af5", "17.0.15"));
  final MicrometerObserver observer =
      new MicrometerObserver(registry, NamedRoutes.withRoutes("students-list", "profile"), true);
  final StoreMeters store =
      new StoreMeters(
          registry,
          new StoreMeters.MemoryFigures(
              () -> 412,
              () -> 9_437_184,
              () -> 33_554_432,
              Map.of(
                  "size", () -> 3, "expired", () -> 0, "replaced", () -> 1, "explicit", () -> 0)),
          true);
  final ConsistencyMeters consistency = new ConsistencyMeters(registry, () -> 2, () -> 1);
  final AtomicBoolean redisUp = new AtomicBoolean(true);
  final RedisMeters redis = new RedisMeters(registry, redisUp::get);
  final OriginMeters origin =
      new OriginMeters(registry)
          .connections("active", () -> 1)
          .connections("idle", () -> 4)
          .breaker("closed", () -> true)
          .breaker("open", () -> false);
  final ConfigMeters config =
      new ConfigMeters(registry, "9f2c41d0", Instant.parse("2026-03-01T09:00:00.500Z"));

  /** Makes at least one series of each metric. */
  AllMeters feedEach() {
    observer.completed(Exchanges.hit());
    observer.completed(Exchanges.miss());
    observer.notStored("students-list", dev.sidecache.caching.Refusal.NO_STORE);
    observer.stored("profile", 2048, 60);
    observer.saved("students-list", 30_000_000);
    store.lookedUp(new Lookup.UriMiss());
    consistency.held(12_000_000);
    redis.command("mget", "ok", 900_000);
    TokenKeyMeters.register(registry, () -> 2, () -> 1);
    TracingMeters.register(registry, () -> 12, () -> 0, () -> 3);
    return this;
  }

  /** The lines of a scrape, without comments. */
  List<String> lines() {
    return scrape().lines().filter(line -> !line.startsWith("#")).toList();
  }

  private String scrape() {
    return registry.scrape(null).text();
  }

  /** The value of one series, spelt as in the text without the prefix; null if it is absent. */
  Double value(String series) {
    OptionalDouble value = Metrics.value(scrape(), series);
    return value.isPresent() ? value.getAsDouble() : null;
  }

  @Override
  public void close() {
    registry.close();
  }
}
