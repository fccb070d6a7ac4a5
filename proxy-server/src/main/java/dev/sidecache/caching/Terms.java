package dev.sidecache.caching;

import dev.sidecache.rule.Route;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say for a plan; where no route takes the request and it is cached all the same,
 * the origin decides and each identity has its own responses.
 */
final class Terms {
  private static final Ttl ORIGIN = new Ttl.Origin();

  private Terms() {}

  static Route.Policy policy(Plan plan) {
    Route route = plan.route();
    return route == null ? Route.Policy.DEFAULT : route.policy();
  }

  /**
   * How long responses with this status stay fresh, or null if they are not stored. NB: a route
   * that leaves the TTL to the origin leaves the choice of statuses to it too.
   */
  static @Nullable Ttl ttl(@Nullable Route route, int status) {
    if (route == null) {
      return ORIGIN;
    }
    Ttl ttl = route.ttlFor(status);
    return ttl == null && route.ttl() instanceof Ttl.Origin ? route.ttl() : ttl;
  }

  /** Whether the rule's lifetime for this status beats the one that the origin gives. */
  static boolean overridesOrigin(@Nullable Route route, int status) {
    return route != null
        && route.policy().overrideOrigin()
        && ttl(route, status) instanceof Ttl.Fixed;
  }

  /** Whether what is stored is for the caller alone. */
  static boolean isPerIdentity(Plan plan) {
    return !isSharedScope(plan) && plan.identity().isKnown();
  }

  /** Whether what is stored is for everybody. */
  static boolean isSharedScope(Plan plan) {
    Route route = plan.route();
    return route != null && route.scope() == Scope.SHARED;
  }

  /** How long the caller's credential is valid, at least zero; null if that does not matter. */
  static @Nullable Duration credentialLeft(Plan plan, Instant now) {
    Instant expires = plan.identity().expires();
    if (expires == null || isSharedScope(plan)) {
      return null;
    }
    return expires.isAfter(now) ? Duration.between(now, expires) : Duration.ZERO;
  }
}
