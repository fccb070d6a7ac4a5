package dev.sidecache.admin;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the process is at this moment; told by whoever starts, drains and watches it. */
public final class HealthState {
  private static final String CLOSED = "closed";

  private final Supplier<Cache> cache;
  private final DoubleSupplier hitRate;
  private final LongSupplier memoryUsedBytes;
  private volatile boolean started;
  private volatile boolean draining;
  private volatile boolean originAnswers = true;
  private volatile Supplier<String> breaker = () -> CLOSED;

  /**
   * A process that is starting.
   *
   * @param cache whether the cache is used, read at each question without I/O
   * @param hitRate 0 to 1, since the start
   * @param memoryUsedBytes what stored responses take, as last known
   */
  public HealthState(Supplier<Cache> cache, DoubleSupplier hitRate, LongSupplier memoryUsedBytes) {
    this.cache = cache;
    this.hitRate = hitRate;
    this.memoryUsedBytes = memoryUsedBytes;
  }

  /** The configuration is loaded and the listeners are open. */
  public void started() {
    started = true;
  }

  /** No new work is wanted; never taken back. */
  public void draining() {
    draining = true;
  }

  /** Tells whether the origin has answered its health path; without one, never called. */
  public void originAnswers(boolean answers) {
    originAnswers = answers;
  }

  /** From now on the phase of the origin's breaker is told. */
  public void watchOrigin(Supplier<String> phase) {
    breaker = phase;
  }

  /** {@code open} or {@code half_open} while requests to the origin are refused, else null. */
  public @Nullable String breaker() {
    String phase = breaker.get();
    return phase.equals(CLOSED) ? null : phase;
  }

  public boolean isStarted() {
    return started;
  }

  public boolean isDraining() {
    return draining;
  }

  public Status status() {
    if (draining) {
      return Status.DRAINING;
    }
    if (!started) {
      return Status.STARTING;
    }
    return originAnswers ? Status.HEALTHY : Status.UNHEALTHY;
  }

  public Cache cache() {
    return cache.get();
  }

  public double hitRate() {
    return hitRate.getAsDouble();
  }

  public long memoryUsedBytes() {
    return memoryUsedBytes.getAsLong();
  }

  /** The process in one word. */
  public enum Status {
    HEALTHY,
    STARTING,
    DRAINING,
    UNHEALTHY
  }

  /**
   * Whether the cache is used.
   *
   * @param reason why not, a word of {@link dev.sidecache.caching.Bypass}; null if it is
   */
  public record Cache(@Nullable String reason) {
    public static final Cache ENABLED = new Cache(null);

    public boolean isEnabled() {
      return reason == null;
    }
  }
}
