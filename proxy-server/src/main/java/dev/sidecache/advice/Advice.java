package dev.sidecache.advice;

import java.util.List;

/**
 * What to configure, and why.
 *
 * @param suggestions the most saving first
 * @param expected what traffic like this would come to under them
 * @param yaml the suggestions for the configuration file
 */
public record Advice(List<Suggestion> suggestions, Expected expected, String yaml) {
  public Advice {
    suggestions = List.copyOf(suggestions);
  }

  /** What is suggested. */
  public enum Kind {
    /** A route for a path that none takes. */
    NEW_ROUTE,
    /** Another lifetime for a route. */
    TTL,
    /** Another scope for a route. */
    SCOPE,
    /** A rule by which a write makes answers invalid. */
    INVALIDATE
  }

  /**
   * One suggestion.
   *
   * @param route name of the route, or of the rule
   * @param path pattern of the route, or of the write's path
   * @param ttl as the file spells it; empty for a rule
   * @param hitRate that is expected, 0 to 1; 0 for a rule
   * @param requests that were seen
   * @param distinct answers that differ from the one before
   * @param evidence why, for people
   * @param method of the write; empty for a route
   * @param routes that a rule empties
   * @param scope {@code shared} or {@code user}; empty: nothing tells
   * @param scopeEvidence why, for people
   */
  public record Suggestion(
      Kind kind,
      String route,
      String path,
      String ttl,
      double hitRate,
      long requests,
      long distinct,
      String evidence,
      String method,
      List<String> routes,
      String scope,
      String scopeEvidence) {
    public Suggestion {
      routes = List.copyOf(routes);
    }
  }

  /**
   * What a month of such traffic would come to.
   *
   * @param hitRate of what is looked up then, 0 to 1
   * @param originSecondsSaved of the backend's time in 30 days
   * @param redisCommands in 30 days at most: bursts need fewer, as leases answer without Redis
   */
  public record Expected(double hitRate, long originSecondsSaved, long redisCommands) {}
}
