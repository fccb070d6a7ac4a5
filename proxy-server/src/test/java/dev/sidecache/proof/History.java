package dev.sidecache.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What clients saw, and what of it breaks the promise: a GET that began after the answer to a
 * mutation was there never sees an older version. Times are of one clock; an answer counts from
 * when its client had it, which is after its release, so nothing is reported that is allowed.
 *
 * <p>Each client writes a {@link ClientLog} of its own, 23 octets a request, so that hours of it
 * fit into memory and are verified when all is over.
 */
final class History {
  private static final int MOST_TOLD = 10_000;

  private final List<ClientLog> reads = new CopyOnWriteArrayList<>();
  private final List<ClientLog> writes = new CopyOnWriteArrayList<>();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

  /** A read that breaks the promise, and the version that it should have seen at least. */
  record Stale(
      String client, int key, long version, long expected, long lateByMillis, long atNanos) {}

  /** A request that got no answer, or another one than it should, and when that was seen. */
  record Failure(String what, long atNanos) {}

  /** A log for the GETs of one client that are answered with 200. */
  ClientLog reader(String client) {
    ClientLog log = new ClientLog(client);
    reads.add(log);
    return log;
  }

  /** A log for the PUTs of one client that are answered with 200. */
  ClientLog writer(String client) {
    ClientLog log = new ClientLog(client);
    writes.add(log);
    return log;
  }

  /** A request that got no answer, or another one than it should. */
  void failed(String what) {
    failures.add(new Failure(what, System.nanoTime()));
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }

  long reads() {
    return reads.stream().mapToLong(ClientLog::size).sum();
  }

  long writes() {
    return writes.stream().mapToLong(ClientLog::size).sum();
  }

  /** Reads that were answered from a cache. */
  long hits() {
    return reads.stream().mapToLong(ClientLog::hits).sum();
  }

  /** Reads older than a mutation that had been answered before they began; the first of them. */
  List<Stale> stale() {
    Map<Integer, NavigableMap<Long, Long>> answered = new HashMap<>();
    for (ClientLog log : writes) {
      for (int i = 0; i < log.size(); i++) {
        answered
            .computeIfAbsent(log.key(i), key -> new TreeMap<>())
            .merge(log.endNanos(i), (long) log.version(i), Math::max);
      }
    }
    return olderThan(raised(answered));
  }

  /**
   * Reads older than a change that took effect so long before they began, whether its mutation was
   * ever answered or not: what a crash hides.
   *
   * @param effects key, version, when it took effect
   */
  List<Stale> hiddenLongerThan(long nanos, Map<Integer, Map<Long, Long>> effects) {
    Map<Integer, NavigableMap<Long, Long>> due = new HashMap<>();
    effects.forEach(
        (key, versions) ->
            versions.forEach(
                (version, at) ->
                    due.computeIfAbsent(key, made -> new TreeMap<>())
                        .merge(at + nanos, version, Math::max)));
    return olderThan(raised(due));
  }

  /** Each moment with the highest version up to it. */
  private static Map<Integer, NavigableMap<Long, Long>> raised(
      Map<Integer, NavigableMap<Long, Long>> versions) {
    for (NavigableMap<Long, Long> known : versions.values()) {
      long highest = 0;
      for (Map.Entry<Long, Long> entry : known.entrySet()) {
        highest = Math.max(highest, entry.getValue());
        entry.setValue(highest);
      }
    }
    return versions;
  }

  private List<Stale> olderThan(Map<Integer, NavigableMap<Long, Long>> known) {
    List<Stale> stale = new ArrayList<>();
    for (ClientLog log : reads) {
      for (int i = 0; i < log.size() && stale.size() < MOST_TOLD; i++) {
        NavigableMap<Long, Long> versions = known.get(log.key(i));
        Map.Entry<Long, Long> last =
            versions == null ? null : versions.lowerEntry(log.startNanos(i));
        if (last != null && log.version(i) < last.getValue()) {
          long late = (log.startNanos(i) - last.getKey()) / 1_000_000;
          long at = log.startNanos(i);
          stale.add(new Stale(log.client(), log.key(i), log.version(i), last.getValue(), late, at));
        }
      }
    }
    return stale;
  }

  /**
   * Reads of a client that went back behind what the same client had seen. The promise allows that
   * only while the newer mutation is unanswered: those after its answer are among {@link #stale}.
   */
  long wentBack() {
    long back = 0;
    for (ClientLog log : reads) {
      Map<Integer, Integer> seen = new HashMap<>();
      for (int i = 0; i < log.size(); i++) {
        Integer before = seen.put(log.key(i), log.version(i));
        back += before != null && before > log.version(i) ? 1 : 0;
      }
    }
    return back;
  }

  /** Microseconds of all reads but those of a sidecar that was stopped or killed, ascending. */
  int[] readMicros() {
    return micros(reads);
  }

  /** The same of writes. */
  int[] writeMicros() {
    return micros(writes);
  }

  private static int[] micros(List<ClientLog> logs) {
    return logs.stream().flatMapToInt(ClientLog::untroubledMicros).sorted().toArray();
  }

  /** Milliseconds that so many of a thousand do not exceed. */
  static double permille(int[] sortedMicros, int permille) {
    int last = sortedMicros.length - 1;
    return last < 0 ? 0 : sortedMicros[(int) ((long) last * permille / 1_000)] / 1_000.0;
  }

  /** The same of a few figures, in milliseconds already. */
  static long permille(List<Long> millis, int permille) {
    long[] sorted = millis.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil((sorted.length - 1) * permille / 1e3)];
  }
}
