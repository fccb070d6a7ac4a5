package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.testing.RedisSentinels;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Failed;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A master that sentinels name, and name anew. */
class SentinelIT {
  private static final Duration REPLACED = Duration.ofSeconds(30);

  private final List<Tag.Id> ab = tags("a", "b");
  private RedisSentinels sentinels;
  private StoreUnderTest tested;

  @AfterEach
  void stop() {
    if (tested != null) {
      tested.close();
    }
    if (sentinels != null) {
      sentinels.close();
    }
  }

  private void start() {
    sentinels = RedisSentinels.start();
    tested = new StoreUnderTest(sentinels.url()).up();
  }

  private void awaitReason(State state, String reason) {
    tested.awaits(state, Duration.ofSeconds(10));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> tested.store.availability().reason().endsWith(reason));
  }

  /** Replication is asynchronous: what a master had told to nobody is lost with it. */
  private void awaitCopied() {
    String kept = sentinels.servers().get(0).command("DBSIZE");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sentinels.servers().get(1).command("DBSIZE").equals(kept));
  }

  private static String runId(String info) {
    return info.split("run_id:", -1)[1].substring(0, 40);
  }

  @Test
  void masterIsFoundByItsName() {
    start();

    Versions versions = tested.client.init(ab);

    String info = sentinels.servers().get(0).command("INFO", "server");
    assertThat(versions.server()).isEqualTo(runId(info));
    expect(Acknowledged.class, tested.client.store(key("k"), new byte[10], 60_000));
    assertThat(tested.changes).extracting(Availability::state).endsWith(State.UP);
  }

  @Test
  void killedMasterIsReplaced() {
    start();
    Versions before = tested.client.init(ab);
    RedisServerProcess dead = sentinels.servers().get(0);
    awaitCopied();

    dead.kill();

    tested.awaits(State.DOWN, Duration.ofSeconds(2));
    assertThat(tested.client.lookup(ab, null)).isEqualTo(new Failed(Failure.REJECTED));
    tested.awaits(State.UP, REPLACED);
    Versions restored = tested.client.read(ab);
    assertThat(restored.epoch()).as("as the replica had it").isEqualTo(before.epoch());
    assertThat(restored.server()).isNotEqualTo(before.server());

    sentinels.awaitReplaced();
    dead.startAgain();
    tested.changes.clear();
    // NB: told here, since sentinels now and then make the new master its replica instead.
    int successor = sentinels.servers().get(1).port();
    dead.command("REPLICAOF", "127.0.0.1", Integer.toString(successor));
    Awaitility.await()
        .atMost(REPLACED)
        .untilAsserted(
            () ->
                assertThat(dead.command("INFO", "replication"))
                    .contains("role:slave", "master_link_status:up"));
    expect(Acknowledged.class, tested.client.store(key("k"), new byte[10], 60_000));
    assertThat(tested.changes).as("it is of no interest").isEmpty();
  }

  @Test
  void oldMasterThatIsStillOneIsLeftAtOnce() {
    start();
    Versions before = tested.client.init(ab);
    RedisServerProcess old = sentinels.servers().get(0);

    sentinels.failOver();

    Availability left = new Availability(State.DOWN, "changing to another server", false);
    Awaitility.await()
        .atMost(REPLACED)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> tested.changes.contains(left));
    assertThat(old.command("INFO", "replication")).as("for seconds").contains("role:master");
    tested.up();
    assertThat(tested.client.read(ab).server()).isNotEqualTo(before.server());
    assertThat(old.command("CLIENT", "LIST", "TYPE", "normal").lines())
        .as("only who asks this, and the sentinels")
        .noneMatch(client -> client.contains("cmd=mget") || client.contains("cmd=evalsha"));
    assertThat(tested.changes)
        .extracting(Availability::reason)
        .as("found by what sentinels tell, not by errors")
        .noneMatch(reason -> reason.contains("node "));
  }

  @Test
  void eachNeedsItsPassword() {
    sentinels = RedisSentinels.start("server-secret", "sentinel-secret");
    tested = new StoreUnderTest(sentinels.url()).up();

    expect(Acknowledged.class, tested.client.store(key("k"), new byte[10], 60_000));
    tested.close();

    tested = new StoreUnderTest(sentinels.url().replace("sentinelPassword=", "sentinelPassword=x"));
    awaitReason(State.AUTH, "the sentinels refuse the password");
    tested.close();

    tested = new StoreUnderTest(sentinels.url().replace(":server-secret", ":x"));
    awaitReason(State.AUTH, "wrong user or password");
  }

  @Test
  void sentinelsThatAreNoneOrDoNotKnowTheNameOrAreAwayAreNamed() {
    sentinels = RedisSentinels.start();
    tested = new StoreUnderTest(sentinels.url().replace("MasterId=", "MasterId=un"));
    awaitReason(State.DOWN, "the sentinels know no master of this name");
    tested.close();

    String server = "127.0.0.1:" + sentinels.servers().get(0).port();
    tested = new StoreUnderTest("redis-sentinel://" + server + "?sentinelMasterId=main");
    awaitReason(State.DOWN, "not a sentinel");
    tested.close();

    try (RedisServerProcess nobody = RedisServerProcess.reserved()) {
      String none = "127.0.0.1:" + nobody.port();
      tested = new StoreUnderTest("redis-sentinel://" + none + "?sentinelMasterId=main");
      awaitReason(State.DOWN, "sentinel: connection refused");
      tested.close();

      tested =
          new StoreUnderTest(
              "redis-sentinel://" + none + "," + sentinels.hosts() + "?sentinelMasterId=main");
      tested.up();
      sentinels.killSentinel(0);
      tested.client.init(ab);
      assertThat(tested.store.availability().state()).as("one is enough").isEqualTo(State.UP);
    }
  }
}
