package dev.sidecache.exchange;

import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Who watches exchanges without touching them: metrics, logs, statistics. Called on event loops, so
 * it never blocks and never throws.
 */
public interface ExchangeObserver {

  /** An exchange is over: its last byte was written, or its client left. */
  default void completed(ExchangeRecord exchange) {}

  /** The cache was looked into, whatever came of it. */
  default void lookedUp(Lookup lookup) {}

  /** A response was stored for this long. */
  default void stored(String route, long bytes, long lifetimeSeconds) {}

  /** A response that the cache wanted was not stored. */
  default void notStored(String route, Refusal refusal) {}

  /**
   * A mutation or purge has invalidated these tags.
   *
   * @param source {@code rule}, {@code method}, {@code header} or {@code api}
   * @param name of the rule, or {@code -}
   */
  default void invalidated(String source, String name, Collection<Tag> tags) {}

  /**
   * An answer from the cache saved an origin request that would have taken this long, as far as the
   * route's own misses tell; 0 before the first.
   */
  default void saved(String route, long nanos) {}

  /**
   * A request whose route is only observed has arrived.
   *
   * @param plan as if the route served
   * @return who is told what comes of it; null: nobody
   */
  default @Nullable ObservedRequest observing(Plan plan, Instant arrival) {
    return null;
  }

  /** A request that may change something was answered by the origin. */
  default void mutated(RequestHead head, int status) {}

  /**
   * In mode shadow, the origin has answered.
   *
   * @param fingerprint of the whole answer; null: it did not end, or had no content
   */
  default void answeredInShadow(
      Plan plan, ResponseHead head, @Nullable Long fingerprint, Instant now) {}

  /** In mode shadow, the origin's answer was compared with the one that would have been served. */
  default void compared(ShadowComparison comparison) {}
}
