package dev.sidecache.admin;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Refusal;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Counts exchanges per route, over windows of time and since the start. */
public final class Statistics implements ExchangeObserver {
  /** A column of counts per result, refusal and bypass, by their words. */
  private static final List<String> RESULTS = words(CacheResult.values(), CacheResult::word);

  private static final List<String> REFUSALS = words(Refusal.values(), Refusal::word);
  private static final List<String> BYPASSES = words(Bypass.values(), Bypass::word);
  private static final int[] REQUEST_COLUMNS = IntStream.range(0, RESULTS.size()).toArray();
  private static final int[] HIT_COLUMNS =
      Arrays.stream(CacheResult.values())
          .filter(CacheResult::isHit)
          .mapToInt(result -> RESULTS.indexOf(result.word()))
          .toArray();
  private static final int REFUSAL_COLUMN = RESULTS.size();
  private static final int BYPASS_COLUMN = REFUSAL_COLUMN + REFUSALS.size();

  private static final int SAVED_COLUMN = BYPASS_COLUMN + BYPASSES.size();

  /** The last column: bytes of content sent, since the start only. */
  private static final int BYTES_COLUMN = SAVED_COLUMN + 1;

  private static final int COLUMNS = BYTES_COLUMN + 1;

  private final LongSupplier nanoTime;
  private final Map<String, WindowCounts> routes = new ConcurrentHashMap<>();

  /**
   * Statistics that begin now.
   *
   * @param nanoTime a monotonic clock
   */
  public Statistics(RuleSet rules, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    counts("-");
    replace(rules);
  }

  /** Knows the routes of these rules from now on; counts of routes that are gone are kept. */
  public void replace(RuleSet rules) {
    for (Route route : rules.routes()) {
      counts(route.name());
    }
  }

  @Override
  public void completed(ExchangeRecord exchange) {
    WindowCounts counts = counts(exchange.route());
    long now = nanoTime.getAsLong();
    CacheResult result = exchange.cache();
    counts.add(RESULTS.indexOf(result.word()), 1, now);
    counts.addToAll(BYTES_COLUMN, exchange.bytes());
    String reason = exchange.reason();
    if (reason != null && (result == CacheResult.BYPASS || result == CacheResult.PASS)) {
      int bypass = BYPASSES.indexOf(reason);
      if (bypass >= 0) {
        counts.add(BYPASS_COLUMN + bypass, 1, now);
      }
    }
  }

  @Override
  public void notStored(String route, Refusal refusal) {
    counts(route).add(REFUSAL_COLUMN + REFUSALS.indexOf(refusal.word()), 1, nanoTime.getAsLong());
  }

  @Override
  public void saved(String route, long nanos) {
    counts(route).add(SAVED_COLUMN, nanos, nanoTime.getAsLong());
  }

  /** Whether the rules have, or had, a route of this name. */
  public boolean knows(String route) {
    return routes.containsKey(route);
  }

  /**
   * What was counted.
   *
   * @param route of this route only; null: of all, and of requests without a route
   */
  public Summary summary(Window window, @Nullable String route) {
    long[] sums = new long[COLUMNS];
    long now = nanoTime.getAsLong();
    routes.forEach(
        (name, counts) -> {
          if (route == null || route.equals(name)) {
            counts.addTo(sums, window, now);
          }
        });
    return summary(sums);
  }

  /** Bytes of content that were sent in answers to requests of the route, since the start. */
  long bytes(String route) {
    long[] sums = new long[COLUMNS];
    counts(route).addTo(sums, Window.ALL, nanoTime.getAsLong());
    return sums[BYTES_COLUMN];
  }

  /**
   * How often, slot by slot of a window; the oldest first, the last one still being filled.
   *
   * @param hits hit, stale, revalidated and coalesced
   * @param requests all
   */
  record Series(List<Long> hits, List<Long> requests) {}

  /** The series of a route. */
  Series series(String route, boolean hour) {
    long now = nanoTime.getAsLong();
    return new Series(
        series(route, HIT_COLUMNS, hour, now), series(route, REQUEST_COLUMNS, hour, now));
  }

  private List<Long> series(String route, int[] columns, boolean hour, long now) {
    long[] series = new long[WindowCounts.SERIES];
    counts(route).addSeriesTo(series, columns, hour, now);
    return Arrays.stream(series).boxed().toList();
  }

  private static Summary summary(long[] sums) {
    long hits = 0;
    long requests = 0;
    for (CacheResult result : CacheResult.values()) {
      hits += result.isHit() ? count(sums, result) : 0;
      requests += count(sums, result);
    }
    return new Summary(
        requests,
        hits,
        count(sums, CacheResult.MISS),
        occurred(sums, REFUSAL_COLUMN, REFUSALS),
        occurred(sums, BYPASS_COLUMN, BYPASSES),
        hits - count(sums, CacheResult.REVALIDATED),
        sums[SAVED_COLUMN]);
  }

  private static long count(long[] sums, CacheResult result) {
    return sums[RESULTS.indexOf(result.word())];
  }

  private static Map<String, Long> occurred(long[] sums, int from, List<String> words) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      if (sums[from + i] > 0) {
        counts.put(words.get(i), sums[from + i]);
      }
    }
    return counts;
  }

  private static <E> List<String> words(E[] constants, Function<E, String> word) {
    return Arrays.stream(constants).map(word).toList();
  }

  private WindowCounts counts(String route) {
    WindowCounts known = routes.get(route);
    return known != null ? known : routes.computeIfAbsent(route, name -> new WindowCounts(COLUMNS));
  }

  /**
   * Counts of one window.
   *
   * @param requests all of them
   * @param hits hit, stale, revalidated and coalesced
   * @param misses looked up and not found
   * @param notStored by reason; without those that did not occur
   * @param bypassed by reason; without those that did not occur
   * @param originRequestsAvoided the hits for which the origin was not asked
   * @param savedNanos what those would have taken
   */
  public record Summary(
      long requests,
      long hits,
      long misses,
      Map<String, Long> notStored,
      Map<String, Long> bypassed,
      long originRequestsAvoided,
      long savedNanos) {

    /** 0 to 1; 0 before the first lookup. */
    public double hitRate() {
      return hits + misses == 0 ? 0 : (double) hits / (hits + misses);
    }
  }

  /** A span of time that ends now. */
  public enum Window {
    MINUTE("1m"),
    FIVE_MINUTES("5m"),
    HOUR("1h"),
    ALL("all");

    private final String word;

    Window(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** The window of this name, or null. */
    public static @Nullable Window of(String word) {
      for (Window window : values()) {
        if (window.word.equals(word)) {
          return window;
        }
      }
      return null;
    }
  }
}
