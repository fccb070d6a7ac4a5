package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is refused once the memory for exchanges in flight is used up, and how it is told. */
class InFlightLimitIT {
  private static final int LIMIT = 300_000;
  private static final int LARGE = 500_000;

  /** More than the sockets between proxy and client hold. */
  private static final int ENDLESS = 20_000_000;

  private static final String ROUTES =
      """
      routes:
        - { name: kept, match: { path: "/kept/**" }, ttl: 1h, scope: shared, max_entry_size: 32MiB }
        - name: asked
          match: { path: /asked, methods: [POST] }
          key: { body: { format: raw } }
          ttl: 1h
          scope: shared
      """;

  private final List<String> log = new ArrayList<>();
  private final List<AutoCloseable> clients = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private ScriptedOrigin origin;
  private RunningProxy proxy;

  @BeforeEach
  void start() throws Exception {
    origin = ScriptedOrigin.replying((head, connection) -> answer(connection, head));
    proxy = start(", max_in_flight: " + LIMIT, "cache: { l1: { max_size: 8MiB } }");
  }

  private RunningProxy start(String serving, String cache) throws Exception {
    String yaml = RunningProxy.head(serving, "") + cache + "\n" + ROUTES;
    return RunningProxy.start(origin.url(), yaml, Map.of(), InstantSource.system(), this::logged)
        .awaitCache();
  }

  private void logged(String line) {
    synchronized (log) {
      log.add(line);
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    await().until(() -> proxy.metric("in_flight_bytes") == 0);
    proxy.close();
    ended.countDown();
    origin.close();
  }

  private void answer(ScriptedOrigin.Connection connection, RawMessage head) throws Exception {
    if (head.target().equals("/unread")) {
      ended.await();
      return;
    }
    String length = head.field("Content-Length");
    if (length != null) {
      connection.reader().readExactly(Integer.parseInt(length));
    }
    int size =
        head.target().contains("large") ? LARGE : head.target().contains("end") ? ENDLESS : 9;
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
    for (int left = size; left > 0; left -= 50_000) {
      connection.write(new byte[Math.min(left, 50_000)]);
    }
  }

  private int port() {
    return proxy.address().getPort();
  }

  /** Clients that read nothing of what has no end, until the account is spent. */
  private void spend() throws Exception {
    while (proxy.metric("in_flight_bytes") < LIMIT) {
      RawClient client = RawClient.connectReadingSlowly(port(), 4096);
      clients.add(client);
      double before = proxy.metric("in_flight_bytes");
      client.get("/end/" + clients.size());
      await().until(() -> proxy.metric("in_flight_bytes") > before);
    }
  }

  private String lastLogged() {
    synchronized (log) {
      return log.get(log.size() - 1);
    }
  }

  @Test
  void longAnswerThatDoesNotFitPassesOnUnstored() throws Exception {
    var small = proxy.get("/kept/small", null);
    assertThat(RunningProxy.cacheStatus(small)).contains("stored");
    for (int i = 0; i < 2; i++) {
      var large = proxy.get("/kept/large", null);
      assertThat(large.body()).hasSize(LARGE);
      assertThat(RunningProxy.cacheStatus(large))
          .isEqualTo("sidecache; fwd=uri-miss; fwd-status=200; detail=in_flight_limit");
    }
    await().until(() -> lastLogged().contains("\"reason\":\"in_flight_limit\""));
    assertThat(proxy.metric("not_stored_total{reason=\"in_flight_limit\",route=\"kept\"}"))
        .isEqualTo(2);
    assertThat(proxy.metric("refused_total{reason=\"in_flight_limit\"}")).isZero();
  }

  @Test
  void whatNeedsTheOriginIsRefusedAndWhatIsStoredServedOnceTheAccountIsSpent() throws Exception {
    proxy.get("/kept/small", null);
    spend();

    var refused = proxy.get("/else", null);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(refused.body()).contains("\"reason\":\"in_flight_limit\"");
    assertThat(RunningProxy.cacheStatus(refused)).contains("detail=in_flight_limit");
    await().until(() -> lastLogged().contains("\"reason\":\"in_flight_limit\""));
    assertThat(proxy.metric("refused_total{reason=\"in_flight_limit\"}")).isEqualTo(1);
    var hit = proxy.get("/kept/small", null);
    assertThat(hit.statusCode()).isEqualTo(200);
    assertThat(RunningProxy.cacheStatus(hit)).contains("hit");
    assertThat(proxy.get("/-/health", null).statusCode()).isEqualTo(200);

    clients.remove(0).close();
    await().until(() -> proxy.metric("in_flight_bytes") < LIMIT);
    assertThat(proxy.get("/else", null).statusCode()).isEqualTo(200);
  }

  @Test
  void contentForAKeyIsNotCollectedOnceTheAccountIsSpent() throws Exception {
    try (RawClient client = RawClient.connect(port())) {
      String post = "POST /asked HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
      assertThat(client.send(post + "four").readResponse().field("Cache-Status"))
          .contains("stored");
      spend();
      RawMessage refused = client.send(post + "five").readResponse();
      assertThat(refused.startLine()).contains("503");
      assertThat(refused.field("Cache-Status")).contains("detail=in_flight_limit");
      assertThat(refused.text()).contains("in_flight_limit");
    }
  }

  /**
   * Whether or not it holds anything of the account: a window that is shut may open at any time.
   */
  @Test
  void whoTakesNothingForFiveSecondsIsCutOnceTheAccountIsSpent() throws Exception {
    RawHttp2Client shut = RawHttp2Client.connect(port(), 4, 0);
    clients.add(shut);
    shut.get(1, "/end/shut");
    assertThat(shut.headers(1).status()).hasToString("200");
    AtomicReference<RawHttp2Client.Frame> reset = new AtomicReference<>();
    Thread reader = new Thread(() -> reset.set(resetOf(shut)));
    long began = System.nanoTime();
    reader.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              spend();
              return !reader.isAlive();
            });
    assertThat(reset.get().stream()).isEqualTo(1);
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofSeconds(4).toNanos());
    await().until(() -> proxy.metric("refused_total{reason=\"in_flight_limit\"}") > 1);
  }

  private static RawHttp2Client.Frame resetOf(RawHttp2Client client) {
    try {
      return client.await(RawHttp2Client.RST_STREAM);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** The proxy reads nothing more of it, and has to wait until it takes what there is. */
  @Test
  void clientThatEndedItsOutputGetsAllAtItsPace() throws Exception {
    RawClient client = RawClient.connectReadingSlowly(port(), 16_384);
    clients.add(client);
    client.get("/end/half").endOutput();
    await().until(() -> proxy.metric("in_flight_bytes") > 0);
    assertThat(client.readResponse().body()).hasSize(ENDLESS);
  }

  /** Content over HTTP/2 that the origin does not take is refused by the name of the limit. */
  @Test
  void contentThatNobodyTakesIsRefusedOnceTheAccountIsSpent() throws Exception {
    RawHttp2Client client = RawHttp2Client.connect(port());
    clients.add(client);
    client.post(1, "/unread");
    await().until(() -> origin.connections() > 0);
    spend();
    RawHttp2Client.Frame answer = upload(client);
    assertThat(client.decode(answer).status()).hasToString("503");
    assertThat(client.decode(answer).get("retry-after")).hasToString("1");
    assertThat(client.content(1)).contains("\"reason\":\"in_flight_limit\"");
    assertThat(client.await(RawHttp2Client.RST_STREAM).error()).as("NO_ERROR").isZero();
    await().until(() -> lastLogged().contains("\"reason\":\"in_flight_limit\""));
    assertThat(client.get(3, "/-/health").headers(3).status()).hasToString("200");
  }

  /** Sends what the windows allow until there is an answer. */
  private static RawHttp2Client.Frame upload(RawHttp2Client client) throws Exception {
    byte[] piece = new byte[16_384];
    int window = 65_536;
    while (true) {
      for (; window >= piece.length; window -= piece.length) {
        client.frame(RawHttp2Client.DATA, 0, 1, piece);
      }
      RawHttp2Client.Frame frame = client.await(next -> next.stream() == 1);
      if (frame.type() != RawHttp2Client.WINDOW_UPDATE) {
        return frame;
      }
      window += ByteBuffer.wrap(frame.payload()).getInt();
    }
  }

  /** However long what the cache has: its slow readers cost what was written and not taken. */
  @Test
  void slowReadersOfLongStoredContentCostTheirWriteMark() throws Exception {
    proxy.close();
    proxy = start(", max_in_flight: 64MiB", "cache: { l1: { max_size: 96MiB } }");
    assertThat(RawClient.get(port(), "/kept/end").field("Cache-Status")).contains("stored");
    await().until(() -> proxy.metric("entries{tier=\"l1\"}") == 1);
    double mark = 2.0 * 64 * 1024;
    for (int i = 1; i <= 4; i++) {
      RawClient client = RawClient.connectReadingSlowly(port(), 4096);
      clients.add(client);
      assertThat(client.get("/kept/end").reader().readHead().field("Cache-Status")).contains("hit");
      await().until(() -> proxy.metric("in_flight_bytes") > 0);
      assertThat(proxy.metric("in_flight_bytes")).isLessThan(i * mark);
    }
    RawHttp2Client client = RawHttp2Client.connect(port(), 4, Integer.MAX_VALUE);
    clients.add(client);
    byte[] widest = ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE - 65_535).array();
    client.frame(RawHttp2Client.WINDOW_UPDATE, 0, 0, widest);
    double before = proxy.metric("in_flight_bytes");
    for (int stream = 1; stream < 9; stream += 2) {
      client.get(stream, "/kept/end");
    }
    await().until(() -> proxy.metric("in_flight_bytes") > before);
    assertThat(proxy.metric("in_flight_bytes")).isLessThan(before + 4 * mark);
  }

  /** What left the cache is there for its readers alone, so it costs all of its length, once. */
  @Test
  void contentThatLeavesTheCacheWhileItIsReadCosts() throws Exception {
    proxy.close();
    proxy = start(", max_in_flight: 64MiB", "cache: { l1: { max_size: 96MiB } }");
    RawClient.get(port(), "/kept/end");
    await().until(() -> proxy.metric("entries{tier=\"l1\"}") == 1);
    for (int i = 0; i < 2; i++) {
      RawClient client = RawClient.connectReadingSlowly(port(), 4096);
      clients.add(client);
      client.get("/kept/end").reader().readHead();
    }
    await().until(() -> proxy.metric("in_flight_bytes") > 0);
    assertThat(proxy.metric("in_flight_bytes")).isLessThan(ENDLESS);
    assertThat(proxy.admin("POST", "/v1/purge", "{\"all\":true}").statusCode()).isEqualTo(200);

    await().until(() -> proxy.metric("in_flight_bytes") > ENDLESS);
    assertThat(proxy.metric("in_flight_bytes")).isLessThan(1.5 * ENDLESS);
  }
}
