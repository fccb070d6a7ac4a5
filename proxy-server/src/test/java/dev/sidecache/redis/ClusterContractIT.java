package dev.sidecache.redis;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStoreContract;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract over a real cluster. */
class ClusterContractIT extends SharedStoreContract {
  private static final RedisKeys KEYS = new RedisKeys("test", "1");
  private static RedisCluster cluster;
  private static StoreUnderTest tested;

  @BeforeAll
  static void start() {
    cluster = RedisCluster.ofMasters();
    tested = new StoreUnderTest(cluster.url()).up();
  }

  @AfterAll
  static void stop() {
    tested.close();
    cluster.close();
  }

  @BeforeEach
  void empty() {
    for (RedisServerProcess node : cluster.nodes()) {
      node.command("FLUSHALL");
    }
  }

  @Override
  protected StoreClient client() {
    return tested.client;
  }

  @Override
  protected void pass(long millis) {
    Awaitility.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
  }

  @Override
  protected void evict(Tag.Id tag) {
    String key = new String(KEYS.version(tag), StandardCharsets.US_ASCII);
    cluster.master(key).command("DEL", key);
  }
}
