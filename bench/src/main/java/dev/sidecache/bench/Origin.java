package dev.sidecache.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * An origin for measurements: one thread, prepared answers, so that what is measured is the proxy.
 *
 * <p>{@code GET /c/SIZE/…} and {@code /t/SIZE/…} are answered with so many bytes of JSON to be kept
 * for an hour, {@code /d/MILLISECONDS/SIZE/…} likewise after a delay, {@code /p/SIZE/…} with bytes
 * that no cache may keep; {@code /count} with the number of requests so far, itself not counted. A
 * write is answered 204. It reads HTTP/1.1 as a proxy sends it: no pipelining, bodies with a
 * length.
 */
final class Origin {
  private record Later(long at, Connection connection, byte[] answer) {}

  private final Map<String, byte[]> prepared = new HashMap<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparingLong(Later::at));
  private final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
  private final Selector selector = Selector.open();
  private long requests;

  private Origin() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress("127.0.0.1", 0), 4096);
    server.configureBlocking(false);
    System.out.println("port " + server.socket().getLocalPort());
    new Origin().serve(server);
  }

  private void serve(ServerSocketChannel server) throws IOException {
    server.register(selector, SelectionKey.OP_ACCEPT);
    while (true) {
      Later next = later.peek();
      long wait = next == null ? 0 : next.at() - System.nanoTime();
      if (next == null) {
        selector.select(this::ready);
      } else if (wait > 0) {
        selector.select(this::ready, wait / 1_000_000 + 1);
      } else {
        selector.selectNow(this::ready);
      }
      for (long now = System.nanoTime(); (next = later.peek()) != null && next.at() <= now; ) {
        later.remove();
        next.connection().send(next.answer());
      }
    }
  }

  private void ready(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
        if (channel != null) {
          channel.configureBlocking(false);
          channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
          SelectionKey own = channel.register(selector, SelectionKey.OP_READ);
          own.attach(new Connection(channel, own));
        }
      } else {
        ((Connection) key.attachment()).ready();
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private static void close(SelectionKey key) {
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private byte[] answer(String method, String path) {
    if (path.equals("/count")) {
      return whole("text/plain", "no-store", Long.toString(requests).getBytes(ISO_8859_1));
    }
    requests++;
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return "HTTP/1.1 204 No Content\r\n\r\n".getBytes(ISO_8859_1);
    }
    String[] parts = path.split("/", 5);
    boolean delayed = parts[1].equals("d");
    String kind = parts[1] + "/" + parts[delayed ? 3 : 2];
    return prepared.computeIfAbsent(kind, Origin::prepare);
  }

  private static byte[] prepare(String kind) {
    int size = Integer.parseInt(kind.substring(2));
    String body = "{\"text\":\"" + "x".repeat(Math.max(0, size - 11)) + "\"}";
    return whole(
        "application/json",
        kind.startsWith("p/") ? "no-store" : "public, max-age=3600",
        body.getBytes(ISO_8859_1));
  }

  private static byte[] whole(String type, String cacheControl, byte[] body) {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Type: "
                + type
                + "\r\nCache-Control: "
                + cacheControl
                + "\r\nETag: \"v1\"\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1);
    byte[] whole = new byte[head.length + body.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    return whole;
  }

  /** One connection: what it has sent of a request, what it has yet to get. */
  private final class Connection {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();
    private String head = "";
    private long bodyLeft;

    Connection(SocketChannel channel, SelectionKey key) {
      this.channel = channel;
      this.key = key;
    }

    void ready() throws IOException {
      if (key.isWritable()) {
        flush();
      }
      if (!key.isValid() || !key.isReadable()) {
        return;
      }
      in.clear();
      if (channel.read(in) < 0) {
        throw new IOException("closed");
      }
      in.flip();
      byte[] bytes = new byte[in.remaining()];
      in.get(bytes);
      take(new String(bytes, ISO_8859_1));
    }

    private void take(String text) throws IOException {
      int skipped = (int) Math.min(bodyLeft, text.length());
      bodyLeft -= skipped;
      head += text.substring(skipped);
      for (int end; (end = head.indexOf("\r\n\r\n")) >= 0; ) {
        String whole = head.substring(0, end);
        int body = (int) Math.min(length(whole), head.length() - end - 4);
        bodyLeft = length(whole) - body;
        head = head.substring(end + 4 + body);
        answerTo(whole);
      }
    }

    private static long length(String head) {
      int at = head.toLowerCase(Locale.ROOT).indexOf("\r\ncontent-length:");
      if (at < 0) {
        return 0;
      }
      int end = head.indexOf("\r\n", at + 2);
      return Long.parseLong(head.substring(at + 17, end < 0 ? head.length() : end).trim());
    }

    private void answerTo(String whole) {
      int space = whole.indexOf(' ');
      String method = whole.substring(0, space);
      String path = whole.substring(space + 1, whole.indexOf(' ', space + 1));
      byte[] answer = answer(method, path);
      if (path.startsWith("/d/")) {
        long delay = Long.parseLong(path.split("/", 4)[2]) * 1_000_000;
        later.add(new Later(System.nanoTime() + delay, this, answer));
      } else {
        send(answer);
      }
    }

    void send(byte[] answer) {
      out.add(ByteBuffer.wrap(answer));
      try {
        flush();
      } catch (IOException e) {
        close(key);
      }
    }

    private void flush() throws IOException {
      while (!out.isEmpty()) {
        channel.write(out.peek());
        if (out.peek().hasRemaining()) {
          key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
          return;
        }
        out.remove();
      }
      if (key.isValid()) {
        key.interestOps(SelectionKey.OP_READ);
      }
    }
  }
}
