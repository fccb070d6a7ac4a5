package dev.sidecache.advice;

import java.util.Map;
import java.util.TreeMap;

/**
 * What was seen of one route, or of one path that no route takes. Requests and times are exact; the
 * rest is counted for the keys that are followed, each by its weight. Not thread-safe.
 */
final class RouteEvidence {
  final String route;
  final String path;
  final long sinceMillis;
  long requests;
  long originNanos;

  long hits;
  long revalidated;
  long coalesced;
  long misses;
  long stored;
  long staleHits;
  long savedNanos;
  final Sharing.Counts sharing = new Sharing.Counts();
  final Map<String, Long> notStored = new TreeMap<>();

  /** Answers that differ from the one before under their key, first ones included. */
  long answers;

  /** Times that two answers were seen one after the other, and that they differed. */
  long intervals;

  long changes;
  long intervalMillis;
  long withValidator;
  long validatorsChangedAlone;
  long contentChangedAlone;

  final long[] trialHits = new long[Lifetimes.SECONDS.size()];
  final long[] trialStale = new long[Lifetimes.SECONDS.size()];

  /** Of those, the ones with a write of any kind since. */
  final long[] trialStaleAfterWrite = new long[Lifetimes.SECONDS.size()];

  /** How many answers those hid: with a rule for the write, each would be one more fetch. */
  final long[] trialRefetches = new long[Lifetimes.SECONDS.size()];

  final long[] trialSavedNanos = new long[Lifetimes.SECONDS.size()];
  final long[] withWrite = new long[Writes.KINDS];
  final long[] changedWithWrite = new long[Writes.KINDS];
  final long[] coveredWithWrite = new long[Writes.KINDS];

  /**
   * Evidence of a route.
   *
   * @param route its name, {@code -} for a path that none takes
   * @param path pattern of the route, or the template of the path
   */
  RouteEvidence(String route, String path, long sinceMillis) {
    this.route = route;
    this.path = path;
    this.sinceMillis = sinceMillis;
  }

  void refused(String word, int weight) {
    notStored.merge(word, (long) weight, Long::sum);
  }
}
