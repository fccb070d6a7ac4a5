package dev.sidecache.openapi;

import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes of an API that change what a route may keep, and that no rule accounts for. */
public final class UnlinkedWrites {
  private UnlinkedWrites() {}

  /**
   * Writes to one path that nothing accounts for.
   *
   * @param methods upper case, sorted
   * @param path as rules spell it
   * @param routes the names of the routes under the same resource, in file order; not empty
   * @param rule what would account for them, as one line of YAML
   */
  public record Unlinked(Set<String> methods, String path, List<String> routes, String rule) {
    public Unlinked {
      methods = java.util.Collections.unmodifiableSet(new TreeSet<>(methods));
      routes = List.copyOf(routes);
    }

    /** {@code PUT, PATCH /api/students/{id}}. */
    public String words() {
      return String.join(", ", methods) + " " + path;
    }
  }

  /**
   * Those under these rules, in the order of the document. A write is accounted for by a rule for
   * its method and path, by {@code never_cache} or a route in mode bypass for its path, by a route
   * that caches it as a question; and alone it empties its own URL.
   */
  public static List<Unlinked> of(ApiDocument document, RuleSet rules) {
    Map<String, List<ApiOperation>> byPath = new LinkedHashMap<>();
    for (ApiOperation write : document.writes()) {
      if (!isAccountedFor(write, rules)) {
        byPath.computeIfAbsent(write.path().form(), key -> new ArrayList<>()).add(write);
      }
    }
    Names names = new Names();
    List<Unlinked> unlinked = new ArrayList<>();
    for (List<ApiOperation> writes : byPath.values()) {
      ApiPath path = writes.get(0).path();
      boolean created = writes.stream().allMatch(write -> write.method().equals("POST"));
      List<String> routes = routes(path, created, rules);
      if (!routes.isEmpty()) {
        Set<String> methods = new TreeSet<>();
        writes.forEach(write -> methods.add(write.method()));
        String name = names.ofRule(path, methods);
        unlinked.add(
            new Unlinked(
                methods, path.pattern(), routes, DraftText.rule(name, methods, path, routes)));
      }
    }
    return unlinked;
  }

  private static boolean isAccountedFor(ApiOperation write, RuleSet rules) {
    PathPattern path = PathPattern.parse(write.path().pattern());
    for (InvalidationRule rule : rules.invalidations()) {
      if (rule.methods().contains(write.method()) && rule.path().covers(path)) {
        return true;
      }
    }
    if (rules.neverCache().paths().stream().anyMatch(never -> never.covers(path))) {
      return true;
    }
    for (Route route : rules.routes()) {
      boolean asks = takes(route, write.method()) && route.reads(write.method());
      if ((asks || route.mode() == Mode.BYPASS) && route.match().path().covers(path)) {
        return true;
      }
    }
    return false;
  }

  private static boolean takes(Route route, String method) {
    return route.match().methods().contains(method);
  }

  /** The routes whose GET answers the writes may change, beside their own URL. */
  private static List<String> routes(ApiPath write, boolean created, RuleSet rules) {
    PathPattern own = PathPattern.parse(write.pattern());
    List<String> names = new ArrayList<>();
    if (write.root() == write.size()) {
      return names;
    }
    for (Route route : rules.routes()) {
      PathPattern path = route.match().path();
      boolean cached = route.mode() != Mode.BYPASS && takes(route, "GET");
      boolean other = !(own.covers(path) && path.covers(own));
      boolean near = !(path.reach(write.resource()) instanceof PathPattern.Reach.Nothing);
      if (cached && other && near && !(created && isOfItem(path, own))) {
        names.add(route.name());
      }
    }
    return names;
  }

  /** Whether a pattern is about one item of a collection, which adding another does not change. */
  private static boolean isOfItem(PathPattern path, PathPattern collection) {
    int size = collection.segments().size();
    return path.segments().size() > size
        && path.segments().get(size) instanceof PathPattern.Segment.Any
        && path.segments().subList(0, size).equals(collection.segments());
  }
}
