package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.testing.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Configurations for tests. */
final class Configs {
  /** The smallest file. */
  static final String SMALLEST = "version: 1\nupstream: { url: http://127.0.0.1:3000 }\n";

  /** What the files of {@code config/} name without a default. */
  static final Map<String, String> VARIABLES =
      Map.of(
          "REDIS_PASSWORD", "p",
          "UPSTASH_URL", "https://example.upstash.io",
          "UPSTASH_TOKEN", "t",
          "JWT_SECRET", "s");

  private static final long HEAP = 1L << 30;

  private Configs() {}

  /** The text of a file of {@code config/}. */
  static String file(String name) {
    try {
      return Files.readString(Checkout.root().resolve("config").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Result parse(String yaml) {
    return parse(yaml, VARIABLES, Map.of());
  }

  static Result parse(String yaml, Map<String, String> environment, Map<String, String> flags) {
    return ConfigLoader.parse("sidecache.yaml", yaml, new Surroundings(environment, flags, HEAP));
  }

  /** The configuration of a text that must be valid. */
  static ProxyConfig valid(String yaml) {
    return valid(yaml, VARIABLES, Map.of());
  }

  static ProxyConfig valid(
      String yaml, Map<String, String> environment, Map<String, String> flags) {
    Result result = parse(yaml, environment, flags);
    assertThat(result.errors()).isEmpty();
    return ((Result.Valid) result).config();
  }
}
