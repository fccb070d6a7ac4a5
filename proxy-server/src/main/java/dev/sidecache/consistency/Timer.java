package dev.sidecache.consistency;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Something that happens later on an event loop. What it throws is a bug, and logged. */
final class Timer {
  private static final Logger LOG = System.getLogger(Timer.class.getName());

  private final ScheduledFuture<?> future;

  private Timer(ScheduledFuture<?> future) {
    this.future = future;
  }

  /** Runs the task on the loop after this time, at once if it is not positive. */
  static Timer start(ScheduledExecutorService loop, long nanos, Runnable task) {
    return new Timer(loop.schedule(() -> run(task), Math.max(0, nanos), TimeUnit.NANOSECONDS));
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error bug) {
      LOG.log(Level.ERROR, "a timed step of the cache failed", bug);
      throw bug;
    }
  }

  void cancel() {
    future.cancel(false);
  }
}
