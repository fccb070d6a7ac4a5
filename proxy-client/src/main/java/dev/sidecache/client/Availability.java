package dev.sidecache.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Whether the cache was of use the last time; tells each change once, in one log line. */
final class Availability {
  private static final Logger LOG = System.getLogger("dev.sidecache.client");

  private final String address;
  private final LongSupplier nanoTime;
  private final long restNanos;
  private final AtomicBoolean available = new AtomicBoolean(true);
  private final AtomicBoolean resting = new AtomicBoolean();
  private final AtomicLong restsUntil = new AtomicLong();

  /**
   * A cache that is thought to be available.
   *
   * @param restNanos how long a proxy that did not answer is left alone
   */
  Availability(String address, LongSupplier nanoTime, long restNanos) {
    this.address = address;
    this.nanoTime = nanoTime;
    this.restNanos = restNanos;
  }

  /** Whether asking makes sense: not within the rest after an answer that did not come. */
  boolean mayAsk() {
    return !resting.get() || nanoTime.getAsLong() - restsUntil.get() >= 0;
  }

  /** The cache was of use. */
  void available() {
    resting.set(false);
    if (available.compareAndSet(false, true)) {
      LOG.log(Level.INFO, "sidecache enabled: " + address);
    }
  }

  /** The proxy answered that it cannot help. */
  void unavailable(String reason) {
    resting.set(false);
    tell(reason);
  }

  /** The proxy did not answer: it is left alone for a while, so that callers do not wait again. */
  void unreachable(String reason) {
    restsUntil.set(nanoTime.getAsLong() + restNanos);
    resting.set(true);
    tell(reason);
  }

  private void tell(String reason) {
    if (available.compareAndSet(true, false)) {
      LOG.log(
          Level.WARNING, "sidecache disabled: " + reason + "; values are neither read nor kept");
    }
  }
}
