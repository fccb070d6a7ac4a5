package dev.sidecache.rule;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say of one request.
 *
 * @param route the first route that takes it, or null
 * @param parameters the named segments of the route's path
 * @param neverCache what of {@code never_cache} it matches ({@code path /api/auth/**}, {@code
 *     header X}), or null
 * @param invalidations every invalidation rule that it matches, with the named segments of the
 *     rule's path
 */
public record Match(
    @Nullable Route route,
    Map<String, String> parameters,
    @Nullable String neverCache,
    List<Triggered> invalidations) {

  public Match {
    parameters = Map.copyOf(parameters);
    invalidations = List.copyOf(invalidations);
  }

  /** An invalidation rule that a request matches. */
  public record Triggered(InvalidationRule rule, Map<String, String> parameters) {
    public Triggered {
      parameters = Map.copyOf(parameters);
    }
  }
}
