package dev.sidecache.exchange;

import dev.sidecache.caching.CacheStatus;
import dev.sidecache.caching.Tier;
import dev.sidecache.http.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a fresh answer from the cache adds, Age and Cache-Status. They change once a
 * second, so those made last are kept for hits of the same age. Source: RFC 9111, Section 5.1; RFC
 * 9211, Section 2. Safe for all threads.
 */
final class HitFields {
  private static final int SLOTS = 256;

  /** NB: written through races; what is read is immutable and says what it is for. */
  private final @Nullable Made[] made = new @Nullable Made[SLOTS];

  private record Made(long ageSeconds, long ttlSeconds, Tier tier, Fields fields) {
    boolean isFor(long age, long ttl, Tier from) {
      return ageSeconds == age && ttlSeconds == ttl && tier == from;
    }
  }

  /**
   * The fields of one hit.
   *
   * @param ttlSeconds what remains of the lifetime
   */
  Fields of(long ageSeconds, long ttlSeconds, Tier tier) {
    int slot = (int) ((31 * ageSeconds + ttlSeconds) & (SLOTS - 1));
    Made known = made[slot];
    if (known == null || !known.isFor(ageSeconds, ttlSeconds, tier)) {
      Fields age = Fields.of("Age", Long.toString(ageSeconds));
      Fields fields = CacheStatus.hit(ttlSeconds, tier).appendTo(age);
      known = new Made(ageSeconds, ttlSeconds, tier, fields);
      made[slot] = known;
    }
    return known.fields;
  }
}
