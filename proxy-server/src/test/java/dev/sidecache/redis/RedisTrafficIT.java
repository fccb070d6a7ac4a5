package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.AckHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.Info;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.RedisServerProcess.RedisMonitor;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Finished;
import dev.sidecache.testing.StoreClient.Found;
import dev.sidecache.testing.StoreClient.Marked;
import dev.sidecache.testing.StoreClient.Told;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire, and how many commands it takes. */
class RedisTrafficIT {
  private static RedisServerProcess redis;
  private static StoreUnderTest tested;
  private final List<Tag.Id> ab = tags("a", "b");

  @BeforeAll
  static void start() {
    redis = RedisServerProcess.start();
    tested = new StoreUnderTest(StoreUnderTest.address(redis.url()), 3).up();
  }

  @AfterAll
  static void stop() {
    tested.close();
    redis.close();
  }

  @BeforeEach
  void empty() {
    redis.command("FLUSHALL");
  }

  private static byte[] form(int length) {
    byte[] form = new byte[length];
    for (int i = 0; i < length; i++) {
      form[i] = (byte) (i * 31);
    }
    return form;
  }

  private static String stored(String name) {
    return redis.command("GET", name);
  }

  @Test
  void connectingIsOnePingAndOneInfo() {
    try (RedisMonitor monitor = redis.monitor();
        StoreUnderTest other = new StoreUnderTest(redis.url()).up()) {
      assertThat(monitor.commands()).containsExactly("PING", "INFO");
      assertThat(other.store.lastInfo()).isNotNull();
    }
  }

  @Test
  void connectingToADatabaseSelectsIt() {
    try (RedisMonitor monitor = redis.monitor();
        StoreUnderTest other = new StoreUnderTest(redis.url() + "/3").up()) {
      assertThat(monitor.commands()).containsExactly("PING", "SELECT", "INFO");
      other.client.init(ab);
      assertThat(redis.command("DBSIZE")).isEqualTo("0");
    }
  }

  @Test
  void eachOperationIsOneCommand() {
    StoreClient client = tested.client;
    client.init(ab);
    client.mark(uid(), ab, 1000);
    client.finish(uid(), ab);
    try (RedisMonitor monitor = redis.monitor()) {
      client.init(ab);
      assertThat(monitor.commands()).containsExactly("EVALSHA");
      client.mark(uid(), ab, 1000);
      assertThat(monitor.commands()).containsExactly("EVALSHA");
      client.finish(uid(), ab);
      assertThat(monitor.commands()).containsExactly("EVALSHA");
      client.read(ab);
      assertThat(monitor.commands()).containsExactly("MGET");
      client.store(key("k"), form(100), 10_000);
      assertThat(monitor.commands()).containsExactly("SET");
      client.lookup(ab, key("k"));
      assertThat(monitor.commands()).containsExactly("MGET");
      client.delete(key("k"), key("l"));
      assertThat(monitor.commands()).containsExactly("DEL");
      client.info();
      assertThat(monitor.commands()).containsExactly("INFO");
      assertThat(monitor.commands()).as("an idle store").isEmpty();
    }
  }

  @Test
  void scriptThatTheServerLostIsSentAgain() {
    tested.client.init(ab);
    redis.command("SCRIPT", "FLUSH");
    try (RedisMonitor monitor = redis.monitor()) {
      expect(Marked.class, tested.client.mark(uid(), ab, 1000));
      expect(Finished.class, tested.client.finish(uid(), ab));

      assertThat(monitor.commands()).containsExactly("EVALSHA", "EVAL", "EVALSHA", "EVAL");
    }
  }

  @Test
  void firstLineForUpstashIsDroppedWhereItIsRefused() {
    tested.store.tryUpstashScripts();
    redis.command("SCRIPT", "FLUSH");

    expect(Marked.class, tested.client.mark(uid(), ab, 1000));

    assertThat(tested.store.upstashScripts()).isFalse();
    assertThat(tested.store.supportsMarks()).isTrue();
  }

  @Test
  void formIsFoundWithTheVersionsOfTheSameMoment() {
    byte[] form = form(5_000);
    CacheKey key = key("k");
    expect(Acknowledged.class, tested.client.store(key, form, 10_000));
    List<Tag.Id> tags = tags("a", "b");
    tested.client.init(tags);

    Found found = expect(Found.class, tested.client.lookup(tags, key));

    assertThat(found.form()).isEqualTo(HexFormat.of().formatHex(form));
    assertThat(found.versions()).isEqualTo(tested.client.read(tags));
    expect(Acknowledged.class, tested.client.delete(key));
    assertThat(expect(Found.class, tested.client.lookup(tags, key)).form()).isEmpty();
  }

  @Test
  void everyKeyExpiresAndBelongsToTheNamespace() {
    tested.client.store(key("k"), form(10), 1_000_000);
    tested.client.init(List.of(ab.get(0), Tag.ANY_MUTATION.id()));
    tested.client.mark(uid(), tags("c"), 5_000);

    String[] names = redis.command("KEYS", "*").split("\n");

    assertThat(names)
        .containsExactlyInAnyOrder(
            "test:c1:1:d:" + key("k").digest(),
            "test:k1:{test}:e",
            "test:k1:{test}:w",
            "test:k1:{test}:t:" + ab.get(0).text(),
            "test:k1:{test}:t:" + tags("c").get(0).text());
    assertThat(names)
        .allSatisfy(name -> assertThat(Long.parseLong(redis.command("PTTL", name))).isPositive());
    assertThat(Long.parseLong(redis.command("PTTL", names(names, ":d:"))))
        .as("up to a tenth less, never more")
        .isBetween(890_000L, 1_000_000L);
  }

  private static String names(String[] names, String part) {
    for (String name : names) {
      if (name.contains(part)) {
        return name;
      }
    }
    throw new AssertionError(part);
  }

  @Test
  void epochNamesThisServer() {
    tested.client.init(ab);
    String runId = redis.command("INFO", "server").split("run_id:", -1)[1].substring(0, 40);

    assertThat(stored("test:k1:{test}:e")).matches("[A-Za-z0-9_-]{16}@" + runId + "@100");
    assertThat(tested.client.read(ab).server()).isEqualTo(runId);
  }

  @Test
  void epochOfAnotherServerIsReplacedByInitOnly() {
    redis.command("SET", "test:k1:{test}:e", uid() + "@elsewhere@250");
    assertThat(tested.client.read(ab).epoch().server()).isEqualTo("elsewhere");

    assertThat(tested.client.init(ab).epoch().server()).isNotEqualTo("elsewhere");
  }

  @Test
  void valueThatIsNoVersionIsAbsentUntilInit() {
    String name = "test:k1:{test}:t:" + ab.get(0).text();
    redis.command("SET", name, "something else");
    assertThat(tested.client.read(ab).versions().get(0)).isNull();

    assertThat(tested.client.init(ab).versions()).doesNotContainNull();
  }

  @Test
  void infoTellsWhatTheServerHolds() {
    tested.client.store(key("k"), form(10), 10_000);

    Info info = expect(Told.class, tested.client.info()).info();

    assertThat(info.server()).matches("(redis|valkey) [0-9].*");
    assertThat(info.keys()).isEqualTo(1);
    assertThat(info.usedBytes()).isPositive();
    assertThat(info.maxBytes()).isZero();
    assertThat(info.evictionPolicy()).isEqualTo("noeviction");
  }

  @Test
  void answersComeOnTheLoopThatAsked() throws Exception {
    ScheduledExecutorService foreign = Executors.newSingleThreadScheduledExecutor();
    Thread thread = foreign.submit(Thread::currentThread).get();
    for (ScheduledExecutorService loop : tested.loops.all()) {
      assertThat(new StoreClient(tested.store, loop).init(ab).versions()).doesNotContainNull();
    }
    CompletableFuture<Thread> answeredOn = new CompletableFuture<>();
    foreign.execute(
        () ->
            tested
                .store
                .session(foreign)
                .delete(
                    List.of(key("k")),
                    1_000_000_000,
                    new AckHandler() {
                      @Override
                      public void acknowledged() {
                        answeredOn.complete(Thread.currentThread());
                      }

                      @Override
                      public void failed(Failure failure) {
                        answeredOn.completeExceptionally(new AssertionError(failure));
                      }
                    }));

    assertThat(answeredOn.get(5, TimeUnit.SECONDS)).isSameAs(thread);
    foreign.shutdown();
  }

  @Test
  void commandsAreCountedByWhatTheyDo() {
    tested.commands.clear();
    tested.client.init(ab);
    tested.client.mark(uid(), ab, 1000);
    tested.client.finish(uid(), ab);
    tested.client.read(ab);

    assertThat(tested.commands).contains("init ok", "mark ok", "finish ok", "mget ok");
  }

  @Test
  void twoInstancesReadEachOthersVersionsAndForms() {
    try (StoreUnderTest other = new StoreUnderTest(redis.url()).up()) {
      tested.client.store(key("k"), form(200), 10_000);
      tested.client.init(ab);
      Found here = expect(Found.class, tested.client.lookup(ab, key("k")));

      assertThat(other.client.lookup(ab, key("k"))).isEqualTo(here);

      other.client.finish(uid(), ab);
      assertThat(tested.client.read(ab).versions())
          .doesNotContainAnyElementsOf(here.versions().versions());
    }
  }
}
