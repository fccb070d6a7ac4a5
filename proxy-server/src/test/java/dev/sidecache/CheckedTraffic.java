package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.awaitility.Awaitility;

/**
 * Clients of several proxies before one {@link dev.sidecache.testing.VersionedOrigin} that read and
 * write all the time. No request may fail, and whoever reads after a write was answered, through
 * whichever proxy, must not get an older version.
 */
final class CheckedTraffic {
  static final String RULES =
      """
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
      """;

  private static final int ITEMS = 12;

  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicLongArray written = new AtomicLongArray(ITEMS);
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger hits = new AtomicInteger();
  private final AtomicInteger disabled = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicLong slowestReadMillis = new AtomicLong();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Begins: one that reads and one that writes now and then for each proxy. */
  CheckedTraffic(List<RunningProxy> proxies) {
    for (RunningProxy proxy : proxies) {
      begin(() -> read(proxy));
      begin(() -> write(proxy));
    }
  }

  private void begin(Step step) {
    Thread thread =
        new Thread(
            () -> {
              while (open.get()) {
                try {
                  step.run();
                } catch (Exception failed) {
                  wrong.add("failed: " + failed);
                }
              }
            });
    thread.start();
    threads.add(thread);
  }

  private interface Step {
    void run() throws Exception;
  }

  private void read(RunningProxy proxy) throws Exception {
    int item = ThreadLocalRandom.current().nextInt(ITEMS);
    long least = written.get(item);
    long start = System.nanoTime();
    HttpResponse<String> answer = proxy.get("/items/" + item, null);
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    slowestReadMillis.accumulateAndGet(millis, Math::max);
    String status = RunningProxy.cacheStatus(answer);
    if (answer.statusCode() != 200) {
      wrong.add("read: " + answer.statusCode());
    } else if (version(answer) < least) {
      wrong.add("stale: " + version(answer) + " after " + least + ", " + status);
    }
    hits.addAndGet(status.contains("; hit") ? 1 : 0);
    disabled.addAndGet(status.contains("detail=redis_") ? 1 : 0);
    reads.incrementAndGet();
  }

  private void write(RunningProxy proxy) throws Exception {
    int item = ThreadLocalRandom.current().nextInt(ITEMS);
    HttpResponse<String> answer = proxy.put("/items/" + item, null);
    if (answer.statusCode() == 200) {
      written.accumulateAndGet(item, version(answer), Math::max);
    } else {
      wrong.add("write: " + answer.statusCode());
    }
    int until = reads.get() + 20;
    writes.incrementAndGet();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> reads.get() >= until || !open.get());
  }

  private static long version(HttpResponse<String> answer) {
    return Long.parseLong(answer.body().substring(11, answer.body().indexOf(',')));
  }

  /** Waits until so many more reads were hits. */
  void awaitHits(int more) {
    int until = hits.get() + more;
    Awaitility.await("hits")
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofSeconds(40))
        .until(() -> hits.get() >= until || !wrong.isEmpty());
  }

  /** Waits until a read was forwarded because Redis is away or just back. */
  void awaitDisabled() {
    int until = disabled.get() + 1;
    Awaitility.await("a read past the cache")
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(40))
        .until(() -> disabled.get() >= until || !wrong.isEmpty());
  }

  void awaitWrites(int more) {
    int until = writes.get() + more;
    Awaitility.await("writes")
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofSeconds(40))
        .until(() -> writes.get() >= until || !wrong.isEmpty());
  }

  void stop() throws InterruptedException {
    open.set(false);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Ends it and tells whether all was as it must be. */
  void assertNothingWrong(Duration slowestRead) throws InterruptedException {
    stop();
    assertThat(wrong).isEmpty();
    assertThat(writes.get()).as("writes").isPositive();
    assertThat(slowestReadMillis.get()).as("slowest read, ms").isLessThan(slowestRead.toMillis());
  }

  @Override
  public String toString() {
    return reads + " reads, " + hits + " hits, " + writes + " writes, slowest " + slowestReadMillis;
  }
}
