package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.VersionedOrigin;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** {@code count} of a purge: how much it makes invalid in Redis, whatever that is made of. */
class PurgeCountIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LONG = "x".repeat(1_500);
  private static final String RULES =
      """
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: [items, "item:{id}"] }
        - { name: other, match: { path: "/others/{id}" }, ttl: 1h, tags: [others] }
      """;

  private static JsonNode purge(RunningProxy proxy, String request) throws Exception {
    HttpResponse<String> answer = proxy.admin("POST", "/v1/purge", "{" + request + "}");
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static JsonNode removed(RunningProxy proxy, String request) throws Exception {
    return purge(proxy, request + ",\"count\":true").at("/removed/redis");
  }

  private static void fill(RunningProxy proxy, String path, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      assertThat(proxy.get(path + i, null).statusCode()).isEqualTo(200);
    }
  }

  /** NB: nobody waits for a store, so neither may what asks how much is stored. */
  private static void awaitStored(List<RedisServerProcess> servers, int entries) {
    Awaitility.await("stored")
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                servers.stream()
                        .flatMap(redis -> redis.command("KEYS", "*:d:*").lines())
                        .filter(name -> name.contains(":d:"))
                        .count()
                    == entries);
  }

  private static void countsWhatIsValid(RunningProxy one, List<RedisServerProcess> servers)
      throws Exception {
    fill(one, "/items/", 0, 30);
    fill(one, "/items/" + LONG, 0, 2);
    fill(one, "/others/", 0, 5);
    awaitStored(servers, 37);

    assertThat(removed(one, "\"tags\":[\"items\"],\"dry_run\":true").asLong()).isEqualTo(32);
    assertThat(removed(one, "\"tags\":[\"item:7\"]").asLong()).isEqualTo(1);
    assertThat(removed(one, "\"tags\":[\"item:7\"]").asLong()).as("a second time").isZero();
    assertThat(removed(one, "\"routes\":[\"item\"]").asLong()).as("but item 7").isEqualTo(31);
    fill(one, "/items/", 0, 3);
    Awaitility.await("stored again")
        .atMost(Duration.ofSeconds(10))
        .until(() -> removed(one, "\"all\":true,\"dry_run\":true").asLong() == 8);
    assertThat(removed(one, "\"all\":true").asLong()).isEqualTo(8);
    assertThat(removed(one, "\"all\":true").asLong()).isZero();
  }

  @Test
  void oneServer() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin();
        RunningProxy one =
            RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", redis.url()))
                .awaitCache()) {
      countsWhatIsValid(one, List.of(redis));

      fill(one, "/others/", 0, 1);
      assertThat(purge(one, "\"tags\":[\"others\"]").at("/removed/redis").isNull()).isTrue();
    }
  }

  /** What another instance has stored, and this one has never seen. */
  @Test
  void ofAllInstances() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin();
        RunningProxy one =
            RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", redis.url())).awaitCache();
        RunningProxy two =
            RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", redis.url()))
                .awaitCache()) {
      fill(one, "/items/", 0, 600);
      awaitStored(List.of(redis), 600);

      JsonNode told = purge(two, "\"tags\":[\"items\"],\"count\":true");

      assertThat(told.at("/removed/l1").asLong()).isZero();
      assertThat(told.at("/removed/redis").asLong()).isEqualTo(600);
      assertThat(RunningProxy.cacheStatus(one.get("/items/1", null))).doesNotContain("; hit");
    }
  }

  @Test
  void cluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.ofMasters();
        VersionedOrigin origin = new VersionedOrigin();
        RunningProxy one =
            RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", cluster.url()))
                .awaitCache()) {
      countsWhatIsValid(one, cluster.nodes());
    }
  }

  @Test
  void overHttp() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        UpstashEmulator api = new UpstashEmulator(redis.port());
        VersionedOrigin origin = new VersionedOrigin();
        RunningProxy one =
            RunningProxy.start(
                    origin.url(),
                    RULES,
                    Map.of(
                        "REDIS_URL", api.url(), "UPSTASH_REDIS_REST_TOKEN", UpstashEmulator.TOKEN))
                .awaitCache()) {
      countsWhatIsValid(one, List.of(redis));
    }
  }

  /** In memory alone there is nothing to count, and nothing fails. */
  @Test
  void withoutRedis() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        RunningProxy one = RunningProxy.start(origin.url(), RULES, Map.of())) {
      fill(one, "/items/", 0, 3);

      JsonNode told = purge(one, "\"tags\":[\"items\"],\"count\":true");

      assertThat(told.at("/removed/redis").isNull()).isTrue();
      assertThat(told.at("/removed/l1").asLong()).isEqualTo(3);
    }
  }

  /** A user that may not list names: the purge is done, only its number is unknown. */
  @Test
  void userThatMayNotScan() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin()) {
      redis.command("ACL", "SETUSER", "narrow", "on", ">pw", "~*", "+@all", "-scan");
      String url = redis.url().replace("redis://", "redis://narrow:pw@");
      try (RunningProxy one =
          RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", url)).awaitCache()) {
        fill(one, "/items/", 0, 3);

        assertThat(removed(one, "\"tags\":[\"items\"]").isNull()).isTrue();
        assertThat(RunningProxy.cacheStatus(one.get("/items/1", null))).doesNotContain("; hit");
      }
    }
  }
}
