package dev.sidecache.cli;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigReader;
import dev.sidecache.config.ConfigSource;
import dev.sidecache.config.ProxyConfig;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a configuration comes from: the flags that all verbs with one share. */
final class ConfigOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration; without it SIDECACHE_CONFIG…, then ./sidecache.yaml.")
  @Nullable String file;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "The backend (upstream.url, UPSTREAM_URL).")
  @Nullable String upstream;

  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      description = "Where clients connect (server.listen), such as :8080.")
  @Nullable String listen;

  @Option(
      names = "--store",
      paramLabel = "redis|memory",
      description = "Where answers are kept (cache.store).")
  @Nullable String store;

  @Option(
      names = "--mode",
      paramLabel = "serve|observe|shadow",
      description = "What is done with decisions (mode).")
  @Nullable String mode;

  /** Whether a configuration was named, or a part of one. */
  boolean isGiven() {
    return file != null || !flags().isEmpty();
  }

  /** Whether there is a configuration where one is looked for. */
  boolean isAnywhere() {
    Map<String, String> environment = System.getenv();
    return environment.keySet().stream().anyMatch(name -> name.startsWith("SIDECACHE_CONFIG"))
        || environment.containsKey("UPSTREAM_URL")
        || reader(environment).file() != null;
  }

  /** The configuration, with its warnings on standard error; null, and all errors there, if bad. */
  @Nullable ProxyConfig load() {
    return load(System.getenv());
  }

  @Nullable ProxyConfig load(Map<String, String> environment) {
    return told(reader(environment).read());
  }

  /** What reads the configuration, now and again. */
  ConfigReader reader(Map<String, String> environment) {
    return new ConfigReader(
        ConfigSource.ofProcess(),
        file,
        new ConfigLoader.Surroundings(environment, flags(), Runtime.getRuntime().maxMemory()));
  }

  /** The configuration, with its warnings on standard error; null, and all errors there, if bad. */
  static @Nullable ProxyConfig told(ConfigLoader.Result result) {
    result.findings().forEach(System.err::println);
    return result instanceof ConfigLoader.Result.Valid valid ? valid.config() : null;
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>();
    put(flags, "--upstream", upstream);
    put(flags, "--listen", listen);
    put(flags, "--store", store);
    put(flags, "--mode", mode);
    return flags;
  }

  private static void put(Map<String, String> flags, String name, @Nullable String value) {
    if (value != null) {
      flags.put(name, value);
    }
  }
}
