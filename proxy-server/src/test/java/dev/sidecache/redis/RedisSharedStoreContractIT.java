package dev.sidecache.redis;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract over the Redis protocol and a real server. */
class RedisSharedStoreContractIT extends RedisContract {
  private static RedisServerProcess redis;
  private static StoreUnderTest tested;

  @BeforeAll
  static void start() {
    redis = RedisServerProcess.start();
    tested = new StoreUnderTest(redis.url()).up();
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

  @Override
  protected StoreClient client() {
    return tested.client;
  }

  @Override
  protected RedisServerProcess server(String key) {
    return redis;
  }
}
