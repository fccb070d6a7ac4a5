package dev.sidecache.archfixture.origin;

import java.time.Instant;

/** Sleeps; the clock is no fault here. */
final class Sleeps {
  private Sleeps() {}

  static Instant sleep() throws InterruptedException {
    Thread.sleep(1);
    return Instant.now();
  }
}
