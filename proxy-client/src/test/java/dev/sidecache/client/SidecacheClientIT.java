package dev.sidecache.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sidecache.client.SidecacheException.Kind;
import dev.sidecache.client.testing.AdminServer;
import dev.sidecache.client.testing.Golden;
import dev.sidecache.client.testing.LogLines;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidecacheClientIT {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final LogLines log = new LogLines();
  private final AdminServer server = new AdminServer();
  private final AtomicLong clock = new AtomicLong();
  private final SidecacheClient cache =
      SidecacheClient.builder()
          .admin(server.address())
          .token("a-token-of-24-characters")
          .clock(clock::get)
          .build();

  /** A value. */
  record Profile(long id, String name) {}

  @AfterEach
  void close() {
    cache.close();
    server.close();
    log.close();
  }

  @Nested
  class Values {
    @Test
    void valueIsGotAsItWasPut() {
      assertThat(cache.get("profile:7", Profile.class)).isEmpty();
      assertThat(cache.put("profile:7", new Profile(7, "Ada"), MINUTE)).isTrue();
      assertThat(cache.get("profile:7", Profile.class)).contains(new Profile(7, "Ada"));
      assertThat(log.lines()).isEmpty();
    }

    @Test
    void genericTypesAreGotToo() {
      cache.put("all", List.of(new Profile(7, "Ada")), MINUTE);
      assertThat(cache.get("all", new TypeReference<List<Profile>>() {}))
          .contains(List.of(new Profile(7, "Ada")));
    }

    @Test
    void ttlAndTagsAreSentWithTheToken() {
      cache.put("a b", 1, Duration.ofMillis(1_500), "student:7", "students");
      assertThat(server.asked().get(0))
          .isEqualTo(
              new AdminServer.Asked(
                  "PUT /v1/values/a%20b?ttl=1500ms&tags=student:7%2Cstudents",
                  "Bearer a-token-of-24-characters", "1"));
    }

    @Test
    void valueOfAnotherClassIsAMiss() {
      cache.put("profile:7", List.of(1, 2), MINUTE);
      assertThat(cache.get("profile:7", Profile.class)).isEmpty();
    }

    @Test
    void storedNullIsAMiss() {
      cache.put("x", com.fasterxml.jackson.databind.node.NullNode.instance, MINUTE);
      assertThat(cache.get("x", Profile.class)).isEmpty();
    }

    @Test
    void deletionTellsWhetherThereWasAValue() {
      cache.put("a", 1, MINUTE);
      assertThat(cache.delete("a")).isTrue();
      assertThat(cache.delete("a")).isFalse();
    }

    @Test
    void clearTellsHowMany() {
      List.of("profile:1", "profile:2", "other").forEach(key -> cache.put(key, 1, MINUTE));
      assertThat(cache.clear("profile:")).isEqualTo(2);
      assertThat(cache.clear()).isEqualTo(1);
      assertThat(cache.clear()).isZero();
    }

    @Test
    void clearReadsTheServersDocument() {
      server.reply("/v1/values", 200, Golden.text("values-deleted"));
      assertThat(cache.clear("profile:")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {413, 507})
    void valueThatIsNotKeptIsNoFault(int status) {
      server.replyToAll(status, "{\"title\":\"Not stored\",\"detail\":\"too_large\"}");
      assertThat(cache.put("a", 1, MINUTE)).isFalse();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Nested
  class WrongUse {
    @Test
    void throwsBeforeAnythingIsSent() {
      assertThatIllegalArgumentException().isThrownBy(() -> cache.get(" ", String.class));
      assertThatIllegalArgumentException().isThrownBy(() -> cache.delete(""));
      assertThatIllegalArgumentException().isThrownBy(() -> cache.put("a", 1, Duration.ZERO));
      assertThatIllegalArgumentException().isThrownBy(() -> cache.put("a", 1, MINUTE, "b,c"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cache.put("a", new Object(), MINUTE))
          .withMessage("value: java.lang.Object is no JSON");
      assertThat(server.asked()).isEmpty();
    }

    @Test
    void thatOnlyTheProxySeesThrowsToo() {
      server.replyToAll(422, Golden.text("problem-unprocessable"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cache.put("a", 1, MINUTE))
          .withMessageContaining("the proxy answered 422: Invalid request; 2 errors")
          .withMessageContaining("\n  tags[0]: \"*\" is no tag; write a name, or");
    }

    @Test
    void closedClientIsUsedNoMore() {
      cache.close();
      assertThatIllegalStateException().isThrownBy(() -> cache.get("a", String.class));
      assertThatIllegalStateException().isThrownBy(cache::stats);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8180", "ftp://x", "http:///x", "/x", "http://x/?y"})
    void addressThatIsNoneIsRefused(String address) {
      SidecacheClient.Builder builder = SidecacheClient.builder();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.admin(URI.create(address)).build());
    }
  }

  @Nested
  class CacheAway {
    private void expectNothing() {
      assertThat(cache.get("a", String.class)).isEmpty();
      assertThat(cache.put("a", 1, MINUTE)).isFalse();
      assertThat(cache.delete("a")).isFalse();
      assertThat(cache.clear()).isZero();
    }

    @Test
    void disabledCacheGivesNothingAndThrowsNothing() {
      server.replyToAll(503, Golden.text("problem-disabled"));
      expectNothing();
      expectNothing();
      server.replyToAll(0, null);
      assertThat(cache.put("a", 1, MINUTE)).isTrue();
      assertThat(log.lines())
          .containsExactly(
              "WARNING sidecache disabled: the proxy answered 503: Caching disabled; redis_down;"
                  + " values are neither read nor kept",
              "INFO sidecache enabled: " + server.address());
    }

    @Test
    void proxyThatIsAwayGivesNothingAndThrowsNothing() {
      server.close();
      expectNothing();
      assertThat(log.lines())
          .containsExactly(
              "WARNING sidecache disabled: no answer from "
                  + server.address()
                  + " (connection refused); is the proxy running there?;"
                  + " values are neither read nor kept");
    }

    @Test
    void proxyThatIsSilentCostsOneTimeoutASecond() {
      server.fallSilent();
      SidecacheClient hasty =
          SidecacheClient.builder()
              .admin(server.address())
              .timeout(Duration.ofMillis(100))
              .clock(clock::get)
              .build();
      assertThat(hasty.get("a", String.class)).isEmpty();
      assertThat(hasty.get("b", String.class)).isEmpty();
      assertThat(server.lines()).containsExactly("GET /v1/values/a");
      clock.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(hasty.get("c", String.class)).isEmpty();
      assertThat(log.lines()).singleElement().asString().contains("(timed out)");
    }

    @Test
    void wrongTokenIsToldAndThrowsNothing() {
      server.replyToAll(401, Golden.text("problem-unauthorized"));
      expectNothing();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("401: Unauthorized; send Authorization: Bearer with admin.token")
          .doesNotContain("a-token-of-24-characters");
    }

    @Test
    void somebodyElsesPortIsToldAndThrowsNothing() {
      server.replyToAll(502, "<html>Bad gateway</html>");
      expectNothing();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("502 without saying why; is " + server.address() + " its admin port?");
    }
  }

  @Nested
  class Documents {
    @Test
    void statsAreReadFromTheServersDocument() {
      server.reply("/v1/stats", 200, Golden.text("stats"));
      ClientStats stats = cache.stats();
      assertThat(stats)
          .isEqualTo(
              new ClientStats(
                  "serve",
                  "redis",
                  new ClientStats.Cache(true, null, "rediss://example.upstash.io:6379", "resp"),
                  "5m",
                  new ClientStats.Keys(412, 1833L),
                  new ClientStats.Memory(9_437_184, 50_331_648, 4_404_019L),
                  7,
                  1,
                  0.875,
                  Map.of("no_store", 1L),
                  Map.of("never_cache", 2L),
                  6,
                  3.1,
                  new ClientStats.Commands(182_340, 500_000, "month", 410_200, false)));
    }

    @Test
    void statsWithoutRedisHaveNulls() {
      server.reply("/v1/stats", 200, Golden.text("stats-memory"));
      assertThat(cache.stats().keys().redis()).isNull();
      assertThat(cache.stats().memory().redisBytes()).isNull();
    }

    @Test
    void healthIsReadWhateverItsStatus() {
      server.reply("/health", 200, Golden.text("health-disabled"));
      assertThat(cache.health())
          .isEqualTo(
              new ClientHealth(
                  "healthy", new ClientHealth.Cache(false, 0.875, "0B", "redis_down")));
      server.reply("/health", 503, Golden.text("health-draining"));
      assertThat(cache.health().status()).isEqualTo("draining");
      assertThat(cache.health().isHealthy()).isFalse();
    }

    @Test
    void infoIsReadFromTheServersDocument() {
      server.reply("/v1/info", 200, Golden.text("info"));
      assertThat(cache.info())
          .isEqualTo(
              new ClientInfo(
                  "0.1.0",
                  "10d0af5",
                  "17.0.15+6",
                  "2026-03-01T09:00:00Z",
                  1800,
                  "serve",
                  "redis",
                  "9f2c41d0",
                  false));
    }

    @Test
    void purgeIsSentAndItsResultRead() {
      server.reply("/v1/purge", 202, Golden.text("purge-pending"));
      PurgeResult result = cache.purge(Purge.routes("students-list").count());
      assertThat(result.pending()).isTrue();
      assertThat(server.lines()).containsExactly("POST /v1/purge");
      assertThat(Golden.parse(server.lastContent())).isEqualTo(Golden.json("purge-request-routes"));
    }

    @Test
    void whatIsRefusedThrowsWithTheProxysReason() {
      server.replyToAll(401, Golden.text("problem-unauthorized"));
      SidecacheException refused = catchThrowableOfType(SidecacheException.class, cache::stats);
      assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused)
          .hasMessage(
              "the proxy answered 401: Unauthorized; send Authorization: Bearer with admin.token");
      assertThatThrownBy(cache::info).isInstanceOf(SidecacheException.class);
      assertThatThrownBy(cache::health).isInstanceOf(SidecacheException.class);
      assertThatThrownBy(() -> cache.purge(Purge.all())).isInstanceOf(SidecacheException.class);
    }

    @Test
    void proxyThatIsAwayThrows() {
      server.close();
      SidecacheException away = catchThrowableOfType(SidecacheException.class, cache::stats);
      assertThat(away.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(away.status()).isZero();
    }

    @Test
    void answerOfSomebodyElseThrows() {
      server.replyToAll(200, "<html>Welcome</html>");
      SidecacheException away = catchThrowableOfType(SidecacheException.class, cache::stats);
      assertThat(away.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(away).hasMessage("the answer is not sidecache's; check the admin address");
    }
  }

  @Nested
  class Environment {
    @Test
    void addressAndTokenAreTaken() {
      server.reply("/v1/info", 200, Golden.text("info"));
      SidecacheClient.builder()
          .from(
              Map.of(
                  "SIDECACHE_ADMIN",
                  server.address() + "/",
                  "SIDECACHE_ADMIN_TOKEN",
                  "another-token-of-sixteen"))
          .build()
          .info();
      assertThat(server.asked())
          .containsExactly(
              new AdminServer.Asked("GET /v1/info", "Bearer another-token-of-sixteen", ""));
    }

    @Test
    void pathOfTheAddressIsThePrefix() {
      server.reply("/-/admin/v1/info", 200, Golden.text("info"));
      SidecacheClient.builder()
          .from(Map.of("SIDECACHE_ADMIN", server.address() + "/-/admin"))
          .build()
          .info();
      assertThat(server.asked())
          .containsExactly(new AdminServer.Asked("GET /-/admin/v1/info", null, ""));
    }
  }
}
