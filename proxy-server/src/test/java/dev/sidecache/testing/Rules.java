package dev.sidecache.testing;

import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.TagTemplate;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A configuration put together step by step; what is left out has the contract's defaults. */
public final class Rules {
  private static final NeverCache NOTHING =
      new NeverCache(List.of(), List.of(), Set.of(), Set.of());

  private NeverCache never = NOTHING;
  private final List<Route> routes = new ArrayList<>();
  private final List<InvalidationRule> invalidations = new ArrayList<>();

  /** Rules of these routes only. */
  public static RuleSet of(Route... routes) {
    return new RuleSet(NOTHING, List.of(routes), List.of(), false);
  }

  public Rules never(String path) {
    never = new NeverCache(List.of(PathPattern.parse(path)), List.of(), Set.of(), Set.of());
    return this;
  }

  public Rules neverWithHeader(String name) {
    never = new NeverCache(List.of(), List.of(name), Set.of(), Set.of());
    return this;
  }

  public Rules route(Route route) {
    routes.add(route);
    return this;
  }

  public Rules rule(InvalidationRule rule) {
    invalidations.add(rule);
    return this;
  }

  public RuleSet build() {
    return new RuleSet(never, routes, invalidations, false);
  }

  /** As {@link #build}, with requests that no route takes cached as the origin says. */
  public RuleSet buildWithUnmatched() {
    return new RuleSet(never, routes, invalidations, true);
  }

  /** A route for GET on a path, 60 s, in scope user, with tag templates. */
  public static Route route(String name, String path, String... tags) {
    return new Changed(name, path).tags(tags).build();
  }

  /** A route to be changed in one thing. */
  public static Changed changing(String name, String path) {
    return new Changed(name, path);
  }

  /** A rule for a method on a path that touches tags. */
  public static InvalidationRule rule(String name, String method, String path, String... tags) {
    return new InvalidationRule(
        name,
        "test.yaml:1",
        Set.of(method),
        PathPattern.parse(path),
        StatusSet.of("2xx", "3xx"),
        templates(tags),
        List.of(),
        List.of(),
        List.of());
  }

  /** A rule for POST on {@code /hook} that touches routes, URLs and prefixes. */
  public static InvalidationRule touching(
      List<String> routes, List<String> urls, List<String> prefixes) {
    return new InvalidationRule(
        "hook",
        "test.yaml:1",
        Set.of("POST"),
        PathPattern.parse("/hook/{id}"),
        StatusSet.of("2xx", "3xx"),
        List.of(),
        routes,
        urls.stream().map(TagTemplate::parsePath).toList(),
        prefixes.stream().map(TagTemplate::parsePath).toList());
  }

  private static List<TagTemplate> templates(String... texts) {
    return Stream.of(texts).map(TagTemplate::parse).toList();
  }

  /** A route that differs from the usual one in what is set here. */
  public static final class Changed {
    private final String name;
    private final PathPattern path;
    private Set<String> methods = Set.of("GET", "HEAD");
    private String host;
    private Scope scope = Scope.USER;
    private Mode mode = Mode.SERVE;
    private Ttl ttl = new Ttl.Fixed(Duration.ofMinutes(1));
    private KeyParts key = KeyParts.DEFAULT;
    private List<TagTemplate> tags = List.of();

    private Changed(String name, String path) {
      this.name = name;
      this.path = PathPattern.parse(path);
    }

    public Changed methods(String... methods) {
      this.methods = Set.of(methods);
      return this;
    }

    public Changed host(String host) {
      this.host = host;
      return this;
    }

    public Changed scope(Scope scope) {
      this.scope = scope;
      return this;
    }

    public Changed mode(Mode mode) {
      this.mode = mode;
      return this;
    }

    public Changed ttl(Ttl ttl) {
      this.ttl = ttl;
      return this;
    }

    public Changed tags(String... tags) {
      this.tags = templates(tags);
      return this;
    }

    public Changed key(KeyParts key) {
      this.key = key;
      return this;
    }

    /** Makes only these query parameters count. */
    public Changed query(String... names) {
      return key(
          new KeyParts(new KeyParts.Query.Names(List.of(names)), List.of(), List.of(), true, null));
    }

    /** Makes JSON content up to 64 KiB count, for POST. */
    public Changed json(String... ignore) {
      methods = Set.of("POST");
      KeyParts.BodyKey body =
          new KeyParts.BodyKey(KeyParts.BodyKey.Format.JSON, List.of(), List.of(ignore), 64 << 10);
      return key(new KeyParts(new KeyParts.Query.All(), List.of(), List.of(), true, body));
    }

    public Route build() {
      return new Route(
          name,
          "test.yaml:1",
          new Route.Matcher(path, methods, host),
          ttl,
          StatusSet.of("200"),
          Map.of(),
          scope,
          mode,
          key,
          tags,
          Route.Policy.DEFAULT);
    }
  }
}
