package dev.sidecache.client;

import org.jspecify.annotations.Nullable;

/**
 * How the proxy is.
 *
 * @param status {@code healthy}, {@code starting}, {@code draining} or {@code unhealthy}
 * @param cache whether the cache is used
 */
public record ClientHealth(String status, Cache cache) {

  public boolean isHealthy() {
    return status.equals("healthy");
  }

  /**
   * Whether the cache is used.
   *
   * @param hitRate 0 to 1 since the proxy's start
   * @param memoryUsed for people, such as {@code 4.2M}
   * @param reason why it is not used, else null
   */
  public record Cache(
      boolean enabled, double hitRate, String memoryUsed, @Nullable String reason) {}
}
