package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever becomes of Redis under load, no request fails, and none waits beyond the deadline. */
class OutageIT {
  private static final long ORIGIN_MILLIS = 20;

  /** The deadline is 250 ms; the rest is for a machine that runs other tests beside this one. */
  private static final long BOUND_MILLIS = ORIGIN_MILLIS + 250 + 2_000;

  private static final String RULES =
      """
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
      """;

  private RedisServerProcess redis;
  private VersionedOrigin origin;
  private RunningProxy proxy;
  private Load load;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServerProcess.start();
    origin = new VersionedOrigin().delay(ORIGIN_MILLIS);
    proxy = RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", redis.url())).awaitCache();
    load = new Load(proxy);
    awaitHit();
  }

  @AfterEach
  void stop() throws Exception {
    load.stop();
    proxy.close();
    origin.close();
    redis.close();
  }

  private void awaitHit() {
    await(() -> RunningProxy.cacheStatus(proxy.get("/items/1", null)).contains("; hit"));
  }

  private void awaitDetail(String word) {
    await(() -> RunningProxy.cacheStatus(proxy.get("/items/1", null)).contains("detail=" + word));
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }

  private void noRequestSuffered() throws InterruptedException {
    load.stop();
    assertThat(load.failed.get()).as("failed requests").isZero();
    assertThat(load.sent.get()).isPositive();
    assertThat(load.slowestMillis.get()).as("slowest, ms").isLessThan(BOUND_MILLIS);
  }

  @Test
  void killedAndStartedAgain() throws Exception {
    redis.kill();
    awaitDetail("redis_down");
    redis.startAgain();
    awaitHit();
    noRequestSuffered();
  }

  @Test
  void pausedAndResumed() throws Exception {
    redis.pause();
    awaitDetail("redis_down");
    redis.resume();
    awaitHit();
    noRequestSuffered();
  }

  @Test
  void flushed() throws Exception {
    redis.command("FLUSHALL");
    awaitHit();
    assertThat(proxy.put("/items/1", null).statusCode()).isEqualTo(200);
    assertThat(proxy.get("/items/1", null).body()).contains("\"version\":1,");
    noRequestSuffered();
  }

  @Test
  void full() throws Exception {
    redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    redis.command("CONFIG", "SET", "maxmemory", "1");
    assertThat(proxy.put("/items/1", null).statusCode()).isEqualTo(200);
    assertThat(proxy.get("/items/1", null).body()).contains("\"version\":1,");
    redis.command("CONFIG", "SET", "maxmemory", "0");
    awaitHit();
    noRequestSuffered();
  }

  @Test
  void aWriteWhileItIsAwayIsSeenWhenItIsBack() throws Exception {
    String before = proxy.get("/items/1", null).body();
    redis.pause();
    awaitDetail("redis_down");
    assertThat(proxy.put("/items/1", null).statusCode()).isEqualTo(200);
    redis.resume();
    awaitHit();
    HttpResponse<String> after = proxy.get("/items/1", null);
    assertThat(after.body()).isNotEqualTo(before).contains("\"version\":1,");
    noRequestSuffered();
  }

  /** Clients that read and write all the time. */
  private static final class Load {
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong slowestMillis = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();

    Load(RunningProxy proxy) {
      for (int i = 0; i < 3; i++) {
        String path = "/items/load" + i;
        boolean writes = i == 0;
        Thread thread = new Thread(() -> run(proxy, path, writes));
        thread.start();
        threads.add(thread);
      }
    }

    private void run(RunningProxy proxy, String path, boolean writes) {
      for (int n = 0; open.get(); n++) {
        long start = System.nanoTime();
        try {
          HttpResponse<String> answer =
              writes && n % 10 == 9 ? proxy.put(path, null) : proxy.get(path, null);
          failed.addAndGet(answer.statusCode() == 200 ? 0 : 1);
        } catch (Exception failure) {
          failed.incrementAndGet();
        }
        sent.incrementAndGet();
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        // A write may be held until its invalidation is delivered; see consistency.md, section 6.
        slowestMillis.accumulateAndGet(writes ? 0 : millis, Math::max);
      }
    }

    void stop() throws InterruptedException {
      open.set(false);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
