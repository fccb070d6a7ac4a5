package dev.sidecache.exchange;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the origin takes per route, as its last answers tell: a moving average. Bounded by the
 * number of routes. Thread-safe; of two notes at once one may be lost.
 */
final class OriginTimes {
  private final ConcurrentMap<String, AtomicLong> averageNanos = new ConcurrentHashMap<>();

  void learned(String route, long nanos) {
    AtomicLong average = averageNanos.computeIfAbsent(route, name -> new AtomicLong(nanos));
    long before = average.get();
    average.lazySet(before + (nanos - before) / 8);
  }

  /** The time the next request would take, in nanoseconds; 0 if none was seen. */
  long expectedNanos(String route) {
    AtomicLong average = averageNanos.get(route);
    return average == null ? 0 : average.get();
  }
}
