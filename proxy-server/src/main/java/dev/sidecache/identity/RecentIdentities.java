package dev.sidecache.identity;

import dev.sidecache.caching.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Identities found lately, so that a token is parsed and verified once and not per request.
 * Bounded: a new one takes the place of another. Nothing rests on it: what is not found is found
 * anew.
 */
final class RecentIdentities {
  private static final int SIZE = 4096;

  /** How long a verification is relied on, at most. */
  private static final Duration TRUST = Duration.ofSeconds(60);

  private final AtomicReferenceArray<@Nullable Known> slots = new AtomicReferenceArray<>(SIZE);

  /** The identity, the raw hash it was found for, and until when it counts. */
  private record Known(String raw, Identity identity, Instant from, Instant until) {}

  @Nullable Identity find(String raw, Instant now) {
    Known known = slots.get(slot(raw));
    boolean counts =
        known != null
            && known.raw.equals(raw)
            && !now.isBefore(known.from)
            && now.isBefore(known.until);
    return counts ? known.identity : null;
  }

  /** NB: past its end a token no longer verifies, so that its identity changes. */
  void keep(String raw, Identity identity, Instant now, @Nullable Instant end) {
    Instant until = now.plus(TRUST);
    slots.set(slot(raw), new Known(raw, identity, now, earlier(until, end)));
  }

  private static Instant earlier(Instant one, @Nullable Instant other) {
    return other != null && other.isBefore(one) ? other : one;
  }

  private static int slot(String raw) {
    return Math.floorMod(raw.hashCode(), SIZE);
  }
}
