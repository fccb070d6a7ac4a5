package dev.sidecache.listener;

import static dev.sidecache.testing.RawHttp2Client.ACK;
import static dev.sidecache.testing.RawHttp2Client.CONTINUATION;
import static dev.sidecache.testing.RawHttp2Client.DATA;
import static dev.sidecache.testing.RawHttp2Client.END_HEADERS;
import static dev.sidecache.testing.RawHttp2Client.END_STREAM;
import static dev.sidecache.testing.RawHttp2Client.GOAWAY;
import static dev.sidecache.testing.RawHttp2Client.HEADERS;
import static dev.sidecache.testing.RawHttp2Client.PADDED;
import static dev.sidecache.testing.RawHttp2Client.PING;
import static dev.sidecache.testing.RawHttp2Client.PRIORITY;
import static dev.sidecache.testing.RawHttp2Client.PUSH_PROMISE;
import static dev.sidecache.testing.RawHttp2Client.RST_STREAM;
import static dev.sidecache.testing.RawHttp2Client.SETTINGS;
import static dev.sidecache.testing.RawHttp2Client.WINDOW_UPDATE;
import static dev.sidecache.testing.RawHttp2Client.block;
import static dev.sidecache.testing.RawHttp2Client.encode;
import static dev.sidecache.testing.RawHttp2Client.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.testing.ForwardingProxy;
import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawHttp2Client.Frame;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an HTTP/2 client may not do, frame by frame. */
class Http2HostileIT {
  private static final int PROTOCOL_ERROR = 1;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final Duration HOUR = Duration.ofHours(1);

  private final AtomicInteger served = new AtomicInteger();
  private ForwardingProxy proxy;

  private final Service counting =
      (request, responder) -> {
        served.incrementAndGet();
        request.body().cancel();
        responder.respond(
            Response.of(new ResponseHead(200, "OK", Fields.empty()), Body.of(new byte[] {'a'})));
      };

  @BeforeEach
  void start() throws Exception {
    proxy = ForwardingProxy.start(Transport.open(1), same -> same, counting);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private static Arguments head(String what, int status, byte[] block) {
    return Arguments.of(what, status, block);
  }

  private static byte[] pseudo(String... lines) {
    return block(lines);
  }

  /** RFC 9113, Section 8.2; RFC 9113, Section 8.3; status 0 is RST_STREAM or GOAWAY. */
  static Arguments[] malformedHeads() {
    return new Arguments[] {
      head("control: a request", 200, request("GET", "/")),
      head("8.2.1: upper-case name", 0, request("GET", "/", "X-A", "b")),
      head("8.2.1: LF in a value", 0, request("GET", "/", "x-a", "b\nc")),
      head("8.2.1: NUL in a value", 0, request("GET", "/", "x-a", "b\0c")),
      head("8.2.1: blank before a value", 0, request("GET", "/", "x-a", " b")),
      head("8.2.1: blank in a name", 0, request("GET", "/", "x a", "b")),
      head("8.2.2: connection", 0, request("GET", "/", "connection", "close")),
      head("8.2.2: transfer-encoding", 0, request("GET", "/", "transfer-encoding", "chunked")),
      head("8.2.2: upgrade", 0, request("GET", "/", "upgrade", "h2c")),
      head("8.2.2: te other than trailers", 0, request("GET", "/", "te", "gzip")),
      head("8.3: unknown pseudo-header", 0, request("GET", "/", ":a", "b")),
      head("8.3: pseudo-header of a response", 0, request("GET", "/", ":status", "200")),
      head(
          "8.3: pseudo-header after a field",
          0,
          pseudo(":method", "GET", ":scheme", "http", "x-a", "b", ":path", "/")),
      head("8.3.1: two methods", 0, request("GET", "/", ":method", "PUT")),
      head("8.3.1: two paths", 0, request("GET", "/", ":path", "/b")),
      head("8.3.1: no path", 400, pseudo(":method", "GET", ":scheme", "http", ":authority", "a")),
      head("8.3.1: no method", 400, pseudo(":scheme", "http", ":path", "/", ":authority", "a")),
      head("8.3.1: no scheme", 400, pseudo(":method", "GET", ":path", "/", ":authority", "a")),
      head("8.3.1: empty path", 0, request("GET", "")),
      head("8.3.1: absolute path", 400, request("GET", "http://test.example/")),
      head(
          "8.3.1: neither authority nor host",
          400,
          pseudo(":method", "GET", ":scheme", "http", ":path", "/")),
      head("8.3.1: host is not the authority", 400, request("GET", "/", "host", "b.example")),
      head("8.3.1: two hosts", 400, request("GET", "/", "host", "test.example", "host", "b")),
      head(
          "8.3.1: user information",
          400,
          pseudo(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "u@a")),
      head("as over HTTP/1.1: dot segment", 400, request("GET", "/a/../b")),
      head("as over HTTP/1.1: fragment", 400, request("GET", "/a#b")),
      head(
          "as over HTTP/1.1: two authorizations",
          400,
          request("GET", "/", "authorization", "a", "authorization", "b")),
      head("as over HTTP/1.1: TRACE", 405, request("TRACE", "/")),
      head("8.5: CONNECT", 501, pseudo(":method", "CONNECT", ":authority", "a:443")),
      head("as over HTTP/1.1: long target", 414, request("GET", "/" + "a".repeat(9_000))),
      head(
          "8.1.1: two lengths",
          0,
          request("GET", "/", "content-length", "0", "content-length", "1")),
      head("8.1.1: length of no content", 0, request("GET", "/", "content-length", "3")),
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedHeads")
  void headIsRefused(String what, int status, byte[] block) throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      client.frame(HEADERS, END_HEADERS | END_STREAM, 1, block);
      Frame answer =
          client.await(f -> f.type() == HEADERS || f.type() == RST_STREAM || f.type() == GOAWAY);
      if (answer.type() == HEADERS) {
        Http2Headers head = client.decode(answer);
        assertThat(head.status()).hasToString(Integer.toString(status));
      } else {
        assertThat(status).as("reset or closed").isZero();
        assertThat(answer.error()).isEqualTo(PROTOCOL_ERROR);
      }
      assertThat(served.get()).isEqualTo(status == 200 ? 1 : 0);
    }
  }

  private static Arguments frames(String what, byte[]... frames) {
    return Arguments.of(what, frames);
  }

  static Arguments[] wrongFrames() {
    byte[] head = request("GET", "/");
    byte[] get = encode(HEADERS, END_HEADERS | END_STREAM, 1, head);
    byte[] open = encode(HEADERS, 0, 1, head);
    return new Arguments[] {
      frames("4.2: frame over the maximum size", encode(DATA, 0, 1, new byte[16_385])),
      frames("4.3: block that is no HPACK", encode(HEADERS, END_HEADERS, 1, (byte) 0xff)),
      frames("5.1: DATA on an idle stream", encode(DATA, 0, 1, (byte) 1)),
      frames("5.1: RST_STREAM on an idle stream", encode(RST_STREAM, 0, 1, new byte[4])),
      frames(
          "5.1: WINDOW_UPDATE on an idle stream",
          encode(WINDOW_UPDATE, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1)),
      frames("5.1.1: even stream", encode(HEADERS, END_HEADERS | END_STREAM, 2, head)),
      frames("6.2: HEADERS on stream 0", encode(HEADERS, END_HEADERS | END_STREAM, 0, head)),
      frames("6.2: PING within a header section", open, encode(PING, 0, 0, new byte[8])),
      frames("6.2: CONTINUATION of another stream", open, encode(CONTINUATION, END_HEADERS, 3)),
      frames("6.5: SETTINGS of a stream", encode(SETTINGS, 0, 1)),
      frames("6.5: SETTINGS of odd length", encode(SETTINGS, 0, 0, new byte[5])),
      frames("6.5: acknowledgement with content", encode(SETTINGS, 1, 0, new byte[6])),
      frames("6.6: PUSH_PROMISE of a client", get, encode(PUSH_PROMISE, END_HEADERS, 1, head)),
      frames("6.7: PING of odd length", encode(PING, 0, 0, new byte[7])),
      frames("6.9: WINDOW_UPDATE by 0", encode(WINDOW_UPDATE, 0, 0, new byte[4])),
      frames("6.10: CONTINUATION of nothing", encode(CONTINUATION, END_HEADERS, 1)),
    };
  }

  /** Each ends the connection, or at the least the stream. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongFrames")
  void frameIsRefused(String what, byte[][] frames) throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      for (byte[] frame : frames) {
        client.send(frame);
      }
      Frame end = client.await(f -> f.type() == GOAWAY || f.type() == RST_STREAM);
      assertThat(end.type()).isEqualTo(GOAWAY);
      assertThat(end.error()).isNotZero();
    }
  }

  /** RFC 9113, Section 8.1.1. */
  @Test
  void contentOfAnotherLengthIsRefused() throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      Service unread = (request, responder) -> request.body().open(new FailingSink(cause -> {}));
      try (ForwardingProxy waiting =
              ForwardingProxy.start(Transport.open(1), same -> same, unread);
          RawHttp2Client other = RawHttp2Client.connect(waiting.port())) {
        other.post(1, "/", "content-length", "3");
        other.frame(DATA, END_STREAM, 1, (byte) 1);
        assertThat(other.await(RST_STREAM).error()).isEqualTo(PROTOCOL_ERROR);
      }
      client.get(1, "/");
      assertThat(client.headers(1).status()).hasToString("200");
    }
  }

  @Test
  void tooManyFieldsAre431() throws Exception {
    String[] fields = new String[202];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = "a";
    }
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      client.get(1, "/", fields);
      assertThat(client.headers(1).status()).hasToString("431");
      assertThat(client.content(1)).contains("\"reason\":\"fields_too_large\"");
    }
  }

  /** A header list is measured as it unfolds: a small block can name a large field many times. */
  @Test
  void headerBombIsNotUnfolded() throws Exception {
    byte[] indexed = block("x-a", "b".repeat(4_000));
    indexed[0] = 0x40;
    byte[] again = new byte[200];
    Arrays.fill(again, (byte) 0xbe);
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      client.frame(HEADERS, 0, 1, request("GET", "/"));
      client.frame(CONTINUATION, 0, 1, indexed);
      client.frame(CONTINUATION, END_HEADERS, 1, again);
      Frame end = client.await(f -> f.type() == GOAWAY || f.type() == HEADERS);
      if (end.type() == HEADERS) {
        assertThat(client.decode(end).status()).hasToString("431");
      } else {
        assertThat(end.error()).isNotZero();
      }
      assertThat(served).hasValue(0);
    }
  }

  @Test
  void streamsOverTheLimitAreRefused() throws Exception {
    Service silent = (request, responder) -> request.body().cancel();
    int refusedStream = 7;
    try (ForwardingProxy waiting = ForwardingProxy.start(Transport.open(1), same -> same, silent);
        RawHttp2Client client = RawHttp2Client.connect(waiting.port())) {
      for (int stream = 1; stream <= 201; stream += 2) {
        client.get(stream, "/");
      }
      Frame refused = client.await(f -> f.type() == RST_STREAM || f.type() == GOAWAY);
      assertThat(refused.error()).isIn(PROTOCOL_ERROR, refusedStream);
    }
  }

  /** Sends so many frames of a header section, all but the last of them full. */
  private static void headers(RawHttp2Client client, int frameBytes, int frames, boolean end)
      throws Exception {
    byte[] line = block("x-a", "b".repeat(frameBytes / 20));
    byte[] head = request("GET", "/");
    while (head.length + line.length <= frameBytes * frames) {
      head = both(head, line);
    }
    for (int i = 0; i < frames; i++) {
      int to = Math.min(head.length, (i + 1) * frameBytes);
      int ends = end && i == frames - 1 ? END_HEADERS : 0;
      byte[] fragment = Arrays.copyOfRange(head, i * frameBytes, to);
      client.frame(i == 0 ? HEADERS : CONTINUATION, i == 0 ? END_STREAM | ends : ends, 1, fragment);
    }
  }

  /** CVE-2024-27316: nothing more is needed to end the connection than what is too much. */
  @ParameterizedTest
  @CsvSource({"16384, 2, 1", "8192, 5, 1", "8191, 5, 1", "10, 16, 11"})
  void headerSectionIsCollectedUpToItsLimit(int frameBytes, int most, int error) throws Exception {
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      headers(client, frameBytes, most, true);
      assertThat(client.headers(1).status()).hasToString(frameBytes == 10 ? "200" : "431");
    }
    try (RawHttp2Client client = RawHttp2Client.connect(proxy.port())) {
      headers(client, frameBytes, most + 1, false);
      Frame end = client.await(f -> f.type() == GOAWAY || f.type() == HEADERS);
      assertThat(end.type()).isEqualTo(GOAWAY);
      assertThat(end.error()).isEqualTo(error);
    }
  }

  private static Arguments flood(String what, IntFunction<byte[]> frames) {
    return Arguments.of(what, frames);
  }

  private static Arguments flood(String what, byte[] first, byte[] then) {
    return Arguments.of(what, (IntFunction<byte[]>) i -> i == 0 ? first : then);
  }

  /** A new stream each time, whose request stays open, and what then goes wrong with it. */
  private static Arguments reset(String what, IntFunction<byte[]> wrong, String... fields) {
    return flood(
        what,
        i ->
            both(
                encode(HEADERS, END_HEADERS, 1 + 2 * i, request("POST", "/", fields)),
                wrong.apply(1 + 2 * i)));
  }

  static Arguments[] floods() {
    byte[] get = encode(HEADERS, END_HEADERS | END_STREAM, 1, request("GET", "/"));
    byte[] start = encode(HEADERS, 0, 1, request("GET", "/"));
    byte[] open = encode(HEADERS, END_HEADERS, 1, request("POST", "/"));
    byte[] one = {0, 0, 0, 1};
    byte[] octet = encode(DATA, 0, 1, (byte) 'a');
    byte[] empty = encode(DATA, 0, 1);
    return new Arguments[] {
      flood("CVE-2019-9512: PING", i -> encode(PING, 0, 0, new byte[8])),
      flood("PING acknowledgement", i -> encode(PING, ACK, 0, new byte[8])),
      flood("CVE-2019-9515: SETTINGS", i -> encode(SETTINGS, 0, 0)),
      flood("SETTINGS acknowledgement", i -> encode(SETTINGS, ACK, 0)),
      flood("GOAWAY", i -> encode(GOAWAY, 0, 0, new byte[8])),
      flood("CVE-2019-9513: PRIORITY", i -> encode(PRIORITY, 0, 1 + 2 * i, new byte[5])),
      flood("unknown frames", i -> encode(200, 0, 0)),
      flood("unknown frames of an idle stream", i -> encode(200, 0, 99)),
      flood("WINDOW_UPDATE", i -> encode(WINDOW_UPDATE, 0, 0, one)),
      flood("WINDOW_UPDATE of a closed stream", get, encode(WINDOW_UPDATE, 0, 1, one)),
      flood("RST_STREAM of a closed stream", get, encode(RST_STREAM, 0, 1, one)),
      flood("CVE-2024-27316: empty CONTINUATION", start, encode(CONTINUATION, 0, 1)),
      flood("CVE-2024-27316: CONTINUATION", start, encode(CONTINUATION, 0, 1, new byte[1_000])),
      flood(
          "CVE-2024-27316: full CONTINUATION", start, encode(CONTINUATION, 0, 1, new byte[16_384])),
      flood("CVE-2019-9518: empty DATA", open, empty),
      flood("CVE-2019-9518: DATA of padding", open, encode(DATA, PADDED, 1, (byte) 1, (byte) 0)),
      flood("CVE-2019-9518: mostly empty DATA", open, both(both(empty, empty), octet)),
    };
  }

  /** CVE-2023-44487, and its turn in CVE-2025-8671: the client makes the proxy reset. */
  static Arguments[] resets() {
    byte[] cancel = {0, 0, 0, 8};
    byte[] widest = {0x7f, -1, -1, -1};
    byte[] upper = block("X-A", "b");
    return new Arguments[] {
      reset("CVE-2023-44487: RST_STREAM", id -> encode(RST_STREAM, 0, id, cancel)),
      reset("CVE-2025-8671: WINDOW_UPDATE by 0", id -> encode(WINDOW_UPDATE, 0, id, new byte[4])),
      reset("CVE-2025-8671: window too wide", id -> encode(WINDOW_UPDATE, 0, id, widest)),
      reset(
          "CVE-2025-8671: DATA after the end",
          id -> both(encode(DATA, END_STREAM, id), encode(DATA, 0, id, (byte) 'a'))),
      reset(
          "CVE-2025-8671: HEADERS after the end",
          id -> both(encode(DATA, END_STREAM, id), encode(HEADERS, 5, id, block("x-a", "b")))),
      reset(
          "CVE-2025-8671: HEADERS twice", id -> encode(HEADERS, END_HEADERS, id, block("x", "b"))),
      reset(
          "CVE-2025-8671: more than Content-Length",
          id -> encode(DATA, 0, id, new byte[2]),
          "content-length",
          "1"),
      reset("CVE-2025-8671: malformed trailers", id -> encode(HEADERS, 5, id, upper)),
      reset("CVE-2025-8671: malformed head", id -> new byte[0], "X-A", "b"),
      reset("streams over the limit", id -> new byte[0]),
    };
  }

  private static byte[] both(byte[] one, byte[] other) {
    return java.nio.ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  /** RFC 9113, Section 10.5: the connection ends long before the flood does. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({"floods", "resets"})
  void floodEndsTheConnection(String what, IntFunction<byte[]> frames) throws Exception {
    int most = 20_000;
    AtomicInteger error = new AtomicInteger(-1);
    Service open =
        (request, responder) -> {
          if (request.head().method().equals("GET")) {
            counting.serve(request, responder);
          }
        };
    try (ForwardingProxy waiting = ForwardingProxy.start(Transport.open(1), same -> same, open);
        RawHttp2Client client = RawHttp2Client.connect(waiting.port())) {
      Thread reader = new Thread(() -> error.set(endOf(client)));
      reader.start();
      boolean going = true;
      for (int i = 0; i < most && going; i++) {
        going = client.trySend(frames.apply(i)) && error.get() < 0;
      }
      reader.join(30_000);
      // NB: octets that the proxy no longer reads may make its system drop the last frame.
      assertThat(error.get()).isIn(ENHANCE_YOUR_CALM, PROTOCOL_ERROR, Integer.MAX_VALUE);
    }
  }

  private static int endOf(RawHttp2Client client) {
    try {
      Frame last = client.await(GOAWAY);
      return last.type() == GOAWAY ? last.error() : Integer.MAX_VALUE;
    } catch (java.io.IOException reset) {
      return Integer.MAX_VALUE;
    }
  }

  /** CVE-2019-9517: content waits in the proxy, for a client that opens no window. */
  @Test
  void clientThatOpensNoWindowIsReset() throws Exception {
    Duration brief = Duration.ofMillis(300);
    int initialWindow = 4;
    try (ForwardingProxy quick =
            ForwardingProxy.start(
                Transport.open(1),
                same ->
                    same.withTimeouts(new HttpListener.Settings.Timeouts(HOUR, HOUR, brief, HOUR)),
                counting);
        RawHttp2Client client = RawHttp2Client.connect(quick.port(), initialWindow, 0)) {
      client.get(1, "/");
      assertThat(client.headers(1).status()).hasToString("200");
      assertThat(client.await(RST_STREAM).stream()).isEqualTo(1);
    }
  }

  /** CVE-2007-6750. */
  @Test
  void connectionWithoutStreamsIsClosed() throws Exception {
    Duration brief = Duration.ofMillis(300);
    try (ForwardingProxy quick =
            ForwardingProxy.start(
                Transport.open(1),
                same ->
                    same.withTimeouts(new HttpListener.Settings.Timeouts(HOUR, HOUR, HOUR, brief)),
                counting);
        RawHttp2Client client = RawHttp2Client.connect(quick.port())) {
      assertThat(client.await(GOAWAY).error()).isZero();
      assertThat(client.read().type()).isEqualTo(RawHttp2Client.CLOSED);
    }
  }

  @Test
  void contentThatStopsIsAnsweredWith408() throws Exception {
    Duration brief = Duration.ofMillis(300);
    Service reader =
        (request, responder) -> {
          request.body().open(new FailingSink(responder::fail));
          request.body().request(100);
        };
    try (ForwardingProxy quick =
            ForwardingProxy.start(
                Transport.open(1),
                same ->
                    same.withTimeouts(new HttpListener.Settings.Timeouts(HOUR, brief, HOUR, HOUR)),
                reader);
        RawHttp2Client client = RawHttp2Client.connect(quick.port())) {
      client.post(1, "/").frame(DATA, 0, 1, (byte) 'a');
      assertThat(client.headers(1).status()).hasToString("408");
      assertThat(client.content(1)).contains("\"reason\":\"request_timeout\"");
    }
  }
}
