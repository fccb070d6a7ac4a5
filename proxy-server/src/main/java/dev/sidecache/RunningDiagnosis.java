package dev.sidecache;

import dev.sidecache.admin.Diagnosis.Check;
import dev.sidecache.admin.ReasonRemedy;
import dev.sidecache.admin.Statistics;
import dev.sidecache.caching.Bypass;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.consistency.StoreHealth;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.rule.Route;
import dev.sidecache.store.MemoryTier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a running proxy knows of itself, read as findings. No I/O. */
final class RunningDiagnosis {
  /** A route is judged from so many requests an hour on. */
  private static final long ENOUGH_REQUESTS = 100;

  private static final double LOW_HIT_RATE = 0.2;
  private static final double NEARLY_FULL = 0.95;
  private static final double HEAVY = 0.8;

  private final List<Check> checks = new ArrayList<>();

  /** The configuration in use, and whether a later one was refused. */
  RunningDiagnosis configuration(ProxyConfig config, long generation, int refusedErrors) {
    String detail =
        String.format(
            Locale.ROOT,
            "generation %d: %d routes, %d invalidate rules, mode %s",
            generation,
            config.rules().routes().size(),
            config.rules().invalidations().size(),
            config.mode().name().toLowerCase(Locale.ROOT));
    checks.add(
        refusedErrors == 0
            ? Check.passed("config", detail)
            : Check.warning(
                "config",
                detail + "; a newer one was refused for " + refusedErrors + " error(s)",
                "run sidecache validate, then sidecache reload"));
    return this;
  }

  /** How the origin answered just now. */
  RunningDiagnosis origin(String url, boolean answers, String what, @Nullable String breaker) {
    String spared = breaker == null ? "" : "; requests are refused (breaker " + breaker + ")";
    String detail = url + (answers ? " answers: " : " does not answer: ") + what + spared;
    String remedy = "start the backend, or set UPSTREAM_URL";
    checks.add(
        !answers
            ? Check.failed("backend", detail, remedy)
            : breaker == null
                ? Check.passed("backend", detail)
                : Check.warning("backend", detail, "it answers again: wait a few seconds"));
    return this;
  }

  /** Whether the cache is used, and what waits to be told to Redis. */
  RunningDiagnosis cache(StoreHealth.State state, int pending) {
    Bypass bypass = state.bypass();
    ReasonRemedy why = bypass == null ? null : ReasonRemedy.of(bypass.word());
    if (bypass == null || why == null) {
      checks.add(Check.passed("cache", "enabled"));
    } else {
      String detail = "disabled (" + bypass.word() + "): " + why.meaning();
      checks.add(
          bypass == Bypass.DISABLED
              ? Check.skipped("cache", detail, why.remedy())
              : Check.warning("cache", detail, why.remedy()));
    }
    if (pending > 0) {
      checks.add(
          Check.warning(
              "invalidations",
              pending + " wait for Redis; they are delivered before the cache answers again",
              "bring Redis back"));
    }
    return this;
  }

  RunningDiagnosis redis(List<Check> found) {
    checks.addAll(found);
    return this;
  }

  /** How full the memory is. */
  RunningDiagnosis memory(MemoryTier memory, ByteBudget inFlight) {
    long evicted = memory.departures(MemoryTier.Departure.SIZE);
    String detail =
        String.format(
            Locale.ROOT,
            "%,d entries, %.1f of %.1f MiB",
            memory.entries(),
            memory.sizeBytes() / 1048576.0,
            memory.maxBytes() / 1048576.0);
    boolean full = evicted > 0 && memory.sizeBytes() > NEARLY_FULL * memory.maxBytes();
    checks.add(
        full
            ? Check.warning(
                "memory",
                detail + String.format(Locale.ROOT, "; %,d entries had to go", evicted),
                "raise cache.l1.max_size, and the heap with it")
            : Check.passed("memory", detail));
    if (inFlight.takenBytes() > HEAVY * inFlight.limitBytes()) {
      checks.add(
          Check.warning(
              "in flight",
              "requests in flight hold over 80 % of what they may",
              "raise server.max_in_flight, and the heap with it"));
    }
    return this;
  }

  /** Routes that are asked often and answer seldom from the cache, with the reason seen most. */
  RunningDiagnosis routes(List<Route> routes, Statistics statistics) {
    long judged = 0;
    for (Route route : routes) {
      Statistics.Summary hour = statistics.summary(Statistics.Window.HOUR, route.name());
      if (hour.requests() < ENOUGH_REQUESTS) {
        continue;
      }
      judged++;
      if ((double) hour.hits() / hour.requests() < LOW_HIT_RATE) {
        checks.add(low(route.name(), hour));
      }
    }
    checks.add(
        Check.passed(
            "routes", judged + " of " + routes.size() + " were asked 100 times in the last hour"));
    return this;
  }

  private static Check low(String route, Statistics.Summary hour) {
    String reason = mostFrequent(hour.notStored(), hour.bypassed());
    ReasonRemedy remedy = reason == null ? null : ReasonRemedy.of(reason);
    String detail =
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d requests hit in the last hour",
            route,
            hour.hits(),
            hour.requests());
    return remedy == null
        ? Check.warning(
            "route",
            detail,
            "a longer TTL, or fewer parts in its key: sidecache keys --route " + route)
        : Check.warning(
            "route", detail + "; most often " + reason + ": " + remedy.meaning(), remedy.remedy());
  }

  private static @Nullable String mostFrequent(Map<String, Long> one, Map<String, Long> other) {
    List<Map.Entry<String, Long>> all = new ArrayList<>(one.entrySet());
    all.addAll(other.entrySet());
    return all.stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(null);
  }

  /** All findings, in the order in which they were asked for; those of routes the worst first. */
  List<Check> findings() {
    List<Check> sorted = new ArrayList<>(checks);
    sorted.sort(Comparator.comparingInt(check -> check.name().equals("route") ? 1 : 0));
    return sorted;
  }
}
