package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What does not grow with the number of entries, as {@code docs/consistency.md} tells it: the purge
 * of a tag, and a hit in Redis. Few entries by default; by hand {@code
 * -Dsidecache.scale.entries=100000 -Dsidecache.scale.keys=1000000}.
 */
class ScaleIT {
  private static final int ENTRIES = Integer.getInteger("sidecache.scale.entries", 2_000);
  private static final int KEYS = Integer.getInteger("sidecache.scale.keys", 20_000);
  private static final int FEW = 500;
  private static final int AT_ONCE = 64;
  private static final int COPIES_AT_ONCE = 10_000;

  /** The memory tier holds next to nothing, so that hits come from Redis. */
  private static final String RULES =
      """
      cache: { l1: { max_size: %s, lease: 0ms }, redis: { timeout: 5s, fill_lease: false } }
      routes:
        - name: item
          match: { path: "/items/{id}" }
          ttl: 1h
          scope: shared
          tags: [items]
        - name: other
          match: { path: "/others/{id}" }
          ttl: 1h
          scope: shared
          tags: [others]
      """;

  private static final String COPY =
      "local form = redis.call('GET', KEYS[1]) "
          + "for i = ARGV[1], ARGV[2] do redis.call('SET', KEYS[1] .. i, form, 'PX', 3600000) end "
          + "return 'done'";

  private RedisServerProcess redis;
  private VersionedOrigin origin;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServerProcess.start();
    origin = new VersionedOrigin();
  }

  @AfterEach
  void stop() {
    origin.close();
    redis.close();
  }

  private RunningProxy proxy(String memory) throws Exception {
    return RunningProxy.start(
            origin.url(), RULES.formatted(memory), Map.of("REDIS_URL", redis.url()))
        .awaitCache();
  }

  private static void fill(RunningProxy proxy, String path, int count) {
    for (int from = 0; from < count; from += AT_ONCE) {
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
        asked.add(proxy.getLater(path + i, null));
      }
      asked.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }
  }

  private long size() {
    return Long.parseLong(redis.command("DBSIZE"));
  }

  private static String status(RunningProxy proxy, String path) throws Exception {
    return RunningProxy.cacheStatus(proxy.get(path, null));
  }

  @Test
  void aPurgeIsOneScriptHoweverManyEntriesCarryTheTag() throws Exception {
    try (RunningProxy proxy = proxy("32MiB")) {
      fill(proxy, "/others/", 2);
      fill(proxy, "/items/", ENTRIES);
      assertThat(size()).isGreaterThan(ENTRIES);
      assertThat(status(proxy, "/items/0")).contains("; hit");

      // NB: the first sends the script itself.
      purge(proxy, "others", new ArrayList<>());
      fill(proxy, "/others/", 2);
      List<Long> few = new ArrayList<>();
      List<Long> many = new ArrayList<>();
      List<String> commands = purge(proxy, "others", few);
      List<String> same = purge(proxy, "items", many);

      System.out.printf(
          Locale.ROOT,
          "purge of a tag on %d entries: %.1f ms, %s; on 2: %.1f ms%n",
          ENTRIES,
          many.get(0) / 1e6,
          same,
          few.get(0) / 1e6);
      assertThat(same).isEqualTo(commands).contains("EVALSHA");
      assertThat(status(proxy, "/items/0")).doesNotContain("; hit");
      assertThat(status(proxy, "/items/" + (ENTRIES - 1))).doesNotContain("; hit");
      assertThat(size()).isGreaterThan(ENTRIES);
    }
  }

  private List<String> purge(RunningProxy proxy, String tag, List<Long> nanos) throws Exception {
    try (RedisServerProcess.RedisMonitor monitor = redis.monitor()) {
      long start = System.nanoTime();
      String json = "{\"tags\":[\"" + tag + "\"]}";
      assertThat(proxy.admin("POST", "/v1/purge", json).statusCode()).isEqualTo(200);
      nanos.add(System.nanoTime() - start);
      return monitor.commands();
    }
  }

  @Test
  void aHitInRedisCostsTheSameHoweverManyKeysThereAre() throws Exception {
    try (RunningProxy proxy = proxy("0MiB")) {
      fill(proxy, "/items/", FEW);
      medianHit(proxy);
      double few = medianHit(proxy);
      long fewKeys = size();
      copyEntries();
      double many = medianHit(proxy);
      long manyKeys = size();
      System.out.printf(
          Locale.ROOT,
          "hit in Redis, median: %.3f ms with %d keys, %.3f ms with %d keys, ratio %.2f%n",
          few / 1e6,
          fewKeys,
          many / 1e6,
          manyKeys,
          many / few);
      assertThat(manyKeys).isGreaterThanOrEqualTo(KEYS);
      assertThat(many / few).isLessThan(2);
    }
  }

  /** Copies of an entry, under keys that nobody asks for. */
  private void copyEntries() {
    String entry =
        Arrays.stream(redis.command("KEYS", "*:d:*").split("\\n", -1)).findFirst().orElseThrow();
    for (int from = 0; from < KEYS; from += COPIES_AT_ONCE) {
      int to = Math.min(KEYS, from + COPIES_AT_ONCE) - 1;
      String done =
          redis.command("EVAL", COPY, "1", entry, Integer.toString(from), Integer.toString(to));
      assertThat(done).isEqualTo("done");
    }
  }

  /** Nanoseconds, of hits one after the other on entries that lie in Redis alone. */
  private static double medianHit(RunningProxy proxy) throws Exception {
    long[] nanos = new long[FEW];
    for (int i = 0; i < FEW; i++) {
      long start = System.nanoTime();
      String status = status(proxy, "/items/" + i);
      nanos[i] = System.nanoTime() - start;
      assertThat(status).contains("; hit");
    }
    Arrays.sort(nanos);
    return nanos[FEW / 2];
  }
}
