package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RawReader;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many connections there may be and what each may ask for; each refusal is counted. */
class ConnectionLimitsIT {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration BRIEF = Duration.ofMillis(300);
  private static final Service ANSWERING =
      (request, responder) -> {
        request.body().cancel();
        responder.respond(
            Response.of(
                new ResponseHead(200, "OK", Fields.empty()),
                Body.of(Unpooled.copiedBuffer("a", StandardCharsets.UTF_8))));
      };

  private final Transport transport = Transport.open(2);
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();

  @AfterEach
  void stop() {
    transport.close().awaitUninterruptibly(10, TimeUnit.SECONDS);
  }

  private HttpListener listen(UnaryOperator<HttpListener.Settings> settings) throws Exception {
    ListenerObserver observer =
        new ListenerObserver() {
          @Override
          public void connectionOpened() {
            open.incrementAndGet();
          }

          @Override
          public void connectionClosed() {
            open.decrementAndGet();
          }

          @Override
          public void refused(String reason) {
            refused.add(reason);
          }
        };
    HttpListener.Settings local =
        HttpListener.Settings.of(new HttpListener.Settings.Address("127.0.0.1", 0));
    return HttpListener.bind(
            settings.apply(local), transport, ANSWERING, observer, new ByteBudget(1 << 20))
        .sync()
        .getNow();
  }

  private static UnaryOperator<HttpListener.Settings> limits(int all, int each, long requests) {
    return same -> same.withLimits(new HttpListener.Settings.Limits(all, each, requests));
  }

  @Test
  void onePeerCannotTakeAllConnections() throws Exception {
    HttpListener listener = listen(limits(100, 2, 1000));
    try (RawClient one = RawClient.connect(listener.port());
        RawClient two = RawClient.connect(listener.port())) {
      assertThat(one.get("/").readResponse().status()).isEqualTo(200);
      assertThat(two.get("/").readResponse().status()).isEqualTo(200);
      try (RawClient three = RawClient.connect(listener.port())) {
        RawMessage response = three.readResponse();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).contains("\"reason\":\"peer_limit\"");
        assertThat(three.isClosedByPeer()).isTrue();
      }
      assertThat(refused).containsExactly("peer_limit");
      InetAddress host = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      InetAddress other = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
      try (Socket fromElsewhere = new Socket(host, listener.port(), other, 0)) {
        fromElsewhere
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        RawReader reader = new RawReader(new BufferedInputStream(fromElsewhere.getInputStream()));
        assertThat(reader.readResponse(false).status()).isEqualTo(200);
      }
      assertThat(one.get("/").readResponse().status()).isEqualTo(200);
    }
    Awaitility.await().atMost(LONG).until(() -> open.get() == 0);
    assertThat(RawClient.get(listener.port(), "/").status()).isEqualTo(200);
  }

  @Test
  void trustedProxyMayHaveMore() throws Exception {
    HttpListener listener =
        listen(same -> limits(100, 1, 1000).apply(same).withTrustedProxies(List.of("127.0.0.1")));
    try (RawClient one = RawClient.connect(listener.port());
        RawClient two = RawClient.connect(listener.port())) {
      assertThat(one.get("/").readResponse().status()).isEqualTo(200);
      assertThat(two.get("/").readResponse().status()).isEqualTo(200);
    }
  }

  @Test
  void connectionEndsWithItsLastRequest() throws Exception {
    HttpListener listener = listen(limits(100, 100, 3));
    try (RawClient client = RawClient.connect(listener.port())) {
      assertThat(client.get("/").readResponse().field("Connection")).isNull();
      assertThat(client.get("/").readResponse().field("Connection")).isNull();
      client.get("/").get("/fourth");
      assertThat(client.readResponse().field("Connection")).isEqualTo("close");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  /** RFC 9113, Section 6.8: GOAWAY without an error, and what was asked is answered. */
  @Test
  void http2ConnectionIsSentAwayAfterItsLastRequest() throws Exception {
    HttpListener listener = listen(limits(100, 100, 3));
    try (RawHttp2Client client = RawHttp2Client.connect(listener.port())) {
      assertThat(client.get(1, "/").content(1)).isEqualTo("a");
      assertThat(client.get(3, "/").content(3)).isEqualTo("a");
      client.get(5, "/");
      RawHttp2Client.Frame goAway = client.await(RawHttp2Client.GOAWAY);
      assertThat(goAway.type()).isEqualTo(RawHttp2Client.GOAWAY);
      assertThat(goAway.error()).isZero();
      assertThat(client.content(5)).isEqualTo("a");
      assertThat(client.await(frame -> false).type()).isEqualTo(RawHttp2Client.CLOSED);
    }
  }

  /**
   * RFC 9113, Section 3.4: what may become a preface has the time of a head, not of an idle one.
   */
  @ParameterizedTest
  @CsvSource({"P", "'PRI * HTTP/2.0'"})
  void partOfAPrefaceIsNotWaitedForLong(String part) throws Exception {
    HttpListener listener =
        listen(
            same -> same.withTimeouts(new HttpListener.Settings.Timeouts(BRIEF, LONG, LONG, LONG)));
    try (RawClient client = RawClient.connect(listener.port())) {
      client.send(part);
      assertThat(client.readResponse().status()).isEqualTo(408);
      assertThat(client.isClosedByPeer()).isTrue();
      assertThat(refused).containsExactly("request_timeout");
    }
  }

  /** RFC 9110, Section 15.6.6. */
  @ParameterizedTest
  @CsvSource({"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.0"})
  void otherVersionsAreNotSupported(String version) throws Exception {
    HttpListener listener = listen(same -> same);
    try (RawClient client = RawClient.connect(listener.port())) {
      client.send("GET / " + version + "\r\nHost: a\r\n\r\n");
      RawMessage response = client.readResponse();
      assertThat(response.status()).isEqualTo(505);
      assertThat(response.text()).contains("HTTP/1.0 and HTTP/1.1 are spoken here");
      assertThat(client.isClosedByPeer()).isTrue();
      assertThat(refused).containsExactly("version");
    }
  }
}
