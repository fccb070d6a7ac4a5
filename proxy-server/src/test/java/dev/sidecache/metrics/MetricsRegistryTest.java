package dev.sidecache.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsRegistryTest {
  private static final Pattern SERIES = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? .*");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  /** The metrics that users rely on, each with its labels; {@code le} belongs to histograms. */
  private static final Map<String, Set<String>> CONTRACT = new TreeMap<>();

  static {
    add("requests_total", "route", "method", "code", "cache");
    histogram("request_duration_seconds", "route", "cache");
    add("not_stored_total", "route", "reason");
    add("bypass_total", "reason");
    add("stores_total", "tier", "route");
    add("stored_bytes_total", "tier", "route");
    add("entries", "tier");
    add("size_bytes", "tier");
    add("max_size_bytes", "tier");
    add("cache_lookups_total", "tier", "result");
    add("evictions_total", "tier", "reason");
    add("invalidations_total", "source", "kind");
    add("invalidations_pending");
    add("coalesced_requests_total", "route");
    add("time_saved_seconds_total", "route");
    add("shadow_comparisons_total", "route");
    add("shadow_mismatches_total", "route");
    add("upstream_requests_total", "route", "outcome");
    histogram("upstream_duration_seconds", "route");
    add("upstream_connections", "state");
    add("upstream_breaker", "state");
    add("upstream_shed_total", "reason");
    add("upstream_retries_total");
    add("redis_up");
    add("redis_reconnects_total");
    add("redis_commands_total", "command", "outcome");
    histogram("redis_command_duration_seconds", "command", "outcome");
    add("jwks_fetches_total", "outcome");
    add("config_last_reload_successful");
    add("config_last_reload_success_timestamp_seconds");
    add("config_info", "hash");
    add("build_info", "version", "revision", "java");
    add("spans_exported_total");
    add("spans_dropped_total", "reason");
    add("unmarked_mutations_total");
    histogram("mutation_hold_seconds");
    add("stamp_mismatches_total");
    add("lease_hits_total");
    add("dirty_tags");
    add("settling_seconds_total");
    add("version_inits_total");
  }

  private final AllMeters meters = new AllMeters();

  @AfterEach
  void close() {
    meters.close();
  }

  private static void add(String name, String... labels) {
    CONTRACT.put("sidecache_" + name, Set.of(labels));
  }

  private static void histogram(String name, String... labels) {
    add(name + "_count", labels);
    add(name + "_sum", labels);
    Set<String> withBound = new TreeSet<>(List.of(labels));
    withBound.add("le");
    CONTRACT.put("sidecache_" + name + "_bucket", withBound);
  }

  @Test
  void namesAndLabelsAreThoseOfTheContract() {
    meters.feedEach();
    Map<String, Set<String>> found = new TreeMap<>();
    for (String line : meters.lines()) {
      Matcher series = SERIES.matcher(line);
      assertThat(series.matches()).as(line).isTrue();
      if (series.group(1).startsWith("sidecache_")) {
        Set<String> labels = found.computeIfAbsent(series.group(1), name -> new TreeSet<>());
        Matcher label = LABEL.matcher(series.group(2) == null ? "" : series.group(2));
        while (label.find()) {
          labels.add(label.group(1));
        }
      }
    }
    assertThat(found).isEqualTo(CONTRACT);
  }

  @Test
  void everyMetricIsOfOursTheProcessOrTheJvm() {
    assertThat(meters.lines())
        .isNotEmpty()
        .allMatch(line -> line.matches("(sidecache|process|jvm)_.*"));
    assertThat(meters.lines())
        .anyMatch(line -> line.startsWith("process_uptime_seconds "))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
  }

  @Test
  void everyMetricHasHelp() {
    String text = meters.feedEach().registry.scrape(null).text();
    List<String> typed = after("# TYPE ", text);
    assertThat(typed).isNotEmpty();
    assertThat(after("# HELP ", text)).containsExactlyElementsOf(typed);
    assertThat(text.lines().filter(line -> line.startsWith("# HELP sidecache_")))
        .isNotEmpty()
        .allMatch(line -> line.endsWith(".") || line.endsWith("always 1."));
  }

  private static List<String> after(String prefix, String text) {
    List<String> names = new ArrayList<>();
    text.lines()
        .filter(line -> line.startsWith(prefix))
        .forEach(line -> names.add(line.substring(prefix.length()).split(" ", 2)[0]));
    return names;
  }

  @Test
  void noPercentileAndNoMaximumIsShown() {
    assertThat(meters.feedEach().lines())
        .isNotEmpty()
        .noneMatch(line -> line.matches("[a-z_]*_max[{ ].*"))
        .noneMatch(line -> line.contains("quantile="));
  }

  @Test
  void bucketsRunFromHalfAMillisecondToHalfAMinute() {
    meters.observer.completed(Exchanges.hit());
    List<String> bounds =
        meters.lines().stream()
            .filter(line -> line.startsWith("sidecache_request_duration_seconds_bucket"))
            .map(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
            .toList();
    assertThat(bounds)
        .containsExactly(
            "5.0E-4", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5",
            "1.0", "2.5", "5.0", "10.0", "30.0", "+Inf");
  }

  @Test
  void openMetricsIsGivenToWhoAsksForIt() {
    MetricsRegistry.Scrape plain = meters.registry.scrape("text/plain");
    MetricsRegistry.Scrape open =
        meters.registry.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assertThat(plain.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(plain.text()).doesNotContain("# EOF");
    assertThat(open.contentType())
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.text()).endsWith("# EOF\n").contains("sidecache_redis_up 1.0");
  }

  @Test
  void buildAndConfigurationAreTold() {
    assertThat(meters.value("build_info{java=\"17.0.15\",revision=\"10d0af5\",version=\"0.1.0\"}"))
        .isEqualTo(1);
    assertThat(meters.value("config_info{hash=\"9f2c41d0\"}")).isEqualTo(1);
    assertThat(meters.value("config_last_reload_successful")).isEqualTo(1);
    assertThat(meters.value("config_last_reload_success_timestamp_seconds"))
        .isEqualTo(1772355600.5);
  }

  @Test
  void refusedConfigurationShowsAndTheRunningOneStays() {
    meters.config.refused();
    assertThat(meters.value("config_last_reload_successful")).isZero();
    assertThat(meters.value("config_info{hash=\"9f2c41d0\"}")).isEqualTo(1);
  }

  @Test
  void acceptedConfigurationReplacesTheHash() {
    meters.config.refused();
    meters.config.loaded("0a0b0c0d", java.time.Instant.ofEpochSecond(1772359200));
    assertThat(meters.value("config_last_reload_successful")).isEqualTo(1);
    assertThat(meters.value("config_info{hash=\"9f2c41d0\"}")).isNull();
    assertThat(meters.value("config_info{hash=\"0a0b0c0d\"}")).isEqualTo(1);
    assertThat(meters.value("config_last_reload_success_timestamp_seconds")).isEqualTo(1772359200);
  }
}
