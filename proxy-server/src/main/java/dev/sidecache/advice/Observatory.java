package dev.sidecache.advice;

import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ObservedRequest;
import dev.sidecache.exchange.ShadowComparison;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches routes in mode observe and shadow. Does nothing, and costs reads nothing, where none is.
 * Thread-safe.
 */
public final class Observatory implements ExchangeObserver {
  private static final System.Logger LOG = System.getLogger(Observatory.class.getName());
  private static final int KEPT_MISMATCHES = 20;
  private static final int MOST_LOGGED = 1_000;
  private static final long LOG_PAUSE_MILLIS = 60_000;

  private final Trial trial;
  private final InstantSource clock;
  private final Deque<ShadowComparison> mismatches = new ArrayDeque<>();
  private final Map<String, Long> logged = new HashMap<>();
  private long comparisons;
  private long differing;

  /**
   * Watches from now on.
   *
   * @param maxBytes bounds what the trial takes in memory
   */
  public Observatory(long maxBytes, InstantSource clock) {
    this.trial = new Trial(maxBytes, clock.instant());
    this.clock = clock;
  }

  @Override
  public ObservedRequest observing(Plan plan, Instant arrival) {
    return trial.arrived(plan, arrival);
  }

  @Override
  public void invalidated(String source, String name, Collection<Tag> tags) {
    trial.invalidated(tags);
  }

  @Override
  public void mutated(RequestHead head, int status) {
    if (status < 400) {
      String path = head.target().decodedPath();
      trial.invalidated(List.of(new Tag(Tag.Kind.URL, path)));
      trial.mutated(head.method(), path);
    }
  }

  @Override
  public void answeredInShadow(
      Plan plan, ResponseHead head, @Nullable Long fingerprint, Instant now) {
    trial.answered(plan, head, fingerprint, now);
  }

  @Override
  public synchronized void compared(ShadowComparison comparison) {
    comparisons++;
    String difference = comparison.difference();
    if (difference == null) {
      return;
    }
    differing++;
    mismatches.addFirst(comparison);
    if (mismatches.size() > KEPT_MISMATCHES) {
      mismatches.removeLast();
    }
    long at = comparison.at().toEpochMilli();
    Long last = logged.get(comparison.route());
    boolean room = last != null || logged.size() < MOST_LOGGED;
    if (room && (last == null || at - last >= LOG_PAUSE_MILLIS)) {
      logged.put(comparison.route(), at);
      LOG.log(
          Level.WARNING,
          "Shadow mismatch: {0} {1} {2}: {3} differs from what was stored {4} s ago, and no write"
              + " that a rule names came between; see sidecache advise",
          comparison.route(),
          comparison.method(),
          comparison.path(),
          difference,
          comparison.ageSeconds());
    }
  }

  /** What was compared in mode shadow. */
  public synchronized Compared comparedInShadow() {
    return new Compared(comparisons, differing, List.copyOf(mismatches));
  }

  /**
   * Comparisons so far.
   *
   * @param last mismatches, the newest first
   */
  public record Compared(long comparisons, long mismatches, List<ShadowComparison> last) {
    public Compared {
      last = List.copyOf(last);
    }
  }

  /** What was observed until now. */
  public Evidence evidence() {
    return trial.evidence(clock.instant());
  }
}
