package dev.sidecache;

import dev.sidecache.testing.RawClient;
import java.io.IOException;
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

  private final RunningProxy proxy;
  private final List<String> log = new CopyOnWriteArrayList<>();

  /**
   * Starts one.
   *
   * @param serving further settings of the traffic port, each after a comma
   * @param forwarding further settings of the backend, each after a comma
   */
  TunnelProxy(String origin, String serving, String forwarding)
      throws IOException, InterruptedException {
    String yaml = RunningProxy.head(serving, forwarding) + ROUTES;
    proxy = RunningProxy.start(origin, yaml, Map.of(), InstantSource.system(), log::add);
  }

  int port() {
    return proxy.address().getPort();
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

  double metric(String series) throws IOException, InterruptedException {
    return proxy.metric(series);
  }

  void stop(Duration patience) throws InterruptedException {
    proxy.stop(patience);
  }

  @Override
  public void close() {
    proxy.close();
  }
}
