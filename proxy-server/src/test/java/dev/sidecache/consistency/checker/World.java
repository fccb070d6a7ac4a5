package dev.sidecache.consistency.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * True time, and what happens at which moment of it. Everything random comes from one seed, so that
 * a run can be repeated.
 */
final class World {
  private static final int STEPS_KEPT = 400;

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.<Event>comparingLong(event -> event.at)
              .thenComparingLong(event -> event.number));
  private final ArrayDeque<String> steps = new ArrayDeque<>();
  private long now;
  private long number;

  World(long seed) {
    this.random = new Random(seed);
  }

  private record Event(long at, long number, Runnable action) {}

  /** Milliseconds as the nanoseconds that everything here is counted in. */
  static long ms(double millis) {
    return (long) (millis * 1_000_000);
  }

  long now() {
    return now;
  }

  void at(long moment, Runnable action) {
    events.add(new Event(Math.max(now, moment), number++, action));
  }

  void after(long nanos, Runnable action) {
    at(now + nanos, action);
  }

  /** The moment of the next event; {@link Long#MAX_VALUE} if there is none. */
  long nextAt() {
    Event next = events.peek();
    return next == null ? Long.MAX_VALUE : next.at;
  }

  /** Moves time on, to a moment at or before the next event. */
  void moveTo(long moment) {
    now = Math.max(now, moment);
  }

  void runNext() {
    Event next = events.remove();
    now = Math.max(now, next.at);
    next.action.run();
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  double fraction() {
    return random.nextDouble();
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A length of time between two of milliseconds. */
  long between(double fromMillis, double toMillis) {
    return ms(fromMillis + (toMillis - fromMillis) * random.nextDouble());
  }

  /** A length of time from an exponential distribution, as between independent arrivals. */
  long exponential(double meanMillis) {
    return ms(-meanMillis * Math.log(1 - random.nextDouble()));
  }

  /** Notes a step, for the report of a run that failed. */
  void step(String what, Object... details) {
    if (steps.size() >= STEPS_KEPT) {
      steps.removeFirst();
    }
    StringBuilder line = new StringBuilder();
    line.append(now / 1000).append(" us  ").append(what);
    for (Object detail : details) {
      line.append(' ').append(detail);
    }
    steps.addLast(line.toString());
  }

  List<String> steps() {
    return new ArrayList<>(steps);
  }
}
