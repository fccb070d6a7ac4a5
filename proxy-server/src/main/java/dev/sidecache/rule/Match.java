package dev.sidecache.rule;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say of one request.
 *
 * @param route the first route that takes it, or null
 * @param digest what its responses' keys tell of the route; null exactly without one
 * @param parameters the named segments of the route's path
 * @param neverCache what of {@code never_cache} it matches ({@code path /api/auth/**}, {@code
 *     header X}), or null
 * @param invalidations every invalidation rule that it matches, with the named segments of the
 *     rule's path
 * @param never what is never cached, for decisions about the response
 */
public record Match(
    @Nullable Route route,
    @Nullable RouteDigest digest,
    Map<String, String> parameters,
    @Nullable String neverCache,
    List<Triggered> invalidations,
    NeverCache never) {

  public Match {
    parameters = Map.copyOf(parameters);
    invalidations = List.copyOf(invalidations);
  }

  /** A match under rules that exclude nothing, the digest computed, which a set does once. */
  public Match(
      @Nullable Route route,
      Map<String, String> parameters,
      @Nullable String neverCache,
      List<Triggered> invalidations) {
    this(
        route,
        route == null ? null : RouteDigest.of(route),
        parameters,
        neverCache,
        invalidations,
        NeverCache.NOTHING);
  }

  /** The digest of the route, which there is. */
  public RouteDigest requireDigest() {
    return Objects.requireNonNull(digest, "no route");
  }

  /** The same under other rules of what is never cached. */
  public Match withNever(NeverCache other) {
    return new Match(route, digest, parameters, neverCache, invalidations, other);
  }

  /** The same with a route that differs in nothing that keys or tags tell. */
  public Match withRoute(Route other) {
    return new Match(other, digest, parameters, neverCache, invalidations, never);
  }

  /** An invalidation rule that a request matches. */
  public record Triggered(InvalidationRule rule, Map<String, String> parameters) {
    public Triggered {
      parameters = Map.copyOf(parameters);
    }
  }
}
