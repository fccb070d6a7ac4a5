package dev.sidecache.rule;

import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All rules of one configuration. Immutable.
 *
 * <p>What protects, never_cache and invalidation, is asked about every reading of a path and
 * without regard to case, since origins differ in what they take for one path; what caches, a
 * route, only about the path beyond doubt.
 */
public final class RuleSet {
  private final NeverCache neverCache;
  private final List<Route> routes;
  private final List<InvalidationRule> invalidations;
  private final @Nullable Route unmatched;
  private final String identity;
  private final RouteTree tree;
  private final Map<String, List<InvalidationRule>> byMethod = new HashMap<>();

  /**
   * @param neverCache beats every route
   * @param routes in file order; the first that takes a request is its route
   * @param invalidations apply to every request, also under {@code never_cache}
   * @param unmatched the route of requests that no other takes ({@link Route#unmatched}, {@link
   *     Route#observed}); null: they pass through
   * @param identity how callers are told apart, in any spelling that differs where the way does:
   *     what was stored for one is found only while they are told apart as when it was stored
   */
  public RuleSet(
      NeverCache neverCache,
      List<Route> routes,
      List<InvalidationRule> invalidations,
      @Nullable Route unmatched,
      String identity) {
    this.neverCache = neverCache;
    this.routes = List.copyOf(routes);
    this.invalidations = List.copyOf(invalidations);
    this.unmatched = unmatched;
    this.identity = identity;
    this.tree = new RouteTree(allRoutes(), neverCache, identity);
    for (InvalidationRule rule : invalidations) {
      for (String method : rule.methods()) {
        byMethod.computeIfAbsent(method, key -> new ArrayList<>()).add(rule);
      }
    }
  }

  /** The same, where requests that no route takes are cached for each identity or not at all. */
  public RuleSet(
      NeverCache neverCache,
      List<Route> routes,
      List<InvalidationRule> invalidations,
      boolean unmatchedFollowsOrigin) {
    this(
        neverCache,
        routes,
        invalidations,
        unmatchedFollowsOrigin ? Route.unmatched(Scope.USER, Route.Policy.DEFAULT) : null,
        "");
  }

  /** The same rules, each route's policy changed. */
  public RuleSet withPolicies(UnaryOperator<Route.Policy> change) {
    Route other = unmatched == null ? null : unmatched.withPolicy(change);
    List<Route> changed = routes.stream().map(route -> route.withPolicy(change)).toList();
    return new RuleSet(neverCache, changed, invalidations, other, identity);
  }

  public NeverCache neverCache() {
    return neverCache;
  }

  /** The routes as configured, in file order. */
  public List<Route> routes() {
    return routes;
  }

  public List<InvalidationRule> invalidations() {
    return invalidations;
  }

  /** Whether requests that no route takes are cached as the origin's fields say. */
  public boolean unmatchedFollowsOrigin() {
    return unmatched != null && !unmatched.isObservedOnly();
  }

  /** The routes as configured and, last, that of requests that no other takes, if there is one. */
  public List<Route> allRoutes() {
    if (unmatched == null) {
      return routes;
    }
    List<Route> all = new ArrayList<>(routes);
    all.add(unmatched);
    return all;
  }

  /** Each route by the digest that the keys of its stored responses begin with. */
  public Map<RouteDigest, Route> byDigest() {
    Map<RouteDigest, Route> routes = new HashMap<>();
    for (Route route : allRoutes()) {
      routes.put(RouteDigest.of(route, neverCache, identity), route);
    }
    return routes;
  }

  /**
   * What the rules say of this request. A target that two readers could understand differently, or
   * that a field replaces, has no route, nor a request of which Connection takes fields away. Never
   * throws.
   */
  public Match match(RequestHead head) {
    String never = neverCache.matching(head);
    List<Match.Triggered> triggered = triggered(head);
    boolean doubtful =
        head.target().unusual()
            || head.targetOverride() != null
            || head.fields().isReducedByConnection();
    RouteTree.Leaf leaf = doubtful ? null : tree.first(head);
    if (leaf == null) {
      return new Match(null, null, Map.of(), never, triggered, neverCache);
    }
    Map<String, String> parameters = leaf.route().match().path().match(head.target().decodedPath());
    return new Match(
        leaf.route(),
        leaf.digest(),
        parameters == null ? Map.of() : parameters,
        never,
        triggered,
        neverCache);
  }

  /** Every path that an origin could see in this request; the decoded path first. */
  public static List<String> readings(RequestHead head) {
    List<String> readings = head.target().readings();
    String override = head.targetOverride();
    RequestTarget other = override == null ? null : RequestTarget.parse(override);
    if (other == null) {
      return readings;
    }
    Set<String> all = new LinkedHashSet<>(readings);
    all.addAll(other.readings());
    return List.copyOf(all);
  }

  /** Whether a response for one of these paths may be in the cache. */
  public boolean mayCache(List<String> readings) {
    for (String reading : readings) {
      if (neverCache.matchingPath(List.of(reading)) == null && isCachedByRoute(reading)) {
        return true;
      }
    }
    return false;
  }

  private boolean isCachedByRoute(String path) {
    for (Route route : allRoutes()) {
      boolean caches = route.mode() != Mode.BYPASS && !route.isObservedOnly();
      if (caches && route.match().path().match(path) != null) {
        return true;
      }
    }
    return false;
  }

  private List<Match.Triggered> triggered(RequestHead head) {
    String override = head.methodOverride();
    List<InvalidationRule> rules = byMethod.getOrDefault(head.method(), List.of());
    if (override != null && !override.equals(head.method())) {
      Set<InvalidationRule> both = new LinkedHashSet<>(rules);
      both.addAll(byMethod.getOrDefault(override, List.of()));
      rules = List.copyOf(both);
    }
    if (rules.isEmpty()) {
      return List.of();
    }
    List<Match.Triggered> triggered = new ArrayList<>(2);
    List<String> readings = readings(head);
    for (InvalidationRule rule : rules) {
      addTriggered(rule, readings, triggered);
    }
    return triggered;
  }

  /** NB: readings with different parameters name different tags; each counts. */
  private static void addTriggered(
      InvalidationRule rule, List<String> readings, List<Match.Triggered> into) {
    for (String reading : readings) {
      Map<String, String> parameters = rule.path().matchIgnoringCase(reading);
      Match.Triggered candidate = parameters == null ? null : new Match.Triggered(rule, parameters);
      if (candidate != null && !into.contains(candidate)) {
        into.add(candidate);
      }
    }
  }
}
