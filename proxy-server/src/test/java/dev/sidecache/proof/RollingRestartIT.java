package dev.sidecache.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rollout as a deployment sees it: two replicas over one Redis behind a {@link Balancer}, each
 * told to stop and replaced under load. As processes in each build, in containers by {@code
 * .ci/image}; longer by {@code -Dsidecache.rollout.rounds=20}.
 */
class RollingRestartIT {
  private static final int ROUNDS = Integer.getInteger("sidecache.rollout.rounds", 1);
  private static final int CLIENTS = 100;
  private static final int A_SECOND = 500;
  private static final int KEYS = 40;

  /** One request in so many is a write. */
  private static final int READS_PER_WRITE = 10;

  private static final long MEBIBYTE = 1L << 20;

  private static final String YAML =
      """
      version: 1
      server: { drain_timeout: %s }
      cache: { l1: { lease: 100ms } }
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

  @TempDir private Path directory;

  private final History history = new History();

  private Replica start(VersionedOrigin origin, String redis, String drainTimeout)
      throws IOException, InterruptedException {
    return Replica.start(
        YAML.formatted(drainTimeout),
        Map.of("UPSTREAM_URL", origin.url(), "REDIS_URL", redis),
        directory);
  }

  @Test
  void nothingFailsAndNothingIsStale() throws Exception {
    List<Replica> replicas = new ArrayList<>();
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin().delay(5);
        Balancer balancer = new Balancer()) {
      for (int i = 0; i < 2; i++) {
        join(balancer, replicas, start(origin, redis.url(), "20s"));
      }
      long began = System.nanoTime();
      try (Clients clients = new Clients(history)) {
        new Load(clients).begin(balancer);
        clients.runFor(500);
        for (int round = 0; round < ROUNDS; round++) {
          for (int i = 0; i < 2; i++) {
            Replica old = replicas.remove(0);
            stop(balancer, old);
            old.close();
            join(balancer, replicas, start(origin, redis.url(), "20s"));
            clients.runFor(300);
          }
        }
      }
      double seconds = since(began).toMillis() / 1e3;
      assertKept(balancer, seconds);
    } finally {
      replicas.forEach(Replica::close);
    }
  }

  private static void join(Balancer balancer, List<Replica> replicas, Replica replica) {
    replicas.add(replica);
    balancer.add(replica.address());
    Awaitility.await("ready")
        .pollInterval(Duration.ofMillis(20))
        .until(() -> balancer.isReady(replica.address()));
  }

  /** As any platform does: it is told to stop, and the balancer finds out by itself. */
  private static void stop(Balancer balancer, Replica old) throws Exception {
    long peak = old.peakBytes();
    long told = System.nanoTime();
    balancer.leaves(old.address());
    old.terminate();
    old.awaitEnd();
    long millis = since(told).toMillis();
    assertThat(old.exitCode()).isZero();
    balancer.remove(old.address());
    System.out.printf("rollout: stopped after %d ms, %d MiB%n", millis, peak / MEBIBYTE);
    assertThat(millis).as("drained").isLessThan(20_000);
    assertThat(old.isOutOfMemory()).isFalse();
  }

  private void assertKept(Balancer balancer, double seconds) {
    long all = history.reads() + history.writes();
    System.out.printf(
        "rollout: %d restarts, %.0f requests/s for %.1f s: %d reads (%d hits), %d writes,"
            + " failed %d, stale %d, sent again by the balancer %d%n",
        2 * ROUNDS,
        all / seconds,
        seconds,
        history.reads(),
        history.hits(),
        history.writes(),
        history.failures().size(),
        history.stale().size(),
        balancer.sentAgain());
    assertThat(history.failures()).as("failed").isEmpty();
    assertThat(history.stale()).as("stale").isEmpty();
    assertThat(history.hits()).isGreaterThan(history.reads() / 4);
    assertThat(history.writes()).isPositive();
    assertThat(all / seconds).as("requests a second").isGreaterThan(A_SECOND * 0.7);
    // A connection may be closed while a request is on its way: at most one of each client.
    assertThat(balancer.sentAgain()).isLessThanOrEqualTo(CLIENTS * 2 * ROUNDS);
  }

  @Test
  void stopsAtOnceWithoutRequestsAndWaitsForSlowOnes() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin();
        Connection idle = new Connection();
        Connection slow = new Connection();
        Replica atRest = start(origin, redis.url(), "20s");
        Replica atWork = start(origin, redis.url(), "20s")) {
      assertThat(idle.ask(atRest.address(), "GET", "/items/1").status()).isEqualTo(200);
      long told = System.nanoTime();
      atRest.terminate();
      atRest.awaitEnd();
      assertThat(since(told)).isLessThan(Duration.ofSeconds(2));
      assertThat(atRest.exitCode()).isZero();

      origin.delay(3_000);
      int before = origin.reads();
      CompletableFuture<Connection.Answer> answer = later(slow, atWork);
      Awaitility.await().until(() -> origin.reads() > before);
      told = System.nanoTime();
      atWork.terminate();
      atWork.awaitEnd();
      assertThat(since(told)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
      assertThat(atWork.exitCode()).isZero();
      assertThat(answer.get().status()).isEqualTo(200);
      assertThat(answer.get().last()).as("Connection: close").isTrue();
    }
  }

  @Test
  void waitsNoLongerThanItsDrainTimeout() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin().delay(30_000);
        Connection slow = new Connection();
        Replica replica = start(origin, redis.url(), "1s")) {
      CompletableFuture<Connection.Answer> answer = later(slow, replica);
      Awaitility.await().until(() -> origin.reads() == 1);
      long told = System.nanoTime();
      replica.terminate();

      replica.awaitEnd();
      assertThat(since(told)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
      assertThat(replica.exitCode()).isZero();
      assertThat(answer).failsWithin(Duration.ofSeconds(5));
    }
  }

  private static CompletableFuture<Connection.Answer> later(Connection slow, Replica replica) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return slow.ask(replica.address(), "GET", "/items/2");
          } catch (IOException cut) {
            throw new IllegalStateException(cut);
          }
        });
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /** Clients that together send so many requests a second, whether answers come soon or not. */
  private final class Load {
    private final Clients clients;

    Load(Clients clients) {
      this.clients = clients;
    }

    void begin(Balancer balancer) {
      long began = System.nanoTime();
      for (int i = 0; i < CLIENTS; i++) {
        int index = i;
        ClientLog reads = history.reader("r" + i);
        ClientLog writes = history.writer("w" + i);
        clients.start("rollout-" + i, () -> run(balancer.new Way(), reads, writes, began, index));
      }
    }

    private void run(Balancer.Way way, ClientLog reads, ClientLog writes, long began, int index) {
      long apart = TimeUnit.SECONDS.toNanos(1) * CLIENTS / A_SECOND;
      long due = began + apart * index / CLIENTS;
      Random random = new Random(index);
      try (way) {
        while (clients.goesOnAfter(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS)) {
          boolean isWrite = random.nextInt(READS_PER_WRITE + 1) == 0;
          ask(way, isWrite ? writes : reads, isWrite ? "PUT" : "GET", 1 + random.nextInt(KEYS));
          due += apart;
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void ask(Balancer.Way way, ClientLog log, String method, int key) {
      long start = System.nanoTime();
      try {
        Connection.Answer answer = way.ask(method, "/items/" + key);
        if (answer.status() == 200) {
          ClientLog.Times times = new ClientLog.Times(start, start, System.nanoTime(), false);
          log.add(key, times, answer.version(), answer.cacheStatus().contains("; hit"));
        } else {
          history.failed(method + " " + key + " " + answer);
        }
      } catch (IOException broken) {
        history.failed(method + " " + key + " " + broken);
      }
    }
  }
}
