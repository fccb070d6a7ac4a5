package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A write through one sidecar is seen by the next read through another. By hand with more of them:
 * {@code -Dsidecache.test.writes=10000}.
 */
class TwoSidecarsIT {
  private static final int WRITES = Integer.getInteger("sidecache.test.writes", 500);
  private static final String RULES =
      """
      cache: { l1: { lease: %s } }
      routes:
        - name: item
          match: { path: "/items/{id}" }
          ttl: 1h
          key: { host: false }
          tags: ["item:{id}"]
        - { name: list, match: { path: "/list" }, ttl: 1h, tags: [items] }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}", items] }
      """;

  @Test
  void noReadAfterAWriteIsStale() throws Exception {
    run("0ms", WRITES);
  }

  @Test
  void norWithLeases() throws Exception {
    run("10ms", WRITES / 20);
  }

  private static void run(String lease, int writes) throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin()) {
      Map<String, String> variables = Map.of("REDIS_URL", redis.url());
      String rules = RULES.formatted(lease);
      try (RunningProxy a = RunningProxy.start(origin.url(), rules, variables).awaitCache();
          RunningProxy b = RunningProxy.start(origin.url(), rules, variables).awaitCache()) {
        Readers readers = new Readers(List.of(a, b));
        for (int version = 1; version <= writes; version++) {
          HttpResponse<String> written = a.put("/items/1", null);
          assertThat(written.statusCode()).isEqualTo(200);
          HttpResponse<String> read = b.get("/items/1", null);
          assertThat(read.body()).contains("\"version\":" + version + ",");
        }
        readers.stop();
        assertThat(readers.failed.get()).isZero();
        assertThat(readers.reads.get()).isPositive();
        assertThat(readers.backwards.get()).as("versions that went back").isZero();
      }
    }
  }

  /** Clients that read all the time, each expecting that versions never go back. */
  private static final class Readers {
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger backwards = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    Readers(List<RunningProxy> proxies) {
      for (RunningProxy proxy : proxies) {
        Thread thread = new Thread(() -> read(proxy));
        thread.start();
        threads.add(thread);
      }
    }

    private void read(RunningProxy proxy) {
      long seen = 0;
      while (open.get()) {
        try {
          String body = proxy.get("/items/1", null).body();
          long version = Long.parseLong(body.substring(11, body.indexOf(',')));
          backwards.addAndGet(version < seen ? 1 : 0);
          seen = version;
          reads.incrementAndGet();
        } catch (Exception unexpected) {
          failed.incrementAndGet();
        }
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
