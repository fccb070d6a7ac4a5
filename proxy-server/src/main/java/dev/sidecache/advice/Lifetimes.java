package dev.sidecache.advice;

import java.time.Duration;
import java.util.List;

/** The lifetimes on trial beside the configured one, ascending. */
final class Lifetimes {
  static final List<Long> SECONDS = List.of(10L, 60L, 300L, 1_800L, 3_600L, 86_400L);

  /** The longest. */
  static final Duration LONGEST = Duration.ofSeconds(SECONDS.get(SECONDS.size() - 1));

  private Lifetimes() {}
}
