package dev.sidecache.config;

import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of one process, once at its start and again whenever that is asked. */
public final class ConfigReader {
  private final ConfigSource source;
  private final @Nullable String named;
  private final Surroundings surroundings;
  private ConfigSource.@Nullable Found last;

  /**
   * A reader of what is found.
   *
   * @param named a file that was named, or null
   */
  public ConfigReader(ConfigSource source, @Nullable String named, Surroundings surroundings) {
    this.source = source;
    this.named = named;
    this.surroundings = surroundings;
  }

  /** What the source says now. */
  public synchronized Result read() {
    ConfigSource.Found found = find();
    last = found;
    return ConfigLoader.of(found, surroundings);
  }

  /** What a text says that comes from elsewhere, under the same flags and variables. */
  public Result parse(String name, String yaml) {
    return ConfigLoader.parse(name, yaml, surroundings);
  }

  /** Whether the source says something else than when it was last read. */
  public synchronized boolean isChanged() {
    return !find().equals(last);
  }

  /** The file to be watched; null if the configuration is in none. */
  public synchronized @Nullable Path file() {
    ConfigSource.Found found = last == null ? find() : last;
    return found instanceof ConfigSource.Found.Document document ? document.file() : null;
  }

  private ConfigSource.Found find() {
    return source.find(named, surroundings.environment());
  }
}
