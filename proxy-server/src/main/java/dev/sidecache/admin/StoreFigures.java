package dev.sidecache.admin;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the cache.
 *
 * @param l1Entries stored responses in memory
 * @param l1Bytes memory they take
 * @param l1MaxBytes memory they may take
 * @param redisKeys keys of the database; null if unknown or without Redis
 * @param redisBytes memory of the database; null if unknown or without Redis
 */
public record StoreFigures(
    long l1Entries,
    long l1Bytes,
    long l1MaxBytes,
    @Nullable Long redisKeys,
    @Nullable Long redisBytes) {

  /** Where they come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads the figures, those of Redis at most once a minute. Called on {@code loop}; the handler
     * is called on it too, exactly once, possibly before this returns.
     */
    void read(ScheduledExecutorService loop, Consumer<StoreFigures> handler);
  }
}
