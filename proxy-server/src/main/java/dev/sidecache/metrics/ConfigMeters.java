package dev.sidecache.metrics;

import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows which configuration runs and whether the last attempt to load one was accepted.
 *
 * <table>
 * <caption>The meters of the configuration</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>config_last_reload_successful</td><td>none</td></tr>
 * <tr><td>config_last_reload_success_timestamp_seconds</td><td>none</td></tr>
 * <tr><td>config_info</td><td>hash</td></tr>
 * </table>
 */
public final class ConfigMeters {
  private final MetricsRegistry registry;
  private volatile boolean successful = true;
  private volatile Instant loaded;
  private @Nullable String hash;

  /**
   * Meters of the configuration that the process has started with.
   *
   * @param hash short digest of the configuration
   */
  public ConfigMeters(MetricsRegistry registry, String hash, Instant now) {
    this.registry = registry;
    this.loaded = now;
    registry.gauge(
        "config.last.reload.successful",
        "1 if the last attempt to load a configuration was accepted.",
        Tags.empty(),
        () -> successful ? 1 : 0);
    registry.gauge(
        "config.last.reload.success.timestamp.seconds",
        "When the running configuration was loaded, in seconds since 1970.",
        Tags.empty(),
        () -> loaded.toEpochMilli() / 1e3);
    loaded(hash, now);
  }

  /** A configuration was accepted. */
  public synchronized void loaded(String newHash, Instant now) {
    successful = true;
    loaded = now;
    if (!newHash.equals(hash)) {
      registry.removeGauge("config.info");
      hash = newHash;
      DoubleSupplier one = () -> 1;
      registry.gauge(
          "config.info",
          "Digest of the running configuration; always 1.",
          Tags.of("hash", newHash),
          one);
    }
  }

  /** A configuration was refused; the running one stays. */
  public void refused() {
    successful = false;
  }
}
