package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is decided from the request alone.
 *
 * @param head the request
 * @param match what the rules say of it
 * @param identity who asks
 * @param bypass why it is not looked up; null: it is
 * @param key what its stored response is found by; null exactly if it is not looked up
 * @param tags what its stored response carries as far as the request tells: epoch, route, URL,
 *     prefixes, configured tags and their families; empty if it is not looked up
 */
public record Plan(
    RequestHead head,
    Match match,
    Identity identity,
    @Nullable Bypass bypass,
    @Nullable CacheKey key,
    List<Tag> tags) {

  public Plan {
    tags = List.copyOf(tags);
  }

  public @Nullable Route route() {
    return match.route();
  }

  /** The route's name; {@code -} without one. */
  public String routeName() {
    Route route = match.route();
    return route == null ? "-" : route.name();
  }
}
