package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.VersionedOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md against a real scrape. */
class MetricsDocumentIT {
  private static final Pattern NAMED = Pattern.compile("`(sidecache_[a-z_]+)(\\{([a-z,]+)})?`");
  private static final String RULES =
      """
      cache: { redis: { command_budget: 500000/month } }
      tracing: { otlp_endpoint: "http://127.0.0.1:9" }
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
        - { name: never, match: { path: "/never" }, ttl: 0 }
      """;

  private static String document() throws IOException {
    return Files.readString(Checkout.root().resolve("docs/metrics.md"));
  }

  private static String scraped() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start();
        VersionedOrigin origin = new VersionedOrigin();
        RunningProxy proxy =
            RunningProxy.start(origin.url(), RULES, Map.of("REDIS_URL", redis.url()))
                .awaitCache()) {
      proxy.get("/items/1", null);
      proxy.get("/items/1", null);
      proxy.get("/never", null);
      proxy.put("/items/1", null);
      return proxy.admin("GET", "/metrics", "").body();
    }
  }

  @Test
  void everyMetricStandsThereWithItsLabels() throws Exception {
    String scrape = scraped();
    Set<String> real =
        scrape
            .lines()
            .filter(line -> line.startsWith("# TYPE sidecache_"))
            .map(line -> line.split(" ", -1)[2])
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> named = new TreeSet<>();
    Matcher matcher = NAMED.matcher(document());
    while (matcher.find()) {
      named.add(matcher.group(1));
      String labels = matcher.group(3);
      if (labels != null) {
        for (String label : labels.split(",", -1)) {
          assertThat(scrape)
              .as(matcher.group())
              .containsPattern(matcher.group(1) + "(_bucket)?\\{([^}]*,)?" + label + "=");
        }
      }
    }
    assertThat(named).isEqualTo(real);
  }

  @Test
  void othersThatAreNamedExist() throws Exception {
    String scrape = scraped();
    Matcher matcher = Pattern.compile("`((process|jvm)_[a-z_]+)`").matcher(document());
    while (matcher.find()) {
      assertThat(scrape).contains("# TYPE " + matcher.group(1) + " ");
    }
  }
}
