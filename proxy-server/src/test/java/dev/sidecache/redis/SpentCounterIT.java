package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.CommandSpending.Addition;
import dev.sidecache.redis.CommandSpending.TotalHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.testing.RedisServerProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpentCounterIT {
  private static final String KEY = "test:k1:{test}:s:2026-03";
  private RedisServerProcess redis;

  @BeforeEach
  void start() {
    redis = RedisServerProcess.start();
  }

  @AfterEach
  void stop() {
    redis.close();
  }

  private static long add(StoreUnderTest tested, long amount, long floor) throws Exception {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    tested
        .loops
        .first()
        .execute(
            () ->
                tested
                    .store
                    .spent(tested.loops.first())
                    .add(
                        new Addition("2026-03", amount, floor, 90_000),
                        new TotalHandler() {
                          @Override
                          public void total(long total) {
                            answer.complete(total);
                          }

                          @Override
                          public void failed(Failure failure) {
                            answer.completeExceptionally(new AssertionError(failure));
                          }
                        }));
    return answer.get(10, TimeUnit.SECONDS);
  }

  private long ttlMillis() {
    return Long.parseLong(redis.command("PTTL", KEY).replaceAll("[^0-9-]", ""));
  }

  @Test
  void instancesAddUpByOneCommandEach() throws Exception {
    try (StoreUnderTest one = new StoreUnderTest(redis.url()).up();
        StoreUnderTest two = new StoreUnderTest(redis.url()).up()) {
      one.commands.clear();
      assertThat(add(one, 10, 10)).isEqualTo(10);
      assertThat(add(two, 5, 5)).isEqualTo(15);
      assertThat(add(one, 1, 11)).isEqualTo(16);
      assertThat(one.commands).containsExactly("spent ok", "spent ok");
    }
    assertThat(ttlMillis()).isBetween(1L, 90_000L);
  }

  @Test
  void numberThatWasEvictedBeginsAtWhatTheFirstOneKnows() throws Exception {
    try (StoreUnderTest one = new StoreUnderTest(redis.url()).up();
        StoreUnderTest two = new StoreUnderTest(redis.url()).up()) {
      assertThat(add(one, 100, 100)).isEqualTo(100);
      redis.command("DEL", KEY);
      assertThat(add(one, 7, 107)).isEqualTo(107);
      assertThat(add(two, 1, 1)).isEqualTo(108);
      assertThat(ttlMillis()).isBetween(1L, 90_000L);
    }
  }

  @Test
  void withoutScriptsTwoCommandsDo() throws Exception {
    redis.command(
        "ACL", "SETUSER", "plain", "on", ">secret", "~test:*", "+@all", "-eval", "-evalsha");
    try (StoreUnderTest one =
        new StoreUnderTest(redis.url().replace("//", "//plain:secret@")).up()) {
      assertThat(add(one, 10, 10)).isEqualTo(10);
      assertThat(add(one, 5, 15)).isEqualTo(15);
      assertThat(one.store.supportsMarks()).isTrue();
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(10))
          .until(() -> ttlMillis() > 0);
    }
  }
}
