package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Content whose octets are worth something before its end, such as server-sent events: each octet
 * passes before the next is made, and the origin learns when the client leaves. Source: WHATWG
 * HTML, Section 9.2; RFC 9112, Section 7.1.
 */
class StreamedEventsIT {
  private static final byte[] TEXT = "data: 1\n\ndata: 2\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final String RULES =
      "routes: [{ name: kept, match: { path: \"/kept/**\" }, ttl: 1h, scope: shared }]\n";

  private final Semaphore received = new Semaphore(0);
  private final CountDownLatch left = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private ScriptedOrigin origin;
  private RunningProxy proxy;

  @BeforeEach
  void start() throws Exception {
    origin =
        ScriptedOrigin.start(
            connection -> {
              String target = connection.reader().readHead().target();
              asked.incrementAndGet();
              String type = target.endsWith("events") ? "text/event-stream" : "text/plain";
              connection.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: "
                      + type
                      + "\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (byte octet : TEXT) {
                connection.write("1\r\n" + (char) octet + "\r\n");
                assertThat(received.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
              }
              awaitLeaving(connection);
            });
    proxy = RunningProxy.start(origin.url(), RULES, Map.of());
  }

  /** Goes on with an octet now and then, so that no limit of time ends it. */
  private void awaitLeaving(ScriptedOrigin.Connection connection) throws Exception {
    try {
      while (!ended.await(100, TimeUnit.MILLISECONDS)) {
        connection.write("1\r\nx\r\n");
      }
    } catch (IOException cancelled) {
      left.countDown();
    }
  }

  @AfterEach
  void stop() throws Exception {
    ended.countDown();
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  private int port() {
    return proxy.address().getPort();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/events", "/kept/events", "/chunks", "/kept/chunks"})
  void octetsPassAsTheyComeOverHttp1(String path) throws Exception {
    try (RawClient client = RawClient.connect(port())) {
      assertThat(client.get(path).reader().readHead().status()).isEqualTo(200);
      for (byte octet : TEXT) {
        assertThat(client.reader().readChunk()).containsExactly(octet);
        received.release();
      }
    }
    assertThat(left.await(20, TimeUnit.SECONDS)).as("the origin learns it").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/events", "/kept/events", "/chunks", "/kept/chunks"})
  void octetsPassAsTheyComeOverHttp2(String path) throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(port())) {
      client.get(1, path);
      assertThat(client.headers(1).status()).hasToString("200");
      for (byte octet : TEXT) {
        assertThat(client.await(RawHttp2Client.DATA).payload()).containsExactly(octet);
        received.release();
      }
      client.frame(RawHttp2Client.RST_STREAM, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
      assertThat(left.await(20, TimeUnit.SECONDS)).as("the origin learns it").isTrue();
    }
  }

  /** Events on a cached route: nobody waits for another's stream, and nothing is kept. */
  @ParameterizedTest
  @CsvSource({"/events", "/kept/events"})
  void eachClientHasItsOwnStream(String path) throws Exception {
    try (RawClient first = RawClient.connect(port());
        RawClient second = RawClient.connect(port())) {
      first.get(path);
      second.get(path);
      for (RawClient client : new RawClient[] {first, second}) {
        String status = client.reader().readHead().field("Cache-Status");
        assertThat(status).doesNotContain("hit").doesNotContain("stored");
        assertThat(client.reader().readChunk()).containsExactly(TEXT[0]);
      }
      assertThat(asked).hasValue(2);
      received.release(2 * TEXT.length);
    }
    assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
