package dev.sidecache.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy has counted.
 *
 * @param mode {@code serve}, {@code observe} or {@code shadow}
 * @param store {@code redis} or {@code memory}
 * @param cache whether the cache is used
 * @param window {@code 1m}, {@code 5m}, {@code 1h} or {@code all}
 * @param keys number of stored responses and values
 * @param memory what they take
 * @param hits answered without the backend, or with its confirmation only
 * @param misses looked up and not found
 * @param hitRate 0 to 1
 * @param notStored responses not stored, by reason
 * @param bypassed requests not looked up, by reason
 * @param backendCallsAvoided hits for which the backend was not asked
 * @param timeSavedS seconds those would have taken
 * @param commands what is spent of the command budget; null without one
 */
public record ClientStats(
    String mode,
    String store,
    Cache cache,
    String window,
    Keys keys,
    Memory memory,
    long hits,
    long misses,
    double hitRate,
    Map<String, Long> notStored,
    Map<String, Long> bypassed,
    long backendCallsAvoided,
    double timeSavedS,
    @Nullable Commands commands) {
  public ClientStats {
    notStored = Map.copyOf(notStored);
    bypassed = Map.copyOf(bypassed);
  }

  /**
   * Whether the cache is used.
   *
   * @param reason why not, else null
   * @param endpoint of Redis without credentials; null without Redis
   * @param transport {@code resp} or {@code rest}; null without Redis
   */
  public record Cache(
      boolean enabled,
      @Nullable String reason,
      @Nullable String endpoint,
      @Nullable String transport) {}

  /**
   * Numbers of stored responses and values.
   *
   * @param l1 in the proxy's memory
   * @param redis keys of the database; null if unknown or without Redis
   */
  public record Keys(long l1, @Nullable Long redis) {}

  /**
   * Bytes.
   *
   * @param l1Bytes in the proxy's memory
   * @param l1MaxBytes the most they may be
   * @param redisBytes of the database; null if unknown or without Redis
   */
  public record Memory(long l1Bytes, long l1MaxBytes, @Nullable Long redisBytes) {}

  /**
   * Commands of all instances together.
   *
   * @param spent in this period so far
   * @param budget what may be
   * @param period {@code month} or {@code day}
   * @param forecast for its end
   * @param warning whether 80 % are spent
   */
  public record Commands(long spent, long budget, String period, long forecast, boolean warning) {}
}
