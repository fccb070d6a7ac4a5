package dev.sidecache.http1;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The one timer of an event loop: calls what is registered at even intervals, so that no request
 * needs a timer of its own. Runs only while something is registered. All methods on the loop.
 */
public final class Sweep implements Runnable {
  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** The part of a time limit by which it may be missed. */
  private static final int PRECISION = 20;

  private final EventLoop loop;
  private final long intervalNanos;
  private final Set<Timed> registered = new LinkedHashSet<>();
  private boolean scheduled;

  /** Something with deadlines. */
  public interface Timed {
    /** Looks at the clock: now, as the loop's ticker counts nanoseconds. */
    void sweep(long nowNanos);
  }

  /**
   * A sweep that keeps limits as short as this one within a tenth.
   *
   * @param shortest the shortest time limit in use
   */
  public Sweep(EventLoop loop, Duration shortest) {
    this.loop = loop;
    long wanted = shortest.toNanos() / PRECISION;
    this.intervalNanos = Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, wanted));
  }

  public void add(Timed timed) {
    registered.add(timed);
    schedule();
  }

  public void remove(Timed timed) {
    registered.remove(timed);
  }

  private void schedule() {
    if (!scheduled && !registered.isEmpty()) {
      scheduled = true;
      Future<?> unused = loop.schedule(this, intervalNanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void run() {
    scheduled = false;
    long now = loop.ticker().nanoTime();
    for (Timed timed : registered.toArray(new Timed[0])) {
      if (registered.contains(timed)) {
        timed.sweep(now);
      }
    }
    schedule();
  }
}
