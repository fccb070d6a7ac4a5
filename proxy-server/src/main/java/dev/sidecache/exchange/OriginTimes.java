package dev.sidecache.exchange;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long the origin takes per route, as its last answers tell: a moving average, and the time
 * that only one in a hundred exceeds. Bounded by the number of routes. Thread-safe; of two notes at
 * once one may be lost.
 */
final class OriginTimes {
  private static final int KEPT = 128;

  private final ConcurrentMap<String, Times> routes = new ConcurrentHashMap<>();

  /** Of one route. */
  private static final class Times {
    final AtomicLong averageNanos;
    final AtomicLongArray lastNanos = new AtomicLongArray(KEPT);
    final AtomicInteger next = new AtomicInteger();

    Times(long first) {
      averageNanos = new AtomicLong(first);
    }

    void add(long nanos) {
      long before = averageNanos.get();
      averageNanos.lazySet(before + (nanos - before) / 8);
      lastNanos.lazySet(Math.floorMod(next.getAndIncrement(), KEPT), nanos);
    }

    /** The second largest of a hundred and more; of fewer the largest. */
    long p99Nanos() {
      long largest = 0;
      long second = 0;
      int known = 0;
      for (int i = 0; i < KEPT; i++) {
        long nanos = lastNanos.get(i);
        known += nanos > 0 ? 1 : 0;
        if (nanos > largest) {
          second = largest;
          largest = nanos;
        } else if (nanos > second) {
          second = nanos;
        }
      }
      return known > 100 ? second : largest;
    }
  }

  void learned(String route, long nanos) {
    routes.computeIfAbsent(route, name -> new Times(nanos)).add(nanos);
  }

  /** The time the next request would take, in nanoseconds; 0 if none was seen. */
  long expectedNanos(String route) {
    Times times = routes.get(route);
    return times == null ? 0 : times.averageNanos.get();
  }

  /** The time that one in a hundred requests exceeds, in nanoseconds; 0 if none was seen. */
  long p99Nanos(String route) {
    Times times = routes.get(route);
    return times == null ? 0 : times.p99Nanos();
  }
}
