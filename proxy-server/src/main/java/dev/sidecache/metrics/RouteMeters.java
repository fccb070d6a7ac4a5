package dev.sidecache.metrics;

import dev.sidecache.caching.Refusal;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route, each resolved once. Series come into being with their first event, those
 * with code {@code 2xx} at the start.
 */
final class RouteMeters {
  private static final String[] METHODS = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"
  };
  private static final String[] CODES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
  private static final List<String> OUTCOMES =
      List.of("2xx", "3xx", "4xx", "5xx", "timeout", "refused", "reset");

  private final MetricsRegistry registry;
  private final String route;
  private final List<String> tiers;
  private final Queue<Meter> registered = new ConcurrentLinkedQueue<>();
  private final Map<CacheResult, ResultMeters> results = new EnumMap<>(CacheResult.class);
  private final Map<Refusal, Counter> refusals = new ConcurrentHashMap<>();
  private final AtomicReferenceArray<@Nullable Counter> originRequests =
      new AtomicReferenceArray<>(OUTCOMES.size());
  private final Counter[] stores;
  private final Counter[] storedBytes;
  private final Counter coalesced;
  private final Counter saved;
  private final Counter comparisons;
  private final Counter mismatches;
  private final Timer originDuration;
  private volatile boolean removed;

  /**
   * Meters of a route.
   *
   * @param route its name as a label
   * @param tiers where its responses are stored
   */
  RouteMeters(MetricsRegistry registry, String route, List<String> tiers) {
    this.registry = registry;
    this.route = route;
    this.tiers = List.copyOf(tiers);
    this.stores = perTier("stores", "Responses stored.");
    this.storedBytes = perTier("stored.bytes", "Content of the responses stored.");
    for (CacheResult result : CacheResult.values()) {
      results.put(result, new ResultMeters(result));
    }
    Tags tags = Tags.of("route", route);
    this.coalesced =
        kept(
            registry.counter(
                "coalesced.requests", "Requests answered by another request's fetch.", tags));
    this.saved =
        kept(
            registry.secondsCounter(
                "time.saved",
                "Time that answers from the cache saved, by the route's misses.",
                tags));
    this.comparisons =
        kept(
            registry.counter(
                "shadow.comparisons",
                "Answers of the backend compared with what would have been served.",
                tags));
    this.mismatches =
        kept(
            registry.counter(
                "shadow.mismatches",
                "Answers of the backend other than what would have been served.",
                tags));
    this.originDuration =
        kept(
            registry.timer(
                "upstream.duration", "From forwarding a request to its response's head.", tags));
    originRequests(0);
  }

  /** Makes the series of these methods and results with code {@code 2xx} exist. */
  RouteMeters expect(Collection<String> methods, List<CacheResult> expected) {
    for (CacheResult result : expected) {
      for (String method : methods) {
        of(result).requests(methodIndex(method), 2);
      }
    }
    return this;
  }

  void completed(ExchangeRecord exchange) {
    CacheResult result = exchange.cache();
    ResultMeters meters = of(result);
    meters.requests(methodIndex(exchange.method()), codeIndex(exchange.status())).increment();
    meters.duration().record(exchange.durationNanos(), TimeUnit.NANOSECONDS);
    if (result == CacheResult.COALESCED) {
      coalesced.increment();
    }
    String outcome = exchange.originOutcome();
    if (outcome != null) {
      count(outcome);
      if (exchange.originNanos() >= 0) {
        originDuration.record(exchange.originNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  void stored(long bytes) {
    for (int tier = 0; tier < stores.length; tier++) {
      stores[tier].increment();
      storedBytes[tier].increment((double) bytes);
    }
  }

  void notStored(Refusal refusal) {
    refusals.computeIfAbsent(refusal, this::refusals).increment();
  }

  void compared(boolean differs) {
    comparisons.increment();
    if (differs) {
      mismatches.increment();
    }
  }

  void saved(long nanos) {
    saved.increment(nanos / 1e9);
  }

  RouteTimes times() {
    List<Timer> hits = new ArrayList<>();
    for (CacheResult result : CacheResult.values()) {
      Timer duration = of(result).duration;
      if (result.isHit() && duration != null) {
        hits.add(duration);
      }
    }
    double[] ofHits = millis(hits);
    double[] ofOrigin = millis(List.of(originDuration));
    return new RouteTimes(ofHits[0], ofHits[1], ofOrigin[0], ofOrigin[1]);
  }

  /** The median of some timers together, and what one in a hundred exceeds. */
  private static double[] millis(List<Timer> timers) {
    double[] bounds = {};
    double[] counts = {};
    double all = 0;
    for (Timer timer : timers) {
      CountAtBucket[] buckets = timer.takeSnapshot().histogramCounts();
      bounds = Arrays.stream(buckets).mapToDouble(b -> b.bucket(TimeUnit.MILLISECONDS)).toArray();
      counts = Quantiles.sum(counts, buckets);
      all += timer.count();
    }
    return new double[] {
      Quantiles.of(0.5, bounds, counts, all), Quantiles.of(0.99, bounds, counts, all)
    };
  }

  /** Ends all series of the route. */
  void remove() {
    removed = true;
    registered.forEach(registry::remove);
  }

  private ResultMeters of(CacheResult result) {
    return Objects.requireNonNull(results.get(result));
  }

  private Counter refusals(Refusal refusal) {
    return kept(
        registry.counter(
            "not.stored",
            "Responses that the cache wanted and did not store, by reason.",
            Tags.of("route", route, "reason", refusal.word())));
  }

  private void count(String outcome) {
    int index = OUTCOMES.indexOf(outcome);
    if (index >= 0) {
      originRequests(index).increment();
    }
  }

  private Counter originRequests(int index) {
    Counter known = originRequests.get(index);
    if (known == null) {
      known =
          kept(
              registry.counter(
                  "upstream.requests",
                  "Requests forwarded to the backend, by outcome.",
                  Tags.of("route", route, "outcome", OUTCOMES.get(index))));
      originRequests.set(index, known);
    }
    return known;
  }

  private Counter[] perTier(String name, String help) {
    Counter[] counters = new Counter[tiers.size()];
    for (int i = 0; i < counters.length; i++) {
      counters[i] =
          kept(registry.counter(name, help, Tags.of("tier", tiers.get(i), "route", route)));
    }
    return counters;
  }

  /** Two threads may ask for one series at once: the registry gives both the same meter. */
  private <M extends Meter> M kept(M meter) {
    registered.add(meter);
    if (removed) {
      registry.remove(meter);
    }
    return meter;
  }

  private static int codeIndex(int status) {
    return status < 100 || status > 599 ? 0 : status / 100;
  }

  private static int methodIndex(String method) {
    return switch (method) {
      case "GET" -> 0;
      case "HEAD" -> 1;
      case "POST" -> 2;
      case "PUT" -> 3;
      case "PATCH" -> 4;
      case "DELETE" -> 5;
      case "OPTIONS" -> 6;
      default -> 7;
    };
  }

  /** The meters of one result. */
  private final class ResultMeters {
    private final CacheResult result;
    private final AtomicReferenceArray<@Nullable Counter> requests =
        new AtomicReferenceArray<>(METHODS.length * CODES.length);
    private volatile @Nullable Timer duration;

    ResultMeters(CacheResult result) {
      this.result = result;
    }

    Counter requests(int method, int code) {
      int index = method * CODES.length + code;
      Counter known = requests.get(index);
      if (known == null) {
        known =
            kept(
                registry.counter(
                    "requests",
                    "Requests answered, by what the cache did.",
                    Tags.of("route", route, "method", METHODS[method])
                        .and("code", CODES[code], "cache", result.word())));
        requests.set(index, known);
      }
      return known;
    }

    Timer duration() {
      Timer known = duration;
      if (known == null) {
        known =
            kept(
                registry.timer(
                    "request.duration",
                    "From a request's head to the last byte of its answer.",
                    Tags.of("route", route, "cache", result.word())));
        duration = known;
      }
      return known;
    }
  }
}
