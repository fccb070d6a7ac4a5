package dev.sidecache.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before a server is tried again. Source: redis.md, Section 3. */
final class Pauses {
  /** After it refused our credentials or rights. */
  static final Duration REFUSED = Duration.ofSeconds(30);

  /** After it had too many connections. */
  static final Duration CROWDED = Duration.ofSeconds(5);

  private static final int MIN_MILLIS = 20;
  private static final int MAX_MILLIS = 500;

  private Pauses() {}

  /** After it could not be reached, or not used. */
  static Duration usual() {
    return between(MIN_MILLIS, MAX_MILLIS);
  }

  /** Full jitter: of many instances that lost the same server, few return at once. */
  static Duration between(int minMillis, int maxMillis) {
    return Duration.ofMillis(ThreadLocalRandom.current().nextInt(minMillis, maxMillis + 1));
  }
}
