package dev.sidecache.config;

import dev.sidecache.config.ConfigLoader.Surroundings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is shared while one configuration is read. */
final class Reading {
  private final Surroundings surroundings;
  private final Findings findings;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Map<String, String> routeNames = new LinkedHashMap<>();
  private final Map<String, String> ruleNames = new LinkedHashMap<>();
  private CacheSection.Store store = CacheSection.Store.REDIS;
  private RouteShape.@Nullable Inherited inherited;
  private Map<String, Duration> presets = new LinkedHashMap<>();

  Reading(Surroundings surroundings, Findings findings) {
    this.surroundings = surroundings;
    this.findings = findings;
  }

  Findings findings() {
    return findings;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /** The value of a flag, or null. */
  @Nullable String flag(String name) {
    return surroundings.flags().get(name);
  }

  /** The value of a variable; empty counts as unset. */
  @Nullable String variable(String name) {
    String value = surroundings.environment().get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** The lifetimes that have names, in the order to be told. */
  Map<String, Duration> presets() {
    return presets;
  }

  void presets(Map<String, Duration> named) {
    presets = named;
  }

  /** Where responses are kept; read before what Redis needs. */
  CacheSection.Store store() {
    return store;
  }

  void store(CacheSection.Store chosen) {
    store = chosen;
  }

  /** What routes take where they say nothing themselves; read before them. */
  RouteShape.Inherited inherited() {
    if (inherited == null) {
      throw new IllegalStateException("routes read before their defaults");
    }
    return inherited;
  }

  void inherited(RouteShape.Inherited values) {
    inherited = values;
  }

  /** Names of routes, with the path of each. */
  Map<String, String> routeNames() {
    return routeNames;
  }

  /** Names of invalidation rules, with the path of each. */
  Map<String, String> ruleNames() {
    return ruleNames;
  }

  /** Remembers an effective value. */
  void effective(String path, Setting setting) {
    settings.put(path, setting);
  }

  /** Remembers that a path has the value, and the source, of another. */
  void inherits(String path, String from) {
    Setting setting = settings.get(from);
    if (setting != null) {
      settings.put(path, setting);
    }
  }

  Map<String, Setting> settings() {
    return settings;
  }
}
