package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.TagTemplate;
import dev.sidecache.rule.Ttl;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What one route's values must be to each other. */
final class RouteChecks {
  /** Tags that an answer may carry, families counted; with more it would never be stored. */
  private static final int MOST_TAGS = 64;

  private static final int LONGEST_TAG = 128;

  private RouteChecks() {}

  static void name(Values values, Key<String> key, String name) {
    String path = values.path(key);
    if (name.equals(Route.UNMATCHED) || name.equals("none")) {
      String message = "\"" + name + "\" stands for requests without a route";
      values.findings().error(path, Code.BAD_NAME, message, "choose another name");
    }
    claim(values, values.reading().routeNames(), path, name);
  }

  /** Remembers a name, or tells that it is taken. */
  static void claim(Values values, Map<String, String> names, String path, String name) {
    String first = names.putIfAbsent(name, values.path());
    if (first != null) {
      String message = "\"" + name + "\" is the name of " + first + " too";
      values.findings().error(path, Code.DUPLICATE_NAME, message, "choose another name");
    }
  }

  static void methods(Values values, Route route) {
    String path = values.path() + ".match.methods";
    for (String method : new TreeSet<>(route.match().methods())) {
      if (isNeverRead(method)) {
        String message = "\"" + method + "\" is no method that may be cached";
        values.findings().error(path, Code.BAD_METHOD, message, "writes belong under invalidate");
      } else if (!route.reads(method)) {
        String hint = "write key: { body: { format: json } }";
        values.findings().error(path, Code.BODY_KEY_MISSING, method + " needs key.body", hint);
      }
    }
  }

  private static boolean isNeverRead(String method) {
    return Set.of("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT").contains(method);
  }

  static void tags(Values values, Route route, List<Placed<TagTemplate>> tags) {
    Set<String> carried = new HashSet<>();
    List<String> known = route.match().path().names();
    for (Placed<TagTemplate> tag : tags) {
      String text = tag.value().text();
      if (tag.value().isFamily()) {
        String message = "\"" + text + "\" is not a tag that an answer carries";
        values.findings().error(tag.path(), Code.BAD_TAG, message, "a * stands under invalidate");
      }
      TemplateChecks.parameters(values, tag, known, true);
      boolean identity = tag.value().parameters().contains(TagTemplate.IDENTITY);
      if (identity && route.scope() == Scope.SHARED) {
        String message = "\"" + text + "\" names one caller, but the entry is everybody's";
        String hint = "write scope: user, or leave {identity} out";
        values.findings().error(tag.path(), Code.CONTRADICTION, message, hint);
      }
      length(values, tag);
      carried.add(text);
      int colon = text.indexOf(':');
      if (colon > 0) {
        carried.add(text.substring(0, colon + 1));
      }
    }
    if (carried.size() > MOST_TAGS) {
      String message = carried.size() + " tags, families counted: an answer is never stored";
      String hint = "write " + MOST_TAGS + " or fewer";
      values.findings().error(values.path() + ".tags", Code.OUT_OF_RANGE, message, hint);
    }
  }

  private static void length(Values values, Placed<TagTemplate> tag) {
    int length = 0;
    for (int i = 0; i < tag.value().pieces().size(); i += 2) {
      length += tag.value().pieces().get(i).getBytes(StandardCharsets.UTF_8).length;
    }
    if (length > LONGEST_TAG) {
      String message = "is longer than " + LONGEST_TAG + " bytes: an answer is never stored";
      values.findings().error(tag.path(), Code.OUT_OF_RANGE, message, null);
    }
  }

  static void ttl(Values values, Route route) {
    String path = values.path();
    if (route.ttl() instanceof Ttl.Fixed fixed && fixed.lifetime().isZero()) {
      String hint = "write mode: bypass, or list the path under never_cache.paths";
      values.findings().warning(path + ".ttl", Code.STORES_NOTHING, "0 stores nothing", hint);
    }
    String override = path + ".override_origin";
    boolean pointless = route.ttl() instanceof Ttl.Origin && route.policy().overrideOrigin();
    if (pointless && values.findings().isPlaced(override)) {
      String message = "has no effect with ttl: origin";
      values.findings().warning(override, Code.CONTRADICTION, message, "remove it, or write a TTL");
    }
  }
}
