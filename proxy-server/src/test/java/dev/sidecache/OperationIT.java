package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What an operator asks of a whole proxy: routes, doctor, warm, drain. */
class OperationIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String RULES =
      """
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
        - { name: never, match: { path: "/never/{id}" }, ttl: 0 }
      warm: ["/items/100"]
      """;

  private static JsonNode ask(RunningProxy proxy, String method, String path, String json)
      throws Exception {
    return JSON.readTree(proxy.admin(method, path, json).body());
  }

  private static JsonNode named(JsonNode list, String name) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(each -> each.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is missing in " + list));
  }

  private static JsonNode finding(RunningProxy proxy, String name) throws Exception {
    return named(ask(proxy, "GET", "/v1/doctor", "").path("checks"), name);
  }

  @Test
  void routesTellWhatTheCacheDidForThem() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, Map.of()).awaitCache()) {
      for (int i = 0; i < 4; i++) {
        assertThat(proxy.get("/items/1", null).statusCode()).isEqualTo(200);
      }
      proxy.get("/other", null);
      ask(proxy, "POST", "/v1/purge", "{\"tags\":[\"item:7\"]}");

      JsonNode table = ask(proxy, "GET", "/v1/routes?series=5m", "").path("routes");

      JsonNode item = named(table, "item");
      assertThat(item.path("hits").asLong()).isEqualTo(3);
      assertThat(item.path("misses").asLong()).isGreaterThanOrEqualTo(1);
      assertThat(item.path("entries").asLong()).isGreaterThanOrEqualTo(1);
      assertThat(item.path("bytes").asLong()).isPositive();
      assertThat(item.at("/times/hit_p50_ms").asDouble()).isPositive();
      assertThat(item.at("/times/backend_p99_ms").asDouble()).isPositive();
      assertThat(item.path("last_purge").asText()).isNotEmpty();
      assertThat(named(table, "never").path("last_purge").isNull()).isTrue();
      assertThat(named(table, "never").at("/times/hit_p50_ms").isNull()).isTrue();
      assertThat(named(table, "-").path("requests").asLong()).isEqualTo(1);
      assertThat(ask(proxy, "GET", "/v1/top?by=bytes", "").at("/routes/0/name").asText())
          .isEqualTo("item");
    }
  }

  @Test
  void urlsAreWarmedByCommand() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, Map.of()).awaitCache()) {
      String urls = "{\"urls\":[\"/items/1\",\"/items/2\",\"" + proxy.address() + "/items/3\"]}";
      JsonNode begun = ask(proxy, "POST", "/v1/warm", urls);
      String progress = "/v1/warm/" + begun.path("id").asText();
      Awaitility.await("warmed")
          .atMost(Duration.ofSeconds(10))
          .until(() -> ask(proxy, "GET", progress, "").path("done").asInt() == 3);

      assertThat(ask(proxy, "GET", progress, "").path("stored").asInt()).isEqualTo(3);
      for (int i = 1; i <= 3; i++) {
        assertThat(RunningProxy.cacheStatus(proxy.get("/items/" + i, null))).contains("; hit");
      }
    }
  }

  /** NB: the origin is closed early, which the compiler warns of. */
  @Test
  @SuppressWarnings("try")
  void doctorKnowsWhatFailsWhileItRuns() throws Exception {
    RedisServerProcess redis = RedisServerProcess.start();
    try (VersionedOrigin origin = new VersionedOrigin();
        RunningProxy proxy =
            RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", redis.url()))
                .awaitCache()) {
      assertThat(finding(proxy, "config").path("state").asText()).isEqualTo("passed");
      assertThat(finding(proxy, "backend").path("state").asText()).isEqualTo("passed");
      assertThat(finding(proxy, "redis").path("state").asText()).isEqualTo("passed");
      assertThat(finding(proxy, "cache").path("detail").asText()).isEqualTo("enabled");
      for (int i = 0; i < 100; i++) {
        proxy.get("/never/" + i, null);
      }
      JsonNode low = finding(proxy, "route");
      assertThat(low.path("detail").asText())
          .contains("never: 0 of 100 requests hit")
          .contains("most often no_lifetime");
      assertThat(low.path("remedy").asText()).startsWith("set a TTL on the route");

      assertThat(proxy.reload("routes: [{ name: item }]").statusCode()).isEqualTo(422);
      assertThat(finding(proxy, "config").path("detail").asText())
          .contains("a newer one was refused");
      redis.close();
      origin.close();
      // NB: at first what is known is only that the connection broke off.
      Awaitility.await("redis is missed")
          .atMost(Duration.ofSeconds(10))
          .until(() -> finding(proxy, "redis").path("remedy").asText().contains("start Redis"));
      assertThat(finding(proxy, "redis").path("state").asText()).isEqualTo("failed");
      assertThat(finding(proxy, "cache").path("detail").asText())
          .startsWith("disabled (redis_down)");
      assertThat(finding(proxy, "backend").path("state").asText()).isEqualTo("failed");
    } finally {
      redis.close();
    }
  }

  @Test
  void drainStopsTheProxy() throws Exception {
    try (VersionedOrigin origin = new VersionedOrigin();
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, Map.of())) {
      assertThat(proxy.admin("POST", "/v1/drain", "").statusCode()).isEqualTo(202);

      Awaitility.await("closed").atMost(Duration.ofSeconds(20)).until(() -> !answers(proxy));
    }
  }

  private static boolean answers(RunningProxy proxy) throws InterruptedException {
    try {
      return proxy.get("/items/1", null).statusCode() > 0;
    } catch (IOException closed) {
      return false;
    }
  }
}
