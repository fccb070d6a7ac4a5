package dev.sidecache.exchange;

import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an answer that was fetched.
 *
 * @param refusal why it is not being stored; null: it is
 * @param lifetimeSeconds how long it is fresh, if it is stored
 */
record Fate(@Nullable Refusal refusal, long lifetimeSeconds) {

  static Fate stored(Storability.Store verdict) {
    return new Fate(null, verdict.lifetime().toSeconds());
  }

  static Fate refused(Refusal reason) {
    return new Fate(reason, 0);
  }
}
