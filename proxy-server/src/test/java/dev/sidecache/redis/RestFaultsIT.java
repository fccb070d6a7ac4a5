package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Answer;
import dev.sidecache.testing.StoreClient.Failed;
import dev.sidecache.testing.StoreClient.Found;
import dev.sidecache.testing.StoreClient.Marked;
import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.UpstashEmulator.Behaviour;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What else may come over HTTP than a right answer, and that all is well once it does not. */
class RestFaultsIT {
  private static RedisServerProcess redis;
  private UpstashEmulator api;
  private RestUnderTest tested;

  @BeforeAll
  static void startRedis() {
    redis = RedisServerProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void start() {
    redis.command("FLUSHALL");
    api = new UpstashEmulator(redis.port());
    tested = new RestUnderTest(api.url()).up();
  }

  @AfterEach
  void stop() {
    tested.close();
    api.close();
  }

  private Answer read() {
    return tested.client.lookup(tags("a"), null);
  }

  private Answer write() {
    return tested.client.store(key("k"), new byte[] {(byte) 0xc1, 1}, 60_000);
  }

  private void returns() {
    api.behave(Behaviour.RIGHT);
    tested.awaits(State.UP);
    expect(Found.class, read());
    expect(Acknowledged.class, write());
  }

  static Stream<Arguments> unusable() {
    String error = "{\"error\":\"ERR x\"}";
    return Stream.of(
        Arguments.of(405, error, Failure.REFUSED, "HTTP 405"),
        Arguments.of(429, error, Failure.REFUSED, "HTTP 429"),
        Arguments.of(503, "busy", Failure.BROKEN, "HTTP 503"),
        Arguments.of(500, error, Failure.BROKEN, "HTTP 500"),
        Arguments.of(302, "", Failure.REFUSED, "HTTP 302, a redirect"),
        Arguments.of(200, "<html>hello</html>", Failure.BROKEN, "HTTP 200, but no answer in JSON"),
        Arguments.of(200, "", Failure.BROKEN, "HTTP 200, but no answer in JSON"),
        Arguments.of(200, "{\"result\":[\"YQ", Failure.BROKEN, "HTTP 200, but no answer in JSON"),
        Arguments.of(200, "{\"result\":\"%\"}", Failure.BROKEN, "HTTP 200, but no answer in JSON"),
        Arguments.of(200, "{\"other\":1}", Failure.BROKEN, "HTTP 200, but no answer in JSON"),
        Arguments.of(400, "no json", Failure.REFUSED, "HTTP 400"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void answersOfNoUseAreNamed(int status, String content, Failure failure, String reason) {
    api.behave(Behaviour.always(status, "text/plain", content));

    assertThat(expect(Failed.class, read()).failure()).isEqualTo(failure);
    assertThat(tested.changes).anyMatch(now -> now.reason().equals(reason));
    assertThat(tested.store.availability().state()).isEqualTo(State.DOWN);
    assertThat(expect(Failed.class, read()).failure()).isEqualTo(Failure.REJECTED);
    returns();
  }

  @Test
  void theTokenIsRefused() {
    try (RestUnderTest stranger = new RestUnderTest(api.url(), "another")) {
      stranger.awaits(State.AUTH);

      assertThat(stranger.store.availability().reason()).contains("401").contains("token");
      assertThat(stranger.store.availability().toString()).doesNotContain("another");
    }
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of("WRONGPASS invalid password", State.AUTH, "the token is refused"),
        Arguments.of("NOREPLICAS Not enough good replicas", State.DOWN, "refuses writes"),
        Arguments.of("LOADING dataset in memory", State.DOWN, "cannot answer yet"),
        Arguments.of("READONLY you can't write", State.DOWN, "no longer a master"),
        Arguments.of("ERR max concurrent connections exceeded", State.DOWN, "too many clients"),
        Arguments.of("ERR max requests limit exceeded", State.QUOTA, "quota used up"),
        Arguments.of("ERR max daily request limit exceeded", State.QUOTA, "quota used up"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errorTextsMeanWhatTheyMeanOverTheRedisProtocol(String text, State state, String reason) {
    api.behave(Behaviour.error(text));

    assertThat(expect(Failed.class, read()).failure()).isEqualTo(Failure.REFUSED);
    assertThat(tested.changes).anyMatch(now -> now.state() == state && now.reason().equals(reason));
  }

  @Test
  void otherErrorsFailTheirCommandOnly() {
    api.behave(Behaviour.error("ERR wrong number of arguments"));

    assertThat(expect(Failed.class, read()).failure()).isEqualTo(Failure.REFUSED);
    assertThat(tested.store.availability().state()).isEqualTo(State.UP);
  }

  @Test
  void fullMemoryPausesStoresOnly() {
    api.behave(Behaviour.error("ERR DB capacity quota exceeded"));
    assertThat(expect(Failed.class, write()).failure()).isEqualTo(Failure.FULL);
    api.behave(Behaviour.RIGHT);

    assertThat(tested.store.availability().storesPaused()).isTrue();
    assertThat(tested.store.availability().state()).isEqualTo(State.UP);
    assertThat(expect(Failed.class, write()).failure()).isEqualTo(Failure.FULL);
    expect(Found.class, read());
  }

  @Test
  void readOnlyTokensAreCalledSo() {
    api.behave(Behaviour.error("NOPERM this user has no permissions to run the 'set' command"));
    expect(Failed.class, write());

    assertThat(tested.store.availability().state()).isEqualTo(State.AUTH);
    assertThat(tested.store.availability().reason()).contains("read-only token");
  }

  @Test
  void quotaThatIsLiftedIsNoticedByTheFirstMark() {
    api.behave(Behaviour.error("ERR max requests limit exceeded"));
    expect(Failed.class, read());
    assertThat(tested.store.availability().state()).isEqualTo(State.QUOTA);
    api.behave(Behaviour.RIGHT);

    expect(Marked.class, tested.client.mark(uid(), tags("a"), 5_000));
    tested.awaits(State.UP);
    expect(Found.class, read());
  }

  @Test
  void quotaThatIsUsedUpAtTheStartIsNoticedToo() {
    api.behave(Behaviour.error("ERR max requests limit exceeded"));
    try (RestUnderTest late = new RestUnderTest(api.url())) {
      late.awaits(State.QUOTA);
      api.behave(Behaviour.RIGHT);
      expect(Marked.class, late.client.mark(uid(), tags("a"), 5_000));
      late.up();

      expect(Acknowledged.class, late.client.store(key("k"), new byte[] {(byte) 0xc1}, 60_000));
      assertThat(api.received.get(api.received.size() - 1).path()).startsWith("/SET/");
    }
  }

  @Test
  void chunkedAnswersAreReadWhole() {
    api.behave(
        (request, to) -> {
          String head = "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n";
          to.send(head, "9\r\n{\"result\"\r\n".getBytes(StandardCharsets.UTF_8));
          to.send("", "d\r\n:[null,null]}\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
          return true;
        });

    expect(Found.class, read());
  }

  @Test
  void halfAnAnswerIsNone() {
    api.behave(
        (request, to) -> {
          to.send(
              "HTTP/1.1 200 X\r\nContent-Length: 40\r\n\r\n",
              "{\"result\":[".getBytes(StandardCharsets.UTF_8));
          to.end();
          return true;
        });

    assertThat(expect(Failed.class, read()).failure()).isEqualTo(Failure.BROKEN);
    assertThat(tested.changes).anyMatch(now -> now.reason().equals("connection closed"));
    returns();
  }

  @Test
  void silenceIsNoticedAfterASecondAndNobodyWaitsThen() {
    api.behave(Behaviour.silence());

    assertThat(expect(Failed.class, read()).failure()).isIn(Failure.BROKEN, Failure.EXPIRED);
    assertThat(tested.changes).anyMatch(now -> now.reason().equals("no reply"));
    assertThat(expect(Failed.class, read()).failure()).isEqualTo(Failure.REJECTED);
    returns();
  }

  private Behaviour cutOnce(AtomicBoolean cut) {
    return (request, to) -> {
      if (cut.compareAndSet(false, true)) {
        to.cut();
        return true;
      }
      return false;
    };
  }

  @Test
  void keptConnectionsThatBreakEarnOneRepeat() {
    expect(Found.class, read());
    AtomicBoolean cut = new AtomicBoolean();
    api.behave(cutOnce(cut));

    expect(Found.class, read());
    assertThat(cut).isTrue();
    assertThat(tested.store.availability().state()).isEqualTo(State.UP);

    cut.set(false);
    expect(Acknowledged.class, write());
    assertThat(redis.command("EXISTS", "test:c1:1:d:" + key("k").digest())).isEqualTo("1");
  }

  @Test
  void marksAreNeverSentTwice() {
    expect(Marked.class, tested.client.mark(uid(), tags("a"), 5_000));
    api.received.clear();
    api.behave(cutOnce(new AtomicBoolean()));

    assertThat(expect(Failed.class, tested.client.mark(uid(), tags("a"), 5_000)).failure())
        .isEqualTo(Failure.BROKEN);
    assertThat(api.received)
        .filteredOn(
            request -> new String(request.content(), StandardCharsets.UTF_8).contains("EVALSHA"))
        .hasSize(1);
    returns();
  }

  @Test
  void connectionsClosedWhileIdleAreReplaced() {
    expect(Found.class, read());
    int before = api.connections();
    api.cutAll();

    expect(Found.class, read());
    assertThat(api.connections()).isGreaterThan(before);
    assertThat(tested.store.availability().state()).isEqualTo(State.UP);
  }

  @Test
  void connectionsCutBeforeTheRequestAreUnusable() {
    api.behave(
        (request, to) -> {
          to.cut();
          return true;
        });

    assertThat(expect(Failed.class, read()).failure()).isEqualTo(Failure.BROKEN);
    returns();
  }

  @Test
  void nothingIsAskedWhileNobodyAsks() {
    expect(Found.class, read());
    int before = api.received.size();

    org.awaitility.Awaitility.await()
        .during(java.time.Duration.ofSeconds(2))
        .atMost(java.time.Duration.ofSeconds(4))
        .until(() -> api.received.size() == before);
  }

  @Test
  void theServerIsWhoItIsOverTheRedisProtocol() {
    try (StoreUnderTest resp = new StoreUnderTest(redis.url()).up()) {
      assertThat(tested.client.init(tags("a")).epoch())
          .isEqualTo(resp.client.init(tags("a")).epoch());
      assertThat(tested.client.read(tags("a")).server())
          .isEqualTo(resp.client.read(tags("a")).server())
          .isNotEqualTo("-");
    }
  }
}
