package dev.sidecache.proof;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What clients saw, and what of it breaks the promise: a GET that began after the answer to a
 * mutation was there never sees an older version. Times are of one clock; an answer counts from
 * when its client had it, which is after its release, so nothing is reported that is allowed.
 */
final class History {
  private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
  private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  /** A GET that was answered with 200. */
  record Read(
      String client, String key, long startNanos, long endNanos, long version, String cacheStatus) {
    long millis() {
      return (endNanos - startNanos) / 1_000_000;
    }
  }

  /** A PUT that was answered with 200. */
  record Write(String client, String key, long startNanos, long endNanos, long version) {
    long millis() {
      return (endNanos - startNanos) / 1_000_000;
    }
  }

  /** A read that breaks the promise, and the version that it should have seen at least. */
  record Stale(Read read, long expected, long lateByMillis) {
    @Override
    public String toString() {
      return read
          + " should be "
          + expected
          + ", answered "
          + lateByMillis
          + " ms before this GET began";
    }
  }

  void add(Read read) {
    reads.add(read);
  }

  void add(Write write) {
    writes.add(write);
  }

  /** A request that got no answer, or another one than it should. */
  void failed(String what) {
    failures.add(what);
  }

  List<Read> reads() {
    return List.copyOf(reads);
  }

  List<Write> writes() {
    return List.copyOf(writes);
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Reads older than a mutation that had been answered before they began. */
  List<Stale> stale() {
    Map<String, NavigableMap<Long, Long>> answered = new HashMap<>();
    for (Write write : writes) {
      answered
          .computeIfAbsent(write.key, key -> new TreeMap<>())
          .merge(write.endNanos, write.version, Math::max);
    }
    return olderThan(raised(answered));
  }

  /**
   * Reads older than a change that took effect so long before they began, whether its mutation was
   * ever answered or not: what a crash hides.
   *
   * @param effects key, version, when it took effect
   */
  List<Stale> hiddenLongerThan(long nanos, Map<String, Map<Long, Long>> effects) {
    Map<String, NavigableMap<Long, Long>> due = new HashMap<>();
    effects.forEach(
        (key, versions) ->
            versions.forEach(
                (version, at) ->
                    due.computeIfAbsent(key, made -> new TreeMap<>())
                        .merge(at + nanos, version, Math::max)));
    return olderThan(raised(due));
  }

  /** Each moment with the highest version up to it. */
  private static Map<String, NavigableMap<Long, Long>> raised(
      Map<String, NavigableMap<Long, Long>> versions) {
    for (NavigableMap<Long, Long> known : versions.values()) {
      long highest = 0;
      for (Map.Entry<Long, Long> entry : known.entrySet()) {
        highest = Math.max(highest, entry.getValue());
        entry.setValue(highest);
      }
    }
    return versions;
  }

  private List<Stale> olderThan(Map<String, NavigableMap<Long, Long>> known) {
    List<Stale> stale = new ArrayList<>();
    for (Read read : reads) {
      NavigableMap<Long, Long> versions = known.get(read.key);
      Map.Entry<Long, Long> last = versions == null ? null : versions.lowerEntry(read.startNanos);
      if (last != null && read.version < last.getValue()) {
        long late = (read.startNanos - last.getKey()) / 1_000_000;
        stale.add(new Stale(read, last.getValue(), late));
      }
    }
    return stale;
  }

  /**
   * Reads of a client that went back behind what the same client had seen. The promise allows that
   * while a mutation is unanswered; without faults and with each client at one sidecar it does not
   * happen.
   */
  long wentBack() {
    Map<String, Long> seen = new HashMap<>();
    long back = 0;
    for (Read read : reads) {
      Long before = seen.put(read.client + read.key, read.version);
      back += before != null && before > read.version ? 1 : 0;
    }
    return back;
  }

  /** The value that so many of a thousand do not exceed. */
  static long permille(List<Long> sorted, int permille) {
    return sorted.isEmpty() ? 0 : sorted.get((int) ((sorted.size() - 1L) * permille / 1_000));
  }

  /** Milliseconds of all reads, ascending. */
  List<Long> readMillis() {
    return reads.stream().map(Read::millis).sorted().toList();
  }

  /** Milliseconds of all writes, ascending. */
  List<Long> writeMillis() {
    return writes.stream().map(Write::millis).sorted().toList();
  }
}
