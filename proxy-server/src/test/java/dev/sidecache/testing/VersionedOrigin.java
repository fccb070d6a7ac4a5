package dev.sidecache.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * An origin whose resources have a version each: GET tells it, PUT makes the next one. Answers come
 * after a delay, read before it: a slow answer to GET is one that a PUT may overtake.
 */
public final class VersionedOrigin implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final Map<String, AtomicLong> versions = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final Map<String, Map<Long, Long>> effects = new ConcurrentHashMap<>();
  private volatile long delayMillis;
  private volatile LongSupplier before = () -> 0;
  private volatile LongSupplier after = () -> delayMillis;
  private volatile LongSupplier beforeWrite = () -> before.getAsLong();
  private volatile LongSupplier afterWrite = () -> after.getAsLong();
  private volatile UnaryOperator<String> resource = path -> path;
  private volatile Consumer<URI> changed = uri -> {};
  private volatile String fields = "";
  private volatile int status = 200;

  static {
    // NB: without it, Nagle's algorithm and delayed acknowledgements add 40 ms to each answer.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  public VersionedOrigin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How many GETs have arrived. */
  public int reads() {
    return reads.get();
  }

  /** How long each answer takes. */
  public VersionedOrigin delay(long millis) {
    delayMillis = millis;
    return this;
  }

  /** How many milliseconds each request takes until it reads or writes, and from there on. */
  public VersionedOrigin times(LongSupplier untilEffect, LongSupplier fromEffect) {
    before = untilEffect;
    after = fromEffect;
    return this;
  }

  /** The same for PUT alone. */
  public VersionedOrigin timesOfWrites(LongSupplier untilEffect, LongSupplier fromEffect) {
    beforeWrite = untilEffect;
    afterWrite = fromEffect;
    return this;
  }

  /** Which resource a path is of; each path is one of its own by default. */
  public VersionedOrigin resources(UnaryOperator<String> ofPath) {
    resource = ofPath;
    return this;
  }

  /** When each version of each path was made: path, version, nanoTime. */
  public Map<String, Map<Long, Long>> effects() {
    return effects;
  }

  /** What to do when a PUT of this address has taken effect and is not answered yet. */
  public void whenChanged(Consumer<URI> action) {
    changed = action;
  }

  /** A further field of each answer, {@code Name: value}; empty: none. */
  public VersionedOrigin field(String line) {
    fields = line;
    return this;
  }

  /** The status of each answer. */
  public VersionedOrigin status(int code) {
    status = code;
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    boolean read = exchange.getRequestMethod().equals("GET");
    if (read) {
      reads.incrementAndGet();
    }
    later((read ? before : beforeWrite).getAsLong(), () -> effect(exchange, read));
  }

  private void effect(HttpExchange exchange, boolean read) {
    String path = resource.apply(exchange.getRequestURI().getPath());
    AtomicLong version = versions.computeIfAbsent(path, made -> new AtomicLong());
    long told = read ? version.get() : version.incrementAndGet();
    if (!read) {
      effects.computeIfAbsent(path, made -> new ConcurrentHashMap<>()).put(told, System.nanoTime());
      changed.accept(exchange.getRequestURI());
    }
    String user = exchange.getRequestHeaders().getFirst("Authorization");
    String body = "{\"version\":" + told + ",\"user\":\"" + user + "\"}";
    later((read ? after : afterWrite).getAsLong(), () -> send(exchange, body));
  }

  private void later(long millis, Runnable step) {
    if (millis == 0) {
      step.run();
    } else {
      Future<?> unused = timer.schedule(() -> workers.execute(step), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void send(HttpExchange exchange, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      int colon = fields.indexOf(':');
      if (colon > 0) {
        exchange
            .getResponseHeaders()
            .set(fields.substring(0, colon), fields.substring(colon + 1).trim());
      }
      exchange.sendResponseHeaders(status, bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    } catch (IOException gone) {
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
