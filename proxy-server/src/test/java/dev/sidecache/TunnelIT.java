package dev.sidecache;

import static dev.sidecache.TunnelProxy.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that leave HTTP, octet by octet. RFC 9110, Section 7.8. */
class TunnelIT {
  private static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket"
          + "\r\nSec-WebSocket-Accept: x\r\n\r\n";

  private ScriptedOrigin origin;
  private TunnelProxy proxy;

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  private RawClient start(ScriptedOrigin.Script script) throws Exception {
    return start("", script);
  }

  private RawClient start(String forwarding, ScriptedOrigin.Script script) throws Exception {
    origin = ScriptedOrigin.start(script);
    proxy = new TunnelProxy(origin.url(), "", forwarding);
    return proxy.connect();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10));
  }

  private static void awaitSwitch(RawClient client) throws IOException {
    assertThat(client.reader().readHead().startLine()).startsWith("HTTP/1.1 101 ");
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  private static void echo(ScriptedOrigin.Connection connection) throws IOException {
    connection.readRequest();
    connection.write(SWITCHED);
    while (true) {
      connection.write(connection.reader().readExactly(1));
    }
  }

  @Test
  void octetsPassBothWays() throws Exception {
    try (RawClient client = start(TunnelIT::echo)) {
      client.send(offer("/chat/1", "Sec-WebSocket-Key: k\r\n"));
      RawMessage switched = client.reader().readHead();
      assertThat(switched.startLine()).startsWith("HTTP/1.1 101 ");
      assertThat(switched.lines())
          .contains("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: x");
      assertThat(switched.field("Cache-Status"))
          .contains("fwd=bypass; fwd-status=101; detail=upgrade");
      assertThat(switched.field("Content-Length")).isNull();
      assertThat(switched.field("Transfer-Encoding")).isNull();
      assertThat(text(client.send("abc").reader().readExactly(3))).isEqualTo("abc");
      assertThat(text(client.send("\0\r\n\r\n").reader().readExactly(5))).isEqualTo("\0\r\n\r\n");
      RawMessage asked = origin.requests().get(0);
      assertThat(asked.field("Upgrade")).isEqualTo("websocket");
      assertThat(asked.field("Connection")).isEqualTo("Upgrade");
      assertThat(asked.field("Sec-WebSocket-Key")).isEqualTo("k");
      assertThat(proxy.metric("tunnels")).isEqualTo(1);
    }
    await().until(() -> proxy.metric("tunnels") == 0);
    await().until(() -> !proxy.log().isEmpty());
    assertThat(proxy.log().get(0)).contains("\"status\":101", "\"bytes\":8");
  }

  /** Nothing that the client sends before 101 reaches the origin before it has agreed. */
  @Test
  void octetsBeforeTheAnswerWaitForIt() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    ScriptedOrigin.Script script =
        connection -> {
          connection.readRequest();
          assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
          assertThat(connection.isSilentFor(300)).isTrue();
          connection.write(SWITCHED);
          connection.write(connection.reader().readExactly(5));
          connection.awaitEnd();
        };
    try (RawClient client = start(script)) {
      client.send(offer("/chat/1", "") + "early");
      sent.countDown();
      awaitSwitch(client);
      assertThat(text(client.reader().readExactly(5))).isEqualTo("early");
    }
  }

  /** CVE-2026-2833: what follows an offer that is declined is no request, and reaches nobody. */
  @ParameterizedTest
  @ValueSource(strings = {"/chat/1", "/other/1"})
  void octetsAfterADeclinedOfferAreNoRequest(String path) throws Exception {
    ScriptedOrigin.Script declining =
        connection -> {
          while (connection.readRequest() != null) {
            connection.write(ScriptedOrigin.ok("declined"));
          }
        };
    try (RawClient client = start(declining)) {
      client.send(offer(path, "") + "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n");
      RawMessage answer = client.readResponse();
      assertThat(answer.text()).isEqualTo("declined");
      assertThat(answer.field("Connection")).isEqualTo("close");
      assertThat(client.isClosedByPeer()).isTrue();
      assertThat(origin.requests()).singleElement().extracting(RawMessage::target).isEqualTo(path);
      // Not stored either: the next one is asked for again, on a new connection.
      assertThat(RawClient.get(proxy.port(), path).text()).isEqualTo("declined");
      assertThat(origin.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /other HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET /chat/1 HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
        "GET /chat/1 HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade"
            + "\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nab",
        "GET /chat/1 HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade"
            + "\r\nUpgrade: websocket\r\nX-Original-URL: /other\r\n\r\n",
        "GET /chat/1 HTTP/1.0\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "POST /chat/1 HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade"
            + "\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n"
      })
  void offerThatTheRouteDoesNotAllowIsLeftOut(String request) throws Exception {
    ScriptedOrigin.Script script =
        connection -> {
          connection.readRequest();
          connection.write(ScriptedOrigin.ok("a"));
        };
    try (RawClient client = start(script)) {
      RawMessage answer = client.send(request).readResponse();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.field("Cache-Status")).contains("detail=upgrade_refused");
      assertThat(origin.requests().get(0).field("Upgrade")).isNull();
      assertThat(proxy.metric("bypass_total{reason=\"upgrade_refused\"}")).isEqualTo(1);
    }
  }

  /** Bishop Fox 2020: h2c would carry requests past every rule. */
  @Test
  void h2cIsNeverOffered() throws Exception {
    try (RawClient client =
        start(
            connection -> {
              connection.readRequest();
              connection.write(ScriptedOrigin.ok("a"));
            })) {
      client.send(
          "GET /chat/1 HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade, HTTP2-Settings"
              + "\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(origin.requests().get(0).field("Upgrade")).isNull();
      assertThat(origin.requests().get(0).field("HTTP2-Settings")).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade"
            + "\r\nUpgrade: websocket, other\r\n\r\n"
      })
  void protocolThatWasNotOfferedIsABadResponse(String answer) throws Exception {
    try (RawClient client =
        start(
            connection -> {
              connection.readRequest();
              connection.write(answer);
              connection.awaitEnd();
            })) {
      RawMessage response = client.send(offer("/chat/1", "")).readResponse();
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.text()).contains("upstream_bad_response");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void clientThatHasEndedStillHearsTheOrigin() throws Exception {
    ScriptedOrigin.Script script =
        connection -> {
          connection.readRequest();
          connection.write(SWITCHED);
          connection.awaitEnd();
          connection.write("after the end");
        };
    try (RawClient client = start(script)) {
      client.send(offer("/chat/1", "") + "last").endOutput();
      awaitSwitch(client);
      assertThat(client.readToEnd()).isEqualTo("after the end");
    }
  }

  @Test
  void resetOfTheOriginIsNoRegularEnd() throws Exception {
    ScriptedOrigin.Script script =
        connection -> {
          connection.readRequest();
          connection.write(SWITCHED);
          connection.reader().readExactly(1);
          connection.reset();
        };
    try (RawClient client = start(script)) {
      client.send(offer("/chat/1", ""));
      awaitSwitch(client);
      client.send("x");
      assertThatThrownBy(client.reader()::readLine).isInstanceOf(SocketException.class);
      await().until(() -> proxy.metric("tunnels") == 0);
    }
  }

  @Test
  void resetOfTheClientEndsTheOriginsConnection() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ScriptedOrigin.Script script =
        connection -> {
          connection.readRequest();
          connection.write(SWITCHED);
          try {
            connection.awaitEnd();
          } finally {
            ended.countDown();
          }
        };
    try (RawClient client = start(script)) {
      client.send(offer("/chat/1", ""));
      awaitSwitch(client);
      client.reset();
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
      await().until(() -> proxy.metric("tunnels") == 0);
    }
  }

  /** The origin is read only as the client reads: nothing piles up here. */
  @Test
  void nothingPilesUpWhileTheClientDoesNotRead() throws Exception {
    AtomicLong written = new AtomicLong();
    long total = 64L << 20;
    ScriptedOrigin.Script script =
        connection -> {
          connection.readRequest();
          connection.write(SWITCHED);
          byte[] piece = new byte[64 * 1024];
          while (written.get() < total) {
            connection.write(piece);
            written.addAndGet(piece.length);
          }
        };
    try (RawClient client = start(script)) {
      client.send(offer("/chat/1", ""));
      awaitSwitch(client);
      AtomicLong seen = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(300))
          .until(() -> seen.getAndSet(written.get()) == written.get());
      // What both sockets' buffers hold, and what the proxy does.
      assertThat(written.get()).isLessThan(total / 2);
      for (long read = 0; read < total; read += 64 * 1024) {
        client.reader().readExactly(64 * 1024);
      }
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void silenceEndsTheTunnel() throws Exception {
    try (RawClient client = start(", tunnel_timeout: 300ms", TunnelIT::echo)) {
      client.send(offer("/chat/1", ""));
      awaitSwitch(client);
      long begin = System.nanoTime();
      assertThat(client.isClosedByPeer()).isTrue();
      assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
      await().until(() -> proxy.metric("tunnels") == 0);
    }
  }

  @Test
  void oneTunnelTooManyIsRefusedByName() throws Exception {
    try (RawClient first = start(", max_tunnels: 1", TunnelIT::echo)) {
      first.send(offer("/chat/1", ""));
      awaitSwitch(first);
      try (RawClient second = proxy.connect()) {
        RawMessage refused = second.send(offer("/chat/1", "")).readResponse();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("\"reason\":\"tunnel_limit\"");
        assertThat(refused.field("Retry-After")).isNotNull();
        assertThat(refused.field("Cache-Status")).contains("detail=tunnel_limit");
      }
      assertThat(proxy.metric("upstream_shed_total{reason=\"tunnel_limit\"}")).isEqualTo(1);
    }
    await().until(() -> proxy.metric("tunnels") == 0);
    try (RawClient third = proxy.connect()) {
      awaitSwitch(third.send(offer("/chat/1", "")));
    }
  }

  @Test
  void tunnelsTakeNoPlaceOfRequests() throws Exception {
    ScriptedOrigin.Script script =
        connection -> {
          RawMessage request = connection.readRequest();
          while (request != null && request.field("Upgrade") == null) {
            connection.write(ScriptedOrigin.ok("a"));
            request = connection.readRequest();
          }
          if (request != null) {
            connection.write(SWITCHED);
            connection.awaitEnd();
          }
        };
    try (RawClient client = start(", max_connections: 1", script)) {
      client.send(offer("/chat/1", ""));
      awaitSwitch(client);
      for (int i = 0; i < 4; i++) {
        assertThat(RawClient.get(proxy.port(), "/other/" + i).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void drainCutsWhatIsLeftAtItsEnd() throws Exception {
    try (RawClient client = start(TunnelIT::echo)) {
      client.send(offer("/chat/1", ""));
      awaitSwitch(client);
      long begin = System.nanoTime();
      proxy.stop(Duration.ofMillis(200));
      assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(190));
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }
}
