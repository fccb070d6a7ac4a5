package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.TagTemplate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What all rules together mean that their writer may not have meant. */
final class RuleChecks {
  /** More version keys for one write deserve a thought. */
  private static final int MANY_KEYS = 32;

  private final List<Placed<Route>> routes;
  private final List<Placed<InvalidationRule>> rules;
  private final Findings findings;

  RuleChecks(List<Placed<Route>> routes, List<Placed<InvalidationRule>> rules, Findings findings) {
    this.routes = routes;
    this.rules = rules;
    this.findings = findings;
  }

  /** Tells routes that one before, or never_cache, leaves nothing to. */
  void reach(NeverCache neverCache) {
    if (neverCache.responseFields().isEmpty()) {
      findings.warning(
          "never_cache.response_fields",
          Code.GUARD_OFF,
          "answers with passwords or tokens are stored",
          "write [default] to keep them out");
    }
    for (int i = 0; i < routes.size(); i++) {
      Placed<Route> route = routes.get(i);
      PathPattern never = covering(neverCache.paths(), route.value());
      if (never != null) {
        String why = "never_cache.paths has " + never.text();
        tell(route.path(), route.value().name(), "is never cached: " + why);
      }
      unreachable(route, routes.subList(0, i));
    }
  }

  private static @Nullable PathPattern covering(List<PathPattern> paths, Route route) {
    for (PathPattern path : paths) {
      if (path.covers(route.match().path())) {
        return path;
      }
    }
    return null;
  }

  private void unreachable(Placed<Route> route, List<Placed<Route>> before) {
    for (Placed<Route> first : before) {
      if (first.value().match().covers(route.value().match())) {
        String why = named(first) + " comes first";
        tell(route.path(), route.value().name(), "can never match: " + why);
        return;
      }
    }
  }

  private static String named(Placed<Route> route) {
    String path = route.value().match().path().text();
    return route.path() + " \"" + route.value().name() + "\" (" + path + ")";
  }

  private void tell(String path, String name, String message) {
    findings.warning(path, Code.UNREACHABLE, "\"" + name + "\" " + message, null);
  }

  /** Tells rules that never act, touch much, or name a tag that looks mistyped. */
  void invalidations() {
    Map<String, String> carried = carriedTags();
    for (Placed<InvalidationRule> rule : rules) {
      countedAsRead(rule);
      manyKeys(rule);
      for (TagTemplate tag : rule.value().tags()) {
        mistyped(rule, tag, carried);
      }
    }
  }

  private void countedAsRead(Placed<InvalidationRule> rule) {
    InvalidationRule value = rule.value();
    Route.Matcher writes = new Route.Matcher(value.path(), value.methods(), null);
    for (Placed<Route> route : routes) {
      Route cached = route.value();
      boolean reads = value.methods().stream().allMatch(cached::reads) && !isGet(value.methods());
      if (reads && cached.match().covers(writes)) {
        String methods = String.join(", ", new TreeSet<>(value.methods()));
        String why = named(route) + " caches " + methods + ", which counts as a read";
        String message = "\"" + value.name() + "\" never acts: " + why;
        findings.warning(rule.path(), Code.NEVER_ACTS, message, null);
        return;
      }
    }
  }

  /** NB: a rule that names GET makes that GET a write. */
  private static boolean isGet(Set<String> methods) {
    return methods.contains("GET") || methods.contains("HEAD");
  }

  private void manyKeys(Placed<InvalidationRule> rule) {
    InvalidationRule value = rule.value();
    Set<String> keys = new HashSet<>();
    value.tags().forEach(tag -> keys.add("tag " + tag.text()));
    value.routes().forEach(route -> keys.add("route " + route));
    value.urls().forEach(url -> keys.add("url " + url.text()));
    for (TagTemplate prefix : value.prefixes()) {
      addReached(prefix.text(), keys);
    }
    if (keys.size() > MANY_KEYS) {
      String message = "changes " + keys.size() + " version keys for each write";
      String hint = "give the routes a common tag, and write that";
      findings.warning(rule.path(), Code.MANY_KEYS, message, hint);
    }
  }

  private void addReached(String prefix, Set<String> keys) {
    if (!prefix.endsWith("/")) {
      keys.add("url " + prefix);
    }
    for (Placed<Route> route : routes) {
      PathPattern.Reach reach = route.value().match().path().reach(prefix);
      if (reach instanceof PathPattern.Reach.Everything) {
        keys.add("route " + route.value().name());
      } else if (reach instanceof PathPattern.Reach.Under under) {
        keys.add("under " + under.path());
      }
    }
  }

  /** Tags of routes as written, by their form without the names of parameters. */
  private Map<String, String> carriedTags() {
    Map<String, String> carried = new HashMap<>();
    for (Placed<Route> route : routes) {
      route.value().tags().forEach(tag -> carried.putIfAbsent(form(tag), tag.text()));
    }
    return carried;
  }

  /** NB: a tag that no route carries may be one that the backend declares; hence only if near. */
  private void mistyped(
      Placed<InvalidationRule> rule, TagTemplate tag, Map<String, String> carried) {
    String form = form(tag);
    boolean known =
        tag.isFamily()
            ? carried.keySet().stream().anyMatch(each -> sameFamily(each, form))
            : carried.containsKey(form);
    String near = known ? null : Spelling.nearest(form, carried.keySet());
    if (near != null) {
      String message = "\"" + tag.text() + "\" is carried by no route";
      String hint = "did you mean " + carried.get(near) + "?";
      findings.warning(rule.path() + ".tags", Code.UNKNOWN_TAG, message, hint);
    }
  }

  private static boolean sameFamily(String form, String family) {
    return form.startsWith(family.substring(0, family.indexOf(':') + 1));
  }

  private static String form(TagTemplate tag) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < tag.pieces().size(); i++) {
      form.append(i % 2 == 0 ? tag.pieces().get(i) : "{}");
    }
    return form.toString();
  }

  /** Tells URLs to warm that no route caches. */
  void warm(List<Placed<WarmRequest>> requests) {
    for (Placed<WarmRequest> request : requests) {
      RequestTarget target = RequestTarget.parse(request.value().url());
      if (target == null) {
        String message = "\"" + request.value().url() + "\" cannot be requested";
        findings.error(
            request.path(), Code.BAD_PATH, message, "write it as a browser would send it");
      } else if (routes.stream().noneMatch(route -> caches(route.value(), target.decodedPath()))) {
        String message = "no route caches GET " + target.decodedPath();
        findings.warning(request.path(), Code.STORES_NOTHING, message, null);
      }
    }
  }

  private static boolean caches(Route route, String path) {
    return route.match().methods().contains("GET") && route.match().path().match(path) != null;
  }
}
