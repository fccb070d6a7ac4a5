package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.TagTemplate;
import java.util.List;
import java.util.Set;

/** What one invalidation rule's values must be to each other and to the routes. */
final class InvalidationChecks {
  private InvalidationChecks() {}

  static void name(Values values, Key<String> key, String name) {
    RouteChecks.claim(values, values.reading().ruleNames(), values.path(key), name);
  }

  static void routes(Values values, List<Placed<String>> routes) {
    Set<String> known = values.reading().routeNames().keySet();
    for (Placed<String> route : routes) {
      if (!known.contains(route.value())) {
        String near = Spelling.didYouMean(route.value(), known);
        String hint = near == null && !known.isEmpty() ? "the routes are " + all(known) : near;
        String message = "\"" + route.value() + "\" is not a route";
        values.findings().error(route.path(), Code.UNKNOWN_ROUTE, message, hint);
      }
    }
  }

  private static String all(Set<String> names) {
    return String.join(" ", names);
  }

  static void tags(Values values, PathPattern path, List<Placed<TagTemplate>> tags) {
    for (Placed<TagTemplate> tag : tags) {
      TemplateChecks.parameters(values, tag, path.names(), true);
      String text = tag.value().text();
      int first = text.indexOf(':');
      if (tag.value().isFamily() && first < text.length() - TagTemplate.FAMILY.length()) {
        String wider = text.substring(0, first) + TagTemplate.FAMILY;
        String message = "\"" + text + "\" acts as \"" + wider + "\"";
        String hint = "write " + wider + ", or a tag without *";
        values.findings().warning(tag.path(), Code.WIDENED, message, hint);
      }
    }
  }

  static void paths(Values values, PathPattern path, List<Placed<TagTemplate>> templates) {
    templates.forEach(template -> TemplateChecks.parameters(values, template, path.names(), false));
  }
}
