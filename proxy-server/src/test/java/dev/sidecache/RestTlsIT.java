package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.cli.DoctorCommand.Finding;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.consistency.StoreHealth;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.VersionedOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole proxies whose Redis is reached by https only, and whose certificate is looked at. */
class RestTlsIT {
  private static final String RULES =
      """
      cache: { l1: { lease: 0ms } }
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
      """;

  @TempDir static Path directory;
  private static SelfSigned own;
  private static SelfSigned elsewhere;
  private static String trustingOwn;
  private static String trustingElsewhere;
  private static RedisServerProcess redis;

  @BeforeAll
  static void start() throws Exception {
    own = SelfSigned.forHost("localhost", directory);
    elsewhere = SelfSigned.forHost("redis.example", directory);
    trustingOwn = trusting(own);
    trustingElsewhere = trusting(elsewhere);
    redis = RedisServerProcess.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private static String trusting(SelfSigned signed) throws Exception {
    Path file = Files.createTempFile(directory, "trusted", ".crt");
    return "?ssl_ca_certs=" + Files.writeString(file, signed.certificatePem());
  }

  private static Map<String, String> pair(String url) {
    return Map.of("UPSTASH_REDIS_REST_URL", url, "UPSTASH_REDIS_REST_TOKEN", UpstashEmulator.TOKEN);
  }

  private static List<Finding> doctor(String url) throws Exception {
    Map<String, String> variables = new HashMap<>(pair(url));
    variables.put("UPSTREAM_URL", "http://127.0.0.1:1");
    ConfigLoader.Result result =
        ConfigLoader.parse(
            "test.yaml",
            "version: 1\n",
            new ConfigLoader.Surroundings(variables, Map.of(), 1L << 30));
    if (!(result instanceof ConfigLoader.Result.Valid valid)) {
      throw new AssertionError(result.findings());
    }
    return new RedisDiagnosis().check(valid.config());
  }

  private static void assertWorks(String url) throws Exception {
    redis.command("FLUSHALL");
    try (VersionedOrigin origin = new VersionedOrigin();
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, pair(url)).awaitCache()) {
      assertThat(proxy.get("/items/1", null).body()).contains("\"version\":0,");
      Awaitility.await("a hit")
          .atMost(Duration.ofSeconds(10))
          .until(() -> cacheStatus(proxy).contains("; hit"));
      assertThat(proxy.put("/items/1", null).statusCode()).isEqualTo(200);
      assertThat(proxy.get("/items/1", null).body()).contains("\"version\":1,");
      assertThat(proxy.admin("GET", "/v1/stats", "").body()).contains("\"transport\":\"rest\"");
    }
    assertThat(redis.command("KEYS", "*:d:*")).as("what is stored").contains(":d:");
    assertThat(doctor(url))
        .hasSizeGreaterThanOrEqualTo(3)
        .allMatch(finding -> Boolean.TRUE.equals(finding.ok()));
  }

  private static String cacheStatus(RunningProxy proxy) throws Exception {
    return proxy.get("/items/1", null).headers().firstValue("Cache-Status").orElse("");
  }

  /** What the log says of Redis from now on. */
  private static final class RedisLog extends Handler {
    private static final Logger LOGGER = Logger.getLogger(StoreHealth.class.getName());
    final List<String> lines = new CopyOnWriteArrayList<>();

    RedisLog() {
      LOGGER.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      LOGGER.removeHandler(this);
    }
  }

  private static void assertRefused(UpstashEmulator api, String query, String reason, String remedy)
      throws Exception {
    String url = api.url() + query;
    RedisLog log = new RedisLog();
    try (VersionedOrigin origin = new VersionedOrigin();
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, pair(url))) {
      Awaitility.await(reason)
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  log.lines.contains(
                      "Redis cache disabled: " + reason + "; forwarding everything"));
      assertThat(cacheStatus(proxy)).contains("detail=redis_down");
      assertThat(proxy.get("/items/1", null).statusCode()).isEqualTo(200);
    } finally {
      log.close();
    }
    assertThat(doctor(url))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.ok()).isFalse();
              assertThat(finding.detail()).contains(reason).doesNotContain(UpstashEmulator.TOKEN);
              assertThat(finding.remedy()).contains(remedy);
            });
    assertThat(api.received).as("what an unknown server was told").isEmpty();
  }

  @Test
  void certificateOfATrustedIssuerAndTheRightHost() throws Exception {
    try (UpstashEmulator api = UpstashEmulator.behindTls(redis.port(), own.server())) {
      assertWorks(api.url() + trustingOwn);
      assertThat(api.received).isNotEmpty();
    }
  }

  @Test
  void unknownIssuerIsNamed() throws Exception {
    try (UpstashEmulator api = UpstashEmulator.behindTls(redis.port(), own.server())) {
      String reason = "certificate from an unknown issuer";
      assertRefused(api, "", reason, "?ssl_ca_certs=FILE");
      assertRefused(api, trustingElsewhere, reason, "?ssl_ca_certs=FILE");
    }
  }

  @Test
  void otherHostIsNamed() throws Exception {
    try (UpstashEmulator api = UpstashEmulator.behindTls(redis.port(), elsewhere.server())) {
      assertRefused(
          api,
          trustingElsewhere,
          "certificate for another host",
          "write the host that the certificate names");
    }
  }

  @Test
  void whatIsNotAskedForIsNotVerified() throws Exception {
    try (UpstashEmulator api = UpstashEmulator.behindTls(redis.port(), elsewhere.server())) {
      assertWorks(api.url() + trustingElsewhere + "&ssl_check_hostname=false");
      assertWorks(api.url() + "?ssl_cert_reqs=none");
    }
  }

  @Test
  void serverWithoutTlsIsNamed() throws Exception {
    ScriptedOrigin.Script plain =
        connection -> connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    try (ScriptedOrigin other = ScriptedOrigin.start(plain)) {
      assertThat(doctor("https://localhost:" + other.port()))
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.detail()).contains("the server does not speak TLS");
                assertThat(finding.remedy()).contains("correct the port");
              });
    }
  }
}
