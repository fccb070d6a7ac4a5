package dev.sidecache.proof;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A client's connection to a sidecar, made anew after a failure. */
final class Connection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private URI sidecar;
  private Socket socket;
  private InputStream in;
  private int answers;

  /** What was sent and is not answered. */
  private final Deque<String> waiting = new ArrayDeque<>();

  /**
   * A status, a body, and the Cache-Status field or nothing.
   *
   * @param last whether none follows on this connection
   */
  record Answer(int status, String body, String cacheStatus, boolean last) {
    /** The version that the origin told. */
    long version() {
      int from = body.indexOf(':') + 1;
      return Long.parseLong(body.substring(from, body.indexOf(',', from)));
    }
  }

  /** Sends a request and reads the answer. */
  Answer ask(URI to, String method, String path) throws IOException {
    send(to, method, List.of(path));
    return receive();
  }

  /** Sends requests one behind the other, without waiting (RFC 9112, Section 9.3.2). */
  void send(URI to, String method, List<String> paths) throws IOException {
    waiting.clear();
    String length = method.equals("GET") ? "" : "Content-Length: 0\r\n";
    for (String path : paths) {
      String head = method + " " + path + " HTTP/1.1\r\nHost: api.example\r\n";
      waiting.add(head + length + "\r\n");
    }
    sendWaiting(to);
  }

  private void sendWaiting(URI to) throws IOException {
    try {
      if (socket == null || !to.equals(sidecar)) {
        connect(to);
      }
      byte[] heads = String.join("", waiting).getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(heads);
    } catch (IOException | RuntimeException broken) {
      close();
      throw broken;
    }
  }

  /**
   * The next answer to what was sent. Behind the last one of a connection, what waits is sent again
   * over another (RFC 9112, Section 9.6).
   */
  Answer receive() throws IOException {
    if (socket == null) {
      sendWaiting(sidecar);
    }
    try {
      Answer answer = answer();
      waiting.remove();
      answers++;
      if (answer.last) {
        close();
      }
      return answer;
    } catch (IOException | RuntimeException broken) {
      close();
      throw broken;
    }
  }

  private void connect(URI to) throws IOException {
    close();
    sidecar = to;
    answers = 0;
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.getPort()), 5_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private Answer answer() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = 0;
    String cacheStatus = "";
    boolean last = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).trim();
      switch (line.substring(0, colon).toLowerCase(java.util.Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "cache-status" -> cacheStatus = value;
        case "connection" -> last = value.equals("close");
        default -> {}
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("within the body");
    }
    return new Answer(status, new String(body, StandardCharsets.UTF_8), cacheStatus, last);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("no answer after " + answers + " on this connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException already) {
      // It is of no more use.
    }
    socket = null;
  }
}
