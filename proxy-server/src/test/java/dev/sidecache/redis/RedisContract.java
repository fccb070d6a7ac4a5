package dev.sidecache.redis;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStoreContract;
import dev.sidecache.testing.RedisServerProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The contract of stores over real servers, where time passes by itself. */
abstract class RedisContract extends SharedStoreContract {
  private static final RedisKeys KEYS = new RedisKeys("test", "1");

  /** The server that holds a key. */
  protected abstract RedisServerProcess server(String key);

  @Override
  protected void pass(long millis) {
    Awaitility.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
  }

  @Override
  protected void evict(Tag.Id tag) {
    String key = new String(KEYS.version(tag), StandardCharsets.US_ASCII);
    server(key).command("DEL", key);
  }
}
