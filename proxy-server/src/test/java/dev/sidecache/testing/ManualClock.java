package dev.sidecache.testing;

import java.time.Duration;
import java.time.Instant;

/**
 * A monotonic clock and a wall clock that move together, and only when told. Starts at an arbitrary
 * moment, so that nothing rests on zero.
 */
public final class ManualClock {
  private long nanos = 1_000_000_000L;
  private Instant wall = Instant.parse("2026-03-01T09:30:00Z");

  /** The monotonic clock. */
  public long nanoTime() {
    return nanos;
  }

  /** The wall clock. */
  public Instant now() {
    return wall;
  }

  /** The wall clock in milliseconds. */
  public long millis() {
    return wall.toEpochMilli();
  }

  public void advance(Duration by) {
    advanceNanos(by.toNanos());
  }

  public void advanceNanos(long by) {
    nanos += by;
    wall = wall.plusNanos(by);
  }

  /** Moves the monotonic clock to a moment that is not past. */
  public void advanceTo(long nanoTime) {
    advanceNanos(Math.max(0, nanoTime - nanos));
  }

  /** Moves the wall clock alone, as on a machine that was suspended or whose clock was set. */
  public void advanceWallOnly(Duration by) {
    wall = wall.plus(by);
  }
}
