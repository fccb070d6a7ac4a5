package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed load with faults on a proxy with the memory of a small container: no request fails that the
 * origin did not fail, the container's limit is kept, nothing leaks, and nothing grows. How long is
 * the property {@code sidecache.soak.seconds}.
 */
class SoakIT {
  private static final int SECONDS = Integer.getInteger("sidecache.soak.seconds", 12);

  /** Shorter, and what is compiled and loaded in the beginning looks like growth. */
  private static final int LEAST_SECONDS_FOR_GROWTH = 300;

  private static final long MOST_GROWTH = 12 * Container.MEBIBYTE;
  private static final int ITEMS = 300;
  private static final int LARGE = 2_000_000;
  private static final String ITEM = " content".repeat(500);
  private static final byte[] PIECE = new byte[50_000];

  /**
   * How many streams a connection is left on. NB: what this client has received of a stream that it
   * leaves never opens its connection's window of 32 MiB again.
   */
  private static final int LEAVINGS_EACH = 10;

  /** The connection that a worker's thread goes on with. */
  private static final ThreadLocal<Kept> KEPT = new ThreadLocal<>();

  @TempDir Path directory;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
  private final List<Long> resident = new ArrayList<>();
  private ScheduledExecutorService workers;
  private ScriptedOrigin origin;
  private RedisServerProcess redis;
  private Container proxy;
  private SSLContext trust;
  private HttpClient http2;
  private HttpClient leaver;
  private int leavings;
  private URI uri;

  private void start() throws Exception {
    redis = RedisServerProcess.start();
    origin =
        ScriptedOrigin.start(
            connection -> {
              RawMessage head = connection.reader().readHead();
              while (head != null && answer(connection, head)) {
                head = connection.reader().readHead();
              }
            });
    SelfSigned local = SelfSigned.forHost("localhost", directory);
    trust = local.client();
    http2 = HttpClient.newBuilder().sslContext(trust).build();
    // NB: this client gives up whatever is under way when a connection ends, which RFC 9113,
    // Section 6.8 does not ask for; so it is let go on for ever.
    proxy =
        Container.start(
            origin.url(),
            "max_requests_per_connection: 100000000, " + TlsFiles.of(local, directory).yaml(),
            "cache: { redis: { url: \""
                + redis.url()
                + "\" } }\n"
                + "routes: [{ name: items, match: { path: \"/items/{id}\" }, ttl: 5s,"
                + " scope: shared, tags: [\"item:{id}\"] }]\n"
                + "invalidate: [{ name: changed, when: { methods: [PUT], path: \"/items/{id}\" },"
                + " tags: [\"item:{id}\"] }]\n",
            directory);
    uri = URI.create("https://localhost:" + proxy.port());
    workers = Executors.newScheduledThreadPool(16);
  }

  @AfterEach
  void stop() throws Exception {
    workers.shutdownNow();
    boolean ended = workers.awaitTermination(60, TimeUnit.SECONDS);
    proxy.close();
    origin.close();
    redis.close();
    assertThat(ended).isTrue();
  }

  /** Whether the connection lives on. */
  private static boolean answer(ScriptedOrigin.Connection connection, RawMessage head)
      throws IOException {
    String length = head.field("Content-Length");
    if (length != null) {
      connection.reader().readExactly(Integer.parseInt(length));
    }
    if (head.target().equals("/reset")) {
      connection.reset();
      return false;
    }
    if (head.target().startsWith("/items/")) {
      connection.write(ScriptedOrigin.ok(head.target() + ITEM));
      return true;
    }
    if (length != null) {
      connection.write(ScriptedOrigin.ok(length));
      return true;
    }
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
    for (int i = 0; i < LARGE; i += PIECE.length) {
      connection.write(PIECE);
      if (head.target().equals("/cut") && i > LARGE / 2) {
        connection.reset();
        return false;
      }
    }
    return true;
  }

  /** One kind of load. */
  private interface Turn {
    void take() throws Exception;
  }

  private void load(String kind, int count, int pauseMillis, Turn turn) {
    LongAdder turns = done.computeIfAbsent(kind, named -> new LongAdder());
    Runnable task =
        () -> {
          try {
            turn.take();
            turns.increment();
          } catch (Exception | AssertionError failed) {
            if (!workers.isShutdown()) {
              String when = kind + " after " + turns + " turns: ";
              failures.add(new AssertionError(when + failed, failed));
            }
          }
        };
    for (int i = 0; i < count; i++) {
      ScheduledFuture<?> unused =
          workers.scheduleWithFixedDelay(task, 10L * i, pauseMillis, TimeUnit.MILLISECONDS);
    }
  }

  private static String item() {
    return "/items/" + ThreadLocalRandom.current().nextInt(ITEMS);
  }

  /** A request over a connection that this worker's thread goes on with, most of the time. */
  private void overHttp1(String path, int length, String expected) throws Exception {
    Kept last = KEPT.get();
    boolean renewed = last == null || last.isOld() || ThreadLocalRandom.current().nextInt(100) == 0;
    if (renewed && last != null) {
      last.client.close();
    }
    KEPT.remove();
    RawClient client = renewed ? RawClient.connectTls(proxy.port(), trust) : last.client;
    assertThat(client.get(path).reader().readHead().status()).isEqualTo(200);
    byte[] content = client.reader().readExactly(length);
    if (expected != null) {
      assertThat(new String(content, StandardCharsets.US_ASCII)).isEqualTo(expected);
    }
    KEPT.set(new Kept(client, System.nanoTime()));
  }

  /** A connection and when it was last used. */
  private record Kept(RawClient client, long usedNanos) {
    /** Whether the proxy may close it soon for being idle. */
    boolean isOld() {
      return System.nanoTime() - usedNanos > TimeUnit.SECONDS.toNanos(30);
    }
  }

  private HttpResponse<String> send(String method, String path, byte[] content) throws Exception {
    HttpRequest.BodyPublisher body =
        content == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(content);
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve(path))
            .method(method, body)
            .timeout(Duration.ofMinutes(2))
            .build();
    return http2.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private void readOverHttp1() throws Exception {
    String path = item();
    overHttp1(path, path.length() + ITEM.length(), path + ITEM);
  }

  private void readOverHttp2() throws Exception {
    String path = item();
    HttpResponse<String> response = send("GET", path, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.body()).isEqualTo(path + ITEM);
  }

  private void write() throws Exception {
    String path = item();
    HttpResponse<String> response = send("PUT", path, new byte[100]);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(path + ITEM);
  }

  private void largeBothWays() throws Exception {
    overHttp1("/large", LARGE, null);
    assertThat(send("GET", "/large", null).body()).hasSize(LARGE);
    assertThat(send("POST", "/upload", new byte[LARGE]).body()).isEqualTo(Integer.toString(LARGE));
  }

  /** Connections that are read one after the other, each while the others wait. */
  private void readSlowly() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        RawClient client = RawClient.connectTls(proxy.port(), trust);
        clients.add(client);
        client.get("/large");
      }
      for (RawClient client : clients) {
        assertThat(client.reader().readHead().status()).isEqualTo(200);
        assertThat(client.reader().readExactly(LARGE)).hasSize(LARGE);
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private void leaveEarly() throws Exception {
    try (RawClient client = RawClient.connectTls(proxy.port(), trust)) {
      assertThat(client.get("/large").reader().readHead().status()).isEqualTo(200);
      client.reset();
    }
    HttpRequest request = HttpRequest.newBuilder(uri.resolve("/large")).build();
    if (leavings++ % LEAVINGS_EACH == 0) {
      leaver = HttpClient.newBuilder().sslContext(trust).build();
    }
    try (InputStream in = leaver.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      assertThat(in.read()).isZero();
    }
    try (RawClient client = RawClient.connectTls(proxy.port(), trust)) {
      client.send("PUT /upload HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1000\r\n\r\nabc");
    }
  }

  /** What the origin breaks off fails, and is told as such. */
  private void meetFaults() throws Exception {
    assertThat(send("GET", "/reset", null).statusCode()).isEqualTo(502);
    boolean cut = false;
    try {
      send("GET", "/cut", null);
    } catch (IOException broken) {
      cut = true;
    }
    assertThat(cut).as("content that the origin broke off is not told to be whole").isTrue();
  }

  private void restartRedis() {
    redis.kill();
    redis.startAgain();
  }

  private void begin() {
    load("hits and misses, HTTP/1.1", 3, 15, this::readOverHttp1);
    load("hits and misses, HTTP/2", 3, 15, this::readOverHttp2);
    load("writes", 2, 40, this::write);
    load("large content both ways", 1, 200, this::largeBothWays);
    load("slow readers", 1, 500, this::readSlowly);
    load("clients that leave", 1, 200, this::leaveEarly);
    load("origin's faults", 1, 500, this::meetFaults);
    load("Redis restarts", 1, 7000, this::restartRedis);
    load("looks at memory", 1, 1000, () -> resident.add(proxy.memory().residentBytes()));
  }

  @Test
  void mixedLoadWithFaultsKeepsTheLimit(TestReporter reporter) throws Exception {
    start();
    begin();
    await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(SECONDS + 60L))
        .until(() -> !failures.isEmpty() || resident.size() >= SECONDS);
    workers.shutdown();
    boolean ended = workers.awaitTermination(120, TimeUnit.SECONDS);
    assertThat(ended).as(() -> failures + "; hangs: " + stacks()).isTrue();
    reporter.publishEntry(new TreeMap<>(told()));
    assertThat(failures).isEmpty();
    assertThat(origin.failures()).isEmpty();
    assertThat(done).allSatisfy((kind, turns) -> assertThat(turns.sum()).as(kind).isPositive());
    assertThat(proxy.memory().peakBytes()).isLessThan(Container.LIMIT_BYTES);
    if (SECONDS >= LEAST_SECONDS_FOR_GROWTH) {
      assertThat(median(3) - median(1)).as("growth").isLessThan(MOST_GROWTH);
    }
    lookForLeaks();
    assertThat(proxy.log()).doesNotContain("LEAK").doesNotContain("OutOfMemory");
  }

  /** What the workers do. */
  private static Map<Thread, List<StackTraceElement>> stacks() {
    Map<Thread, List<StackTraceElement>> stacks = new HashMap<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) -> {
              if (thread.getName().startsWith("pool-")) {
                stacks.put(thread, List.of(frames));
              }
            });
    return stacks;
  }

  /** Netty tells of a leak at the allocation after the collection. */
  private void lookForLeaks() throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process collection =
        new ProcessBuilder(jcmd, Long.toString(proxy.process().pid()), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("jcmd").toFile())
            .start();
    assertThat(collection.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(collection.exitValue()).isZero();
    for (int i = 0; i < 300; i++) {
      readOverHttp2();
    }
  }

  /** The median resident set of a quarter of the time, from 0 to 3. */
  private long median(int quarter) {
    int size = resident.size() / 4;
    List<Long> part = resident.subList(quarter * size, (quarter + 1) * size);
    return part.stream().sorted().toList().get(size / 2);
  }

  private Map<String, String> told() throws IOException {
    Map<String, String> told = new TreeMap<>();
    done.forEach((kind, turns) -> told.put(kind, turns.toString()));
    for (int quarter = 0; quarter < 4; quarter++) {
      told.put("MiB, quarter " + (quarter + 1), Long.toString(median(quarter) >> 20));
    }
    told.put("MiB at most", Long.toString(proxy.memory().peakBytes() >> 20));
    return told;
  }
}
