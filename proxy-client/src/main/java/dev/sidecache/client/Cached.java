package dev.sidecache.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the cache in front of a function.
 *
 * <pre>{@code
 * Function<Long, Profile> load =
 *     Cached.function(cache, Profile.class)
 *         .key(id -> "profile:" + id)
 *         .ttl(Duration.ofMinutes(5))
 *         .wrap(repository::load);
 * }</pre>
 *
 * While the cache is not available, the function is called through. Its exceptions pass, and {@code
 * null} is not kept. Immutable: each step gives a new one.
 *
 * @param <K> what the function takes, at the most general
 * @param <V> what it gives
 */
public final class Cached<K, V> {
  private final SidecacheClient cache;
  private final BiFunction<SidecacheClient, String, Optional<V>> lookup;
  private final @Nullable Function<? super K, String> key;
  private final @Nullable Duration ttl;
  private final Function<? super V, ? extends Collection<String>> tags;

  private Cached(
      SidecacheClient cache,
      BiFunction<SidecacheClient, String, Optional<V>> lookup,
      @Nullable Function<? super K, String> key,
      @Nullable Duration ttl,
      Function<? super V, ? extends Collection<String>> tags) {
    this.cache = cache;
    this.lookup = lookup;
    this.key = key;
    this.ttl = ttl;
    this.tags = tags;
  }

  /** In front of a function that gives values of a class. */
  public static <V> Cached<Object, V> function(SidecacheClient cache, Class<V> type) {
    return new Cached<>(cache, (c, key) -> c.get(key, type), null, null, value -> List.of());
  }

  /** In front of a function that gives values of a generic type. */
  public static <V> Cached<Object, V> function(SidecacheClient cache, TypeReference<V> type) {
    return new Cached<>(cache, (c, key) -> c.get(key, type), null, null, value -> List.of());
  }

  /**
   * How an argument becomes a key. Write the parameter's type if you need it: {@code (Long id)}.
   */
  public <A extends K> Cached<A, V> key(Function<? super A, String> keyOfArgument) {
    return new Cached<>(cache, lookup, keyOfArgument, ttl, tags);
  }

  /** How long values are kept. */
  public Cached<K, V> ttl(Duration lifetime) {
    Keys.ttl(lifetime);
    return new Cached<>(cache, lookup, key, lifetime, tags);
  }

  /** The tags of each value. */
  public Cached<K, V> tags(String... ofEach) {
    List<String> same = List.of(ofEach);
    return tags(value -> same);
  }

  /** The tags of a value, from the value. */
  public Cached<K, V> tags(Function<? super V, ? extends Collection<String>> ofValue) {
    return new Cached<>(cache, lookup, key, ttl, ofValue);
  }

  /**
   * The function with the cache in front of it.
   *
   * @throws IllegalStateException if key or TTL is not set
   */
  public <A extends K> Function<A, V> wrap(Function<? super A, ? extends V> load) {
    Function<? super K, String> keyOfArgument = key;
    Duration lifetime = ttl;
    if (keyOfArgument == null || lifetime == null) {
      throw new IllegalStateException("set key and ttl before wrap");
    }
    return argument -> {
      String name = keyOfArgument.apply(argument);
      Optional<V> kept = lookup.apply(cache, name);
      if (kept.isPresent()) {
        return kept.get();
      }
      V value = load.apply(argument);
      if (value != null) {
        cache.put(name, value, lifetime, tags.apply(value).toArray(new String[0]));
      }
      return value;
    };
  }
}
