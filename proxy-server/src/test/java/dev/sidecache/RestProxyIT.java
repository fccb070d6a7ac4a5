package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.UpstashEmulator.Behaviour;
import dev.sidecache.testing.VersionedOrigin;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Whole proxies whose Redis is reached over HTTP only. */
class RestProxyIT {
  private static final String RULES =
      """
      cache: { l1: { lease: 0ms } }
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
      """;

  private static Map<String, String> variables(UpstashEmulator api) {
    return Map.of("REDIS_URL", api.url(), "UPSTASH_REDIS_REST_TOKEN", UpstashEmulator.TOKEN);
  }

  private static String status(RunningProxy proxy) throws Exception {
    String field = read(proxy).field("Cache-Status");
    return field == null ? "" : field;
  }

  /** By the one name that clients know, whichever proxy they reach. */
  private static RawMessage read(RunningProxy proxy) throws Exception {
    return RawClient.exchange(
        proxy.address().getPort(), "GET /items/1 HTTP/1.1\r\nHost: api.example\r\n\r\n");
  }

  private static void await(String what, RunningProxy proxy) {
    Awaitility.await(what).atMost(Duration.ofSeconds(15)).until(() -> status(proxy).contains(what));
  }

  @Test
  void missHitWriteOutageAndReturn() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        UpstashEmulator api = new UpstashEmulator(redis.port());
        VersionedOrigin origin = new VersionedOrigin();
        RunningProxy one = RunningProxy.start(origin.url(), RULES, variables(api)).awaitCache();
        RunningProxy two =
            RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", redis.url()))
                .awaitCache()) {
      assertThat(status(one)).contains("fwd=uri-miss").contains("stored");
      await("; hit", one);
      Awaitility.await("stored")
          .atMost(Duration.ofSeconds(5))
          .until(() -> redis.command("KEYS", "*:d:*").contains(":d:"));
      assertThat(status(two)).contains("; hit").contains("detail=l2");

      for (int version = 1; version <= 5; version++) {
        RunningProxy writer = version % 2 == 0 ? one : two;
        assertThat(writer.put("/items/1", null).statusCode()).isEqualTo(200);
        for (RunningProxy reader : new RunningProxy[] {one, two}) {
          assertThat(read(reader).body()).contains("\"version\":" + version + ",");
        }
      }
      assertThat(one.admin("GET", "/v1/stats", "").body())
          .contains("\"transport\":\"rest\"")
          .contains("\"endpoint\":\"" + api.url() + "\"");

      api.behave(Behaviour.always(503, "text/html", "<html>"));
      await("detail=redis_down", one);
      assertThat(read(one).status()).isEqualTo(200);
      api.behave(Behaviour.RIGHT);
      await("; hit", one);
    }
  }
}
