package dev.sidecache.metrics;

import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Tier;
import dev.sidecache.exchange.ExchangeObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Counts what lies in the cache and what lookups find.
 *
 * <table>
 * <caption>The meters of the store</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>entries, size_bytes, max_size_bytes</td><td>tier (l1)</td></tr>
 * <tr><td>cache_lookups_total</td><td>tier (l1, l2), result</td></tr>
 * <tr><td>evictions_total</td><td>tier (l1), reason</td></tr>
 * </table>
 */
public final class StoreMeters implements ExchangeObserver {
  private final Counting counting = new Counting();
  private final Counter memoryHits;
  private final Counter memoryMisses;
  private final Map<SharedResult, Counter> shared = new EnumMap<>(SharedResult.class);

  /** What a lookup in the shared tier came to. */
  private enum SharedResult {
    HIT,
    MISS,
    /** It failed. */
    ERROR,
    /** It was not answered in time. */
    TIMEOUT,
    /** What lay there could not be read. */
    CORRUPT
  }

  /**
   * The figures of the memory tier, read at each scrape.
   *
   * @param entries number of stored responses
   * @param sizeBytes memory they take
   * @param maxSizeBytes the limit
   * @param evictions how many left, by reason: {@code size}, {@code expired}, {@code replaced},
   *     {@code explicit}
   */
  public record MemoryFigures(
      DoubleSupplier entries,
      DoubleSupplier sizeBytes,
      DoubleSupplier maxSizeBytes,
      Map<String, DoubleSupplier> evictions) {
    public MemoryFigures {
      evictions = Map.copyOf(evictions);
    }
  }

  /**
   * Meters of the store.
   *
   * @param sharedTier whether there is an {@code l2}
   */
  public StoreMeters(MetricsRegistry registry, MemoryFigures memory, boolean sharedTier) {
    Tags tier = Tags.of("tier", "l1");
    registry.gauge("entries", "Responses stored.", tier, memory.entries());
    registry.gauge("size.bytes", "Memory that stored responses take.", tier, memory.sizeBytes());
    registry.gauge(
        "max.size.bytes", "Memory that stored responses may take.", tier, memory.maxSizeBytes());
    memoryHits = lookups(registry, "l1", "hit");
    memoryMisses = lookups(registry, "l1", "miss");
    for (SharedResult result : sharedTier ? SharedResult.values() : new SharedResult[0]) {
      String word = result.name().toLowerCase(Locale.ROOT);
      shared.put(result, lookups(registry, "l2", word));
    }
    memory
        .evictions()
        .forEach(
            (reason, count) ->
                registry.counter(
                    "evictions",
                    "Stored responses that left the tier, by reason.",
                    tier.and("reason", reason),
                    count));
  }

  @Override
  public void lookedUp(Lookup lookup) {
    lookup.carry(counting);
  }

  /** The shared tier was asked and did not tell; {@code late}: not in time. */
  public void lookupFailed(boolean late) {
    count(late ? SharedResult.TIMEOUT : SharedResult.ERROR);
  }

  /** What lay in the shared tier could not be read. */
  public void unreadable() {
    count(SharedResult.CORRUPT);
  }

  private void found(Tier tier, boolean current) {
    if (current && tier == Tier.L1) {
      memoryHits.increment();
    } else {
      memoryMisses.increment();
      count(current ? SharedResult.HIT : SharedResult.MISS);
    }
  }

  /** Without a shared tier nothing is counted. */
  private void count(SharedResult result) {
    Counter counter = shared.get(result);
    if (counter != null) {
      counter.increment();
    }
  }

  private static Counter lookups(MetricsRegistry registry, String tier, String result) {
    return registry.counter(
        "cache.lookups",
        "Lookups in a tier, by what was found.",
        Tags.of("tier", tier, "result", result));
  }

  /** Counts a lookup's outcome. What could not be asked is no lookup. */
  private final class Counting implements Lookup.Cases<Boolean> {
    @Override
    public Boolean found(Lookup.Found lookup) {
      StoreMeters.this.found(lookup.tier(), lookup.current());
      return true;
    }

    @Override
    public Boolean uriMiss() {
      StoreMeters.this.found(Tier.L2, false);
      return true;
    }

    @Override
    public Boolean varyMiss() {
      return uriMiss();
    }

    @Override
    public Boolean unavailable(Lookup.Unavailable lookup) {
      return false;
    }
  }
}
