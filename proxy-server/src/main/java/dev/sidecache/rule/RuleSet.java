package dev.sidecache.rule;

import dev.sidecache.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All rules of one configuration.
 *
 * @param neverCache beats every route
 * @param routes in file order
 * @param invalidations apply to every request, also under {@code never_cache}
 * @param unmatchedFollowsOrigin whether requests that no route takes are cached as the origin's
 *     fields say, instead of passed through
 */
public record RuleSet(
    NeverCache neverCache,
    List<Route> routes,
    List<InvalidationRule> invalidations,
    boolean unmatchedFollowsOrigin) {

  public RuleSet {
    routes = List.copyOf(routes);
    invalidations = List.copyOf(invalidations);
  }

  /** What the rules say of this request. Never throws. */
  public Match match(RequestHead head) {
    String path = head.target().decodedPath();
    List<Match.Triggered> triggered = new ArrayList<>(0);
    for (InvalidationRule rule : invalidations) {
      Map<String, String> parameters =
          rule.methods().contains(head.method()) ? rule.path().match(path) : null;
      if (parameters != null) {
        triggered.add(new Match.Triggered(rule, parameters));
      }
    }
    String never = neverCache.matching(head);
    for (Route route : routes) {
      Map<String, String> parameters = route.match().parameters(head);
      if (parameters != null) {
        return new Match(route, parameters, never, triggered);
      }
    }
    return new Match(null, Map.of(), never, triggered);
  }
}
