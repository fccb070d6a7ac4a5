package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Mutation;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RecordingOrigin;
import dev.sidecache.testing.RecordingOrigin.Answer;
import dev.sidecache.testing.StrictReader;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Exchanges that are right, changed in a few octets, over sockets against the whole proxy. Whatever
 * the octets: each connection ends in time, the origin reads only whole requests that the proxy has
 * accounted for, a client reads only whole answers, nobody sees what belongs to another caller, and
 * the next request is served. {@code -Dsidecache.wire.rounds=N} makes it long, {@code
 * -Dsidecache.wire.seed=N} repeats a run.
 */
class WireMutationIT {
  private static final int ROUNDS = Integer.getInteger("sidecache.wire.rounds", 60);
  private static final long SEED = Long.getLong("sidecache.wire.seed", System.nanoTime());
  private static final int PATIENCE_MILLIS = 15_000;
  private static final String CANARY = "canary" + Long.toString(SEED & 0xffffff, 36);
  private static final String CONFIGURATION =
      """
      version: 1
      server: { listen: "127.0.0.1:0" }
      admin: { listen: "127.0.0.1:0" }
      upstream: { timeout: 3s, breaker: none }
      routes:
        - { name: shared, match: { path: "/shared/**" }, ttl: 1h, scope: shared }
        - { name: own, match: { path: "/own/**" }, ttl: 1h, key: { headers: [X-Tenant] } }
        - { name: broken, match: { path: "/broken/**" }, ttl: 1h, scope: shared }
      """;

  private static final List<byte[]> REQUESTS =
      octets(
          "GET /own/a HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer alice\r\n\r\n",
          "GET /shared/b?x=1&y=%20 HTTP/1.1\r\nHost: a.example\r\nAccept-Encoding: gzip\r\n\r\n",
          "POST /own/c HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello",
          "PUT /own/d HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked"
              + "\r\n\r\n5\r\nhello\r\na;x=y\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n",
          "HEAD /shared/e HTTP/1.1\r\nHost: a.example\r\n\r\n",
          "GET /shared/f HTTP/1.1\r\nHost: a.example\r\nIf-None-Match: \"v\""
              + "\r\nRange: bytes=0-3\r\n\r\n",
          "GET /own/g HTTP/1.1\r\nHost: a.example"
              + "\r\n\r\nGET /shared/h HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n",
          "POST /own/i HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3"
              + "\r\nExpect: 100-continue\r\n\r\nabc",
          "GET /shared/j HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "GET http://a.example/own/k HTTP/1.1\r\nHost: a.example\r\nCookie: sid=alice\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 1\r\n\r\n",
          "DELETE /own/l HTTP/1.1\r\nHost: a.example\r\nTE: trailers"
              + "\r\nConnection: TE, X-Hop\r\nX-Hop: 1\r\n\r\n");

  private static final List<byte[]> RESPONSES =
      octets(
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A: 1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Type: text/plain\r\n\r\nuntil close",
          "HTTP/1.1 304 Not Modified\r\nETag: \"v\"\r\n\r\n",
          "HTTP/1.1 204 No Content\r\nVary: Accept\r\n\r\n",
          "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n"
              + "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nok",
          "HTTP/1.0 404 Not Found\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngone",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
              + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<String> accessLines = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Handler watcher = watcher();
  private RecordingOrigin origin;
  private RunningProxy proxy;
  private volatile Answer broken = Answer.of("");

  @BeforeEach
  void start(TestReporter reporter) throws Exception {
    reporter.publishEntry("seed", Long.toString(SEED));
    Logger.getLogger("").addHandler(watcher);
    origin = RecordingOrigin.start(this::answer);
    proxy =
        RunningProxy.start(
                origin.url(), CONFIGURATION, Map.of(), InstantSource.system(), accessLines::add)
            .awaitCache();
  }

  @AfterEach
  void stop() throws Exception {
    Logger.getLogger("").removeHandler(watcher);
    proxy.close();
    origin.close();
  }

  private static List<byte[]> octets(String... texts) {
    List<byte[]> all = new ArrayList<>();
    for (String text : texts) {
      all.add(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return all;
  }

  /** Whoever handles an exception as a surprise tells so in the log. */
  private Handler watcher() {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        if (line.getLevel().intValue() >= Level.WARNING.intValue() && line.getThrown() != null) {
          warnings.add(line.getLoggerName() + ": " + line.getMessage() + ": " + line.getThrown());
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  /** Who asks sees who the origin takes him for. */
  private Answer answer(RawMessage request) {
    if (request.target().startsWith("/broken")) {
      return broken;
    }
    String text = "for " + request.fields("Authorization") + request.fields("Cookie");
    String head = "HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: " + text.length();
    return Answer.of(head + "\r\n\r\n" + (request.startLine().startsWith("HEAD ") ? "" : text));
  }

  @Test
  void changedRequestsHarmNobody() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] base = REQUESTS.get(random.nextInt(REQUESTS.size()));
      byte[] sent = Mutation.several(base, REQUESTS, random);
      String got = exchange(sent, round);
      assertThat(got).as(told(round, sent)).doesNotContain(CANARY);
      assertReadable(got, sent, round);
      if (round % 10 == 0) {
        assertServed(round, sent);
      }
    }
    assertAccounted();
  }

  @Test
  void changedResponsesHarmNobody() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] base = RESPONSES.get(random.nextInt(RESPONSES.size()));
      byte[] wire = random.nextInt(8) == 0 ? base : Mutation.several(base, RESPONSES, random);
      broken = new Answer(wire, random.nextBoolean() || needsEnd(wire));
      String request = "GET /broken/" + round + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
      String got = exchange(request.getBytes(StandardCharsets.ISO_8859_1), round);
      assertReadable(got, wire, round);
      assertServed(round, wire);
    }
    assertAccounted();
  }

  /** Whether the answer goes on as long as the connection does. */
  private static boolean needsEnd(byte[] wire) {
    StrictReader.Read read = StrictReader.responses(wire, false);
    List<RawMessage> all = read.messages();
    boolean isFinal = !all.isEmpty() && all.stream().anyMatch(message -> message.status() >= 200);
    RawMessage last = isFinal ? all.get(all.size() - 1) : null;
    return last == null
        || (last.status() != 204
            && last.status() != 304
            && last.field("Content-Length") == null
            && last.field("Transfer-Encoding") == null);
  }

  private String told(int round, byte[] octets) {
    return "seed " + SEED + ", round " + round + ", " + HexFormat.of().formatHex(octets);
  }

  /** All that comes back for these octets, sent in a few pieces. */
  private String exchange(byte[] octets, int round) throws IOException {
    try (RawClient client = RawClient.connect(proxy.address().getPort())) {
      client.patience(PATIENCE_MILLIS);
      send(client, new String(octets, StandardCharsets.ISO_8859_1));
      if (random.nextInt(16) == 0) {
        client.reset();
        return "";
      }
      return client.readToEnd();
    } catch (SocketTimeoutException hangs) {
      throw new AssertionError("no end: " + told(round, octets), hangs);
    }
  }

  private void send(RawClient client, String text) throws IOException {
    int from = 0;
    for (int pieces = random.nextInt(4); pieces >= 0 && from < text.length(); pieces--) {
      int until = pieces == 0 ? text.length() : from + 1 + random.nextInt(text.length() - from);
      if (!client.trySend(text.substring(from, until))) {
        return;
      }
      from = until;
    }
    try {
      client.endOutput();
    } catch (SocketException closed) {
      // The proxy has answered and left.
    }
  }

  /** NB: an answer to HEAD cannot be told from others; a cut one is the end of a cut request. */
  private void assertReadable(String got, byte[] cause, int round) {
    if (!new String(cause, StandardCharsets.ISO_8859_1).contains("HEAD")) {
      StrictReader.Read read =
          StrictReader.responses(got.getBytes(StandardCharsets.ISO_8859_1), false);
      assertThat(read.end())
          .as(told(round, cause) + "\n" + got)
          .isNotEqualTo(StrictReader.End.REFUSED);
    }
  }

  private void assertServed(int round, byte[] cause) throws IOException {
    String target = " /own/" + (round % 100 < 50 ? "same" : Integer.toString(round));
    RawMessage own = ask("GET" + target, CANARY);
    assertThat(own.status()).as(told(round, cause)).isEqualTo(200);
    assertThat(own.body()).as(told(round, cause)).isEqualTo("for [Bearer " + CANARY + "][]");
    assertThat(ask("GET" + target, "mallory").body())
        .as(told(round, cause))
        .isEqualTo("for [Bearer mallory][]");
  }

  private RawMessage ask(String methodAndTarget, String bearer) throws IOException {
    return RawClient.exchange(
        proxy.address().getPort(),
        methodAndTarget
            + " HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer "
            + bearer
            + "\r\n\r\n");
  }

  private void assertAccounted() {
    assertThat(origin.unreadable()).as("seed " + SEED).isEmpty();
    assertThat(warnings).as("seed " + SEED).isEmpty();
    assertThat(origin.requests()).hasSizeGreaterThan(ROUNDS / 10);
    for (RawMessage request : origin.requests()) {
      assertThat(request.fields("X-Request-Id")).as("%s, seed %s", request, SEED).hasSize(1);
      String id = "\"request_id\":\"" + request.field("X-Request-Id") + "\"";
      Awaitility.await("seed " + SEED + ", " + request)
          .atMost(Duration.ofSeconds(20))
          .until(() -> accessLines.stream().anyMatch(line -> line.contains(id)));
    }
  }
}
