package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.RedisServerProcess.RedisMonitor;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.VersionedOrigin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each kind of request costs in commands, by MONITOR, over the Redis protocol and over HTTP.
 * Two cost one more than the table says, and are named for it. Source: consistency.md, Section 8;
 * redis.md, Section 6.
 */
class CommandCountIT {
  private static final String MGET = "MGET";
  private static final String GET = "GET";
  private static final String SET = "SET";
  private static final String SCRIPT = "EVALSHA";

  /** A script that the server has not seen yet. */
  private static final String FIRST_TIME = "EVAL";

  /** A purge is told whether anything was ever stored under its names. */
  private static final String IS_ANYTHING_KNOWN = MGET;

  /** What L1 has no longer holds: another instance may have it anew. */
  private static final String OUTDATED_IN_L1 = MGET;

  private static final String RULES =
      """
      cache: { consistency: %s, l1: { lease: %s }, redis: { fill_lease: false, timeout: 5s } }
      never_cache: { paths: ["/never/**"] }
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
        - { name: old, match: { path: "/old/{id}" }, ttl: 1m, stale_while_revalidate: 1h }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
      """;

  private final List<AutoCloseable> open = new ArrayList<>();
  private RedisServerProcess redis;
  private UpstashEmulator api;
  private VersionedOrigin origin;
  private RedisMonitor monitor;

  /** How far the clocks of the proxies are ahead. */
  private volatile Duration later = Duration.ZERO;

  @BeforeEach
  void start() throws Exception {
    redis = opened(RedisServerProcess.start());
    api = opened(new UpstashEmulator(redis.port()));
    origin = opened(new VersionedOrigin());
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  private Map<String, String> variables(String transport) {
    return transport.equals("resp")
        ? Map.of("REDIS_URL", redis.url())
        : Map.of("REDIS_URL", api.url(), "UPSTASH_REDIS_REST_TOKEN", UpstashEmulator.TOKEN);
  }

  private RunningProxy proxy(String transport, String consistency, String lease) throws Exception {
    return proxy(origin.url(), RULES.formatted(consistency, lease), variables(transport));
  }

  private RunningProxy proxy(String backend, String rules, Map<String, String> variables)
      throws Exception {
    InstantSource clock = () -> Instant.now().plus(later);
    return opened(RunningProxy.start(backend, rules, variables, clock).awaitCache());
  }

  /** Asks for things that load all scripts, and begins to count. */
  private void count(RunningProxy proxy) throws Exception {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(proxy, "/items/0").contains("; hit"));
    send(proxy, "PUT", "/items/0");
    send(proxy, "PUT", "/items/0");
    monitor = opened(redis.monitor());
  }

  private static String get(RunningProxy proxy, String path) throws Exception {
    return send(proxy, "GET", path);
  }

  /** The Cache-Status of an answer; by the one name that clients know. */
  private static String send(RunningProxy proxy, String method, String path) throws Exception {
    String length = method.equals("GET") ? "" : "Content-Length: 0\r\n";
    String request = method + " " + path + " HTTP/1.1\r\nHost: api.example\r\n" + length + "\r\n";
    return String.valueOf(
        RawClient.exchange(proxy.address().getPort(), request).field("Cache-Status"));
  }

  /** Exactly these commands since the last call, though the last may still be on its way. */
  private void cost(String... expected) {
    cost(List.of(monitor), expected);
  }

  private static void cost(List<RedisMonitor> monitors, String... expected) {
    List<String> seen = commands(monitors);
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (seen.size() < expected.length && System.nanoTime() - end < 0) {
      seen.addAll(commands(monitors));
    }
    seen.addAll(commands(monitors));
    // NB: not everything waits for what went before it.
    assertThat(seen).containsExactlyInAnyOrder(expected);
  }

  private static List<String> commands(List<RedisMonitor> monitors) {
    List<String> all = new ArrayList<>();
    monitors.forEach(one -> all.addAll(one.commands()));
    return all;
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void readsAndWrites(String transport) throws Exception {
    RunningProxy one = proxy(transport, "default", "0ms");
    RunningProxy two = proxy(transport, "default", "0ms");
    count(one);

    assertThat(get(one, "/items/1")).contains("stored");
    cost(MGET, SCRIPT, SET);
    assertThat(get(one, "/items/1")).contains("detail=l1");
    cost(MGET);
    send(one, "PUT", "/items/1");
    cost(SCRIPT, SCRIPT);
    assertThat(get(two, "/items/1")).contains("stored");
    cost(MGET, SET);
    assertThat(get(one, "/items/1")).contains("detail=l2");
    cost(MGET, OUTDATED_IN_L1);
    assertThat(get(one, "/items/2")).contains("stored");
    cost(MGET, SCRIPT, SET);
    assertThat(get(two, "/items/2")).contains("detail=l2");
    cost(MGET);
    assertThat(one.admin("POST", "/v1/purge", "{\"tags\":[\"item:1\"]}").statusCode())
        .isEqualTo(200);
    cost(IS_ANYTHING_KNOWN, SCRIPT);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void whatIsNotStored(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "default", "0ms");
    RunningProxy other = proxy(transport, "default", "0ms");
    count(proxy);
    origin.field("Cache-Control: no-store");

    assertThat(get(proxy, "/items/1")).contains("detail=no_store");
    cost(MGET, SCRIPT);
    assertThat(get(other, "/items/1")).contains("detail=no_store");
    cost(MGET);
    get(proxy, "/items/1");
    cost();
    get(proxy, "/other");
    get(proxy, "/never/1");
    send(proxy, "PUT", "/never/1");
    cost();
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void healthAndMetricsAndIdling(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "default", "0ms");
    count(proxy);

    for (String path : List.of("/-/health", "/-/readyz", "/-/livez", "/-/startupz")) {
      send(proxy, "GET", path);
    }
    proxy.admin("GET", "/metrics", "");
    proxy.admin("GET", "/health", "");
    Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    cost();
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void hitsUnderALease(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "default", "1s");
    count(proxy);
    get(proxy, "/items/1");
    cost(MGET, SCRIPT, SET);

    // NB: leases belong to an event loop, so both requests come by one connection.
    try (RawClient client = RawClient.connect(proxy.address().getPort())) {
      String request = "GET /items/1 HTTP/1.1\r\nHost: api.example\r\n\r\n";
      String first = client.send(request).readResponse().field("Cache-Status");
      String second = client.send(request).readResponse().field("Cache-Status");
      assertThat(List.of(first, second)).allMatch(status -> status.contains("detail=l1"));
    }
    cost(MGET);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void liteMutations(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "lite", "0ms");
    count(proxy);
    send(proxy, "PUT", "/items/1");

    cost(SCRIPT);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void confirmedByTheOrigin(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "default", "0ms");
    origin.field("ETag: \"v1\"");
    count(proxy);
    get(proxy, "/items/1");
    cost(MGET, SCRIPT, SET);
    proxy.admin("POST", "/v1/purge", "{\"tags\":[\"item:1\"]}");
    cost(IS_ANYTHING_KNOWN, SCRIPT);
    origin.status(304);

    assertThat(get(proxy, "/items/1")).contains("fwd-status=304").contains("stored");
    cost(MGET, SET);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void largeBodies(String transport) throws Exception {
    ScriptedOrigin large =
        opened(ScriptedOrigin.answering(request -> ScriptedOrigin.ok("x".repeat(200_000))));
    String rules = RULES.formatted("default", "0ms");
    RunningProxy one = proxy(large.url(), rules, variables(transport));
    RunningProxy two = proxy(large.url(), rules, variables(transport));
    for (RunningProxy proxy : List.of(one, two)) {
      // NB: the connection for large values is opened on first need.
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> get(proxy, "/items/9").contains("; hit"));
    }
    count(one);

    assertThat(get(one, "/items/1")).contains("stored");
    cost(MGET, SCRIPT, SET, SET);
    assertThat(get(two, "/items/1")).contains("detail=l2");
    cost(MGET, GET);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void varyingAnswers(String transport) throws Exception {
    origin.field("Vary: Accept-Language");
    RunningProxy one = proxy(transport, "default", "0ms");
    RunningProxy two = proxy(transport, "default", "0ms");
    count(one);

    assertThat(get(one, "/items/1")).contains("stored");
    cost(MGET, SCRIPT, SET, SET);
    assertThat(get(two, "/items/1")).contains("detail=l2");
    cost(MGET, MGET);
    assertThat(get(two, "/items/1")).contains("detail=l1");
    cost(MGET);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void staleAnswersRefreshedInTheBackground(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "default", "0ms");
    count(proxy);
    assertThat(get(proxy, "/old/1")).contains("stored");
    cost(MGET, SCRIPT, SET);
    later = Duration.ofMinutes(2);

    assertThat(get(proxy, "/old/1")).contains("; hit").contains("stale");
    cost(MGET, SET);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void mutationsThatTakeLong(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "default", "0ms");
    count(proxy);
    origin.timesOfWrites(() -> 0, () -> 3_500);

    send(proxy, "PUT", "/items/1");
    cost(SCRIPT, SCRIPT, SCRIPT);
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @ValueSource(strings = {"resp", "rest"})
  void statisticsAndPurges(String transport) throws Exception {
    RunningProxy proxy = proxy(transport, "default", "0ms");
    get(proxy, "/items/1");
    count(proxy);

    proxy.admin("GET", "/v1/stats", "");
    proxy.admin("GET", "/v1/stats", "");
    cost("INFO");
    for (String purge : List.of("\"all\":true", "\"prefixes\":[\"/items/\"]")) {
      proxy.admin("POST", "/v1/purge", "{" + purge + "}");
      cost(IS_ANYTHING_KNOWN, SCRIPT);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void connecting() throws Exception {
    monitor = opened(redis.monitor());
    proxy("resp", "default", "0ms");
    List<String> seen = monitor.commands();
    assertThat(seen)
        .as("by each connection, the password's in place of PING")
        .containsOnly("PING", "INFO", MGET, SCRIPT, FIRST_TIME);
    assertThat(seen).filteredOn(MGET::equals).as("one epoch for the process").hasSize(1);
    proxy("resp", "default", "0ms");
    assertThat(monitor.commands()).as("the epoch is there").containsOnly("PING", "INFO", MGET);
    assertThat(seen)
        .filteredOn("PING"::equals)
        .hasSameSizeAs(seen.stream().filter("INFO"::equals).toList());

    redis.command("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all");
    String url = redis.url().replace("//", "//app:secret@") + "/3";
    monitor = opened(redis.monitor());
    proxy(origin.url(), RULES.formatted("default", "0ms"), Map.of("REDIS_URL", url));
    assertThat(monitor.commands()).containsOnly("AUTH", "SELECT", "INFO", MGET, SCRIPT);
  }

  @Test
  @Execution(CONCURRENT)
  void connectingOverHttp() throws Exception {
    monitor = opened(redis.monitor());
    proxy("rest", "default", "0ms");
    cost("INFO", "ECHO", MGET, SCRIPT, FIRST_TIME);
  }

  @Test
  @Execution(CONCURRENT)
  void cluster() throws Exception {
    RedisCluster cluster = opened(RedisCluster.ofMasters());
    Map<String, String> variables = Map.of("REDIS_URL", cluster.url());
    String rules = RULES.formatted("default", "0ms");
    RunningProxy one = proxy(origin.url(), rules, variables);
    RunningProxy two = proxy(origin.url(), rules, variables);
    count(one);
    List<RedisMonitor> monitors = new ArrayList<>();
    for (RedisServerProcess node : cluster.nodes()) {
      monitors.add(opened(node.monitor()));
    }
    assertThat(get(one, "/items/1")).contains("stored");
    cost(monitors, MGET, GET, SCRIPT, SET);
    assertThat(get(two, "/items/1")).contains("detail=l2");
    cost(monitors, MGET, GET);
    assertThat(get(two, "/items/1")).contains("detail=l1");
    cost(monitors, MGET);
    send(two, "PUT", "/items/1");
    cost(monitors, SCRIPT, SCRIPT);
  }
}
