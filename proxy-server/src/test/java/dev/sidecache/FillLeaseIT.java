package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;
import static org.junit.jupiter.api.parallel.ResourceAccessMode.READ;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Three sidecars over one Redis make one request to the origin per cold key. */
class FillLeaseIT {
  /** What takes all of them, or has little time, runs alone; the others wait together. */
  private static final String PROCESSORS = "processors";

  private static final String CLAIMS = "*:f:*";

  /** What a machine that runs other tests beside this one may add. */
  private static final long SLACK_MILLIS = 3_000;

  /** While nobody knows how slow the origin is. */
  private static final long LEASE = 1_000;

  private static final String RULES =
      """
      cache: { redis: { fill_lease: %s, timeout: 5s } }
      routes:
        - name: item
          match: { path: "/items/{id}" }
          ttl: 1h
          scope: shared
          key: { host: false }
          tags: ["item:{id}"]
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
      """;

  private final List<RunningProxy> proxies = new ArrayList<>();
  private RedisServerProcess redis;
  private VersionedOrigin origin;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServerProcess.start();
    origin = new VersionedOrigin();
  }

  @AfterEach
  void stop() throws Exception {
    proxies.forEach(RunningProxy::close);
    origin.close();
    redis.close();
  }

  private void run(int count, String setting) throws Exception {
    for (int i = 0; i < count; i++) {
      proxies.add(
          RunningProxy.start(
              origin.url(), RULES.formatted(setting), Map.of("REDIS_URL", redis.url())));
    }
    proxies.forEach(RunningProxy::awaitCache);
  }

  /** Sends these requests through all proxies in turn, and waits for all answers. */
  private List<HttpResponse<String>> all(int clients, String path) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      running.add(proxies.get(i % proxies.size()).getLater(path, null));
    }
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> one : running) {
      answers.add(one.get(30, TimeUnit.SECONDS));
    }
    return answers;
  }

  /** Lets each proxy learn how slow the origin is. */
  private void learn(long millis) throws Exception {
    origin.delay(millis);
    List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
    for (RunningProxy proxy : proxies) {
      running.add(proxy.getLater("/items/learn" + running.size(), null));
    }
    for (CompletableFuture<HttpResponse<String>> one : running) {
      one.get(30, TimeUnit.SECONDS);
    }
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  private void awaitReads(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> origin.reads() >= count);
  }

  @Test
  @ResourceLock(PROCESSORS)
  void aThousandClientsMakeOneRequest() throws Exception {
    run(3, "auto");
    learn(1_300);
    origin.delay(300);
    int before = origin.reads();

    List<HttpResponse<String>> answers = all(1_000, "/items/1");

    assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
    assertThat(origin.reads() - before).isEqualTo(1);
    assertThat(answers)
        .filteredOn(answer -> !RunningProxy.cacheStatus(answer).contains("collapsed"))
        .filteredOn(answer -> !RunningProxy.cacheStatus(answer).contains("; hit"))
        .hasSize(1);
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(value = PROCESSORS, mode = READ)
  void offItSendsNoCommandAndEachFetches() throws Exception {
    run(3, "false");
    origin.delay(300);
    try (RedisServerProcess.RedisMonitor monitor = redis.monitor()) {
      List<HttpResponse<String>> answers = all(30, "/items/1");

      assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
      assertThat(origin.reads()).isEqualTo(3);
      assertThat(monitor.commands())
          .doesNotContain("GET", "DEL")
          .filteredOn("SET"::equals)
          .as("stored by each")
          .hasSize(3);
    }
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(value = PROCESSORS, mode = READ)
  void aMissCostsOneCommandMore() throws Exception {
    run(1, "true");
    proxies.get(0).get("/items/0", null);
    try (RedisServerProcess.RedisMonitor monitor = redis.monitor()) {
      proxies.get(0).get("/items/0", null);
      redis.command("DEL", redis.command("KEYS", CLAIMS));
      assertThat(proxies.get(0).put("/items/0", null).statusCode()).isEqualTo(200);
      monitor.commands();
      assertThat(proxies.get(0).get("/items/0", null).body()).contains("\"version\":1,");

      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> isStored("/items/0"));
      assertThat(monitor.commands()).startsWith("MGET", "MGET", "SET", "SET").doesNotContain("GET");
    }
  }

  private boolean isStored(String path) throws Exception {
    return RunningProxy.cacheStatus(proxies.get(0).get(path, null)).contains("; hit");
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(value = PROCESSORS, mode = READ)
  void aSlowOriginIsAskedByEachAfterTheLease() throws Exception {
    run(3, "true");
    origin.delay(2_500);
    long start = System.nanoTime();

    List<HttpResponse<String>> answers = all(30, "/items/1");

    assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
    assertThat(origin.reads()).as("nobody knew how slow it is").isEqualTo(3);
    assertThat(millisSince(start)).isLessThan(2_500 + LEASE + SLACK_MILLIS);
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(value = PROCESSORS, mode = READ)
  void whoKnowsHowSlowItIsWaits() throws Exception {
    run(3, "true");
    learn(1_000);
    int before = origin.reads();

    assertThat(all(30, "/items/9")).allMatch(answer -> answer.statusCode() == 200);

    assertThat(origin.reads() - before).isEqualTo(1);
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(value = PROCESSORS, mode = READ)
  void anOriginThatFailsIsToldToEach() throws Exception {
    run(3, "true");
    origin.delay(100).status(500);
    long start = System.nanoTime();

    assertThat(all(9, "/items/1")).allMatch(answer -> answer.statusCode() == 500);

    assertThat(millisSince(start)).isLessThan(LEASE + 200 + SLACK_MILLIS);
    assertThat(redis.command("KEYS", CLAIMS)).isEmpty();
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(value = PROCESSORS, mode = READ)
  void whatMayNotBeStoredIsFetchedByEachAndTheClaimEnds() throws Exception {
    run(3, "true");
    origin.delay(100).field("Set-Cookie: a=b");
    long start = System.nanoTime();

    assertThat(all(9, "/items/1")).allMatch(answer -> answer.statusCode() == 200);

    assertThat(millisSince(start)).isLessThan(LEASE + 200 + SLACK_MILLIS);
    assertThat(redis.command("KEYS", CLAIMS)).isEmpty();
    assertThat(origin.reads()).isGreaterThanOrEqualTo(3);
  }

  @Test
  @ResourceLock(PROCESSORS)
  void aMutationOvertakesTheFetch() throws Exception {
    run(3, "true");
    proxies.get(0).get("/items/0", null);
    origin.delay(800);
    CompletableFuture<HttpResponse<String>> leader = proxies.get(0).getLater("/items/1", null);
    awaitReads(2);
    CompletableFuture<HttpResponse<String>> follower = proxies.get(1).getLater("/items/1", null);
    origin.delay(0);

    assertThat(proxies.get(2).put("/items/1", null).statusCode()).isEqualTo(200);
    long start = System.nanoTime();
    for (RunningProxy proxy : proxies) {
      assertThat(proxy.get("/items/1", null).body()).contains("\"version\":1,");
    }

    assertThat(millisSince(start)).as("nobody waits for the old fetch").isLessThan(700);
    assertThat(leader.get(20, TimeUnit.SECONDS).body()).contains("\"version\":0,");
    assertThat(follower.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    for (RunningProxy proxy : proxies) {
      assertThat(proxy.get("/items/1", null).body()).contains("\"version\":1,");
    }
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(value = PROCESSORS, mode = READ)
  void aLeaderThatDiesHoldsOthersUpForTheLeaseOnly() throws Exception {
    run(2, "true");
    origin.delay(2_000);
    try (SidecarProcess dying =
            SidecarProcess.start(
                origin.url(),
                RULES.formatted("true"),
                Map.of("REDIS_URL", redis.url()),
                SidecarProcess.Oddity.NONE);
        HttpClients client = new HttpClients()) {
      client.awaitCache(dying.address());
      CompletableFuture<HttpResponse<String>> lost = client.get(dying.address(), "/items/1");
      awaitReads(1);
      assertThat(redis.command("KEYS", CLAIMS)).isNotEmpty();
      origin.delay(0);
      long start = System.nanoTime();
      dying.kill();

      assertThat(all(8, "/items/1")).allMatch(answer -> answer.statusCode() == 200);

      assertThat(millisSince(start)).isLessThan(LEASE + SLACK_MILLIS);
      assertThat(origin.reads()).isBetween(2, 3);
      assertThat(lost).failsWithin(Duration.ofSeconds(10));
    }
  }

  /** Clients of a sidecar that is a process. */
  private static final class HttpClients implements AutoCloseable {
    private final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    CompletableFuture<HttpResponse<String>> get(URI sidecar, String path) {
      HttpRequest request =
          HttpRequest.newBuilder(sidecar.resolve(path)).timeout(Duration.ofSeconds(20)).build();
      return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    void awaitCache(URI sidecar) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () ->
                  get(sidecar, "/-/health")
                      .get(10, TimeUnit.SECONDS)
                      .body()
                      .contains("\"enabled\":true"));
    }

    @Override
    public void close() {
      // Nothing to do: its connections end with the sidecars.
    }
  }
}
