package dev.sidecache.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP API on loopback that takes its time: each answer comes after the delay that the real one
 * would need. A small server of the JDK's own, so that it shares nothing with the proxy before it.
 */
abstract class SampleBackend implements AutoCloseable {
  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong calls = new AtomicLong();

  /**
   * A request.
   *
   * @param method of it
   * @param path without query
   * @param query its parameters
   * @param user who asks: the bearer token; {@code anonymous} without one
   * @param body its JSON content, null if it has none
   */
  record Call(
      String method, String path, Map<String, String> query, String user, @Nullable JsonNode body) {

    int number(String parameter, int otherwise) {
      String value = query.get(parameter);
      return value == null ? otherwise : Integer.parseInt(value);
    }

    /** The path's last segment. */
    String last() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  /**
   * An answer.
   *
   * @param status of it
   * @param body becomes JSON; null: no content
   * @param delayMillis how long the work behind it takes
   */
  record Answer(int status, @Nullable Object body, long delayMillis) {
    static Answer ok(Object body, long delayMillis) {
      return new Answer(200, body, delayMillis);
    }

    static Answer notFound() {
      return new Answer(404, Map.of("error", "not found"), 20);
    }
  }

  static {
    // NB: without it, Nagle's algorithm and delayed acknowledgements add 40 ms to each answer.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  SampleBackend() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What the API answers; called on a worker thread. */
  abstract Answer answer(Call call);

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many requests have arrived. */
  long calls() {
    return calls.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    calls.incrementAndGet();
    Answer answer = answer(call(exchange));
    Future<?> unused =
        timer.schedule(
            () -> workers.execute(() -> send(exchange, answer)),
            answer.delayMillis(),
            TimeUnit.MILLISECONDS);
  }

  private Call call(HttpExchange exchange) throws IOException {
    Map<String, String> query = new HashMap<>();
    String text = exchange.getRequestURI().getQuery();
    for (String parameter : text == null ? new String[0] : text.split("&", -1)) {
      int equals = parameter.indexOf('=');
      query.put(
          equals < 0 ? parameter : parameter.substring(0, equals),
          equals < 0 ? "" : parameter.substring(equals + 1));
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String user =
        authorization != null && authorization.startsWith("Bearer ")
            ? authorization.substring("Bearer ".length())
            : "anonymous";
    return new Call(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        query,
        user,
        content(exchange));
  }

  private @Nullable JsonNode content(HttpExchange exchange) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] bytes = in.readAllBytes();
      return bytes.length == 0 ? null : json.readTree(bytes);
    }
  }

  private void send(HttpExchange exchange, Answer answer) {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    try (exchange) {
      if (answer.body() == null) {
        exchange.sendResponseHeaders(answer.status(), -1);
        return;
      }
      byte[] body = json.writeValueAsString(answer.body()).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
      if (!head) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    } catch (IOException gone) {
      // The proxy has closed the connection: nobody is left to answer.
      exchange.close();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    timer.shutdownNow();
    workers.shutdownNow();
  }
}
