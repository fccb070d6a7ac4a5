package dev.sidecache.admin;

import dev.sidecache.advice.Advice;
import dev.sidecache.advice.Advisor;
import dev.sidecache.advice.Evidence;
import dev.sidecache.advice.Observatory;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Trace;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.exchange.Question;
import dev.sidecache.exchange.ShadowComparison;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.testing.NamedRoutes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The admin API over parts that tests can set; time stands at half past nine. */
final class AdminFixture {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T09:30:00Z"));

  long nanoTime = TimeUnit.HOURS.toNanos(5);
  HealthState.Cache cache = HealthState.Cache.ENABLED;
  Running running =
      new Running(
          "0.1.0",
          "10d0af5",
          "17.0.15+6",
          Instant.parse("2026-03-01T09:00:00Z"),
          "serve",
          "redis",
          "rediss://example.upstash.io:6379",
          "resp",
          new CommandFigures(182_340, 500_000, "month", 410_200, false),
          "9f2c41d0");
  StoreFigures figures = new StoreFigures(412, 9_437_184, 50_331_648, 1833L, 4_404_019L);
  Purger.Outcome outcome = new Purger.Outcome(List.of(), 0, null, false, null);
  RuleSet rules = NamedRoutes.withRoutes("students-list", "profile");
  MemoryTier memory = new MemoryTier(1 << 20, () -> nanoTime);
  final Advised advising = new Advised();
  final Explained explaining = new Explained();
  final List<String> levels = new ArrayList<>();
  final List<PurgeRequest> purges = new ArrayList<>();
  final List<Executor> loops = new ArrayList<>(List.of(Runnable::run));
  final Deque<Runnable> background = new ArrayDeque<>();
  final Values values = new Values();
  final LastPurges lastPurges = new LastPurges(() -> rules, CLOCK);
  final Lists warming = new Lists();
  final List<String> drains = new ArrayList<>();
  final List<Diagnosis.Check> checks = new ArrayList<>();
  final Configured configurations = new Configured();
  final EventStreams events =
      new EventStreams(exchange -> "{\"route\":\"" + exchange.route() + "\"}");
  final Statistics statistics =
      new Statistics(NamedRoutes.withRoutes("students-list", "profile"), () -> nanoTime);
  final HealthState health =
      new HealthState(
          () -> cache,
          () -> statistics.summary(Statistics.Window.ALL, null).hitRate(),
          () -> 4_404_019);

  AdminService service(String host, String token) {
    return new AdminService(new AdminService.Settings(host, token, 1_000, true), parts());
  }

  private AdminService.Parts parts() {
    StoredEntries entries = new StoredEntries(() -> rules, memory, background::add, CLOCK);
    return new AdminService.Parts(
        health,
        loops,
        statistics,
        () -> running,
        (loop, handler) -> handler.accept(figures),
        (request, loop, handler) -> {
          purges.add(request);
          handler.purged(outcome);
        },
        values,
        configurations,
        entries,
        explaining,
        advising,
        levels::add,
        new OperatorRequests.Parts(
            routeTable(entries), (loop, handler) -> handler.accept(checks), warming, this::drain),
        events,
        accept -> new AdminService.MetricsText.Text("text/" + accept, "meters"),
        new ByteBudget(1 << 20),
        background::add,
        CLOCK);
  }

  private RouteTable routeTable(StoredEntries entries) {
    return new RouteTable(
        new RouteTable.Parts(
            () -> rules,
            statistics,
            route -> new RouteTable.Times(0.42, 3.5, 120.0, null),
            entries,
            lastPurges,
            CLOCK));
  }

  AdminService onTrafficPort(String token) {
    return AdminService.onTrafficPort(new AdminService.Settings("", token, 1_000, true), parts());
  }

  /** On loopback, its dashboard switched off. */
  AdminService withoutDashboard() {
    return new AdminService(new AdminService.Settings("127.0.0.1", "", 1_000, false), parts());
  }

  /** On loopback without a token. */
  AdminService local() {
    return service("127.0.0.1", "");
  }

  /** Seven hits of which one was confirmed by the origin, a miss, two bypasses, one refusal. */
  AdminFixture feed() {
    for (int i = 0; i < 4; i++) {
      statistics.completed(exchange(CacheResult.HIT, null));
    }
    statistics.completed(exchange(CacheResult.STALE, null));
    statistics.completed(exchange(CacheResult.REVALIDATED, null));
    statistics.completed(exchange(CacheResult.COALESCED, null));
    statistics.completed(exchange(CacheResult.MISS, "no_store"));
    statistics.completed(exchange(CacheResult.BYPASS, "never_cache"));
    statistics.completed(exchange(CacheResult.BYPASS, "never_cache"));
    statistics.notStored("students-list", Refusal.NO_STORE);
    statistics.saved("students-list", 3_140_000_000L);
    return this;
  }

  static ExchangeRecord exchange(CacheResult result, String reason) {
    return exchange("students-list", result, reason);
  }

  static ExchangeRecord exchange(String route, CacheResult result, String reason) {
    return exchange(route, result, reason, 0);
  }

  /** An exchange with so much content. */
  static ExchangeRecord sent(String route, CacheResult result, long bytes) {
    return exchange(route, result, null, bytes);
  }

  private static ExchangeRecord exchange(
      String route, CacheResult result, String reason, long bytes) {
    Instant arrival = Instant.parse("2026-03-01T09:30:00Z");
    return new ExchangeRecord(
        arrival, "GET", "/", null, route, 200, result, null, reason, -1, 0, bytes, 0, -1, null, "",
        null, null);
  }

  private OperatorRequests.Draining drain(String by) {
    drains.add(by);
    return new OperatorRequests.Draining(true, 3, 20);
  }

  /** Lists of URLs that are fetched when a test says so. */
  static final class Lists implements Warming {
    final List<String> begun = new ArrayList<>();
    State state = new State(0, 0, 0, 0, List.of());

    @Override
    public List<Url> configured() {
      return List.of(new Url("/configured", null));
    }

    @Override
    public Run begin(List<Url> urls, int atATime, ScheduledExecutorService loop) {
      urls.forEach(url -> begun.add(atATime + " " + url.authority() + " " + url.target()));
      state = new State(urls.size(), 0, 0, 0, List.of());
      return () -> state;
    }
  }

  /** A configuration that is as told; remembers what was asked of it. */
  static final class Configured implements Configurations {
    final List<String> asked = new ArrayList<>();
    Findings findings = new Findings(List.of(), List.of());
    Outcome outcome = new Outcome.Refused(List.of());

    @Override
    public Shown running() {
      return new Shown(
          3,
          "9f2c41d0a1b2",
          Instant.parse("2026-03-01T09:12:00Z"),
          List.of(
              new Value("mode", "serve", "default"),
              new Value("upstream.url", "http://127.0.0.1:3000", "env UPSTREAM_URL"),
              new Value("admin.token", "***", "sidecache.yaml:12"),
              new Value("routes[0].ttl", "short", "sidecache.yaml:30")));
    }

    @Override
    public void validate(String yaml, Consumer<Findings> handler) {
      asked.add("validate " + yaml);
      handler.accept(findings);
    }

    @Override
    public void reload(String yaml, String by, Consumer<Outcome> handler) {
      asked.add("reload " + yaml + " by " + by);
      handler.accept(outcome);
    }
  }

  /** Half an hour in which one route was observed, and one path without. */
  static final class Advised implements Advising {
    private static final Instant HALF_PAST = Instant.parse("2026-03-01T09:30:00Z");

    private static Evidence.OfRoute seen(String route, String path, long requests, long hits) {
      return new Evidence.OfRoute(
          route,
          path,
          requests,
          hits,
          requests - hits,
          0,
          requests - hits,
          hits * 300_000_000,
          requests * 300_000_000,
          Map.of("set_cookie", 2L),
          31,
          660_000L,
          1_800_000,
          new Evidence.Validators(1, 0, 0),
          new Evidence.Shared(9, 380, 12, 3, false),
          List.of(new Evidence.AfterWrite("PATCH /api/prices/{id}", 30, 30, 0)),
          new Evidence.Unrelated(380, 30),
          List.of(
              new Evidence.LifetimeTrial(60, 300, 0, 0, 0, 90_000_000_000L),
              new Evidence.LifetimeTrial(300, 390, 10, 10, 5, 117_000_000_000L)),
          1_800_000);
    }

    @Override
    public String mode() {
      return "observe";
    }

    @Override
    public Evidence evidence() {
      return new Evidence(
          HALF_PAST.minusSeconds(1800),
          HALF_PAST,
          824,
          30,
          1,
          31,
          40_000,
          List.of(
              seen("profile", "/api/profile", 412, 300), seen("-", "/api/prices/{id}", 412, 380)));
    }

    @Override
    public Observatory.Compared compared() {
      ShadowComparison mismatch =
          new ShadowComparison("profile", "GET", "/api/profile", "content", 12, HALF_PAST);
      return new Observatory.Compared(40, 1, List.of(mismatch));
    }

    @Override
    public Advice advice(Evidence evidence, long minRequests) {
      return Advisor.of(
          evidence,
          NamedRoutes.withRoutes("students-list", "profile"),
          Map.of("short", Duration.ofMinutes(1), "medium", Duration.ofMinutes(5)),
          minRequests);
    }
  }

  /** Explains everything in the same way. */
  static final class Explained implements Explaining {
    final List<Question> asked = new ArrayList<>();
    final List<Boolean> sent = new ArrayList<>();

    @Override
    public String authority() {
      return "localhost:8080";
    }

    @Override
    public void explain(
        Question question, boolean send, ScheduledExecutorService loop, Consumer<Trace> handler) {
      asked.add(question);
      sent.add(send);
      handler.accept(
          new Trace(
              "students-list (sidecache.yaml:52, 3rd of 4)",
              "no rule matches",
              "header Authorization -> 7b1c… (token expires in 38 min)",
              "GET /api/students?page=2 | user 7b1c…",
              List.of("utm_source"),
              "l1 miss, l2 hit (age 21 s)",
              "60 s (from the route; the backend gives none)",
              List.of("students", "route:students-list"),
              List.of("student-created (POST /api/students)"),
              "hit l2, 39 s left",
              null,
              List.of(),
              "sidecache; hit; ttl=39; detail=l2"));
    }
  }

  /** Values in a map; unavailable or refusing if told so. */
  static final class Values implements ValueStore {
    final Map<String, byte[]> kept = new TreeMap<>();
    Terms terms;
    String unavailable;
    String refusal;

    @Override
    public void get(String key, ScheduledExecutorService loop, GetHandler handler) {
      byte[] json = kept.get(key);
      if (unavailable != null) {
        handler.unavailable(unavailable);
      } else if (json == null) {
        handler.absent();
      } else {
        handler.found(json);
      }
    }

    @Override
    public void put(
        String key, byte[] json, Terms given, ScheduledExecutorService loop, DoneHandler handler) {
      if (unavailable != null) {
        handler.unavailable(unavailable);
      } else if (refusal != null) {
        handler.refused(refusal);
      } else {
        terms = given;
        kept.put(key, json);
        handler.done(1);
      }
    }

    @Override
    public void delete(String key, ScheduledExecutorService loop, DoneHandler handler) {
      if (unavailable != null) {
        handler.unavailable(unavailable);
      } else {
        handler.done(kept.remove(key) == null ? 0 : 1);
      }
    }

    @Override
    public void deletePrefix(String prefix, ScheduledExecutorService loop, DoneHandler handler) {
      int before = kept.size();
      kept.keySet().removeIf(key -> key.startsWith(prefix));
      handler.done(before - kept.size());
    }
  }
}
