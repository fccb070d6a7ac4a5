package dev.sidecache.consistency;

import java.util.ArrayDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * The lookups of one event loop that wait for the shared store, oldest first. All have the same
 * time, so one armed timer serves them all.
 */
final class Deadlines {
  private final ScheduledExecutorService loop;
  private final LongSupplier nanoTime;
  private final ArrayDeque<Expiring> waiting = new ArrayDeque<>();
  private boolean armed;

  Deadlines(ScheduledExecutorService loop, LongSupplier nanoTime) {
    this.loop = loop;
    this.nanoTime = nanoTime;
  }

  /** Something that may take too long. */
  interface Expiring {
    /** When it has taken too long; nanoTime, the same for all time after it was added. */
    long deadline();

    boolean isDone();

    void expired();
  }

  void add(Expiring added) {
    while (!waiting.isEmpty() && waiting.peekFirst().isDone()) {
      waiting.removeFirst();
    }
    waiting.addLast(added);
    arm();
  }

  private void arm() {
    Expiring first = waiting.peekFirst();
    if (first != null && !armed) {
      armed = true;
      Timer.start(loop, first.deadline() - nanoTime.getAsLong(), this::fire);
    }
  }

  private void fire() {
    armed = false;
    long clock = nanoTime.getAsLong();
    for (Expiring first = waiting.peekFirst(); first != null; first = waiting.peekFirst()) {
      if (!first.isDone() && first.deadline() - clock > 0) {
        break;
      }
      waiting.removeFirst();
      if (!first.isDone()) {
        first.expired();
      }
    }
    arm();
  }
}
