import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An origin for measurements of large content, one thread a connection: GET /length/N and
 * /chunked/N answer N octets in that framing, PUT and POST answer with the number of octets that
 * came. Prints its port. Run: {@code java Streams.java}.
 */
public final class Streams {
  private static final int PIECE = 256 * 1024;
  private static final Pattern LENGTH = Pattern.compile("content-length: *(\\d+)");

  public static void main(String[] arguments) throws Exception {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    System.out.println(server.socket().getLocalPort());
    while (true) {
      SocketChannel accepted = server.accept();
      Thread thread = new Thread(() -> serve(accepted));
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void serve(SocketChannel socket) {
    try (socket) {
      ByteBuffer in = ByteBuffer.allocateDirect(PIECE).flip();
      ByteBuffer out = ByteBuffer.allocateDirect(PIECE);
      String head = head(socket, in);
      while (head != null) {
        answer(socket, head, in, out);
        head = head(socket, in);
      }
    } catch (IOException gone) {
      // The other side has left.
    }
  }

  /** The next head in small letters; null at the end. What follows it stays in the buffer. */
  private static String head(SocketChannel socket, ByteBuffer in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      if (!in.hasRemaining() && !fill(socket, in)) {
        return null;
      }
      head.append((char) in.get());
    }
    return head.toString().toLowerCase(Locale.ROOT);
  }

  private static boolean fill(SocketChannel socket, ByteBuffer in) throws IOException {
    int read = socket.read(in.clear());
    in.flip();
    return read > 0;
  }

  private static void answer(SocketChannel socket, String head, ByteBuffer in, ByteBuffer out)
      throws IOException {
    if (!head.startsWith("get ")) {
      String received = Long.toString(content(socket, head, in));
      text(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + received.length() + "\r\n\r\n" + received);
      return;
    }
    String[] path = head.substring(4, head.indexOf(' ', 4)).split("/");
    long left = Long.parseLong(path[2]);
    boolean chunked = path[1].equals("chunked");
    text(
        socket,
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
            + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + left)
            + "\r\n\r\n");
    while (left > 0) {
      int next = (int) Math.min(left, PIECE);
      text(socket, chunked ? Integer.toHexString(next) + "\r\n" : "");
      write(socket, out.clear().limit(next));
      text(socket, chunked ? "\r\n" : "");
      left -= next;
    }
    text(socket, chunked ? "0\r\n\r\n" : "");
  }

  /** Reads the content of a request; its length in octets. */
  private static long content(SocketChannel socket, String head, ByteBuffer in) throws IOException {
    Matcher length = LENGTH.matcher(head);
    if (length.find()) {
      return skip(socket, Long.parseLong(length.group(1)), in);
    }
    long total = 0;
    long size = size(socket, in);
    while (size > 0) {
      total += skip(socket, size, in);
      skip(socket, 2, in);
      size = size(socket, in);
    }
    skip(socket, 2, in);
    return total;
  }

  private static long size(SocketChannel socket, ByteBuffer in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.indexOf("\r\n") < 0) {
      if (!in.hasRemaining() && !fill(socket, in)) {
        throw new IOException("cut off");
      }
      line.append((char) in.get());
    }
    return Long.parseLong(line.substring(0, line.length() - 2), 16);
  }

  private static long skip(SocketChannel socket, long octets, ByteBuffer in) throws IOException {
    long left = octets;
    while (left > 0) {
      if (!in.hasRemaining() && !fill(socket, in)) {
        throw new IOException("cut off");
      }
      int next = (int) Math.min(left, in.remaining());
      in.position(in.position() + next);
      left -= next;
    }
    return octets;
  }

  private static void text(SocketChannel socket, String text) throws IOException {
    if (!text.isEmpty()) {
      write(socket, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  private static void write(SocketChannel socket, ByteBuffer octets) throws IOException {
    while (octets.hasRemaining()) {
      socket.write(octets);
    }
  }
}
