package dev.sidecache.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Shows when a window was open in which a stored response might have been older than it may be.
 *
 * <table>
 * <caption>The meters of the consistency protocol, without labels</caption>
 * <tr><th>meter</th><th>meaning</th></tr>
 * <tr><td>unmarked_mutations_total</td><td>released though not announced to the others</td></tr>
 * <tr><td>mutation_hold_seconds</td><td>how long answers to mutations were held</td></tr>
 * <tr><td>stamp_mismatches_total</td><td>stored responses found invalid by their versions</td></tr>
 * <tr><td>lease_hits_total</td><td>hits that asked nobody</td></tr>
 * <tr><td>dirty_tags</td><td>names whose new versions are still owed to the shared store</td></tr>
 * <tr><td>invalidations_pending</td><td>invalidations that wait for Redis</td></tr>
 * <tr><td>settling_seconds_total</td><td>time spent in probation after reconnects</td></tr>
 * <tr><td>version_inits_total</td><td>first versions given to names</td></tr>
 * </table>
 */
public final class ConsistencyMeters {
  private final Counter unmarkedMutations;
  private final Counter stampMismatches;
  private final Counter leaseHits;
  private final Counter versionInits;
  private final Counter settling;
  private final Timer holds;

  /**
   * Meters of the protocol.
   *
   * @param dirtyTags names whose finish is still owed, read at each scrape
   * @param pending invalidations that wait for the shared store, read at each scrape
   */
  public ConsistencyMeters(
      MetricsRegistry registry, DoubleSupplier dirtyTags, DoubleSupplier pending) {
    unmarkedMutations =
        registry.counter(
            "unmarked.mutations",
            "Writes released though the other instances were not told of them.",
            Tags.empty());
    stampMismatches =
        registry.counter(
            "stamp.mismatches",
            "Stored responses not used because a write has touched them.",
            Tags.empty());
    leaseHits =
        registry.counter(
            "lease.hits", "Answers from memory for which Redis was not asked.", Tags.empty());
    versionInits =
        registry.counter("version.inits", "First versions given to names.", Tags.empty());
    settling =
        registry.secondsCounter(
            "settling", "Time in which the cache was not used after a reconnect.", Tags.empty());
    holds =
        registry.timer(
            "mutation.hold",
            "How long answers to writes waited for their invalidation.",
            Tags.empty());
    registry.gauge(
        "dirty.tags", "Names whose invalidation is still owed to Redis.", Tags.empty(), dirtyTags);
    registry.gauge(
        "invalidations.pending", "Invalidations that wait for Redis.", Tags.empty(), pending);
  }

  /** A mutation was released though it could not be announced. */
  public void unmarkedMutation() {
    unmarkedMutations.increment();
  }

  /** The answer to a mutation was held for this long. */
  public void held(long nanos) {
    holds.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A stored response was found whose versions are no longer the current ones. */
  public void stampMismatch() {
    stampMismatches.increment();
  }

  /** A hit was answered under leases, without a read. */
  public void leaseHit() {
    leaseHits.increment();
  }

  /** Names were given a first version. */
  public void versionsInitialized(int names) {
    versionInits.increment(names);
  }

  /** A probation of this length is over. */
  public void settled(long nanos) {
    settling.increment(nanos / 1e9);
  }
}
