package dev.sidecache.redis;

import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.StoreClient.Failed;
import dev.sidecache.testing.StoreClient.Found;
import dev.sidecache.testing.StoreClient.Marked;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A provider's quota over the Redis protocol: mutations go on sending their marks, and the first
 * that is answered ends the wait. Source: consistency.md, Section 7, step 4.
 */
class RedisQuotaIT {
  private static final Duration SOON = Duration.ofSeconds(5);

  private MeteredRedis redis;
  private StoreUnderTest tested;

  @BeforeEach
  void start() throws IOException {
    redis = new MeteredRedis();
    tested = new StoreUnderTest(redis.url()).up();
  }

  @AfterEach
  void stop() throws IOException {
    tested.close();
    redis.close();
  }

  private StoreClient.Answer mark() {
    return tested.client.mark(uid(), tags("a"), 5_000);
  }

  @Test
  void isNoticedByACommandAndEndsWithTheFirstMarkThatIsAnswered() {
    redis.usedUp(true);
    assertThat(expect(Failed.class, mark()).failure()).isEqualTo(Failure.REFUSED);
    tested.awaits(State.QUOTA, SOON);
    assertThat(expect(Failed.class, mark()).failure()).isEqualTo(Failure.REFUSED);

    redis.usedUp(false);

    expect(Marked.class, mark());
    tested.awaits(State.UP, SOON);
    expect(Found.class, tested.client.lookup(tags("a"), null));
  }

  @Test
  void marksAreSentToAServerThatWasFoundAgainMeanwhile() {
    redis.usedUp(true);
    redis.disconnect();
    tested.awaits(State.QUOTA, SOON);
    assertThat(expect(Failed.class, mark()).failure()).isEqualTo(Failure.REFUSED);

    redis.usedUp(false);

    expect(Marked.class, mark());
    tested.awaits(State.UP, SOON);
    Versions found = tested.client.init(tags("a"));
    assertThat(found.server()).as("who it is was asked before").isNotEqualTo("-");
  }
}
