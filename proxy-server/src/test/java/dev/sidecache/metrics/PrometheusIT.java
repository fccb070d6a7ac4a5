package dev.sidecache.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sidecache.testing.Prerequisite;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics as the real Prometheus and its own checker read them. */
class PrometheusIT {
  private static final String HINT = "Debian's package prometheus";

  private final AllMeters meters = new AllMeters().feedEach();

  @TempDir Path directory;

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void promtoolFindsNothingToCriticizeInOurMetrics() throws Exception {
    Prerequisite.requireProgram("promtool", HINT);
    // NB: names of the JVM's and the process's metrics are Micrometer's.
    String ours =
        meters
            .registry
            .scrape(null)
            .text()
            .lines()
            .filter(line -> line.matches("(# (HELP|TYPE) )?sidecache_.*"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(promtool(ours)).isEmpty();
    assertThat(promtool(ours + "sidecache_without_help 1\n"))
        .contains("sidecache_without_help no help text");
  }

  @Test
  void promtoolCanReadAll() throws Exception {
    Prerequisite.requireProgram("promtool", HINT);
    assertThat(promtool(meters.registry.scrape(null).text())).doesNotContain("error while");
  }

  private String promtool(String metrics) throws Exception {
    Path input = Files.writeString(directory.resolve("metrics.txt"), metrics);
    Process process =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void prometheusScrapesEveryMetric() throws Exception {
    Prerequisite.requireProgram("prometheus", HINT);
    HttpServer target =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    target.createContext("/metrics", this::answerScrape);
    target.start();
    int port = freePort();
    Process prometheus = start(target.getAddress().getPort(), port);
    try {
      String base = "http://127.0.0.1:" + port + "/api/v1/";
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(250))
          .ignoreExceptions()
          .until(() -> !names(base).isEmpty());
      assertThat(names(base)).isEqualTo(namesInText());
      JsonNode up = get(base + "query?query=up").at("/data/result/0/value/1");
      assertThat(up.asText()).isEqualTo("1");
      JsonNode gauge = get(base + "metadata?metric=sidecache_redis_up");
      assertThat(gauge.at("/data/sidecache_redis_up/0/type").asText()).isEqualTo("gauge");
    } finally {
      prometheus.destroy();
      if (!prometheus.waitFor(20, TimeUnit.SECONDS)) {
        prometheus.destroyForcibly();
      }
      target.stop(0);
    }
  }

  private void answerScrape(HttpExchange exchange) throws IOException {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    MetricsRegistry.Scrape scrape = meters.registry.scrape(accept);
    byte[] content = scrape.text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", scrape.contentType());
    exchange.sendResponseHeaders(200, content.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(content);
    }
  }

  private Process start(int targetPort, int port) throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - job_name: sidecache
                static_configs: [{ targets: ["127.0.0.1:%d"] }]
            """
                .formatted(targetPort));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + directory.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  /** The names of our metrics that Prometheus has stored. */
  private static Set<String> names(String base) throws Exception {
    Set<String> names = new TreeSet<>();
    get(base + "label/__name__/values").get("data").forEach(name -> names.add(name.asText()));
    names.removeIf(name -> !name.startsWith("sidecache_"));
    return names;
  }

  private Set<String> namesInText() {
    return meters.lines().stream()
        .map(line -> List.of(line.split("[{ ]", 2)).get(0))
        .filter(name -> name.startsWith("sidecache_"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonNode get(String url) throws Exception {
    String body =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
            .body();
    return new ObjectMapper().readTree(body);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
