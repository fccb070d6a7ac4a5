package dev.sidecache.redis;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStoreContract;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.UpstashEmulator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract over an HTTP API that takes no bytes, values as text. */
class RestTextSharedStoreContractIT extends SharedStoreContract {
  private static final RedisKeys KEYS = new RedisKeys("test", "1");
  private static RedisServerProcess redis;
  private static UpstashEmulator api;
  private static RestUnderTest tested;

  @BeforeAll
  static void start() {
    redis = RedisServerProcess.start();
    api = new UpstashEmulator(redis.port()).withoutPathForm().withEncodedOk();
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
  protected void pass(long millis) {
    Awaitility.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
  }

  @Override
  protected void evict(Tag.Id tag) {
    redis.command("DEL", new String(KEYS.version(tag), StandardCharsets.US_ASCII));
  }
}
