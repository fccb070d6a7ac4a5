package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two proxies on one cluster: whatever becomes of its nodes, nothing fails and nothing is stale.
 */
class ClusterTrafficIT {
  private static final String EPOCH = "sidecache:k1:{sidecache}:e";
  private static final int TESTS = 4;
  private static final long ORIGIN_MILLIS = 5;

  /** The deadline is 250 ms; the rest is for a machine that runs other tests beside this one. */
  private static final Duration BOUND = Duration.ofMillis(ORIGIN_MILLIS + 250 + 5_000);

  /** One for each test, all begun at once: each needs seconds to be one. */
  private static final Queue<CompletableFuture<RedisCluster>> CLUSTERS = new ArrayDeque<>();

  private RedisCluster cluster;
  private VersionedOrigin origin;
  private RunningProxy a;
  private RunningProxy b;
  private CheckedTraffic traffic;

  @BeforeAll
  static void beginClusters() {
    RedisServerProcess.binary();
    for (int i = 0; i < TESTS; i++) {
      CLUSTERS.add(CompletableFuture.supplyAsync(RedisCluster::withReplicas));
    }
  }

  @AfterAll
  static void closeUnused() {
    CLUSTERS.forEach(unused -> unused.join().close());
  }

  @BeforeEach
  void start() throws Exception {
    cluster = CLUSTERS.remove().get();
    origin = new VersionedOrigin().delay(ORIGIN_MILLIS);
    a = proxy(cluster.oneUrl());
    b = proxy(cluster.url());
    a.awaitCache();
    b.awaitCache();
    traffic = new CheckedTraffic(List.of(a, b));
    traffic.awaitHits(100);
    traffic.awaitWrites(10);
  }

  private RunningProxy proxy(String redis) throws Exception {
    return RunningProxy.start(origin.url(), CheckedTraffic.RULES, Map.of("REDIS_URL", redis));
  }

  @AfterEach
  void stop() throws Exception {
    traffic.stop();
    a.close();
    b.close();
    origin.close();
    cluster.close();
  }

  @Test
  void slotOfTheVersionKeysMoves() throws Exception {
    RedisServerProcess from = cluster.master(EPOCH);
    RedisServerProcess to =
        cluster.nodes().subList(0, 3).stream().filter(node -> node != from).findFirst().get();
    int slot = cluster.slot(EPOCH);

    cluster.beginMove(slot, from, to);
    traffic.awaitWrites(10);
    while (RedisCluster.moveKeys(slot, from, to, 3) > 0) {
      traffic.awaitWrites(4);
    }
    cluster.endMove(slot, from, to);

    traffic.awaitHits(100);
    traffic.awaitWrites(10);
    traffic.assertNothingWrong(BOUND);
  }

  @Test
  void nodeOfTheVersionKeysIsKilled() throws Exception {
    cluster.master(EPOCH).kill();

    traffic.awaitWrites(4);
    traffic.awaitHits(100);
    traffic.awaitWrites(10);
    traffic.assertNothingWrong(BOUND);
  }

  @Test
  void nodeOfTheVersionKeysIsReplacedWhileItIsAlive() throws Exception {
    RedisServerProcess home = cluster.master(EPOCH);
    RedisServerProcess replica = cluster.nodes().get(3 + cluster.nodes().indexOf(home));

    assertThat(replica.command("CLUSTER", "FAILOVER")).isEqualTo("OK");
    traffic.awaitDisabled();

    traffic.awaitHits(200);
    traffic.awaitWrites(20);
    assertThat(cluster.master(EPOCH)).isSameAs(replica);
    traffic.assertNothingWrong(BOUND);
  }

  @Test
  void nodeOfEntriesIsKilled() throws Exception {
    RedisServerProcess home = cluster.master(EPOCH);
    cluster.nodes().subList(0, 3).stream().filter(node -> node != home).findFirst().get().kill();

    traffic.awaitHits(200);
    traffic.awaitWrites(20);
    traffic.assertNothingWrong(BOUND);
  }
}
