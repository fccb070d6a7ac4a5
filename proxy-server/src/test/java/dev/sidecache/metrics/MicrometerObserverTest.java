package dev.sidecache.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Tier;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.NamedRoutes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MicrometerObserverTest {
  private static final String HITS =
      "requests_total{cache=\"hit\",code=\"2xx\",method=\"GET\",route=\"students-list\"}";

  private final AllMeters meters = new AllMeters();
  private final MicrometerObserver observer = meters.observer;

  @AfterEach
  void close() {
    meters.close();
  }

  @Nested
  class FromTheStart {
    @Test
    void everySeriesOfARouteWithSuccessIsZero() {
      for (String method : List.of("GET", "HEAD")) {
        for (String cache : List.of("hit", "stale", "revalidated", "coalesced", "miss", "bypass")) {
          assertThat(meters.value(requests(cache, "2xx", method, "profile"))).isZero();
        }
      }
      assertThat(meters.value(requests("pass", "2xx", "DELETE", "none"))).isZero();
      assertThat(meters.value("upstream_requests_total{outcome=\"2xx\",route=\"profile\"}"))
          .isZero();
      assertThat(meters.value("time_saved_seconds_total{route=\"profile\"}")).isZero();
      assertThat(meters.value("stores_total{route=\"profile\",tier=\"l2\"}")).isZero();
    }

    @Test
    void seriesThatNeedNotOccurAreAbsent() {
      assertThat(meters.value(requests("hit", "5xx", "GET", "profile"))).isNull();
      assertThat(meters.value(requests("hit", "2xx", "POST", "profile"))).isNull();
      assertThat(meters.value(requests("pass", "2xx", "GET", "profile"))).isNull();
    }

    @ParameterizedTest
    @EnumSource(Bypass.class)
    void everyReasonOfABypassIsZero(Bypass bypass) {
      assertThat(meters.value("bypass_total{reason=\"" + bypass.word() + "\"}")).isZero();
    }

    @Test
    void withoutSharedTierNoneIsShown() {
      try (MetricsRegistry alone =
          new MetricsRegistry(new MetricsRegistry.Build("0.1.0", "-", "17"))) {
        new MicrometerObserver(alone, NamedRoutes.withRoutes("profile"), false);
        assertThat(alone.scrape(null).text()).contains("tier=\"l1\"").doesNotContain("l2");
      }
    }
  }

  @Nested
  class Requests {
    @Test
    void hitIsCountedAndTimed() {
      observer.completed(Exchanges.hit());
      assertThat(meters.value(HITS)).isEqualTo(1);
      assertThat(
              meters.value("request_duration_seconds_sum{cache=\"hit\",route=\"students-list\"}"))
          .isEqualTo(0.0004);
      assertThat(
              meters.value(
                  "request_duration_seconds_bucket"
                      + "{cache=\"hit\",route=\"students-list\",le=\"5.0E-4\"}"))
          .isEqualTo(1);
      assertThat(meters.value("upstream_duration_seconds_count{route=\"students-list\"}")).isZero();
    }

    @Test
    void missTellsOfItsOriginRequest() {
      observer.completed(Exchanges.miss());
      assertThat(meters.value(requests("miss", "2xx", "GET", "students-list"))).isEqualTo(1);
      assertThat(meters.value("upstream_requests_total{outcome=\"2xx\",route=\"students-list\"}"))
          .isEqualTo(1);
      assertThat(meters.value("upstream_duration_seconds_sum{route=\"students-list\"}"))
          .isEqualTo(0.03);
    }

    @Test
    void coalescedIsCountedForItself() {
      observer.completed(Exchanges.hit());
      assertThat(meters.value("coalesced_requests_total{route=\"students-list\"}")).isZero();
      observer.completed(Exchanges.with(CacheResult.COALESCED, null));
      assertThat(meters.value("coalesced_requests_total{route=\"students-list\"}")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, none", "101, 1xx", "200, 2xx", "304, 3xx", "404, 4xx", "599, 5xx", "600, none"})
    void codeIsTheClassOfTheStatus(int status, String code) {
      observer.completed(Exchanges.of("GET", status, "profile", CacheResult.MISS, null));
      assertThat(meters.value(requests("miss", code, "GET", "profile"))).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"PUT, PUT", "OPTIONS, OPTIONS", "PROPFIND, other", "get, other"})
    void unknownMethodsHaveOneLabel(String method, String label) {
      observer.completed(Exchanges.of(method, 200, "-", CacheResult.PASS, "no_route"));
      assertThat(meters.value(requests("pass", "2xx", label, "none"))).isEqualTo(1);
    }

    @Test
    void unknownRouteHasNoLabelOfItsOwn() {
      observer.completed(Exchanges.of("GET", 200, "/api/secret", CacheResult.MISS, null));
      assertThat(meters.value(requests("miss", "2xx", "GET", "none"))).isEqualTo(1);
      assertThat(meters.lines()).noneMatch(line -> line.contains("secret"));
    }
  }

  @Nested
  class Reasons {
    @Test
    void bypassIsCountedByItsReason() {
      observer.completed(Exchanges.with(CacheResult.BYPASS, "redis_down"));
      observer.completed(Exchanges.of("GET", 200, "-", CacheResult.PASS, "no_route"));
      assertThat(meters.value("bypass_total{reason=\"redis_down\"}")).isEqualTo(1);
      assertThat(meters.value("bypass_total{reason=\"no_route\"}")).isEqualTo(1);
    }

    @Test
    void reasonOfAMissIsNoBypass() {
      observer.completed(Exchanges.with(CacheResult.MISS, "client_no_store"));
      assertThat(meters.value("bypass_total{reason=\"client_no_store\"}")).isZero();
    }

    @Test
    void refusalIsCountedByRouteAndReason() {
      observer.notStored("profile", Refusal.SET_COOKIE);
      observer.notStored("profile", Refusal.SET_COOKIE);
      assertThat(meters.value("not_stored_total{reason=\"set_cookie\",route=\"profile\"}"))
          .isEqualTo(2);
      assertThat(meters.value("not_stored_total{reason=\"no_store\",route=\"profile\"}")).isNull();
    }
  }

  @Nested
  class Invalidations {
    @Test
    void eachNameCountsByItsKind() {
      observer.invalidated(
          "rule",
          "student-changed",
          Set.of(
              new Tag(Tag.Kind.TAG, "students"),
              new Tag(Tag.Kind.FAMILY, "student"),
              new Tag(Tag.Kind.URL, "/api/students/7"),
              Tag.ANY_MUTATION));
      assertThat(meters.value("invalidations_total{kind=\"tag\",source=\"rule\"}")).isEqualTo(2);
      assertThat(meters.value("invalidations_total{kind=\"url\",source=\"rule\"}")).isEqualTo(1);
      assertThat(meters.value("invalidations_total{kind=\"all\",source=\"rule\"}")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"UNDER, prefix", "ROUTE, route", "ALL, all"})
    void otherKindsHaveTheirWords(Tag.Kind kind, String word) {
      observer.invalidated("api", "-", List.of(new Tag(kind, "x")));
      assertThat(meters.value("invalidations_total{kind=\"" + word + "\",source=\"api\"}"))
          .isEqualTo(1);
    }
  }

  @Nested
  class Reload {
    @Test
    void routeThatStaysKeepsItsCounts() {
      observer.completed(Exchanges.hit());
      observer.replace(NamedRoutes.withRoutes("students-list", "new"));
      observer.completed(Exchanges.hit());
      assertThat(meters.value(HITS)).isEqualTo(2);
      assertThat(meters.value(requests("hit", "2xx", "GET", "new"))).isZero();
    }

    @Test
    void seriesOfARemovedRouteGo() {
      observer.completed(Exchanges.hit());
      observer.notStored("students-list", Refusal.STATUS);
      observer.replace(NamedRoutes.withRoutes("profile"));
      assertThat(meters.lines()).noneMatch(line -> line.contains("students-list"));
      observer.completed(Exchanges.hit());
      assertThat(meters.lines()).noneMatch(line -> line.contains("students-list"));
      assertThat(meters.value(requests("hit", "2xx", "GET", "none"))).isEqualTo(1);
    }
  }

  @Test
  void storesAndTimeSavedAreCounted() {
    observer.stored("profile", 2048, 60);
    observer.saved("profile", 1_500_000_000);
    assertThat(meters.value("stores_total{route=\"profile\",tier=\"l1\"}")).isEqualTo(1);
    assertThat(meters.value("stores_total{route=\"profile\",tier=\"l2\"}")).isEqualTo(1);
    assertThat(meters.value("stored_bytes_total{route=\"profile\",tier=\"l1\"}")).isEqualTo(2048);
    assertThat(meters.value("time_saved_seconds_total{route=\"profile\"}")).isEqualTo(1.5);
  }

  @Test
  void storeFiguresAreRead() {
    assertThat(meters.value("entries{tier=\"l1\"}")).isEqualTo(412);
    assertThat(meters.value("evictions_total{reason=\"size\",tier=\"l1\"}")).isEqualTo(3);
  }

  @Nested
  class Lookups {
    private final StoredHead head =
        new StoredHead(new ResponseHead(200, Fields.empty()), Instant.EPOCH, Duration.ZERO);

    /** Hits and misses of L1, then all results of L2. */
    private String counts() {
      StringBuilder counts = new StringBuilder();
      for (String result : List.of("hit", "miss")) {
        counts.append(count(result, "l1")).append(' ');
      }
      for (String result : List.of("hit", "miss", "error", "timeout", "corrupt")) {
        counts.append(' ').append(count(result, "l2"));
      }
      return counts.toString();
    }

    private long count(String result, String tier) {
      String series = "cache_lookups_total{result=\"%s\",tier=\"%s\"}";
      return meters.value(series.formatted(result, tier)).longValue();
    }

    @Test
    void eachTierCountsWhatItGave() {
      assertThat(counts()).isEqualTo("0 0  0 0 0 0 0");
      meters.store.lookedUp(new Lookup.Found(head, Tier.L1, true));
      assertThat(counts()).isEqualTo("1 0  0 0 0 0 0");
      meters.store.lookedUp(new Lookup.Found(head, Tier.L2, true));
      assertThat(counts()).isEqualTo("1 1  1 0 0 0 0");
      meters.store.lookedUp(new Lookup.UriMiss());
      assertThat(counts()).isEqualTo("1 2  1 1 0 0 0");
      meters.store.lookedUp(new Lookup.VaryMiss());
      assertThat(counts()).isEqualTo("1 3  1 2 0 0 0");
    }

    @Test
    void whatIsNoLongerCurrentIsAMiss() {
      meters.store.lookedUp(new Lookup.Found(head, Tier.L1, false));
      meters.store.lookedUp(new Lookup.Found(head, Tier.L2, false));
      assertThat(counts()).isEqualTo("0 2  0 2 0 0 0");
    }

    @Test
    void failuresAreToldApart() {
      meters.store.lookupFailed(false);
      meters.store.lookupFailed(true);
      meters.store.unreadable();
      assertThat(counts()).isEqualTo("0 0  0 0 1 1 1");
    }

    @Test
    void whatCouldNotBeAskedIsNoLookup() {
      meters.store.lookedUp(new Lookup.Unavailable(Bypass.REDIS_DOWN));
      assertThat(counts()).isEqualTo("0 0  0 0 0 0 0");
    }
  }

  @Test
  void consistencyIsCounted() {
    meters.consistency.unmarkedMutation();
    meters.consistency.settled(1_000_000_000);
    meters.consistency.versionsInitialized(3);
    meters.consistency.stampMismatch();
    meters.consistency.leaseHit();
    assertThat(meters.value("unmarked_mutations_total")).isEqualTo(1);
    assertThat(meters.value("settling_seconds_total")).isEqualTo(1);
    assertThat(meters.value("version_inits_total")).isEqualTo(3);
    assertThat(meters.value("stamp_mismatches_total")).isEqualTo(1);
    assertThat(meters.value("lease_hits_total")).isEqualTo(1);
    assertThat(meters.value("dirty_tags")).isEqualTo(2);
    assertThat(meters.value("invalidations_pending")).isEqualTo(1);
  }

  @Test
  void redisIsUpOrDownAndCommandsAreTimed() {
    meters.redis.command("mget", "ok", 900_000);
    meters.redis.command("mget", "expired", 250_000_000);
    meters.redis.reconnected();
    assertThat(meters.value("redis_up")).isEqualTo(1);
    meters.redisUp.set(false);
    assertThat(meters.value("redis_up")).isZero();
    assertThat(meters.value("redis_reconnects_total")).isEqualTo(1);
    assertThat(meters.value("redis_commands_total{command=\"mget\",outcome=\"expired\"}"))
        .isEqualTo(1);
    assertThat(meters.value("redis_command_duration_seconds_sum{command=\"mget\",outcome=\"ok\"}"))
        .isEqualTo(0.0009);
  }

  @Test
  void commandsHaveABoundedNumberOfLabels() {
    for (int i = 0; i < 1_000; i++) {
      meters.redis.command("command" + i, "ok", 1);
    }
    long series =
        meters.lines().stream()
            .filter(line -> line.startsWith("sidecache_redis_commands_total"))
            .count();
    assertThat(series).isEqualTo(201);
    assertThat(meters.value("redis_commands_total{command=\"other\",outcome=\"ok\"}"))
        .isEqualTo(800);
  }

  private static String requests(String cache, String code, String method, String route) {
    return "requests_total{cache=\"%s\",code=\"%s\",method=\"%s\",route=\"%s\"}"
        .formatted(cache, code, method, route);
  }
}
