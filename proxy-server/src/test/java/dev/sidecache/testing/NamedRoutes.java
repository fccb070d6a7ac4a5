package dev.sidecache.testing;

import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Rules of which only the names of the routes matter. */
public final class NamedRoutes {
  private NamedRoutes() {}

  /** Routes of these names, each for GET of {@code /NAME}, with a TTL of a minute. */
  public static RuleSet withRoutes(String... names) {
    return new RuleSet(
        new NeverCache(List.of(), List.of(), Set.of(), Set.of()),
        Stream.of(names).map(name -> route(name, "GET")).toList(),
        List.of(),
        false);
  }

  /** A route for these methods of {@code /NAME}. */
  public static Route route(String name, String... methods) {
    return new Route(
        name,
        "test",
        new Route.Matcher(PathPattern.parse("/" + name), Set.of(methods), null),
        new Ttl.Fixed(Duration.ofMinutes(1)),
        StatusSet.of("200"),
        Map.of(),
        Scope.SHARED,
        Mode.SERVE,
        KeyParts.DEFAULT,
        List.of(),
        Route.Policy.DEFAULT);
  }
}
