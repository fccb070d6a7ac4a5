package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.key;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Failed;
import dev.sidecache.testing.StoreClient.Found;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster's nodes dying: replaced by their replicas, and nobody waits for them meanwhile. */
class ClusterFailureIT {
  private static final RedisKeys KEYS = new RedisKeys("test", "1");
  private static final String EPOCH = "test:k1:{test}:e";

  /** A node is missed after a second; the election takes as long again. */
  private static final Duration REPLACED = Duration.ofSeconds(20);

  private final List<Tag.Id> ab = tags("a", "b");
  private RedisCluster cluster;
  private StoreUnderTest tested;

  @BeforeEach
  void start() {
    cluster = RedisCluster.withReplicas();
    tested = new StoreUnderTest(cluster.url()).up();
  }

  @AfterEach
  void stop() {
    if (tested != null) {
      tested.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static String name(CacheKey key) {
    return new String(KEYS.entry(key), StandardCharsets.US_ASCII);
  }

  private CacheKey keyAwayFromHome() {
    RedisServerProcess home = cluster.master(EPOCH);
    for (int i = 0; ; i++) {
      if (cluster.master(name(key("away" + i))) != home) {
        return key("away" + i);
      }
    }
  }

  @Test
  void withoutADataNodeItsEntriesAreMissingAndNothingElse() {
    Versions versions = tested.client.init(ab);
    CacheKey away = keyAwayFromHome();
    expect(Acknowledged.class, tested.client.store(away, new byte[100], 60_000));
    tested.changes.clear();

    cluster.master(name(away)).kill();

    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> expect(Found.class, tested.client.lookup(ab, away)).form().isEmpty());
    long start = System.nanoTime();
    Found miss = expect(Found.class, tested.client.lookup(ab, away));
    assertThat(miss.versions()).isEqualTo(versions);
    assertThat(tested.client.store(away, new byte[100], 60_000))
        .isEqualTo(new Failed(Failure.REJECTED));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    Awaitility.await("its replica takes over")
        .atMost(REPLACED)
        .until(() -> tested.client.store(away, new byte[100], 60_000) instanceof Acknowledged);
    assertThat(expect(Found.class, tested.client.lookup(ab, away)).form()).hasSize(200);
    assertThat(tested.client.read(ab)).as("the same server counts").isEqualTo(versions);
    assertThat(tested.changes).as("nobody need notice").isEmpty();
  }

  @Test
  void replacedNodeOfTheVersionKeysIsAnotherServer() {
    Versions before = tested.client.init(ab);
    tested.client.mark("midmidmidmidmid1", ab, 60_000);

    cluster.master(EPOCH).kill();

    tested.awaits(State.DOWN, Duration.ofSeconds(2));
    assertThat(tested.client.lookup(ab, null)).isEqualTo(new Failed(Failure.REJECTED));
    assertThat(tested.client.finish(uid(), ab)).isEqualTo(new Failed(Failure.REJECTED));
    tested.awaits(State.UP, REPLACED);
    Versions restored = tested.client.read(ab);
    assertThat(restored.epoch()).as("as the replica had it").isEqualTo(before.epoch());
    assertThat(restored.server()).isNotEqualTo(before.server());
    Versions renewed = tested.client.init(ab);
    assertThat(renewed.epoch().server()).isEqualTo(renewed.server());
    assertThat(tested.changes)
        .extracting(Availability::state)
        .as("told once each")
        .endsWith(State.UP);
  }

  @Test
  void deadMasterThatComesBackAsAReplicaIsNotAskedForKeys() {
    tested.client.init(ab);
    RedisServerProcess dead = cluster.master(EPOCH);
    dead.kill();
    tested.awaits(State.DOWN, Duration.ofSeconds(2)).awaits(State.UP, REPLACED);

    dead.startAgain();

    Awaitility.await()
        .atMost(REPLACED)
        .until(() -> dead.command("INFO", "replication").contains("master_link_status:up"));
    tested.changes.clear();
    for (int i = 0; i < 20; i++) {
      expect(Acknowledged.class, tested.client.store(key("k" + i), new byte[10], 60_000));
    }
    assertThat(tested.client.init(ab).versions()).doesNotContainNull();
    assertThat(tested.changes).isEmpty();
  }

  @Test
  void allSeedsButOneMayBeGoneWhenItStarts() {
    cluster.nodes().get(0).kill();
    cluster.nodes().get(3 + 1).kill();
    try (StoreUnderTest late = new StoreUnderTest(cluster.url())) {
      late.awaits(State.UP, REPLACED);
      assertThat(late.client.init(ab).versions()).doesNotContainNull();
    }
  }
}
