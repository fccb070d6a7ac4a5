package dev.sidecache.client;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Purges tags after a function has changed something.
 *
 * <pre>{@code
 * Function<Profile, Profile> save =
 *     CacheInvalidate.function(cache)
 *         .tags((Profile saved) -> List.of("profile:" + saved.id()))
 *         .wrap(repository::save);
 * }</pre>
 *
 * The function's result comes back when the purge holds in all instances. If the proxy is away, the
 * result comes back all the same, one log line tells, and old values live on until their TTL ends.
 * An exception of the function passes and purges nothing. Immutable: each step gives a new one.
 *
 * @param <A> what the function takes, at the most general
 * @param <R> what it gives, at the most general
 */
public final class CacheInvalidate<A, R> {
  private final SidecacheClient cache;
  private final List<String> always;
  private final Function<? super A, ? extends Collection<String>> argumentTags;
  private final Function<? super R, ? extends Collection<String>> resultTags;

  private CacheInvalidate(
      SidecacheClient cache,
      List<String> always,
      Function<? super A, ? extends Collection<String>> argumentTags,
      Function<? super R, ? extends Collection<String>> resultTags) {
    this.cache = cache;
    this.always = always;
    this.argumentTags = argumentTags;
    this.resultTags = resultTags;
  }

  /** After a function of any types. */
  public static CacheInvalidate<Object, Object> function(SidecacheClient cache) {
    return new CacheInvalidate<>(cache, List.of(), argument -> List.of(), result -> List.of());
  }

  /** After a function whose result is of this class, which {@code tags} then knows. */
  public static <R> CacheInvalidate<Object, R> function(SidecacheClient cache, Class<R> result) {
    return new CacheInvalidate<>(cache, List.of(), argument -> List.of(), value -> List.of());
  }

  /** These tags, whatever the function was called with; families ({@code student:*}) too. */
  public CacheInvalidate<A, R> tags(String... ofEach) {
    return new CacheInvalidate<>(cache, List.of(ofEach), argumentTags, resultTags);
  }

  /** Tags from the result. */
  public <S extends R> CacheInvalidate<A, S> tags(
      Function<? super S, ? extends Collection<String>> ofResult) {
    return new CacheInvalidate<>(cache, always, argumentTags, ofResult);
  }

  /** Tags from the argument: for functions that give nothing back, such as a deletion. */
  public <B extends A> CacheInvalidate<B, R> argumentTags(
      Function<? super B, ? extends Collection<String>> ofArgument) {
    return new CacheInvalidate<>(cache, always, ofArgument, resultTags);
  }

  /** The function with the purge behind it; a result of {@code null} names no tags of its own. */
  public <B extends A, S extends R> Function<B, S> wrap(Function<? super B, ? extends S> change) {
    return argument -> {
      S result = change.apply(argument);
      Set<String> tags = new LinkedHashSet<>(always);
      tags.addAll(argumentTags.apply(argument));
      if (result != null) {
        tags.addAll(resultTags.apply(result));
      }
      cache.purgeTags(tags);
      return result;
    };
  }
}
