package dev.sidecache.listener;

import static dev.sidecache.testing.RawHttp2Client.DATA;
import static dev.sidecache.testing.RawHttp2Client.GOAWAY;
import static dev.sidecache.testing.RawHttp2Client.PRIORITY;
import static dev.sidecache.testing.RawHttp2Client.RST_STREAM;
import static dev.sidecache.testing.RawHttp2Client.WINDOW_UPDATE;
import static dev.sidecache.testing.RawHttp2Client.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawHttp2Client.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client's streams may keep of the proxy and of the origin, and of one another. */
class Http2StarvationIT {
  private static final int MOST_STREAMS = 100;
  private static final int INITIAL_WINDOW = 4;
  private static final int WINDOW = 65_535;
  private static final Duration BRIEF = Duration.ofMillis(400);
  private static final Duration HOUR = Duration.ofHours(1);

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private ForwardingProxy proxy;

  /** Answers /short at once, /endless without an end, and anything else never. */
  private final Service service =
      (request, responder) -> {
        begun.incrementAndGet();
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        String path = request.head().target().path();
        Body body = new EndlessBody(running::decrementAndGet);
        if (path.equals("/short")) {
          running.decrementAndGet();
          body = Body.of(new byte[3]);
        }
        if (path.equals("/slow")) {
          responder.onGone(running::decrementAndGet);
        } else {
          request.body().cancel();
          responder.respond(Response.of(new ResponseHead(200, "OK", Fields.empty()), body));
        }
      };

  @BeforeEach
  void start() throws Exception {
    var limits = new HttpListener.Settings.Timeouts(HOUR, HOUR, BRIEF, HOUR);
    proxy = ForwardingProxy.start(Transport.open(1), same -> same.withTimeouts(limits), service);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private RawHttp2Client connect(int initialWindow) throws Exception {
    return RawHttp2Client.connect(proxy.port(), INITIAL_WINDOW, initialWindow);
  }

  private static void widen(RawHttp2Client client, int stream, int octets) throws Exception {
    client.frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(octets).array());
  }

  /** CVE-2025-8671: what the client has made the proxy reset keeps nothing busy behind it. */
  @Test
  void requestsThatAreResetAreGivenUp() throws Exception {
    try (RawHttp2Client client = connect(WINDOW)) {
      for (int stream = 1; stream < 2 * MOST_STREAMS; stream += 2) {
        client.post(stream, "/slow").frame(WINDOW_UPDATE, 0, stream, new byte[4]);
      }
      for (int i = 0; i < MOST_STREAMS; i++) {
        assertThat(client.await(f -> f.type() == RST_STREAM || f.type() == GOAWAY).type())
            .isEqualTo(RST_STREAM);
      }
      assertThat(begun.get()).isPositive();
      assertThat(mostRunning.get()).isLessThanOrEqualTo(MOST_STREAMS);
      await().until(() -> running.get() == 0);
    }
  }

  /** CVE-2019-9517: the origin's answers wait for nobody. */
  @Test
  void windowsThatStayShutKeepNothing() throws Exception {
    try (RawHttp2Client client = connect(0)) {
      for (int stream = 1; stream < 2 * MOST_STREAMS; stream += 2) {
        client.get(stream, "/endless");
      }
      Set<Integer> reset = new HashSet<>();
      while (reset.size() < MOST_STREAMS) {
        Frame frame = client.await(f -> f.type() == RST_STREAM || f.type() == GOAWAY);
        assertThat(frame.type()).isEqualTo(RST_STREAM);
        reset.add(frame.stream());
      }
      assertThat(begun).hasValue(MOST_STREAMS);
      await().until(() -> running.get() == 0);
    }
  }

  /** CVE-2019-9511: a window that grows takes nothing while the connection's is shut. */
  @Test
  void windowsThatGrowAreNoProgress() throws Exception {
    try (RawHttp2Client client = connect(WINDOW)) {
      client.get(1, "/endless");
      takeTheWholeWindow(client, 1);
      client.get(3, "/endless");
      assertThat(client.headers(3).status()).hasToString("200");
      trickle(client, 3);
      await().until(() -> running.get() == 0);
    }
  }

  /** CVE-2019-9511: an octet now and then is no progress either. */
  @Test
  void octetsThatTrickleAreNoProgress() throws Exception {
    try (RawHttp2Client client = connect(0)) {
      client.get(1, "/endless");
      assertThat(client.headers(1).status()).hasToString("200");
      trickle(client, 1);
      await().until(() -> running.get() == 0);
    }
  }

  /** Opens the window by an octet now and then, until the stream is reset. */
  private static void trickle(RawHttp2Client client, int stream) throws Exception {
    AtomicBoolean reset = new AtomicBoolean();
    Thread reader = new Thread(() -> reset.set(isReset(client, stream)));
    reader.start();
    await()
        .pollInterval(BRIEF.dividedBy(20))
        .until(
            () -> {
              widen(client, stream, 1);
              return !reader.isAlive();
            });
    assertThat(reset).isTrue();
  }

  private static boolean isReset(RawHttp2Client client, int stream) {
    try {
      return client.await(f -> f.type() == RST_STREAM && f.stream() == stream).type() == RST_STREAM;
    } catch (IOException broken) {
      return false;
    }
  }

  /** RFC 9113, Section 5.2.2: a client that takes little at a time still takes it. */
  @Test
  void slowReaderIsNotReset() throws Exception {
    int piece = 2_048;
    try (RawHttp2Client client = connect(piece)) {
      client.get(1, "/endless");
      long end = System.nanoTime() + 4 * BRIEF.toNanos();
      int taken = 0;
      while (System.nanoTime() < end) {
        Frame frame = client.read();
        assertThat(frame.type()).isNotIn(RST_STREAM, GOAWAY, RawHttp2Client.CLOSED);
        taken += frame.type() == DATA ? frame.payload().length : 0;
        if (taken == piece) {
          taken = 0;
          widen(client, 0, piece);
          widen(client, 1, piece);
        }
      }
    }
  }

  /** RFC 9113, Section 5.2.1: windows are there so that streams do not block one another. */
  @Test
  void streamThatIsNotReadHoldsUpNoOther() throws Exception {
    try (RawHttp2Client client = connect(0)) {
      for (int stream = 1; stream < 2 * MOST_STREAMS - 2; stream += 2) {
        client.get(stream, "/endless");
      }
      int last = 2 * MOST_STREAMS - 1;
      client.get(last, "/short");
      widen(client, last, 3);
      assertThat(client.content(last)).hasSize(3);
    }
  }

  /** RFC 9113, Section 5.2.1: however eager another one is to fill the connection's window. */
  @Test
  void streamsTakeTurnsInTheWindowOfTheConnection() throws Exception {
    int little = 1_024;
    try (RawHttp2Client client = connect(0)) {
      client.get(1, "/endless");
      widen(client, 1, 16 * WINDOW);
      takeTheWholeWindow(client, 1);
      client.get(3, "/endless");
      assertThat(client.headers(3).status()).hasToString("200");
      widen(client, 3, little);
      int stream = 1;
      for (int taken = 0; taken < 4 * WINDOW && stream == 1; ) {
        widen(client, 0, little);
        Frame frame = client.await(DATA);
        taken += frame.payload().length;
        stream = frame.stream();
      }
      assertThat(stream).isEqualTo(3);
    }
  }

  /** CVE-2019-9513; RFC 9113, Section 5.3.2: what depends on a stream does not wait for its end. */
  @Test
  void prioritiesOfTheClientLetNoStreamStarve() throws Exception {
    int little = 8_192;
    byte[] exclusivelyOnTheThird = {(byte) 0x80, 0, 0, 3, 0};
    try (RawHttp2Client client = connect(WINDOW)) {
      client.get(1, "/endless");
      takeTheWholeWindow(client, 1);
      client.get(3, "/endless").get(5, "/endless");
      client.send(encode(PRIORITY, 0, 5, exclusivelyOnTheThird));
      assertThat(client.headers(3).status()).hasToString("200");
      assertThat(client.headers(5).status()).hasToString("200");
      widen(client, 0, little);
      Set<Integer> seen = new HashSet<>();
      for (int taken = 0; taken < little; ) {
        Frame frame = client.await(DATA);
        assertThat(frame.type()).isEqualTo(DATA);
        taken += frame.payload().length;
        seen.add(frame.stream());
      }
      assertThat(seen).containsExactlyInAnyOrder(3, 5);
    }
  }

  private static void takeTheWholeWindow(RawHttp2Client client, int stream) throws Exception {
    assertThat(client.headers(stream).status()).hasToString("200");
    for (int taken = 0; taken < WINDOW; ) {
      taken += client.await(DATA).payload().length;
    }
  }
}
