package dev.sidecache.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.SidecarProcess;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running proxy with Redis, scraped: all that alerts and dashboard ask for is there. */
class MonitoringIT {
  private static final String HINT = "Debian's package prometheus";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%sContent-Length: 2\r\n\r\n{}";

  private static RedisServerProcess redis;
  private static ScriptedOrigin origin;
  private static SidecarProcess proxy;

  @TempDir private Path directory;

  @BeforeAll
  static void startAndUse() throws Exception {
    redis = RedisServerProcess.start();
    origin =
        ScriptedOrigin.answering(
            request ->
                ANSWER.formatted(
                    request.target().contains("?kept=no") ? "Cache-Control: no-store\r\n" : ""));
    proxy =
        SidecarProcess.start(
            "http://127.0.0.1:" + origin.port(),
            """
            cache: { redis: { command_budget: 500000/month } }
            routes:
              - { name: students, match: { path: /api/students }, ttl: 1m, tags: [students] }
            invalidate:
              - { name: changed, when: { methods: [POST], path: /api/students }, tags: [students] }
            """,
            Map.of("REDIS_URL", redis.url()),
            SidecarProcess.Oddity.NONE);
    await().atMost(Duration.ofMinutes(1)).until(MonitoringIT::isHit);
    get(proxy.address().resolve("/api/students?kept=no"));
    get(proxy.address().resolve("/elsewhere"));
    HTTP.send(
        HttpRequest.newBuilder(proxy.address().resolve("/api/students"))
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static boolean isHit() throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(proxy.address().resolve("/api/students")).build(),
            BodyHandlers.ofString())
        .headers()
        .firstValue("Cache-Status")
        .orElse("")
        .contains("sidecache; hit");
  }

  @AfterAll
  static void stop() throws Exception {
    if (proxy != null) {
      proxy.close();
    }
    if (origin != null) {
      origin.close();
    }
    if (redis != null) {
      redis.close();
    }
  }

  private static String get(URI address) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
  }

  @Test
  void everyMetricThatIsAskedForIsInARealScrape() throws Exception {
    Set<String> scraped = new TreeSet<>();
    get(proxy.admin().resolve("/metrics"))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> scraped.add(line.split("[{ ]", 2)[0]));

    assertThat(Queries.metrics()).hasSizeGreaterThan(25);
    assertThat(scraped).containsAll(Queries.metrics());
  }

  @Test
  void promtoolCanReadEveryQueryOfTheDashboard() throws Exception {
    Prerequisite.requireProgram("promtool", HINT);
    List<String> queries = Queries.ofDashboard();
    List<Map<String, String>> rules = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      rules.add(Map.of("record", "panel:query:" + i, "expr", queries.get(i)));
    }
    Map<String, Object> group = Map.of("name", "dashboard", "rules", rules);
    Files.writeString(
        directory.resolve("rules.json"),
        new ObjectMapper().writeValueAsString(Map.of("groups", List.of(group))));

    assertThat(Queries.promtool(directory, 0, "check", "rules", "rules.json"))
        .contains("SUCCESS: " + queries.size() + " rules found");
  }

  /** Prometheus itself, as a cluster's, with the rules of the chart. */
  @Test
  void prometheusScrapesTheProxyAndAnswersEveryQuery() throws Exception {
    Prerequisite.requireProgram("prometheus", HINT);
    int port = freePort();
    Process prometheus = start(port);
    try {
      URI base = URI.create("http://127.0.0.1:" + port + "/api/v1/");
      await()
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(() -> query(base, "count_over_time(up[1m])").at("/0/value/1").asInt() >= 3);
      assertThat(query(base, "min_over_time(up[1m])").at("/0/value/1").asText()).isEqualTo("1");
      for (String query : Queries.ofDashboard()) {
        JsonNode answer = query(base, query);
        assertThat(answer.isArray()).as("%s: %s", query, answer).isTrue();
        if (query.contains("/") || query.contains("histogram_quantile")) {
          continue; // NB: none where nothing happened within the five minutes
        }
        assertThat(answer).as(query).isNotEmpty();
      }
      JsonNode rules = new ObjectMapper().readTree(get(base.resolve("rules"))).at("/data/groups");
      assertThat(rules.findValuesAsText("name")).contains("SidecacheRedisUnavailable");
    } finally {
      prometheus.destroy();
      if (!prometheus.waitFor(20, TimeUnit.SECONDS)) {
        prometheus.destroyForcibly();
      }
    }
  }

  private static JsonNode query(URI base, String query) throws Exception {
    String asked = "query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    JsonNode answer = new ObjectMapper().readTree(get(base.resolve(asked)));
    return answer.path("status").asText().equals("success") ? answer.at("/data/result") : answer;
  }

  private Process start(int port) throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s }
            rule_files: ["%s"]
            scrape_configs:
              - job_name: sidecache
                static_configs:
                  - targets: ["127.0.0.1:%d"]
                    labels: { namespace: crm, pod: api-1 }
            """
                .formatted(Queries.ALERTS.resolve("sidecache.yaml"), proxy.admin().getPort()));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + directory.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
