package dev.sidecache.listener;

import static dev.sidecache.listener.H2specCase.COMPRESSION_ERROR;
import static dev.sidecache.listener.H2specCase.FLOW_CONTROL_ERROR;
import static dev.sidecache.listener.H2specCase.FRAME_SIZE_ERROR;
import static dev.sidecache.listener.H2specCase.GET;
import static dev.sidecache.listener.H2specCase.INITIAL_WINDOW_SIZE;
import static dev.sidecache.listener.H2specCase.PADDED;
import static dev.sidecache.listener.H2specCase.POST;
import static dev.sidecache.listener.H2specCase.PROTOCOL_ERROR;
import static dev.sidecache.listener.H2specCase.STREAM_CLOSED;
import static dev.sidecache.listener.H2specCase.WITH_PRIORITY;
import static dev.sidecache.listener.H2specCase.answered;
import static dev.sidecache.listener.H2specCase.connectionError;
import static dev.sidecache.listener.H2specCase.data;
import static dev.sidecache.listener.H2specCase.head;
import static dev.sidecache.listener.H2specCase.hex;
import static dev.sidecache.listener.H2specCase.ignored;
import static dev.sidecache.listener.H2specCase.isAnswered;
import static dev.sidecache.listener.H2specCase.isData;
import static dev.sidecache.listener.H2specCase.joined;
import static dev.sidecache.listener.H2specCase.priority;
import static dev.sidecache.listener.H2specCase.reset;
import static dev.sidecache.listener.H2specCase.send;
import static dev.sidecache.listener.H2specCase.settings;
import static dev.sidecache.listener.H2specCase.streamError;
import static dev.sidecache.listener.H2specCase.window;
import static dev.sidecache.testing.RawHttp2Client.ACK;
import static dev.sidecache.testing.RawHttp2Client.CONTINUATION;
import static dev.sidecache.testing.RawHttp2Client.DATA;
import static dev.sidecache.testing.RawHttp2Client.END_HEADERS;
import static dev.sidecache.testing.RawHttp2Client.END_STREAM;
import static dev.sidecache.testing.RawHttp2Client.GOAWAY;
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

import dev.sidecache.listener.H2specCase.Play;
import dev.sidecache.testing.RawHttp2Client;
import java.util.ArrayList;
import java.util.List;

/** The cases of h2spec's group http2, which is about what a client does wrong. */
final class H2specFrames {
  private static final byte[] ASK = request("GET", "/");
  private static final int WHOLE = END_HEADERS | END_STREAM;
  private static final byte[] MORE = block("x-dummy", "a");
  private static final byte[] LAST = encode(CONTINUATION, END_HEADERS, 1, MORE);
  private static final byte[] OPEN = head(0, 1, ASK);
  private static final byte[] NO_WINDOW = settings(INITIAL_WINDOW_SIZE, 0);
  private static final byte[] TEST = data(END_STREAM, 1, "test");

  private final List<H2specCase> cases = new ArrayList<>();
  private String section = "";

  static List<H2specCase> all() {
    H2specFrames all = new H2specFrames();
    all.beginnings();
    all.streamStates();
    all.errorHandling();
    all.dataAndHeaders();
    all.prioritiesAndResets();
    all.settingsFrames();
    all.pings();
    all.windows();
    all.continuations();
    all.errorCodes();
    all.messages();
    all.pseudoHeaders();
    return all.cases;
  }

  private void section(String number) {
    section = "http2/" + number;
  }

  private void add(int number, String what, Play play) {
    cases.add(new H2specCase(section + "/" + number, what, play));
  }

  private void beginnings() {
    section("4.1");
    add(1, "unknown type", ignored(encode(0x16, 0, 0, new byte[8])));
    add(2, "undefined flag", client -> isPing(client, encode(PING, 0x16, 0, new byte[8])));
    add(3, "reserved bit", client -> isPing(client, encode(PING, 0x16, 1 << 31, new byte[8])));
    section("4.2");
    byte[] most = encode(DATA, END_STREAM, 1, new byte[16_384]);
    add(1, "DATA of 2^14 octets", answered(POST, most));
    byte[] tooLong = encode(DATA, END_STREAM, 1, new byte[16_385]);
    add(2, "DATA over the maximum", connectionError(FRAME_SIZE_ERROR, POST, tooLong));
    byte[] longHead = head(WHOLE, 1, ASK, block("x-a", "b".repeat(16_385)));
    add(3, "HEADERS over the maximum", connectionError(FRAME_SIZE_ERROR, longHead));
    section("4.3");
    add(1, "invalid block", connectionError(COMPRESSION_ERROR, head(WHOLE, 1, hex("40"))));
    byte[] priority = priority(1, 0, 255);
    add(2, "PRIORITY within a block", connectionError(PROTOCOL_ERROR, OPEN, priority, LAST));
    byte[] other = head(WHOLE, 3, ASK);
    add(3, "HEADERS of another stream", connectionError(PROTOCOL_ERROR, OPEN, other, LAST));
  }

  private static void isPing(RawHttp2Client client, byte[] ping) throws Exception {
    send(client, ping);
    assertThat(client.await(PING).flags()).isEqualTo(ACK);
  }

  /**
   * NB: where this differs from h2spec, Netty does. A second head is refused by what it holds
   * before its stream's state is looked at: PROTOCOL_ERROR, not STREAM_CLOSED. A stream that is
   * over, or was passed over, is forgotten: what comes for it resets it, and does not end the
   * connection. Either way nothing of it reaches an origin.
   */
  private void streamStates() {
    section("5.1");
    add(1, "idle: DATA", connectionError(PROTOCOL_ERROR, TEST));
    add(2, "idle: RST_STREAM", connectionError(PROTOCOL_ERROR, reset(1, 8)));
    add(3, "idle: WINDOW_UPDATE", connectionError(PROTOCOL_ERROR, window(1, 100)));
    add(4, "idle: CONTINUATION", connectionError(PROTOCOL_ERROR, LAST));
    add(5, "half-closed (remote): DATA", streamError(STREAM_CLOSED, NO_WINDOW, GET, TEST));
    add(6, "half-closed (remote): HEADERS", streamError(PROTOCOL_ERROR, NO_WINDOW, GET, GET));
    add(
        7,
        "half-closed (remote): CONTINUATION",
        connectionError(PROTOCOL_ERROR, NO_WINDOW, GET, LAST));
    byte[] left = reset(1, 8);
    add(8, "closed by RST_STREAM: DATA", streamError(STREAM_CLOSED, POST, left, TEST));
    add(9, "closed by RST_STREAM: HEADERS", streamError(STREAM_CLOSED, POST, left, GET));
    add(
        10,
        "closed by RST_STREAM: CONTINUATION",
        connectionError(PROTOCOL_ERROR, POST, left, LAST));
    add(11, "closed: DATA", afterAnswer(streamError(STREAM_CLOSED, TEST)));
    add(12, "closed: HEADERS", afterAnswer(streamError(STREAM_CLOSED, GET)));
    add(13, "closed: CONTINUATION", afterAnswer(connectionError(PROTOCOL_ERROR, LAST)));
    section("5.1.1");
    add(1, "even stream", connectionError(PROTOCOL_ERROR, head(WHOLE, 2, ASK)));
    byte[] five = head(WHOLE, 5, ASK);
    byte[] three = head(WHOLE, 3, ASK);
    add(2, "lower than the previous", streamError(STREAM_CLOSED, five, three));
    add(3, "HEADERS twice", streamError(PROTOCOL_ERROR, NO_WINDOW, five, five));
    section("5.1.2");
    add(1, "more streams than allowed at once", H2specFrames::tooManyStreams);
  }

  private static Play afterAnswer(Play next) {
    return client -> {
      answered(GET).on(client);
      next.on(client);
    };
  }

  private static void tooManyStreams(RawHttp2Client client) throws Exception {
    send(client, NO_WINDOW);
    for (int stream = 1; stream <= 201; stream += 2) {
      send(client, head(WHOLE, stream, ASK));
    }
    int refusedStream = 7;
    assertThat(client.await(RST_STREAM).error()).isEqualTo(refusedStream);
  }

  private void errorHandling() {
    section("5.3.1");
    byte[] itself = head(WHOLE | WITH_PRIORITY, 1, hex("00000001 ff"), ASK);
    add(1, "HEADERS that depends on itself", connectionError(PROTOCOL_ERROR, itself));
    add(2, "PRIORITY that depends on itself", streamError(PROTOCOL_ERROR, priority(1, 1, 255)));
    section("5.4.1");
    byte[] ping = encode(PING, 0, 3, new byte[8]);
    add(1, "wrong PING: the connection ends", connectionError(PROTOCOL_ERROR, ping));
    add(2, "wrong PING: GOAWAY comes before", connectionError(PROTOCOL_ERROR, ping));
    section("5.5");
    byte[] unknown = encode(255, 0, 0, new byte[8]);
    add(1, "unknown extension frame", ignored(unknown));
    byte[] within = encode(255, 0, 1, new byte[8]);
    add(2, "unknown frame within a block", connectionError(PROTOCOL_ERROR, OPEN, within, LAST));
  }

  private void dataAndHeaders() {
    section("6.1");
    add(1, "DATA on stream 0", connectionError(PROTOCOL_ERROR, data(END_STREAM, 0, "test")));
    add(2, "DATA on a stream not open", streamError(STREAM_CLOSED, NO_WINDOW, GET, TEST));
    byte[] padding = encode(DATA, END_STREAM | PADDED, 1, hex("05 74657374"));
    add(3, "DATA with wrong padding", connectionError(PROTOCOL_ERROR, POST, padding));
    section("6.2");
    add(1, "PRIORITY within", connectionError(PROTOCOL_ERROR, OPEN, priority(1, 0, 255)));
    add(2, "another stream within", connectionError(PROTOCOL_ERROR, OPEN, head(WHOLE, 3, ASK)));
    add(3, "HEADERS on stream 0", connectionError(PROTOCOL_ERROR, head(WHOLE, 0, ASK)));
    byte[] padded = head(WHOLE | PADDED, 1, hex("ff"), ASK);
    add(4, "HEADERS with wrong padding", connectionError(PROTOCOL_ERROR, padded));
  }

  private void prioritiesAndResets() {
    section("6.3");
    add(1, "PRIORITY on stream 0", connectionError(PROTOCOL_ERROR, priority(0, 1, 255)));
    byte[] brief = encode(PRIORITY, 0, 1, new byte[4]);
    add(2, "PRIORITY not of 5 octets", streamError(FRAME_SIZE_ERROR, brief));
    section("6.4");
    add(1, "RST_STREAM on stream 0", connectionError(PROTOCOL_ERROR, reset(0, 8)));
    add(2, "RST_STREAM on an idle stream", connectionError(PROTOCOL_ERROR, reset(1, 8)));
    byte[] odd = encode(RST_STREAM, 0, 1, new byte[3]);
    add(3, "RST_STREAM not of 4 octets", connectionError(FRAME_SIZE_ERROR, POST, odd));
  }

  private void settingsFrames() {
    section("6.5");
    byte[] full = encode(SETTINGS, ACK, 0, new byte[6]);
    add(1, "acknowledgement with content", connectionError(FRAME_SIZE_ERROR, full));
    byte[] ofStream = encode(SETTINGS, 0, 1, new byte[6]);
    add(2, "SETTINGS of a stream", connectionError(PROTOCOL_ERROR, ofStream));
    byte[] odd = encode(SETTINGS, 0, 0, new byte[3]);
    add(3, "SETTINGS not of 6 octets each", connectionError(FRAME_SIZE_ERROR, odd));
    section("6.5.2");
    int enablePush = 2;
    int maxFrameSize = 5;
    add(1, "ENABLE_PUSH of 2", connectionError(PROTOCOL_ERROR, settings(enablePush, 2)));
    byte[] window = settings(INITIAL_WINDOW_SIZE, 1 << 31);
    add(2, "INITIAL_WINDOW_SIZE of 2^31", connectionError(FLOW_CONTROL_ERROR, window));
    byte[] small = settings(maxFrameSize, 16_383);
    add(3, "MAX_FRAME_SIZE under 2^14", connectionError(PROTOCOL_ERROR, small));
    byte[] large = settings(maxFrameSize, 1 << 24);
    add(4, "MAX_FRAME_SIZE of 2^24", connectionError(PROTOCOL_ERROR, large));
    add(5, "unknown setting", ignored(settings(255, 1)));
    section("6.5.3");
    add(
        1,
        "INITIAL_WINDOW_SIZE twice: the second counts",
        client -> {
          send(client, settings(INITIAL_WINDOW_SIZE, 100, INITIAL_WINDOW_SIZE, 1), GET);
          isData(client, 1);
        });
    add(2, "SETTINGS", client -> H2specGeneric.isAcknowledged(client, settings()));
  }

  private void pings() {
    section("6.7");
    add(1, "PING", ignored());
    add(2, "PING with ACK is not answered", ignored(encode(PING, ACK, 0, hex("0102030405060708"))));
    byte[] ofStream = encode(PING, 0, 1, new byte[8]);
    add(3, "PING of a stream", connectionError(PROTOCOL_ERROR, ofStream));
    add(
        4,
        "PING not of 8 octets",
        connectionError(FRAME_SIZE_ERROR, encode(PING, 0, 0, new byte[6])));
    section("6.8");
    byte[] away = encode(GOAWAY, 0, 1, new byte[8]);
    add(1, "GOAWAY of a stream", connectionError(PROTOCOL_ERROR, away));
  }

  private void windows() {
    section("6.9");
    add(1, "increment 0", connectionError(PROTOCOL_ERROR, window(0, 0)));
    add(2, "increment 0 of a stream", streamError(PROTOCOL_ERROR, POST, window(1, 0)));
    byte[] odd = encode(WINDOW_UPDATE, 0, 0, new byte[3]);
    add(3, "WINDOW_UPDATE not of 4 octets", connectionError(FRAME_SIZE_ERROR, odd));
    section("6.9.1");
    byte[] one = settings(INITIAL_WINDOW_SIZE, 1);
    add(
        1,
        "a window of 1",
        client -> {
          send(client, one, GET);
          isData(client, 1);
        });
    int most = Integer.MAX_VALUE;
    byte[] all = window(0, most);
    add(2, "the connection's window over 2^31-1", connectionError(FLOW_CONTROL_ERROR, all, all));
    byte[] ofStream = window(1, most);
    add(3, "a stream's window over 2^31-1", streamError(FLOW_CONTROL_ERROR, POST, ofStream));
    section("6.9.2");
    add(
        1,
        "INITIAL_WINDOW_SIZE after HEADERS",
        client -> {
          send(client, NO_WINDOW, GET, one);
          isData(client, 1);
        });
    add(2, "a window that is negative", H2specFrames::negativeWindow);
    byte[] window = settings(INITIAL_WINDOW_SIZE, 1 << 31);
    add(3, "INITIAL_WINDOW_SIZE over the maximum", connectionError(FLOW_CONTROL_ERROR, window));
  }

  /** Of 3 octets 3 are sent; then the window is -1, by 2 more it is 1. */
  private static void negativeWindow(RawHttp2Client client) throws Exception {
    send(client, settings(INITIAL_WINDOW_SIZE, 3), GET);
    isData(client, 3);
    send(client, settings(INITIAL_WINDOW_SIZE, 2), window(1, 2));
    isData(client, 1);
  }

  private void continuations() {
    section("6.10");
    byte[] next = encode(CONTINUATION, 0, 1, MORE);
    add(1, "several CONTINUATION", answered(head(END_STREAM, 1, ASK), next, LAST));
    add(2, "DATA after CONTINUATION", connectionError(PROTOCOL_ERROR, OPEN, next, TEST));
    byte[] zero = encode(CONTINUATION, END_HEADERS, 0, MORE);
    add(3, "CONTINUATION on stream 0", connectionError(PROTOCOL_ERROR, OPEN, zero));
    add(4, "after HEADERS with END_HEADERS", connectionError(PROTOCOL_ERROR, POST, LAST));
    add(5, "after one with END_HEADERS", connectionError(PROTOCOL_ERROR, OPEN, LAST, LAST));
    add(6, "after DATA", connectionError(PROTOCOL_ERROR, OPEN, TEST, LAST));
  }

  private void errorCodes() {
    section("7");
    byte[] away = encode(GOAWAY, 0, 0, hex("00000000 000000ff"));
    add(1, "GOAWAY with an unknown code", client -> H2specGeneric.isTolerated(client, away));
    add(2, "RST_STREAM with an unknown code", ignored(POST, reset(1, 255)));
  }

  private static Play malformed(byte[]... block) {
    return streamError(PROTOCOL_ERROR, head(WHOLE, 1, block));
  }

  private void messages() {
    section("8.1");
    byte[] again = head(END_HEADERS, 1, block("x-a", "b"));
    add(1, "second HEADERS without END_STREAM", streamError(PROTOCOL_ERROR, POST, again));
    section("8.1.2");
    add(1, "upper-case name", malformed(ASK, block("X-TEST", "ok")));
    section("8.1.2.1");
    add(1, "unknown pseudo-header", malformed(ASK, block(":test", "ok")));
    add(2, "pseudo-header of a response", malformed(ASK, block(":status", "200")));
    byte[] trailers = head(WHOLE, 1, block(":method", "POST"));
    add(
        3,
        "pseudo-header as a trailer",
        streamError(PROTOCOL_ERROR, POST, data(0, 1, "test"), trailers));
    add(
        4,
        "pseudo-header after a field",
        malformed(block(":method", "GET", ":scheme", "http", "x-a", "b", ":path", "/")));
    section("8.1.2.2");
    add(1, "connection-specific field", malformed(ASK, block("connection", "keep-alive")));
    add(2, "TE other than trailers", malformed(ASK, block("te", "trailers, deflate")));
    section("8.1.2.6");
    byte[] one = head(END_HEADERS, 1, request("POST", "/", "content-length", "1"));
    add(1, "another length than content-length", streamError(PROTOCOL_ERROR, one, TEST));
    byte[] part = data(0, 1, "test");
    add(2, "the same with several DATA", streamError(PROTOCOL_ERROR, one, part, TEST));
    section("8.2");
    byte[] promise = encode(PUSH_PROMISE, END_HEADERS, 1, joined(hex("00000002"), ASK));
    add(1, "PUSH_PROMISE", connectionError(PROTOCOL_ERROR, GET, promise));
  }

  /**
   * NB: of the three that lack one, h2spec wants the stream reset; a server may answer before (RFC
   * 9113, Section 8.1.1), and this one does.
   */
  private void pseudoHeaders() {
    section("8.1.2.3");
    add(1, "empty :path", malformed(request("GET", "")));
    add(2, "no :method", refused(block(":scheme", "http", ":path", "/", ":authority", "a")));
    add(3, "no :scheme", refused(block(":method", "GET", ":path", "/", ":authority", "a")));
    add(4, "no :path", refused(block(":method", "GET", ":scheme", "http", ":authority", "a")));
    add(5, "two :method", malformed(ASK, block(":method", "GET")));
    add(6, "two :scheme", malformed(ASK, block(":scheme", "http")));
    add(7, "two :path", malformed(ASK, block(":path", "/")));
  }

  private static Play refused(byte[] block) {
    return client -> {
      send(client, head(WHOLE, 1, block));
      isAnswered(client, 400);
    };
  }
}
