package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients that are idle, or do not read: what they cost a proxy in a process of its own. */
class ManyClientsIT {
  private static final int NOT_READING = 200;
  private static final int IDLE = 10_000;
  private static final int AT_ONCE = 20;
  private static final int LARGE = 10_000_000;
  private static final byte[] PIECE = new byte[50_000];

  /** What may be in flight and what the cache may keep; and what Java takes meanwhile. */
  private static final long MOST_ADDED = (28 + 32 + 64) * Container.MEBIBYTE;

  /** Fits into an entry, so that it is collected while it streams. */
  private static final int STORABLE = 900_000;

  private static final String RULES =
      """
      cache: { store: memory }
      routes: [{ name: kept, match: { path: "/kept/**" }, ttl: 1h, scope: shared }]
      """;

  @TempDir Path directory;
  private final AtomicLong written = new AtomicLong();
  private final AtomicInteger answering = new AtomicInteger();
  private ScriptedOrigin origin;
  private TestReporter reporter;

  @BeforeEach
  void startOrigin(TestReporter toldTo) throws Exception {
    reporter = toldTo;
    origin = ScriptedOrigin.replying((head, connection) -> answer(connection, head.target()));
  }

  @AfterEach
  void stopOrigin() throws Exception {
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  private void answer(ScriptedOrigin.Connection connection, String target) throws IOException {
    if (target.equals("/small")) {
      connection.write(ScriptedOrigin.ok("small"));
      return;
    }
    int length = target.startsWith("/kept/") ? STORABLE : LARGE;
    answering.incrementAndGet();
    try {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
      for (int i = 0; i < length; i += PIECE.length) {
        connection.write(PIECE);
        written.addAndGet(PIECE.length);
      }
    } finally {
      answering.decrementAndGet();
    }
  }

  /** Waits until the origin, having begun, can write nothing more for a second. */
  private void awaitStandstill(long least) {
    await().atMost(Duration.ofSeconds(60)).until(() -> written.get() >= least);
    AtomicLong last = new AtomicLong(-1);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> last.getAndSet(written.get()) == written.get());
  }

  private long peakAdded(Container proxy, long idle) throws IOException {
    long added = proxy.memory().peakBytes() - idle;
    reporter.publishEntry("MiB added", Long.toString(added / Container.MEBIBYTE));
    return added;
  }

  /** What does not read is fed with what the sockets take, and no more. */
  @ParameterizedTest
  @ValueSource(strings = {"/large", "/kept/"})
  void clientsThatDoNotReadCostLittle(String path) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try (Container proxy = Container.start(origin.url(), "", RULES, directory)) {
      assertThat(RawClient.get(proxy.port(), "/small").text()).isEqualTo("small");
      long idle = proxy.memory().residentBytes();
      for (int i = 0; i < NOT_READING; i++) {
        RawClient client = RawClient.connectReadingSlowly(proxy.port(), 4096);
        clients.add(client);
        client.get(path + i);
      }
      awaitStandstill((long) NOT_READING * PIECE.length);
      assertThat(peakAdded(proxy, idle)).isLessThan(MOST_ADDED);
      assertThat(proxy.memory().peakBytes()).isLessThan(Container.LIMIT_BYTES);
      assertThat(RawClient.get(proxy.port(), "/small").text()).isEqualTo("small");
      clients.get(7).reader().readHead();
      int length = path.equals("/large") ? LARGE : STORABLE;
      assertThat(clients.get(7).reader().readExactly(length)).hasSize(length);
      closeAll(clients);
      await().atMost(Duration.ofSeconds(60)).until(() -> answering.get() == 0);
      assertThat(RawClient.get(proxy.port(), "/small").text()).isEqualTo("small");
      assertThat(proxy.log()).doesNotContain("LEAK").doesNotContain("OutOfMemory");
    } finally {
      closeAll(clients);
    }
  }

  /** Windows as wide as they can be: only the socket stops the proxy. */
  @Test
  void http2ClientsThatDoNotReadCostLittle() throws Exception {
    List<RawHttp2Client> clients = new ArrayList<>();
    byte[] widest = ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE - 65_535).array();
    try (Container proxy = Container.start(origin.url(), "", RULES, directory)) {
      assertThat(RawClient.get(proxy.port(), "/small").text()).isEqualTo("small");
      long idle = proxy.memory().residentBytes();
      for (int i = 0; i < NOT_READING / 10; i++) {
        RawHttp2Client client = RawHttp2Client.connect(proxy.port(), 4, Integer.MAX_VALUE);
        clients.add(client);
        client.frame(RawHttp2Client.WINDOW_UPDATE, 0, 0, widest);
        for (int stream = 1; stream < 20; stream += 2) {
          client.get(stream, "/large" + i);
        }
      }
      awaitStandstill((long) NOT_READING * PIECE.length);
      assertThat(answering.get()).as("answers that are held up").isEqualTo(NOT_READING);
      assertThat(peakAdded(proxy, idle)).isLessThan(MOST_ADDED);
      assertThat(proxy.memory().peakBytes()).isLessThan(Container.LIMIT_BYTES);
      assertThat(RawClient.get(proxy.port(), "/small").text()).isEqualTo("small");
      closeAll(clients);
      await().atMost(Duration.ofSeconds(60)).until(() -> answering.get() == 0);
      assertThat(proxy.log()).doesNotContain("LEAK").doesNotContain("OutOfMemory");
    } finally {
      closeAll(clients);
    }
  }

  private static void closeAll(List<? extends AutoCloseable> clients) throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    clients.clear();
  }

  /** Each has made a request; then they stay. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
  void idleConnectionsCostLittle(String version) throws Exception {
    byte[] octets = version.equals("HTTP/2") ? http2Request() : http1Request();
    ByteBuffer request = ByteBuffer.wrap(octets);
    List<SocketChannel> clients = new ArrayList<>();
    try (Container proxy =
        Container.start(
            origin.url(),
            "max_connections: 20000, max_connections_per_peer: 20000",
            RULES,
            directory,
            List.of("-Xmx512m", "-XX:MaxDirectMemorySize=256m"))) {
      assertThat(RawClient.get(proxy.port(), "/small").text()).isEqualTo("small");
      long idle = proxy.memory().residentBytes();
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
      while (clients.size() < IDLE) {
        for (int i = 0; i < AT_ONCE; i++) {
          SocketChannel client = connect(address);
          clients.add(client);
          client.write(request.rewind());
        }
        for (SocketChannel client : clients.subList(clients.size() - AT_ONCE, clients.size())) {
          awaitAnswer(client, version);
        }
      }
      long added = peakAdded(proxy, idle);
      assertThat(stillOpen(clients)).isEqualTo(IDLE);
      assertThat(added).isLessThan(512 * Container.MEBIBYTE);
      assertThat(proxy.memory().peakBytes()).isLessThan(1024 * Container.MEBIBYTE);
      assertThat(RawClient.get(proxy.port(), "/small").text()).isEqualTo("small");
      assertThat(proxy.log()).doesNotContain("LEAK").doesNotContain("OutOfMemory");
    } finally {
      closeAll(clients);
    }
  }

  private static SocketChannel connect(InetSocketAddress address) throws IOException {
    try {
      return SocketChannel.open(address);
    } catch (SocketException e) {
      Prerequisite.require(false, "more open files than ulimit -n allows: " + e.getMessage());
      throw e;
    }
  }

  private static byte[] http1Request() {
    return "GET /small HTTP/1.1\r\nHost: a.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] http2Request() {
    byte[] preface = RawHttp2Client.PREFACE.getBytes(StandardCharsets.US_ASCII);
    byte[] settings = RawHttp2Client.encode(RawHttp2Client.SETTINGS, 0, 0);
    byte[] head =
        RawHttp2Client.encode(
            RawHttp2Client.HEADERS,
            RawHttp2Client.END_HEADERS | RawHttp2Client.END_STREAM,
            1,
            RawHttp2Client.request("GET", "/small"));
    return ByteBuffer.allocate(preface.length + settings.length + head.length)
        .put(preface)
        .put(settings)
        .put(head)
        .array();
  }

  private static void awaitAnswer(SocketChannel client, String version) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(4096);
    String end = "small";
    String seen = "";
    while (!seen.contains(end)) {
      if (client.read(answer) < 0) {
        throw new IOException(version + " ended after: " + seen);
      }
      seen = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
    }
  }

  /** How many the proxy has not closed. */
  private static long stillOpen(List<SocketChannel> clients) throws IOException {
    long open = 0;
    for (SocketChannel client : clients) {
      client.configureBlocking(false);
      open += client.read(ByteBuffer.allocate(4096)) < 0 ? 0 : 1;
    }
    return open;
  }
}
