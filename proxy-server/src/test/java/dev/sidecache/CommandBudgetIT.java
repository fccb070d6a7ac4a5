package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.RedisServerProcess.RedisMonitor;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.VersionedOrigin;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What whole proxies tell of the command budget. */
class CommandBudgetIT {
  private static final String RULES =
      """
      cache: { redis: { %s timeout: 5s } }
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h }
      """;
  private static final String BUDGET = "command_budget: 500000/month,";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What the test itself sends, and what the recording begins with. */
  private static final Set<String> OWN = Set.of("KEYS", "GET", "MONITOR");

  private RedisServerProcess redis;
  private UpstashEmulator api;
  private VersionedOrigin origin;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServerProcess.start();
    api = new UpstashEmulator(redis.port());
    origin = new VersionedOrigin();
  }

  @AfterEach
  void stop() throws Exception {
    origin.close();
    api.close();
    redis.close();
  }

  private RunningProxy proxy(String budget, Map<String, String> variables) throws Exception {
    return RunningProxy.start(origin.url(), RULES.formatted(budget), variables).awaitCache();
  }

  private Map<String, String> rest() {
    return Map.of("REDIS_URL", api.url(), "UPSTASH_REDIS_REST_TOKEN", UpstashEmulator.TOKEN);
  }

  private static JsonNode stats(RunningProxy proxy) throws Exception {
    return new ObjectMapper().readTree(proxy.admin("GET", "/v1/stats", "").body());
  }

  private String number() {
    String keys = redis.command("KEYS", "*:s:*");
    return keys.contains(":s:") ? keys : "";
  }

  private long added() {
    String key = number().lines().filter(line -> line.contains(":s:")).findFirst().orElseThrow();
    return Long.parseLong(redis.command("GET", key.strip()));
  }

  /** The server saw so many commands since it was last asked, besides the test's own. */
  private static long seen(RedisMonitor monitor) {
    return monitor.commands().stream().filter(name -> !OWN.contains(name)).count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resp", "rest"})
  void countSurvivesRestartsAndIsWhatTheServerSaw(String transport) throws Exception {
    boolean resp = transport.equals("resp");
    Map<String, String> variables = resp ? Map.of("REDIS_URL", redis.url()) : rest();
    long all = 0;
    try (RedisMonitor monitor = redis.monitor()) {
      for (int start = 1; start <= 3; start++) {
        long before = all;
        try (RunningProxy one = proxy(BUDGET, variables)) {
          assertThat(one.get("/items/" + start, null).statusCode()).isEqualTo(200);
          one.put("/items/1", null);
          all += seen(monitor);
          assertThat(stats(one).path("commands").path("spent").asLong()).isGreaterThan(before + 3);
          all += seen(monitor);
        }
        long last = seen(monitor);
        assertThat(last).as("at the end: one addition, nothing else").isEqualTo(1);
        all += last;
        assertThat(added()).as("after stop %d", start).isEqualTo(all);
      }
    }
  }

  @Test
  void spentIsCountedToldAndShared() throws Exception {
    try (RunningProxy one = proxy(BUDGET, Map.of("REDIS_URL", redis.url()))) {
      long before = stats(one).path("commands").path("spent").asLong();
      for (int i = 0; i < 20; i++) {
        one.get("/items/" + i, null);
      }
      JsonNode told = stats(one).path("commands");
      assertThat(told.path("spent").asLong()).isGreaterThanOrEqualTo(before + 40);
      assertThat(told.path("budget").asLong()).isEqualTo(500_000);
      assertThat(told.path("period").asText()).isEqualTo("month");
      assertThat(told.path("forecast").asLong()).isGreaterThanOrEqualTo(before + 40);
      assertThat(told.path("warning").asBoolean()).isFalse();
      assertThat(one.admin("GET", "/metrics", "").body())
          .contains(
              "sidecache_redis_commands_budget 500000.0",
              "sidecache_redis_commands_spent ",
              "sidecache_redis_commands_forecast ");
    }
  }

  @Test
  void otherInstancesCountToo() throws Exception {
    Map<String, String> variables = rest();
    proxy(BUDGET, variables).close();
    String key = number().lines().filter(line -> line.contains(":s:")).findFirst().orElseThrow();
    try (RunningProxy one = proxy(BUDGET, variables)) {
      one.get("/items/1", null);
      redis.command("INCRBY", key.strip(), "450000");
      try (RunningProxy two = proxy(BUDGET, variables)) {
        two.get("/items/1", null);
        assertThat(stats(two).path("commands").path("spent").asLong()).isGreaterThan(450_000);
        assertThat(stats(two).path("commands").path("warning").asBoolean()).isTrue();
      }
      assertThat(stats(one).path("commands").path("spent").asLong()).isLessThan(450_000);
    }
  }

  @Test
  void withoutABudgetThereIsNothing() throws Exception {
    try (RunningProxy one = proxy("", Map.of("REDIS_URL", redis.url()))) {
      one.get("/items/1", null);
      assertThat(stats(one).has("commands")).isFalse();
      assertThat(one.admin("GET", "/metrics", "").body()).doesNotContain("redis_commands_spent");
      assertThat(number()).isEmpty();
    }
  }

  @Test
  void figuresAreToldWhileTheProvidersQuotaIsUsedUp() throws Exception {
    try (RunningProxy one = proxy(BUDGET, rest())) {
      api.behave(UpstashEmulator.Behaviour.error("ERR max requests limit exceeded"));
      one.get("/items/1", null);
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> stats(one).path("cache").path("reason").asText().equals("redis_quota"));
      assertThat(stats(one).path("commands").path("spent").asLong()).isPositive();
      assertThat(one.get("/items/1", null).statusCode()).isEqualTo(200);
    }
  }
}
