package dev.sidecache.redis;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStoreContract;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.StoreClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/**
 * The contract over the servers that are installed on this machine beside the bundled one, each
 * with a message if it is not. Any other is tried through {@value RedisBinary#VARIABLE}.
 */
class OtherServersIT {
  private static final RedisKeys KEYS = new RedisKeys("test", "1");

  /** The distribution's Redis. */
  @Nested
  class RedisServer extends Contract {
    RedisServer() {
      super("redis-server");
    }
  }

  /** Valkey, where there is one. */
  @Nested
  class ValkeyServer extends Contract {
    ValkeyServer() {
      super("valkey-server");
    }
  }

  abstract static class Contract extends SharedStoreContract {
    private final String program;
    private RedisServerProcess redis;
    private StoreUnderTest tested;

    Contract(String program) {
      this.program = program;
    }

    @BeforeEach
    void start() {
      redis = RedisServerProcess.startProgram(program);
      tested = new StoreUnderTest(redis.url()).up();
    }

    @AfterEach
    void stop() {
      if (tested != null) {
        tested.close();
        redis.close();
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
      redis.command("DEL", new String(KEYS.version(tag), StandardCharsets.US_ASCII));
    }
  }
}
