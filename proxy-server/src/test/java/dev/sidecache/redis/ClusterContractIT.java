package dev.sidecache.redis;

import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract over a real cluster. */
class ClusterContractIT extends RedisContract {
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
  protected RedisServerProcess server(String key) {
    return cluster.master(key);
  }
}
