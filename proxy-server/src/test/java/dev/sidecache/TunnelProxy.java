package dev.sidecache;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.consistency.Instance;
import dev.sidecache.testing.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A whole proxy in this process, one of whose routes allows WebSocket, and its access log. */
final class TunnelProxy implements AutoCloseable {
  static final String ASKING = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

  private static final String ROUTES =
      """
      routes:
        - { name: chat, match: { path: "/chat/**" }, ttl: 1m, scope: shared, upgrade: [websocket] }
        - { name: rest, match: { path: "/**" }, ttl: 1m, scope: shared }
      """;

  private final ProxyServer server;
  private final List<String> log = new CopyOnWriteArrayList<>();

  /**
   * Starts one.
   *
   * @param serving further settings of the traffic port, each after a comma
   * @param forwarding further settings of the backend, each after a comma
   */
  TunnelProxy(String origin, String serving, String forwarding)
      throws IOException, InterruptedException {
    String yaml =
        "version: 1\nserver: { listen: \"127.0.0.1:0\""
            + serving
            + " }\nadmin: { listen: \"127.0.0.1:0\" }\nupstream: { timeout: 10s"
            + forwarding
            + " }\n"
            + ROUTES;
    Map<String, String> variables = Map.of("UPSTREAM_URL", origin, "SIDECACHE_STORE", "memory");
    ConfigLoader.Result result =
        ConfigLoader.parse(
            "test.yaml", yaml, new ConfigLoader.Surroundings(variables, Map.of(), 1L << 30));
    if (!(result instanceof ConfigLoader.Result.Valid valid)) {
      throw new AssertionError(result.findings());
    }
    server =
        ProxyServer.start(
            valid.config(),
            new ProxyServer.Output(log::add, true, "test", "test"),
            new Outside(InstantSource.system(), Instance::new));
  }

  int port() {
    return server.address().getPort();
  }

  RawClient connect() throws IOException {
    return RawClient.connect(port());
  }

  /** The head of a request that offers WebSocket, with further lines. */
  static String offer(String path, String lines) {
    return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n" + ASKING + lines + "\r\n";
  }

  /** The lines of the access log so far. */
  List<String> log() {
    return log;
  }

  /** The value of one series; 0 if there is none. */
  double metric(String series) throws IOException, InterruptedException {
    URI admin = server.admin();
    HttpRequest request =
        HttpRequest.newBuilder(admin.resolve("/metrics")).timeout(Duration.ofSeconds(20)).build();
    String text =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    return text.lines()
        .filter(line -> line.startsWith("sidecache_" + series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Stops, letting what runs end within this time. */
  void stop(Duration patience) throws InterruptedException {
    server.stop(patience);
  }

  @Override
  public void close() {
    try {
      stop(Duration.ZERO);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
