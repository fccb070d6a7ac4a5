package dev.sidecache.admin;

import static dev.sidecache.admin.AdminFixture.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.admin.Statistics.Summary;
import dev.sidecache.admin.Statistics.Window;
import dev.sidecache.caching.Refusal;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.testing.NamedRoutes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {
  private final AdminFixture fixture = new AdminFixture();
  private final Statistics statistics = fixture.statistics;

  private void hit(String route) {
    statistics.completed(exchange(route, CacheResult.HIT, null));
  }

  private Summary all() {
    return statistics.summary(Window.ALL, null);
  }

  private long hits(Window window) {
    return statistics.summary(window, null).hits();
  }

  @Nested
  class Counts {
    @Test
    void beforeTheFirstLookupAllIsZero() {
      assertThat(all()).isEqualTo(new Summary(0, 0, 0, Map.of(), Map.of(), 0, 0));
      assertThat(all().hitRate()).isZero();
    }

    @Test
    void hitsAreThoseOfTheHitRate() {
      fixture.feed();
      assertThat(all().hits()).isEqualTo(7);
      assertThat(all().misses()).isEqualTo(1);
      assertThat(all().hitRate()).isEqualTo(0.875);
    }

    @Test
    void confirmedResponseSavedNoRequest() {
      fixture.feed();
      assertThat(all().originRequestsAvoided()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({"BYPASS", "PASS", "ERROR"})
    void othersAreNeitherHitNorMiss(CacheResult result) {
      statistics.completed(exchange(result, null));
      assertThat(all().hits() + all().misses()).isZero();
    }

    @Test
    void reasonsAreCountedByTheirWords() {
      statistics.completed(exchange(CacheResult.BYPASS, "redis_down"));
      statistics.completed(exchange("-", CacheResult.PASS, "no_route"));
      statistics.completed(exchange("-", CacheResult.PASS, "no_route"));
      statistics.notStored("profile", Refusal.SET_COOKIE);
      assertThat(all().bypassed()).isEqualTo(Map.of("redis_down", 1L, "no_route", 2L));
      assertThat(all().notStored()).isEqualTo(Map.of("set_cookie", 1L));
    }

    @Test
    void reasonOfAMissIsNoBypass() {
      statistics.completed(exchange(CacheResult.MISS, "client_no_store"));
      assertThat(all().bypassed()).isEmpty();
    }

    @Test
    void savedTimeAddsUp() {
      statistics.saved("profile", 5);
      statistics.saved("students-list", 7);
      assertThat(all().savedNanos()).isEqualTo(12);
    }
  }

  @Nested
  class Routes {
    @Test
    void routeHasItsOwnCounts() {
      hit("profile");
      hit("profile");
      hit("-");
      assertThat(statistics.summary(Window.ALL, "profile").hits()).isEqualTo(2);
      assertThat(statistics.summary(Window.ALL, "students-list").hits()).isZero();
      assertThat(all().hits()).isEqualTo(3);
    }

    @Test
    void routesOfTheRulesAreKnownFromTheStart() {
      assertThat(List.of("profile", "students-list")).allMatch(statistics::knows);
      assertThat(statistics.knows("new")).isFalse();
      statistics.replace(NamedRoutes.withRoutes("new"));
      assertThat(statistics.knows("new")).isTrue();
      assertThat(statistics.knows("profile")).isTrue();
    }
  }

  @Nested
  class Windows {
    @ParameterizedTest
    @CsvSource({
      "0, 1 1 1 1",
      "54, 1 1 1 1",
      "55, 1 1 1 1",
      "60, 0 1 1 1",
      "299, 0 1 1 1",
      "300, 0 0 1 1",
      "3599, 0 0 1 1",
      "3600, 0 0 0 1",
      "100000, 0 0 0 1",
    })
    void hitLeavesEachWindowWhenItsTimeIsOver(long seconds, String expected) {
      hit("profile");
      fixture.nanoTime += TimeUnit.SECONDS.toNanos(seconds);
      String found =
          hits(Window.MINUTE)
              + " "
              + hits(Window.FIVE_MINUTES)
              + " "
              + hits(Window.HOUR)
              + " "
              + hits(Window.ALL);
      assertThat(found).isEqualTo(expected);
    }

    @Test
    void everySecondOfTheLastMinuteIsInItsWindow() {
      for (int second = 0; second < 600; second++) {
        hit("profile");
        fixture.nanoTime += TimeUnit.SECONDS.toNanos(1);
      }
      fixture.nanoTime -= 1;
      assertThat(hits(Window.MINUTE)).isEqualTo(60);
      assertThat(hits(Window.FIVE_MINUTES)).isEqualTo(300);
      assertThat(hits(Window.HOUR)).isEqualTo(600);
    }

    @Test
    void clockMayBeNegative() {
      fixture.nanoTime = -TimeUnit.SECONDS.toNanos(7);
      hit("profile");
      fixture.nanoTime += TimeUnit.SECONDS.toNanos(10);
      hit("profile");
      assertThat(hits(Window.MINUTE)).isEqualTo(2);
    }

    @Test
    void threadThatReadTheClockEarlierStillCounts() {
      hit("profile");
      fixture.nanoTime -= TimeUnit.MINUTES.toNanos(10);
      hit("profile");
      fixture.nanoTime += TimeUnit.MINUTES.toNanos(10);
      assertThat(hits(Window.ALL)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1m", "5m", "1h", "all"})
    void windowHasItsWord(String word) {
      assertThat(Window.of(word).word()).isEqualTo(word);
      assertThat(Window.of(word + "x")).isNull();
    }
  }
}
