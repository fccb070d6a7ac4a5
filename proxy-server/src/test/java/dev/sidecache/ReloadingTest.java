package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.admin.Configurations.Outcome;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigReader;
import dev.sidecache.config.ConfigSource;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.metrics.ConfigMeters;
import dev.sidecache.metrics.MetricsRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever waits for a reload is answered, whatever happens. */
class ReloadingTest {
  private static final String YAML = "version: 1\nupstream: { url: \"http://127.0.0.1:9\" }\n";

  private final ConfigLoader.Surroundings surroundings =
      new ConfigLoader.Surroundings(Map.of(), Map.of(), 1L << 30);
  private final Reloading reloading = reloading();

  private Reloading reloading() {
    Path nowhere = Path.of("no-such-directory");
    ConfigReader reader = new ConfigReader(new ConfigSource(nowhere, nowhere), null, surroundings);
    ProxyConfig config =
        ((ConfigLoader.Result.Valid) ConfigLoader.parse("test.yaml", YAML, surroundings)).config();
    MetricsRegistry registry = new MetricsRegistry(new MetricsRegistry.Build("test", "test", "17"));
    return new Reloading(
        new Reloading.Start(config, reader, 1 << 20),
        next -> {
          throw new IllegalStateException("cannot be put to use");
        },
        new ConfigMeters(registry, "0", Instant.EPOCH),
        InstantSource.system());
  }

  @AfterEach
  void end() {
    reloading.close();
  }

  private Outcome reload() throws Exception {
    CompletableFuture<Outcome> told = new CompletableFuture<>();
    reloading.reload(YAML, "a test", told::complete);
    return told.get(10, TimeUnit.SECONDS);
  }

  private static String message(Outcome outcome) {
    return ((Outcome.Refused) outcome).errors().get(0).message();
  }

  @Test
  void failureIsTold() throws Exception {
    assertThat(message(reload())).isEqualTo("could not put it to use");
    assertThat(reloading.running().generation()).isEqualTo(1);
  }

  @Test
  void endIsTold() throws Exception {
    reloading.close();

    assertThat(message(reload())).isEqualTo("is stopping");
  }
}
