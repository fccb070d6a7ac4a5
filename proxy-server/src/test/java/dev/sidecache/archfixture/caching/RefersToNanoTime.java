package dev.sidecache.archfixture.caching;

import java.util.function.LongSupplier;

/** A decision that reads the clock by a method reference. */
final class RefersToNanoTime {
  static final LongSupplier NANOS = System::nanoTime;

  private RefersToNanoTime() {}
}
