package dev.sidecache.rule;

import java.time.Duration;

/** How long a route's responses stay fresh: as the rule says, or as the origin says. */
public sealed interface Ttl {

  /** The freshness lifetime that RFC 9111, Section 4.2.1 gives. */
  record Origin() implements Ttl {}

  /** A lifetime of the rule's own; zero stores nothing. */
  record Fixed(Duration lifetime) implements Ttl {
    public Fixed {
      if (lifetime.isNegative()) {
        throw new IllegalArgumentException("ttl: " + lifetime + " (expected: 0 or more)");
      }
    }
  }
}
