package dev.sidecache.demo;

import dev.sidecache.demo.TourClient.Ask;
import dev.sidecache.demo.TourClient.Seen;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The tour's last part: Redis is killed under traffic and comes back, and no request fails. */
final class Outage {
  private static final int VISITORS = 4;
  private static final double BACKEND_MILLIS = 90;

  private final TourReport report;
  private final TourClient crm;
  private final Tour.RedisControl redis;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger bypassed = new AtomicInteger();
  private final AtomicInteger hits = new AtomicInteger();
  private final AtomicLong slowestMicros = new AtomicLong();

  Outage(TourReport report, TourClient crm, Tour.RedisControl redis) {
    this.report = report;
    this.crm = crm;
    this.redis = redis;
  }

  void run() throws IOException, InterruptedException {
    report.title("Redis is killed in the midst of traffic, and comes back");
    ExecutorService visitors = Executors.newFixedThreadPool(VISITORS);
    for (int i = 0; i < VISITORS; i++) {
      String path = "/api/students/" + (1 + i);
      visitors.execute(() -> visit(path));
    }
    pause(600);
    int hitsBefore = hits.get();
    redis.kill();
    int bypassedAtKill = bypassed.get();
    pause(1500);
    int bypassedWhileAway = bypassed.get() - bypassedAtKill;
    redis.restart();
    long back = System.nanoTime();
    double seconds = awaitHits(back);
    pause(400);
    open.set(false);
    visitors.shutdown();
    visitors.awaitTermination(10, TimeUnit.SECONDS);
    report.claim(hitsBefore > 0, "before: %d hits", hitsBefore);
    report.claim(
        bypassedWhileAway > 0,
        "away: %d requests went straight to the backend (detail=redis_down)",
        bypassedWhileAway);
    report.claim(seconds < 2.5, "back: the cache answers again %.1f s after Redis", seconds);
    report.claim(
        failed.get() == 0 && sent.get() > 0,
        "%d requests in all, %d failed, the slowest took %s (backend: %.0f ms)",
        sent.get(),
        failed.get(),
        TourReport.time(slowestMicros.get() / 1e3),
        BACKEND_MILLIS);
  }

  private void visit(String path) {
    try {
      while (open.get()) {
        Seen seen = crm.send(Ask.get(path, "ada"));
        sent.incrementAndGet();
        if (!seen.isOk()) {
          failed.incrementAndGet();
        }
        if (seen.isHit()) {
          hits.incrementAndGet();
        }
        if (seen.detail().equals("redis_down")) {
          bypassed.incrementAndGet();
        }
        slowestMicros.accumulateAndGet((long) (seen.millis() * 1e3), Math::max);
        pause(2);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private double awaitHits(long since) throws InterruptedException {
    int before = hits.get();
    while (hits.get() == before && System.nanoTime() - since < TimeUnit.SECONDS.toNanos(15)) {
      pause(10);
    }
    return (System.nanoTime() - since) / 1e9;
  }

  static void pause(long millis) throws InterruptedException {
    new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }
}
