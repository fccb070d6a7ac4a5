package dev.sidecache.client.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * An admin port over a real socket: keeps values, gives the documents it is told, and remembers
 * what it was asked.
 */
public final class AdminServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  private final Map<String, byte[]> values = new TreeMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Reply toAll;
  private volatile CountDownLatch silence;

  /** What it answers. */
  public record Reply(int status, String text) {}

  /** What it was asked. */
  public record Asked(String line, String authorization, String content) {}

  public AdminServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/", this::serve);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers a path, with or without query, so from now on. */
  public AdminServer reply(String path, int status, String text) {
    replies.put(path, new Reply(status, text));
    return this;
  }

  /** Answers everything so from now on; null: as before. */
  public void replyToAll(int status, String text) {
    toAll = text == null ? null : new Reply(status, text);
  }

  /** Answers nothing until {@link #close}. */
  public void fallSilent() {
    silence = new CountDownLatch(1);
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public List<String> lines() {
    return asked.stream().map(Asked::line).toList();
  }

  public String lastContent() {
    return asked.get(asked.size() - 1).content();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String content = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String target = exchange.getRequestURI().toString();
    asked.add(
        new Asked(
            exchange.getRequestMethod() + " " + target,
            exchange.getRequestHeaders().getFirst("Authorization"),
            content));
    awaitEndOfSilence();
    Reply reply = answer(exchange, content);
    byte[] bytes = reply.text().getBytes(UTF_8);
    exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void awaitEndOfSilence() {
    CountDownLatch latch = silence;
    if (latch != null) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Reply answer(HttpExchange exchange, String content) {
    Reply all = toAll;
    if (all != null) {
      return all;
    }
    String path = exchange.getRequestURI().getPath();
    Reply told = replies.get(path);
    if (told != null) {
      return told;
    }
    if (path.equals("/v1/values")) {
      return deletePrefix(exchange.getRequestURI().getQuery().substring("prefix=".length()));
    }
    return path.startsWith("/v1/values/")
        ? value(exchange.getRequestMethod(), path.substring("/v1/values/".length()), content)
        : new Reply(404, "{\"title\":\"Not found\",\"status\":404,\"detail\":\"no such path\"}");
  }

  private synchronized Reply value(String method, String key, String content) {
    Reply absent = new Reply(404, "{\"title\":\"No such value\",\"status\":404}");
    return switch (method) {
      case "PUT" -> {
        values.put(key, content.getBytes(UTF_8));
        yield new Reply(204, "");
      }
      case "DELETE" -> values.remove(key) == null ? absent : new Reply(204, "");
      default -> {
        byte[] value = values.get(key);
        yield value == null ? absent : new Reply(200, new String(value, UTF_8));
      }
    };
  }

  private synchronized Reply deletePrefix(String prefix) {
    List<String> begun = new ArrayList<>(values.keySet());
    begun.removeIf(key -> !key.startsWith(prefix));
    begun.forEach(values::remove);
    return new Reply(200, "{\"deleted\":" + begun.size() + "}");
  }

  @Override
  public void close() {
    CountDownLatch latch = silence;
    if (latch != null) {
      latch.countDown();
    }
    server.stop(0);
  }
}
