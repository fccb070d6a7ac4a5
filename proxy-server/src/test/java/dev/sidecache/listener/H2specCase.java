package dev.sidecache.listener;

import static dev.sidecache.testing.RawHttp2Client.CLOSED;
import static dev.sidecache.testing.RawHttp2Client.DATA;
import static dev.sidecache.testing.RawHttp2Client.END_HEADERS;
import static dev.sidecache.testing.RawHttp2Client.END_STREAM;
import static dev.sidecache.testing.RawHttp2Client.GOAWAY;
import static dev.sidecache.testing.RawHttp2Client.HEADERS;
import static dev.sidecache.testing.RawHttp2Client.PING;
import static dev.sidecache.testing.RawHttp2Client.PRIORITY;
import static dev.sidecache.testing.RawHttp2Client.RST_STREAM;
import static dev.sidecache.testing.RawHttp2Client.SETTINGS;
import static dev.sidecache.testing.RawHttp2Client.WINDOW_UPDATE;
import static dev.sidecache.testing.RawHttp2Client.encode;
import static dev.sidecache.testing.RawHttp2Client.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawHttp2Client;
import dev.sidecache.testing.RawHttp2Client.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One case of h2spec.
 *
 * @param id as h2spec numbers it, such as {@code http2/6.9/1}
 * @param what is sent, in h2spec's words
 * @param play sends it and judges what comes back
 */
record H2specCase(String id, String what, Play play) {
  static final int PADDED = 8;
  static final int WITH_PRIORITY = 32;
  static final int PROTOCOL_ERROR = 1;
  static final int FLOW_CONTROL_ERROR = 3;
  static final int STREAM_CLOSED = 5;
  static final int FRAME_SIZE_ERROR = 6;
  static final int COMPRESSION_ERROR = 9;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final byte[] GET = head(END_HEADERS | END_STREAM, 1, request("GET", "/"));
  static final byte[] POST = head(END_HEADERS, 1, request("POST", "/"));

  private static final byte[] ASKED = "question".getBytes(StandardCharsets.US_ASCII);

  /** What to send on a connection whose preface is sent, and what must come back. */
  interface Play {
    void on(RawHttp2Client client) throws Exception;
  }

  @Override
  public String toString() {
    return id + ": " + what;
  }

  static byte[] hex(String octets) {
    return HexFormat.of().parseHex(octets.replace(" ", ""));
  }

  static byte[] joined(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  static byte[] head(int flags, int stream, byte[]... block) {
    return encode(HEADERS, flags, stream, joined(block));
  }

  static byte[] data(int flags, int stream, String text) {
    return encode(DATA, flags, stream, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] priority(int stream, int dependsOn, int weight) {
    ByteBuffer payload = ByteBuffer.allocate(5).putInt(dependsOn).put((byte) weight);
    return encode(PRIORITY, 0, stream, payload.array());
  }

  static byte[] reset(int stream, int error) {
    return encode(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(error).array());
  }

  static byte[] window(int stream, int increment) {
    return encode(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(increment).array());
  }

  /** A SETTINGS frame of identifiers and values. */
  static byte[] settings(int... pairs) {
    ByteBuffer payload = ByteBuffer.allocate(pairs.length * 3);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    return encode(SETTINGS, 0, 0, payload.array());
  }

  static void send(RawHttp2Client client, byte[]... frames) throws IOException {
    client.send(joined(frames));
  }

  /** GOAWAY with this code, and then the end of the connection. */
  static Play connectionError(int code, byte[]... frames) {
    return client -> {
      send(client, frames);
      Frame end = client.await(frame -> frame.type() == GOAWAY || frame.type() == RST_STREAM);
      assertThat(end.type()).as("GOAWAY").isEqualTo(GOAWAY);
      assertThat(end.error()).isEqualTo(code);
      assertThat(client.await(CLOSED).type()).isEqualTo(CLOSED);
    };
  }

  /** RST_STREAM with this code; the connection serves on, and further frames may be refused too. */
  static Play streamError(int code, byte[]... frames) {
    return client -> {
      send(client, frames);
      Frame end = client.await(frame -> frame.type() == GOAWAY || frame.type() == RST_STREAM);
      assertThat(end.type()).as("RST_STREAM").isEqualTo(RST_STREAM);
      assertThat(end.error()).isEqualTo(code);
      client.frame(PING, 0, 0, ASKED);
      assertThat(client.await(frame -> frame.type() == GOAWAY || frame.type() == PING).type())
          .as("PING")
          .isEqualTo(PING);
    };
  }

  /** Nothing comes of it: the connection serves on, and no stream is reset. */
  static Play ignored(byte[]... frames) {
    return client -> {
      send(client, frames);
      isAlive(client);
    };
  }

  static void isAlive(RawHttp2Client client) throws IOException {
    client.frame(PING, 0, 0, ASKED);
    Frame answer =
        client.await(
            frame -> frame.type() == PING || frame.type() == GOAWAY || frame.type() == RST_STREAM);
    assertThat(answer.type()).as("PING").isEqualTo(PING);
    assertThat(answer.flags()).isEqualTo(RawHttp2Client.ACK);
    assertThat(answer.payload()).isEqualTo(ASKED);
  }

  /** The request on stream 1 is answered whole. */
  static Play answered(byte[]... frames) {
    return client -> {
      send(client, frames);
      isAnswered(client, 200);
    };
  }

  static void isAnswered(RawHttp2Client client, int status) throws Exception {
    Frame head = client.await(frame -> List.of(HEADERS, GOAWAY, RST_STREAM).contains(frame.type()));
    assertThat(head.type()).as("HEADERS").isEqualTo(HEADERS);
    assertThat(client.decode(head).status()).hasToString(Integer.toString(status));
    if (!head.has(END_STREAM)) {
      assertThat(client.content(head.stream())).isNotEmpty();
    }
  }

  /** The next DATA is of this many octets. */
  static void isData(RawHttp2Client client, int octets) throws IOException {
    Frame data = client.await(frame -> List.of(DATA, GOAWAY, RST_STREAM).contains(frame.type()));
    assertThat(data.type()).as("DATA").isEqualTo(DATA);
    assertThat(data.payload()).hasSize(octets);
  }
}
