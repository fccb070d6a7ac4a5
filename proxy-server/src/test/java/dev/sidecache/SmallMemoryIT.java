package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecache.testing.Metrics;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile clients of every kind at once before a proxy with a small heap and little direct memory:
 * it holds what it may and no more, serves others, and is itself again when they have left.
 */
class SmallMemoryIT {
  private static final int KEPT = 900_000;
  private static final int LARGE = 10_000_000;
  private static final int ENTRIES = 8;
  private static final long MEBIBYTE = Container.MEBIBYTE;

  /** What may come on top: reads and connections that were under way when the account was spent. */
  private static final long BEYOND = 4 * MEBIBYTE;

  private static final List<String> MEMORY = List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m");
  private static final String RULES =
      """
      cache: { store: memory, l1: { max_size: 16MiB } }
      routes:
        - { name: kept, match: { path: "/kept/**" }, ttl: 1h, scope: shared }
        - name: asked
          match: { path: /asked, methods: [POST] }
          key: { body: { format: raw } }
          ttl: 1h
          scope: shared
      """;

  @TempDir Path directory;
  private final List<AutoCloseable> clients = new ArrayList<>();
  private final HttpClient admin = HttpClient.newHttpClient();
  private TestReporter reporter;
  private ScriptedOrigin origin;

  @BeforeEach
  void startOrigin(TestReporter toldTo) throws Exception {
    reporter = toldTo;
    origin = ScriptedOrigin.replying((head, connection) -> answer(connection, head.target()));
  }

  @AfterEach
  void stop() throws Exception {
    closeAll();
    origin.close();
  }

  private static void answer(ScriptedOrigin.Connection connection, String target)
      throws IOException {
    int length = target.startsWith("/kept/") ? KEPT : target.startsWith("/large") ? LARGE : 5;
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
    for (int left = length; left > 0; left -= 50_000) {
      connection.write(new byte[Math.min(left, 50_000)]);
    }
  }

  private void closeAll() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    clients.clear();
  }

  private double metric(Container proxy, String series) throws Exception {
    URI metrics = proxy.process().admin().resolve("/metrics");
    HttpResponse<String> scrape =
        admin.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
    return Metrics.value(scrape.body(), series).orElseThrow();
  }

  private RawClient slow(int port) throws IOException {
    RawClient client = RawClient.connectReadingSlowly(port, 4096);
    clients.add(client);
    return client;
  }

  private void slowReaders(int port, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      slow(port).get(i % 2 == 0 ? "/large/" + i : "/kept/" + i % ENTRIES);
    }
  }

  private void slowReadersOverHttp2(int port, int count) throws Exception {
    byte[] widest = ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE - 65_535).array();
    for (int i = 0; i < count / 10; i++) {
      RawHttp2Client client = RawHttp2Client.connect(port, 4, Integer.MAX_VALUE);
      clients.add(client);
      client.frame(RawHttp2Client.WINDOW_UPDATE, 0, 0, widest);
      for (int stream = 1; stream < 20; stream += 2) {
        client.get(stream, stream % 4 == 1 ? "/large/" + i : "/kept/" + stream % ENTRIES);
      }
    }
  }

  /** Content for a key, that never comes to its end. */
  private void slowUploads(int port, int count) throws Exception {
    String head = "POST /asked HTTP/1.1\r\nHost: test.example\r\nContent-Length: 65000\r\n\r\n";
    for (int i = 0; i < count; i++) {
      slow(port).send(head + "x".repeat(60_000));
    }
  }

  private void headerBombs(int port, int count) throws Exception {
    String line = "X-Bomb: " + "x".repeat(1_000) + "\r\n";
    for (int i = 0; i < count; i++) {
      slow(port).send("GET / HTTP/1.1\r\nHost: test.example\r\n" + line.repeat(30));
    }
  }

  private void pipelines(int port, int count) throws Exception {
    String get = "GET /kept/1 HTTP/1.1\r\nHost: test.example\r\n\r\n";
    for (int i = 0; i < count; i++) {
      slow(port).send(get.repeat(500));
    }
  }

  private void attack(int port) throws Exception {
    slowReaders(port, 100);
    slowReadersOverHttp2(port, 100);
    slowUploads(port, 100);
    headerBombs(port, 100);
    pipelines(port, 50);
  }

  private void assertHolds(Container proxy, long idle) throws Exception {
    double limit = metric(proxy, "in_flight_limit_bytes");
    assertThat(limit).isEqualTo(16.0 * MEBIBYTE);
    await().until(() -> metric(proxy, "in_flight_bytes") > 0);
    assertThat(metric(proxy, "in_flight_bytes")).isLessThan(limit + BEYOND);
    long peak = proxy.memory().peakBytes();
    reporter.publishEntry("MiB added", Long.toString((peak - idle) / MEBIBYTE));
    assertThat(peak).isLessThan(Container.LIMIT_BYTES);
  }

  private static void assertServes(RawClient client) throws Exception {
    RawMessage hit = client.get("/kept/0").readResponse();
    assertThat(hit.field("Cache-Status")).contains("hit");
    assertThat(hit.body()).hasSize(KEPT);
  }

  private static void fill(RawClient client) throws Exception {
    for (int i = 0; i < ENTRIES; i++) {
      assertThat(client.get("/kept/" + i).readResponse().field("Cache-Status")).contains("stored");
    }
  }

  private void assertIsItselfAgain(Container proxy) throws Exception {
    closeAll();
    await().atMost(Duration.ofSeconds(60)).until(() -> metric(proxy, "in_flight_bytes") == 0);
    assertThat(proxy.log()).doesNotContain("LEAK").doesNotContain("OutOf");
  }

  @Test
  void hostileClientsOfEveryKindAtOnceCostWhatTheyMay() throws Exception {
    try (Container proxy = Container.start(origin.url(), "", RULES, directory, MEMORY);
        RawClient served = RawClient.connect(proxy.port())) {
      fill(served);
      long idle = proxy.memory().residentBytes();
      attack(proxy.port());
      assertServes(served);
      assertHolds(proxy, idle);
      assertIsItselfAgain(proxy);
      assertThat(RawClient.get(proxy.port(), "/small").status()).isEqualTo(200);
    }
  }

  /** What is encrypted counts as it waits. */
  @Test
  void slowReadersOverTlsCostWhatTheyMay() throws Exception {
    SelfSigned own = SelfSigned.forHost("localhost", directory);
    String tls = TlsFiles.of(own, directory).yaml();
    SSLContext trust = own.client();
    try (Container proxy = Container.start(origin.url(), tls, RULES, directory, MEMORY);
        RawClient served = RawClient.connectTls(proxy.port(), trust)) {
      fill(served);
      long idle = proxy.memory().residentBytes();
      for (int i = 0; i < 40; i++) {
        RawClient client = RawClient.connectTlsReadingSlowly(proxy.port(), trust, 4096);
        clients.add(client);
        client.get(i % 2 == 0 ? "/large/" + i : "/kept/" + i % ENTRIES);
      }
      assertServes(served);
      assertHolds(proxy, idle);
      assertIsItselfAgain(proxy);
    }
  }
}
