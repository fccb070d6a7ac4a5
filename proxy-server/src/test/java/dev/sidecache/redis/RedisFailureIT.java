package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Failed;
import dev.sidecache.testing.StoreClient.Finished;
import dev.sidecache.testing.StoreClient.Found;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis away, stopped, replaced, emptied, full: each question answered, and back without help. */
class RedisFailureIT {
  private static final Duration BACK = Duration.ofSeconds(5);

  private final List<Tag.Id> ab = tags("a", "b");
  private RedisServerProcess redis;
  private StoreUnderTest tested;

  private void start(String... options) {
    redis = RedisServerProcess.start(options);
    tested = new StoreUnderTest(redis.url()).up();
  }

  @AfterEach
  void stop() {
    if (tested != null) {
      tested.close();
    }
    if (redis != null) {
      redis.close();
    }
  }

  private void assertRefusedAtOnce() {
    long start = System.nanoTime();
    assertThat(tested.client.lookup(ab, null)).isEqualTo(new Failed(Failure.REJECTED));
    assertThat(tested.client.mark(uid(), ab, 1000)).isEqualTo(new Failed(Failure.REJECTED));
    assertThat(tested.client.store(key("k"), new byte[10], 1000))
        .isEqualTo(new Failed(Failure.REJECTED));
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void absentServerIsWaitedForWithoutHoldingAnybodyUp() {
    redis = RedisServerProcess.reserved();
    tested = new StoreUnderTest(redis.url());
    tested.awaits(State.DOWN, BACK);
    assertThat(tested.store.availability())
        .isEqualTo(new Availability(State.DOWN, "connection refused", false));
    assertRefusedAtOnce();

    redis.startAgain();

    tested.awaits(State.UP, BACK);
    assertThat(tested.client.init(ab).versions()).doesNotContainNull();
  }

  @Test
  void lastingAbsenceIsOneChange() {
    redis = RedisServerProcess.reserved();
    tested = new StoreUnderTest(redis.url());
    tested.awaits(State.DOWN, BACK);
    int changes = tested.changes.size();

    Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);

    assertThat(tested.changes).hasSize(changes);
  }

  @Test
  void killedServerFailsWhatIsUnderWayAndIsFoundAgain() {
    start();
    try (Load load = new Load(tested, ab, 64)) {
      load.awaitAnswers(1_000);
      redis.kill();
      tested.awaits(State.DOWN, BACK);
      long refused = load.failures();
      load.awaitFailures(refused + 1_000);

      redis.startAgain();

      tested.awaits(State.UP, BACK);
      load.awaitAnswers(load.answers() + 1_000);
    }
    assertThat(tested.changes)
        .extracting(Availability::state)
        .startsWith(State.UP, State.DOWN)
        .endsWith(State.UP);
  }

  @Test
  void stoppedServerIsGivenUpAfterFiveDeadlines() {
    start();
    tested.client.init(ab);
    redis.pause();
    try (Load load = new Load(tested, ab, 5)) {
      tested.awaits(State.DOWN, Duration.ofSeconds(1));
      load.awaitFailures(1_000);
    }
    assertThat(tested.store.availability().reason()).isEqualTo("no reply");
    assertRefusedAtOnce();

    redis.resume();

    tested.awaits(State.UP, BACK);
    assertThat(tested.client.read(ab).versions()).doesNotContainNull();
  }

  @Test
  void stoppedServerIsGivenUpAfterASecondOfSilence() {
    start();
    redis.pause();

    assertThat(tested.client.store(key("k"), new byte[10], 1000))
        .as("its own deadline, after two seconds, would be EXPIRED")
        .isEqualTo(new Failed(Failure.BROKEN));

    tested.awaits(State.DOWN, Duration.ofMillis(100));
    redis.resume();
    tested.awaits(State.UP, BACK);
  }

  @Test
  void answersThatComeTooLateAreLetGo() {
    start();
    tested.client.store(key("k"), new byte[10_000], 60_000);
    redis.pause();
    assertThat(new Load.Single(tested, ab, Duration.ofMillis(50)).failure())
        .isEqualTo(Failure.EXPIRED);
    redis.resume();

    assertThat(expect(Found.class, tested.client.lookup(ab, key("k"))).form()).hasSize(20_000);
    assertThat(tested.store.availability().state()).isEqualTo(State.UP);
  }

  @Test
  void restartedServerHasAnotherIdentity() {
    start();
    Versions before = tested.client.init(ab);
    redis.command("SAVE");
    redis.kill();
    redis.startAgain();
    tested.awaits(State.DOWN, BACK).awaits(State.UP, BACK);

    Versions restored = tested.client.read(ab);

    assertThat(restored.versions()).as("an old snapshot").isEqualTo(before.versions());
    assertThat(restored.epoch()).isEqualTo(before.epoch());
    assertThat(restored.server()).isNotEqualTo(before.epoch().server());
    assertThat(tested.client.init(ab).epoch().server()).isEqualTo(restored.server());
  }

  @Test
  void flushedServerHasNoVersions() {
    start();
    tested.client.init(ab);
    tested.client.mark("midmidmidmidmid1", ab, 5_000);

    redis.command("FLUSHALL");

    assertThat(tested.client.read(ab).epoch()).isNull();
    assertThat(expect(Finished.class, tested.client.finish("midmidmidmidmid1", ab)).gap()).isTrue();
  }

  @Test
  void fullServerStoresNothingButInvalidates() {
    start();
    Versions before = tested.client.init(ab);
    expect(Acknowledged.class, tested.client.store(key("k"), new byte[100], 60_000));
    redis.command("CONFIG", "SET", "maxmemory", "1");

    assertThat(tested.client.store(key("l"), new byte[100], 60_000))
        .isEqualTo(new Failed(Failure.FULL));
    assertThat(tested.store.availability()).isEqualTo(new Availability(State.UP, "", true));
    assertThat(tested.client.mark(uid(), ab, 5_000)).isEqualTo(new Failed(Failure.FULL));
    assertThat(expect(Found.class, tested.client.lookup(ab, key("k"))).form()).isNotEmpty();

    Finished finished = expect(Finished.class, tested.client.finish(uid(), ab));

    assertThat(finished.gap()).isTrue();
    assertThat(finished.epoch()).isEqualTo(before.epoch());
    assertThat(tested.client.read(ab).versions()).doesNotContainAnyElementsOf(before.versions());
  }

  @Test
  void storesPauseWithoutAskingTheServer() {
    start();
    redis.command("CONFIG", "SET", "maxmemory", "1");
    tested.client.store(key("l"), new byte[100], 60_000);
    try (RedisServerProcess.RedisMonitor monitor = redis.monitor()) {
      assertThat(tested.client.store(key("l"), new byte[100], 60_000))
          .isEqualTo(new Failed(Failure.FULL));
      assertThat(monitor.commands()).isEmpty();
    }
  }

  @Test
  void serverThatRefusesWritesIsDownUntilOneSucceeds() {
    start();
    redis.command("CONFIG", "SET", "min-replicas-to-write", "1");

    assertThat(tested.client.store(key("k"), new byte[10], 60_000))
        .isEqualTo(new Failed(Failure.REFUSED));

    assertThat(tested.store.availability())
        .isEqualTo(new Availability(State.DOWN, "refuses writes", false));
    assertRefusedAtOnce();
    redis.command("CONFIG", "SET", "min-replicas-to-write", "0");
    tested.awaits(State.UP, BACK);
    expect(Acknowledged.class, tested.client.store(key("k"), new byte[10], 60_000));
  }

  @Test
  void demotedMasterIsLeft() {
    start();
    redis.command("REPLICAOF", "127.0.0.1", "1");

    assertThat(tested.client.store(key("k"), new byte[10], 60_000))
        .isEqualTo(new Failed(Failure.REFUSED));

    assertThat(tested.store.availability().state()).isEqualTo(State.DOWN);
    Awaitility.await()
        .atMost(BACK)
        .until(() -> tested.store.availability().reason().equals("a replica, no master"));
    redis.command("REPLICAOF", "NO", "ONE");
    tested.awaits(State.UP, BACK);
  }

  @Test
  void busyServerIsTriedUntilItAnswers() throws Exception {
    start("--lua-time-limit", "1");
    Thread endless =
        new Thread(() -> redis.command("EVAL", "while true do end", "0"), "endless-script");
    endless.start();
    Awaitility.await().atMost(BACK).until(() -> redis.command("GET", "k").startsWith("-BUSY"));
    tested.client.lookup(ab, null);
    tested.awaits(State.DOWN, BACK);

    redis.command("SCRIPT", "KILL");

    tested.awaits(State.UP, BACK);
    endless.join(5_000);
    assertThat(endless.isAlive()).isFalse();
  }
}
