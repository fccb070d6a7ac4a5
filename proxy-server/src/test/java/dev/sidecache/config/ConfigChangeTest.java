package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigChangeTest {
  private static final String YAML =
      """
      version: 1
      upstream: { url: "http://127.0.0.1:9" }
      cache: { store: memory, max_entry_size: %s }
      defaults: { unmatched: origin }
      """;

  private static ProxyConfig config(String longest) {
    ConfigLoader.Result result =
        ConfigLoader.parse(
            "test.yaml",
            YAML.formatted(longest),
            new ConfigLoader.Surroundings(Map.of(), Map.of(), 1L << 30));
    assertThat(result.errors()).isEmpty();
    return ((ConfigLoader.Result.Valid) result).config();
  }

  @Test
  void requestsOfNoRouteStoreNoMoreThanTheStoreTakes() {
    ConfigChange change = ConfigChange.between(config("1MiB"), config("2MiB"), 1 << 20);

    assertThat(change.next().rules().allRoutes())
        .singleElement()
        .satisfies(route -> assertThat(route.policy().maxEntrySizeBytes()).isEqualTo(1 << 20));
    assertThat(change.restartRequired()).containsExactly("cache.max_entry_size");
  }

  @Test
  void lessContentNeedsNoRestart() {
    ConfigChange change = ConfigChange.between(config("1MiB"), config("1KiB"), 1 << 20);

    assertThat(change.next().rules().allRoutes())
        .singleElement()
        .satisfies(route -> assertThat(route.policy().maxEntrySizeBytes()).isEqualTo(1 << 10));
    assertThat(change.restartRequired()).isEmpty();
  }
}
