package dev.sidecache.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that sends exactly the octets it is told, over a plain socket on loopback. */
public final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final OutputStream out;
  private final RawReader reader;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.reader = new RawReader(new BufferedInputStream(socket.getInputStream()));
  }

  public static RawClient connect(int port) throws IOException {
    return connect(InetAddress.getLoopbackAddress(), port);
  }

  public static RawClient connect(InetAddress address, int port) throws IOException {
    return connect(address, port, 0);
  }

  /** A client whose system keeps only about this many received bytes. */
  public static RawClient connectReadingSlowly(int port, int receiveBytes) throws IOException {
    return connect(InetAddress.getLoopbackAddress(), port, receiveBytes);
  }

  private static RawClient connect(InetAddress address, int port, int receiveBytes)
      throws IOException {
    Socket socket = new Socket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
    return new RawClient(socket);
  }

  /** A client over TLS that trusts what this context trusts; its handshake is done. */
  public static RawClient connectTls(int port, SSLContext trust) throws IOException {
    return connectTlsReadingSlowly(port, trust, 0);
  }

  /** The same, whose system keeps only about this many received bytes; 0 for no such bound. */
  public static RawClient connectTlsReadingSlowly(int port, SSLContext trust, int receiveBytes)
      throws IOException {
    SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    try {
      socket.startHandshake();
      return new RawClient(socket);
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
  }

  /** Sends text, one octet per character. */
  public RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte[] octets) throws IOException {
    out.write(octets);
    out.flush();
    return this;
  }

  /** Sends text unless the other side has closed; whether it could. */
  public boolean trySend(String text) throws IOException {
    try {
      send(text);
      return true;
    } catch (SocketException closed) {
      return false;
    }
  }

  /** Sends a GET for this path. */
  public RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: test.example\r\n\r\n");
  }

  /** Ends the sending side. */
  public RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** The next final response. */
  public RawMessage readResponse() throws IOException {
    return reader.readResponse(false);
  }

  /** The next final response, to HEAD. */
  public RawMessage readResponseToHead() throws IOException {
    return reader.readResponse(true);
  }

  public RawReader reader() {
    return reader;
  }

  /** Whether the other side has closed, regularly or not, without sending anything more. */
  public boolean isClosedByPeer() throws IOException {
    try {
      return reader.readLine() == null;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** All the other side sends until it closes, regularly or not. */
  public String readToEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      while (true) {
        all.write(reader.readExactly(1));
      }
    } catch (EOFException | SocketException end) {
      return all.toString(StandardCharsets.ISO_8859_1);
    }
  }

  public RawClient patience(int millis) throws IOException {
    socket.setSoTimeout(millis);
    return this;
  }

  /** Leaves without a regular end. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Closes the connection before the end of its use. */
  public void hangUp() throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** One exchange on a connection of its own. */
  public static RawMessage exchange(int port, String request) throws IOException {
    try (RawClient client = connect(port)) {
      return client.send(request).readResponse();
    }
  }

  /** The response to a GET on a connection of its own. */
  public static RawMessage get(int port, String path) throws IOException {
    try (RawClient client = connect(port)) {
      return client.get(path).readResponse();
    }
  }
}
