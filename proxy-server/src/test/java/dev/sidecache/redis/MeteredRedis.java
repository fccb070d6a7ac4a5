package dev.sidecache.redis;

import dev.sidecache.testing.RedisServerProcess;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real Redis behind a provider's meter: while the quota is used up, every command but those that
 * open a connection is answered as Upstash answers it. The error is made by the server itself, so
 * that replies keep their order.
 */
final class MeteredRedis implements AutoCloseable {
  private static final Set<String> FREE = Set.of("HELLO", "AUTH", "CLIENT", "SELECT", "PING");
  private static final byte[] USED_UP =
      command("EVAL", "return redis.error_reply('ERR max requests limit exceeded')", "0");

  private final RedisServerProcess redis = RedisServerProcess.start();
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean usedUp;

  MeteredRedis() throws IOException {
    listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  private static byte[] command(String... words) {
    StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "metered-redis");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  void usedUp(boolean isUsedUp) {
    usedUp = isUsedUp;
  }

  /** Breaks all connections. */
  void disconnect() {
    open.forEach(MeteredRedis::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), redis.port());
        open.add(client);
        open.add(server);
        start(() -> commands(client, server));
        start(() -> replies(server, client));
      } catch (IOException closed) {
        // The loop ends if it is ours that was closed.
      }
    }
  }

  private void commands(Socket client, Socket server) {
    try (client;
        server;
        InputStream in = new BufferedInputStream(client.getInputStream());
        OutputStream out = server.getOutputStream()) {
      for (byte[] read = next(in); read.length > 0; read = next(in)) {
        out.write(read);
      }
    } catch (IOException broken) {
      // As connections break.
    }
  }

  /** The next command, or what stands for it; empty at the end. */
  private byte[] next(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    String head = line(in, read);
    if (head.isEmpty()) {
      return new byte[0];
    }
    String name = "";
    for (int words = Integer.parseInt(head.substring(1)); words > 0; words--) {
      int length = Integer.parseInt(line(in, read).substring(1));
      byte[] word = in.readNBytes(length + 2);
      read.write(word);
      name = name.isEmpty() ? new String(word, 0, length, StandardCharsets.US_ASCII) : name;
    }
    boolean free = FREE.contains(name.toUpperCase(Locale.ROOT));
    return usedUp && !free ? USED_UP : read.toByteArray();
  }

  private static String line(InputStream in, ByteArrayOutputStream read) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      read.write(octet);
      if (octet == '\n') {
        break;
      }
      line.append(octet == '\r' ? "" : String.valueOf((char) octet));
    }
    return line.toString();
  }

  private static void replies(Socket server, Socket client) {
    try (server;
        client;
        OutputStream out = client.getOutputStream()) {
      server.getInputStream().transferTo(out);
    } catch (IOException broken) {
      // As connections break.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    disconnect();
    redis.close();
  }
}
