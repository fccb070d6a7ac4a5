package dev.sidecache.redis;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.UpstashEmulator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract over the HTTP API. */
abstract class RestContract extends RedisContract {
  private static RedisServerProcess redis;
  private static UpstashEmulator api;
  private static RestUnderTest tested;

  /** Starts an API that behaves so. */
  static void start(UnaryOperator<UpstashEmulator> behaviour) {
    redis = RedisServerProcess.start();
    api = behaviour.apply(new UpstashEmulator(redis.port()));
    tested = new RestUnderTest(api.url()).up();
  }

  @AfterAll
  static void stop() {
    tested.close();
    api.close();
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
