package dev.sidecache.archfixture.caching;

import java.time.Instant;

/** A decision that reads the clock. */
final class ReadsInstant {
  private ReadsInstant() {}

  static Instant now() {
    return Instant.now();
  }
}
