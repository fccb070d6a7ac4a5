package dev.sidecache.consistency;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What the protocol takes from outside, so that tests can replace it.
 *
 * @param nanoTime the monotonic clock, read anew at each call
 * @param wallMillis the wall clock; only to notice that the machine was suspended
 * @param uids fresh uids
 * @param jitter numbers from 0 (inclusive) to 1 (exclusive)
 * @param loops the event loops of the process, at least one
 * @param observer who is told
 */
public record Environment(
    LongSupplier nanoTime,
    LongSupplier wallMillis,
    Uids uids,
    DoubleSupplier jitter,
    List<ScheduledExecutorService> loops,
    ConsistencyObserver observer) {

  public Environment {
    loops = List.copyOf(loops);
    if (loops.isEmpty()) {
      throw new IllegalArgumentException("no event loop");
    }
  }

  /** The monotonic clock and random numbers of the machine. */
  public static Environment of(
      List<ScheduledExecutorService> loops, ConsistencyObserver observer, LongSupplier wallMillis) {
    return new Environment(
        System::nanoTime,
        wallMillis,
        Uids.random(),
        () -> java.util.concurrent.ThreadLocalRandom.current().nextDouble(),
        loops,
        observer);
  }
}
