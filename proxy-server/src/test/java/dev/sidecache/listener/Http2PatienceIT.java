package dev.sidecache.listener;

import static dev.sidecache.testing.RawHttp2Client.CONTINUATION;
import static dev.sidecache.testing.RawHttp2Client.DATA;
import static dev.sidecache.testing.RawHttp2Client.END_HEADERS;
import static dev.sidecache.testing.RawHttp2Client.END_STREAM;
import static dev.sidecache.testing.RawHttp2Client.GOAWAY;
import static dev.sidecache.testing.RawHttp2Client.HEADERS;
import static dev.sidecache.testing.RawHttp2Client.PING;
import static dev.sidecache.testing.RawHttp2Client.PREFACE;
import static dev.sidecache.testing.RawHttp2Client.RST_STREAM;
import static dev.sidecache.testing.RawHttp2Client.SETTINGS;
import static dev.sidecache.testing.RawHttp2Client.encode;
import static dev.sidecache.testing.RawHttp2Client.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawHttp2Client.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How long an HTTP/2 client may take for its frames and for the parts of a field block. */
class Http2PatienceIT {
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final int FRAME_HEADER = 9;
  private static final Duration BRIEF = Duration.ofMillis(400);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final byte[] BLOCK = request("GET", "/");

  private final Transport transport = Transport.open(1);
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final AtomicInteger served = new AtomicInteger();

  /** Answers GET at once, and anything else never. */
  private final Service service =
      (request, responder) -> {
        served.incrementAndGet();
        if (request.head().method().equals("GET")) {
          request.body().cancel();
          responder.respond(
              Response.of(new ResponseHead(200, "OK", Fields.empty()), Body.of(new byte[1])));
        } else {
          responder.onGone(request.body()::cancel);
        }
      };

  @AfterEach
  void stop() {
    transport.close().awaitUninterruptibly(10, TimeUnit.SECONDS);
  }

  /** A listener with a brief time for heads, and the port it listens on. */
  private int listen() throws Exception {
    HttpListener.Settings settings =
        HttpListener.Settings.of(new HttpListener.Settings.Address("127.0.0.1", 0))
            .withTimeouts(new HttpListener.Settings.Timeouts(BRIEF, HOUR, HOUR, HOUR));
    ListenerObserver observer =
        new ListenerObserver() {
          @Override
          public void refused(String reason) {
            refused.add(reason);
          }
        };
    return HttpListener.bind(settings, transport, service, observer, new ByteBudget(1 << 20))
        .sync()
        .getNow()
        .port();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  private static byte[] start(byte[] frame, int octets) {
    return Arrays.copyOf(frame, octets);
  }

  private static Arguments never(String what, byte[]... frames) {
    return Arguments.of(what, joined(frames));
  }

  static Arguments[] whatNeverEnds() {
    byte[] preface = PREFACE.getBytes(StandardCharsets.US_ASCII);
    byte[] settings = encode(SETTINGS, 0, 0);
    byte[] greeting = joined(preface, settings);
    byte[] open = encode(HEADERS, END_STREAM, 1, BLOCK);
    byte[] post = encode(HEADERS, END_HEADERS, 1, request("POST", "/"));
    return new Arguments[] {
      never("3.4: preface without SETTINGS", preface),
      never("4.1: SETTINGS of the preface", preface, start(settings, FRAME_HEADER - 1)),
      never("4.1: octet of a frame", greeting, new byte[1]),
      never("4.1: header of a frame", greeting, start(encode(PING, 0, 0, new byte[8]), 9)),
      never("4.1: PING", greeting, start(encode(PING, 0, 0, new byte[8]), 16)),
      never("4.1: HEADERS", greeting, start(open, open.length - 1)),
      never("4.3: field block", greeting, open),
      never("4.3: field block that goes on", greeting, open, encode(CONTINUATION, 0, 1)),
      never(
          "4.3: CONTINUATION that would end it",
          greeting,
          open,
          start(encode(CONTINUATION, END_HEADERS, 1, new byte[2]), FRAME_HEADER + 1)),
      never("4.3: trailers", greeting, post, encode(DATA, 0, 1), encode(HEADERS, END_STREAM, 1)),
    };
  }

  /** CVE-2007-6750; RFC 9113, Section 10.5. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("whatNeverEnds")
  void whatNeverEndsHasTheTimeOfAHead(String what, byte[] octets) throws Exception {
    try (RawHttp2Client client = RawHttp2Client.silent(listen())) {
      long begin = System.nanoTime();
      client.send(octets);
      assertIsTooSlow(client);
      assertThat(System.nanoTime() - begin).isGreaterThan(BRIEF.toNanos() * 9 / 10);
    }
  }

  private void assertIsTooSlow(RawHttp2Client client) throws Exception {
    Frame end = client.await(GOAWAY);
    assertThat(end.type()).isEqualTo(GOAWAY);
    assertThat(end.error()).isEqualTo(ENHANCE_YOUR_CALM);
    assertThat(end.text()).endsWith("request_timeout");
    assertThat(client.read().type()).isEqualTo(RawHttp2Client.CLOSED);
    assertThat(refused).containsExactly("request_timeout");
  }

  /** CVE-2007-6750: the time counts from the first octet, whatever comes after it. */
  @Test
  void octetsThatTrickleDoNotProlongAFieldBlock() throws Exception {
    byte[] last = encode(CONTINUATION, END_HEADERS, 1, new byte[16_000]);
    try (RawHttp2Client client = RawHttp2Client.connect(listen())) {
      client.frame(HEADERS, END_STREAM, 1, BLOCK);
      AtomicInteger at = new AtomicInteger();
      await()
          .pollInterval(BRIEF.dividedBy(40))
          .atMost(BRIEF.multipliedBy(20))
          .until(
              () -> !refused.isEmpty() || !client.trySend(new byte[] {last[at.getAndIncrement()]}));
      assertThat(refused).containsExactly("request_timeout");
      assertThat(served).hasValue(0);
    }
  }

  /** RFC 9113, Section 4.3: each block has its own time, though one or another is always open. */
  @Test
  void fieldBlocksInPartsAreServedForAsLongAsTheyEnd() throws Exception {
    int half = BLOCK.length / 2;
    byte[] first = Arrays.copyOf(BLOCK, half);
    byte[] second = Arrays.copyOfRange(BLOCK, half, BLOCK.length);
    try (RawHttp2Client client = RawHttp2Client.connect(listen())) {
      long end = System.nanoTime() + 4 * BRIEF.toNanos();
      client.frame(HEADERS, END_STREAM, 1, first);
      int stream = 1;
      while (System.nanoTime() < end) {
        byte[] rest = encode(CONTINUATION, END_HEADERS, stream, second);
        client.send(joined(rest, encode(HEADERS, END_STREAM, stream + 2, first)));
        assertThat(client.headers(stream).status()).hasToString("200");
        stream += 2;
      }
      assertThat(refused).isEmpty();
    }
  }

  /** RFC 9113, Section 6.1: content has a time of its own. */
  @Test
  void dataMayTakeLongerThanAHead() throws Exception {
    byte[] data = encode(DATA, END_STREAM, 1, new byte[2]);
    try (RawHttp2Client client = RawHttp2Client.connect(listen())) {
      client.post(1, "/").send(start(data, FRAME_HEADER + 1));
      AtomicInteger looks = new AtomicInteger();
      await()
          .pollInterval(BRIEF.dividedBy(4))
          .until(() -> looks.incrementAndGet() > 12 || !refused.isEmpty());
      client.send(new byte[1]).get(3, "/");
      Frame answer = client.await(f -> f.type() == HEADERS || f.type() == RST_STREAM);
      assertThat(client.decode(answer).status()).hasToString("200");
      assertThat(refused).isEmpty();
    }
  }
}
