package dev.sidecache.advice;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of the traffic that is observed.
 *
 * @param since when watching began
 * @param until when this was told
 * @param requests that were observed, all of them
 * @param writes that were answered meanwhile
 * @param oneInKeys of how many keys one is followed; 1: all, and everything is exact
 * @param keys that are followed now
 * @param bytes that this takes in memory, about
 */
public record Evidence(
    Instant since,
    Instant until,
    long requests,
    long writes,
    int oneInKeys,
    long keys,
    long bytes,
    List<OfRoute> routes) {

  public Evidence {
    routes = List.copyOf(routes);
  }

  /**
   * Evidence of one route. Counts but {@code requests} are those of the keys that are followed,
   * times {@code oneInKeys}.
   *
   * @param route its name, or {@code -} for a path that no route takes
   * @param path its pattern, or the path with its values taken out
   * @param requests that are over
   * @param hits that mode serve would have had: fresh, stale, revalidated and coalesced
   * @param misses that it would have had
   * @param staleHits of the hits, those that the backend would have answered otherwise
   * @param stored how often an answer would have been stored
   * @param savedNanos time of the backend that the hits would have saved
   * @param originNanos time of the backend that the requests took
   * @param notStored why answers would not have been stored
   * @param answers that differ from the one before under their key, first ones included
   * @param changeIntervalMillis how long an answer lived on average; null: none changed
   * @param watchedMillis how long answers were watched, all keys together
   * @param validators what the backend's validators are worth
   * @param shared whether callers get the same answers
   * @param writes what happened to answers after writes
   * @param trials what other lifetimes would have brought
   * @param forMillis since when it was seen
   */
  public record OfRoute(
      String route,
      String path,
      long requests,
      long hits,
      long misses,
      long staleHits,
      long stored,
      long savedNanos,
      long originNanos,
      Map<String, Long> notStored,
      long answers,
      @Nullable Long changeIntervalMillis,
      long watchedMillis,
      Validators validators,
      Shared shared,
      List<AfterWrite> writes,
      Unrelated withoutWrite,
      List<LifetimeTrial> trials,
      long forMillis) {

    public OfRoute {
      notStored = Map.copyOf(notStored);
      writes = List.copyOf(writes);
      trials = List.copyOf(trials);
    }

    /** The part of hits that mode serve would have reached; 0 without any request. */
    public double hitRate() {
      return ratio(hits, hits + misses);
    }

    /** Whether it is a route of the configuration. */
    public boolean isConfigured() {
      return !route.equals("-");
    }
  }

  /**
   * Validators of answers.
   *
   * @param present part of the answers that have one
   * @param changedAlone times that it changed though the content did not: it confirms nothing
   * @param contentChangedAlone times that it stayed though the content changed: it confirms wrongly
   */
  public record Validators(double present, long changedAlone, long contentChangedAlone) {}

  /**
   * Answers of one address that went to one caller after another; exact, and seen in mode shadow as
   * well.
   *
   * @param callers that were seen, 100 at most
   * @param times that an answer was another caller's than the one before
   * @param same of those, the ones that were equal
   * @param returned times that an answer came again after another one: it belongs to a caller
   * @param personal whether the backend has said so: {@code private}, {@code no-store}, Set-Cookie,
   *     Vary by credentials, 401 or 403
   */
  public record Shared(long callers, long times, long same, long returned, boolean personal) {
    /** Nothing was seen. */
    public static final Shared NONE = new Shared(0, 0, 0, 0, false);

    private static final long LEAST_CALLERS = 3;
    private static final long LEAST_TIMES = 20;
    private static final double MOSTLY = 0.9;

    /** Whether enough was seen to tell. */
    boolean tells() {
      return callers >= LEAST_CALLERS && times >= LEAST_TIMES;
    }

    /** Whether one answer for all would have been the answer of each. */
    boolean isForAll() {
      return tells() && !personal && returned == 0 && ratio(same, times) >= MOSTLY;
    }

    /** Why, for people. */
    String why() {
      String counted = same + " of " + times + " answers to another caller were the same";
      if (isForAll()) {
        return counted
            + " ("
            + callers
            + " callers). CHECK FIRST: everybody gets the stored answer then, also who may not ask"
            + " at all";
      }
      return personal ? "the backend marks answers as one caller's" : counted;
    }
  }

  /**
   * Answers seen before and after writes of one kind.
   *
   * @param write method and path
   * @param times how often an answer was seen before and after one
   * @param changed how often it had changed
   * @param covered how often a rule, or the write's own URL, made it invalid
   */
  public record AfterWrite(String write, long times, long changed, long covered) {}

  /** Answers seen twice, whatever was written between: how often, and how often they changed. */
  public record Unrelated(long times, long changed) {}

  /**
   * What a lifetime would have brought, validation and waiting for others left out.
   *
   * @param stale hits that the backend would have answered otherwise
   * @param staleAfterWrite of those, the ones with any write since the answer was fetched
   * @param refetches how many answers those hid: with a rule for the write, one more fetch each
   */
  public record LifetimeTrial(
      long seconds, long hits, long stale, long staleAfterWrite, long refetches, long savedNanos) {}

  static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
