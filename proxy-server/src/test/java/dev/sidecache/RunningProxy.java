package dev.sidecache;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigReader;
import dev.sidecache.config.ConfigSource;
import dev.sidecache.consistency.Instance;
import dev.sidecache.testing.Metrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** A whole proxy in this process, with a client before it. */
final class RunningProxy implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final String HEAD = head("", "");

  private final ProxyServer server;

  private RunningProxy(ProxyServer server) {
    this.server = server;
  }

  /**
   * The YAML before {@code routes:}, with free ports.
   *
   * @param serving further settings of the traffic port, each after a comma
   * @param forwarding further settings of the backend, each after a comma
   */
  static String head(String serving, String forwarding) {
    return """
        version: 1
        server: { listen: "127.0.0.1:0"%s }
        admin: { listen: "127.0.0.1:0" }
        upstream: { timeout: 10s%s }
        """
        .formatted(serving, forwarding);
  }

  /**
   * Starts one on free ports.
   *
   * @param rules the YAML from {@code routes:} on
   * @param variables further environment, such as REDIS_URL; without Redis the store is memory
   */
  static RunningProxy start(String origin, String rules, Map<String, String> variables)
      throws IOException, InterruptedException {
    return start(origin, rules, variables, InstantSource.system());
  }

  /** The same with a clock by which ages and lifetimes are told. */
  static RunningProxy start(
      String origin, String rules, Map<String, String> variables, InstantSource clock)
      throws IOException, InterruptedException {
    return start(origin, HEAD + rules, variables, clock, line -> {});
  }

  /** The same with the whole YAML, and what takes the lines of the access log. */
  static RunningProxy start(
      String origin,
      String yaml,
      Map<String, String> variables,
      InstantSource clock,
      Consumer<String> log)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("UPSTREAM_URL", origin);
    if (variables.keySet().stream().noneMatch(name -> name.contains("REDIS"))) {
      environment.put("SIDECACHE_STORE", "memory");
    }
    ConfigLoader.Surroundings surroundings =
        new ConfigLoader.Surroundings(environment, Map.of(), 1L << 30);
    ConfigLoader.Result result = ConfigLoader.parse("test.yaml", yaml, surroundings);
    if (!(result instanceof ConfigLoader.Result.Valid valid)) {
      throw new AssertionError(result.findings());
    }
    Path nowhere = Path.of("no-such-directory");
    ConfigReader reader = new ConfigReader(new ConfigSource(nowhere, nowhere), null, surroundings);
    ProxyServer.Output output = new ProxyServer.Output(log, true, "test", "test");
    Outside outside = new Outside(clock, Instance::new).withSource(reader);
    return new RunningProxy(ProxyServer.start(valid.config(), output, outside));
  }

  /** Puts other rules to use, the YAML from {@code routes:} on; returns the answer. */
  HttpResponse<String> reload(String rules) throws IOException, InterruptedException {
    return admin("POST", "/v1/config/reload", HEAD + rules);
  }

  URI address() {
    return server.address();
  }

  URI admin() {
    URI admin = server.admin();
    if (admin == null) {
      throw new AssertionError("no admin port");
    }
    return admin;
  }

  /** Waits until the cache is used. */
  RunningProxy awaitCache() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> get("/-/health", null).body().contains("\"enabled\":true"));
    return this;
  }

  HttpResponse<String> get(String path, String user) throws IOException, InterruptedException {
    return HTTP.send(request("GET", path, user), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> put(String path, String user) throws IOException, InterruptedException {
    return HTTP.send(request("PUT", path, user), HttpResponse.BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> getLater(String path, String user) {
    return HTTP.sendAsync(request("GET", path, user), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> admin(String method, String path, String json)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(admin().resolve(path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .timeout(Duration.ofSeconds(20))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** The value of one series, spelt as in {@link Metrics#value}. */
  double metric(String series) throws IOException, InterruptedException {
    return Metrics.value(admin("GET", "/metrics", "").body(), series)
        .orElseThrow(() -> new AssertionError(series + " is missing"));
  }

  private HttpRequest request(String method, String path, String user) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address().resolve(path)).timeout(Duration.ofSeconds(30));
    if (user != null) {
      request.header("Authorization", "Bearer " + user);
    }
    HttpRequest.BodyPublisher body =
        method.equals("GET")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString("{}");
    return request.method(method, body).build();
  }

  static String cacheStatus(HttpResponse<?> response) {
    return response.headers().firstValue("Cache-Status").orElse("");
  }

  /** Stops, letting what runs end within this time. */
  void stop(Duration patience) throws InterruptedException {
    server.stop(patience);
  }

  /** Stops at once: what is still open is cut. */
  @Override
  public void close() {
    try {
      stop(Duration.ZERO);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
