package dev.sidecache.redis;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The clock and the alarms of one event loop. */
final class LoopTimer {
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Later than anything that is due now, so that the loop looks at its sockets before. */
  private static final long ONE_ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ScheduledExecutorService loop;
  private final LongSupplier nanoTime;

  LoopTimer(ScheduledExecutorService loop, LongSupplier nanoTime) {
    this.loop = loop;
    this.nanoTime = nanoTime;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /**
   * As {@link #after}, for tasks that judge what has come in meanwhile: a loop that comes late, as
   * after a pause of the whole process, first reads what is waiting.
   */
  void afterReading(long nanos, Runnable task) {
    long due = nanoTime() + nanos;
    after(
        nanos,
        () -> {
          if (nanoTime() - due > LATE_NANOS) {
            after(ONE_ROUND_NANOS, task);
          } else {
            task.run();
          }
        });
  }

  /** Runs a task on the loop after a time. It cannot be called off: let it see what holds then. */
  @SuppressWarnings("FutureReturnValueIgnored") // A task that fails is logged by the loop.
  void after(long nanos, Runnable task) {
    loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }
}
