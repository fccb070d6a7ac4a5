package dev.sidecache.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A client that sends exactly the HTTP/2 frames it is told, over a plain socket on loopback. */
public final class RawHttp2Client implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;
  public static final int PADDED = 8;
  public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);

  /** One frame as it came; {@code CLOSED} stands for the end of the connection. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Frame(int type, int flags, int stream, byte[] payload) {
    public boolean has(int flag) {
      return (flags & flag) != 0;
    }

    /** The error code of RST_STREAM or GOAWAY. */
    public int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }

    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  public static final int CLOSED = -1;
  private static final Frame END = new Frame(CLOSED, 0, 0, new byte[0]);

  private RawHttp2Client(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  /** A connection on which nothing was sent. */
  public static RawHttp2Client silent(int port) throws IOException {
    return new RawHttp2Client(port);
  }

  /** A connection with the preface and these settings, each an identifier and a value. */
  public static RawHttp2Client connect(int port, int... settings) throws IOException {
    RawHttp2Client client = new RawHttp2Client(port);
    client.send(PREFACE.getBytes(StandardCharsets.US_ASCII));
    ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
    for (int i = 0; i < settings.length; i += 2) {
      payload.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    return client.frame(SETTINGS, 0, 0, payload.array()).frame(SETTINGS, ACK, 0);
  }

  public RawHttp2Client send(byte[] octets) throws IOException {
    socket.getOutputStream().write(octets);
    return this;
  }

  public RawHttp2Client frame(int type, int flags, int stream, byte... payload) throws IOException {
    return send(encode(type, flags, stream, payload));
  }

  /** The octets of a frame. */
  public static byte[] encode(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Sends frames unless the other side has closed; whether it could. */
  public boolean trySend(byte[] octets) {
    try {
      send(octets);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  /** A header block without indexing: alternating names and values. */
  public static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.write(0);
      literal(out, namesAndValues[i]);
      literal(out, namesAndValues[i + 1]);
    }
    return out.toByteArray();
  }

  private static void literal(ByteArrayOutputStream out, String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    int rest = octets.length;
    if (rest < 127) {
      out.write(rest);
    } else {
      out.write(127);
      rest -= 127;
      while (rest >= 128) {
        out.write((rest & 127) | 128);
        rest >>= 7;
      }
      out.write(rest);
    }
    out.writeBytes(octets);
  }

  /** The header block of a request with further fields. */
  public static byte[] request(String method, String path, String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        block(":method", method, ":scheme", "http", ":path", path, ":authority", "test.example"));
    out.writeBytes(block(more));
    return out.toByteArray();
  }

  /** Sends a GET that ends its stream. */
  public RawHttp2Client get(int stream, String path, String... more) throws IOException {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, request("GET", path, more));
  }

  /** Sends the head of a POST whose content follows. */
  public RawHttp2Client post(int stream, String path, String... more) throws IOException {
    return frame(HEADERS, END_HEADERS, stream, request("POST", path, more));
  }

  /** The next frame. */
  public Frame read() throws IOException {
    try {
      int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[length];
      in.readFully(payload);
      return new Frame(type, flags, stream, payload);
    } catch (EOFException | SocketException end) {
      return END;
    }
  }

  /** The next frame that fits, or the end of the connection. */
  public Frame await(Predicate<Frame> fits) throws IOException {
    while (true) {
      Frame frame = read();
      if (frame.type() == CLOSED || fits.test(frame)) {
        return frame;
      }
    }
  }

  /** The next frame of this type, or the end of the connection. */
  public Frame await(int type) throws IOException {
    return await(frame -> frame.type() == type);
  }

  /** The next header section on this stream. */
  public Http2Headers headers(int stream) throws IOException, Http2Exception {
    return decode(await(frame -> frame.type() == HEADERS && frame.stream() == stream));
  }

  /** What a HEADERS frame says. */
  public Http2Headers decode(Frame frame) throws Http2Exception {
    if (frame.type() != HEADERS) {
      throw new IllegalStateException("no header section but " + frame.type());
    }
    ByteBuf octets = Unpooled.wrappedBuffer(frame.payload());
    return hpack.decodeHeaders(frame.stream(), octets);
  }

  /** All content of this stream to its end. */
  public String content(int stream) throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      Frame frame = await(next -> next.stream() == stream || next.type() == CLOSED);
      if (frame.type() == DATA) {
        text.append(frame.text());
      }
      if (frame.type() == CLOSED || frame.type() == RST_STREAM) {
        throw new IOException("cut after " + text.length() + " octets");
      }
      if (frame.has(END_STREAM)) {
        return text.toString();
      }
    }
  }

  public void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
