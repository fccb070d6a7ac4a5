package dev.sidecache.listener;

import static dev.sidecache.listener.H2specCase.COMPRESSION_ERROR;
import static dev.sidecache.listener.H2specCase.GET;
import static dev.sidecache.listener.H2specCase.INITIAL_WINDOW_SIZE;
import static dev.sidecache.listener.H2specCase.PADDED;
import static dev.sidecache.listener.H2specCase.POST;
import static dev.sidecache.listener.H2specCase.WITH_PRIORITY;
import static dev.sidecache.listener.H2specCase.answered;
import static dev.sidecache.listener.H2specCase.connectionError;
import static dev.sidecache.listener.H2specCase.data;
import static dev.sidecache.listener.H2specCase.head;
import static dev.sidecache.listener.H2specCase.hex;
import static dev.sidecache.listener.H2specCase.ignored;
import static dev.sidecache.listener.H2specCase.isData;
import static dev.sidecache.listener.H2specCase.joined;
import static dev.sidecache.listener.H2specCase.priority;
import static dev.sidecache.listener.H2specCase.reset;
import static dev.sidecache.listener.H2specCase.send;
import static dev.sidecache.listener.H2specCase.settings;
import static dev.sidecache.listener.H2specCase.window;
import static dev.sidecache.testing.RawHttp2Client.ACK;
import static dev.sidecache.testing.RawHttp2Client.CONTINUATION;
import static dev.sidecache.testing.RawHttp2Client.DATA;
import static dev.sidecache.testing.RawHttp2Client.END_HEADERS;
import static dev.sidecache.testing.RawHttp2Client.END_STREAM;
import static dev.sidecache.testing.RawHttp2Client.GOAWAY;
import static dev.sidecache.testing.RawHttp2Client.PING;
import static dev.sidecache.testing.RawHttp2Client.SETTINGS;
import static dev.sidecache.testing.RawHttp2Client.block;
import static dev.sidecache.testing.RawHttp2Client.encode;
import static dev.sidecache.testing.RawHttp2Client.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.listener.H2specCase.Play;
import dev.sidecache.testing.RawHttp2Client;
import java.util.ArrayList;
import java.util.List;

/** The cases of h2spec's groups generic, for what every server must take, and hpack. */
final class H2specGeneric {
  private static final byte[] ASK = request("GET", "/");
  private static final byte[] SEND = request("POST", "/");
  private static final int WHOLE = END_HEADERS | END_STREAM;
  private static final byte[] NO_WINDOW = settings(INITIAL_WINDOW_SIZE, 0);
  private static final String NAME = "40 0a757365722d6167656e74 06683273706563";
  private static final String NAME_HUFFMAN = "40 87b505b161cc5a93 849c48aca4";
  private static final String NEW = "40 06782d74657374 06683273706563";
  private static final String NEW_HUFFMAN = "40 85f2b24a84ff 849c48aca4";

  private final List<H2specCase> cases = new ArrayList<>();
  private String section = "";

  static List<H2specCase> all() {
    H2specGeneric all = new H2specGeneric();
    all.connections();
    all.frames();
    all.priorities();
    all.controlFrames();
    all.messages();
    all.representations();
    all.wrongBlocks();
    return all.cases;
  }

  private void section(String id) {
    section = id;
  }

  private void add(int number, String what, Play play) {
    cases.add(new H2specCase(section + "/" + number, what, play));
  }

  private void connections() {
    section("generic/1");
    add(
        1,
        "a client connection preface",
        client -> assertThat(client.read().type()).isEqualTo(SETTINGS));
    section("generic/2");
    add(1, "PRIORITY on an idle stream", ignored(priority(1, 0, 255)));
    add(
        2,
        "WINDOW_UPDATE on a half-closed (remote) stream",
        client -> {
          send(client, NO_WINDOW, GET, window(1, 1));
          isData(client, 1);
        });
    add(
        3,
        "PRIORITY on a half-closed (remote) stream",
        client -> {
          send(client, NO_WINDOW, GET, priority(1, 0, 255), window(1, 1));
          isData(client, 1);
        });
    add(4, "RST_STREAM on a half-closed (remote) stream", ignored(NO_WINDOW, GET, reset(1, 8)));
    add(
        5,
        "PRIORITY on a closed stream",
        client -> {
          answered(GET).on(client);
          ignored(priority(1, 0, 255)).on(client);
        });
  }

  private void frames() {
    section("generic/3.1");
    add(1, "DATA", answered(POST, data(END_STREAM, 1, "test")));
    add(2, "several DATA", answered(POST, data(0, 1, "test"), data(END_STREAM, 1, "test")));
    add(
        3,
        "DATA with padding",
        answered(POST, encode(DATA, END_STREAM | PADDED, 1, hex("02 74657374 0000"))));
    section("generic/3.2");
    add(1, "HEADERS", answered(GET));
    add(2, "HEADERS with padding", answered(head(WHOLE | PADDED, 1, hex("02"), ASK, hex("0000"))));
    add(
        3,
        "HEADERS with priority",
        answered(head(WHOLE | WITH_PRIORITY, 1, hex("00000000 ff"), ASK)));
  }

  private void priorities() {
    section("generic/3.3");
    add(1, "PRIORITY with priority 1", answered(priority(1, 0, 0), GET));
    add(2, "PRIORITY with priority 256", answered(priority(1, 0, 255), GET));
    add(3, "PRIORITY with a dependency", answered(priority(1, 3, 255), GET));
    add(4, "PRIORITY with an exclusive dependency", answered(priority(1, 0x80000003, 255), GET));
    add(5, "PRIORITY of an idle stream, then a lower one", answered(priority(3, 0, 255), GET));
  }

  private void controlFrames() {
    section("generic/3.4");
    add(1, "RST_STREAM", ignored(POST, reset(1, 8)));
    section("generic/3.5");
    add(1, "SETTINGS", client -> isAcknowledged(client, settings(3, 100)));
    section("generic/3.7");
    add(1, "PING", ignored());
    section("generic/3.8");
    add(1, "GOAWAY", client -> isTolerated(client, encode(GOAWAY, 0, 0, new byte[8])));
    section("generic/3.9");
    add(1, "WINDOW_UPDATE of the connection", answered(window(0, 1), GET));
    add(2, "WINDOW_UPDATE of a stream", answered(POST, window(1, 1), data(END_STREAM, 1, "")));
    section("generic/3.10");
    byte[] more = block("x-dummy", "a");
    byte[] last = encode(CONTINUATION, END_HEADERS, 1, more);
    add(1, "CONTINUATION", answered(head(END_STREAM, 1, ASK), last));
    byte[] next = encode(CONTINUATION, 0, 1, more);
    add(2, "several CONTINUATION", answered(head(END_STREAM, 1, ASK), next, last));
  }

  /** Answered, or the connection ends without harm. */
  static void isTolerated(RawHttp2Client client, byte[] frame) throws Exception {
    send(client, frame);
    client.frame(PING, 0, 0, new byte[8]);
    var answer = client.await(PING);
    assertThat(answer.has(ACK) || answer.type() == RawHttp2Client.CLOSED).isTrue();
  }

  static void isAcknowledged(RawHttp2Client client, byte[] settings) throws Exception {
    assertThat(client.await(SETTINGS).flags()).isZero();
    assertThat(client.await(SETTINGS).flags()).as("of the first SETTINGS").isEqualTo(ACK);
    send(client, settings);
    assertThat(client.await(SETTINGS).flags()).isEqualTo(ACK);
  }

  private void messages() {
    section("generic/4");
    add(1, "GET", answered(GET));
    add(2, "HEAD", answered(head(WHOLE, 1, request("HEAD", "/"))));
    add(3, "POST", answered(POST, data(END_STREAM, 1, "test")));
    byte[] withTrailer = head(END_HEADERS, 1, SEND, block("trailer", "x-test"));
    byte[] trailers = head(WHOLE, 1, block("x-test", "ok"));
    add(4, "POST with trailers", answered(withTrailer, data(0, 1, "test"), trailers));
  }

  private void representations() {
    section("generic/5");
    add(1, "indexed field", answered(head(WHOLE, 1, ASK, hex("ba"))));
    literals(2, "incremental indexing", "4");
    literals(6, "without indexing", "0");
    literals(10, "never indexed", "1");
    add(14, "dynamic table size update", answered(head(WHOLE, 1, hex("20"), ASK)));
    add(15, "several size updates", answered(head(WHOLE, 1, hex("20 3fe11f"), ASK)));
  }

  /** The representation's first octet is 40, 00 or 10. */
  private void literals(int from, String form, String digit) {
    int number = from;
    for (String literal : List.of(NAME, NAME_HUFFMAN, NEW, NEW_HUFFMAN)) {
      byte[] octets = hex(digit + literal.substring(1));
      String coding = number % 2 == from % 2 ? "" : ", Huffman";
      String name = number < from + 2 ? "known name" : "new name";
      add(
          number++,
          "literal " + form + ", " + name + coding,
          answered(head(WHOLE, 1, ASK, octets)));
    }
  }

  private static Play notDecoded(byte[]... block) {
    return connectionError(COMPRESSION_ERROR, head(WHOLE, 1, joined(block)));
  }

  private void wrongBlocks() {
    section("hpack/2.3.3");
    add(1, "indexed field with an invalid index", notDecoded(ASK, hex("c6")));
    add(2, "literal with an invalid index", notDecoded(ASK, hex("7f07 00")));
    section("hpack/4.2");
    add(1, "size update at the end of a block", notDecoded(ASK, hex("20 3fe11f")));
    section("hpack/5.2");
    add(1, "Huffman padding over 7 bits", notDecoded(ASK, hex("00 85f2b24a84ff 8449509fff")));
    add(2, "Huffman padding of zeros", notDecoded(ASK, hex("00 85f2b24a84ff 83495090")));
    add(3, "Huffman with EOS", notDecoded(ASK, hex("00 85f2b24a84ff 87fffffffd25427f")));
    section("hpack/6.1");
    add(1, "index 0", notDecoded(ASK, hex("80")));
    section("hpack/6.3");
    add(1, "size update over the setting", notDecoded(hex("3fe1ff03"), ASK));
  }
}
