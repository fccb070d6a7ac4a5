package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.TagTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The tags that rules give: those that a stored response carries, and those that a rule or a purge
 * touches. Source: consistency.md, Section 4.
 */
final class RuleTags {
  private RuleTags() {}

  /**
   * What the response to a request with a route carries as far as the request tells, without
   * repetition: epoch, route, URL, prefixes, configured tags, each followed by its family.
   */
  static List<Tag> carried(Match match, RequestHead head, Identity identity) {
    Route route = Objects.requireNonNull(match.route(), "no route");
    String path = head.target().decodedPath();
    List<Tag> tags = new ArrayList<>(8);
    tags.add(Tag.ALL);
    tags.add(new Tag(Tag.Kind.ROUTE, route.name()));
    tags.add(new Tag(Tag.Kind.URL, path));
    for (String prefix : route.match().path().under(path)) {
      tags.add(new Tag(Tag.Kind.UNDER, prefix));
    }
    if (!route.tags().isEmpty()) {
      Map<String, String> values = withIdentity(match.parameters(), identity);
      for (TagTemplate template : route.tags()) {
        addNamed(template.fill(values), tags);
      }
    }
    return tags;
  }

  private static void addNamed(String name, List<Tag> into) {
    addOnce(Tag.named(name), into);
    Tag family = Tag.familyOf(name);
    if (family != null) {
      addOnce(family, into);
    }
  }

  private static void addOnce(Tag tag, List<Tag> into) {
    if (!into.contains(tag)) {
      into.add(tag);
    }
  }

  /**
   * What a rule touches that a request matches; {@code {identity}} is the request's, empty if it
   * has none.
   */
  static List<Tag> touched(RuleSet rules, Match.Triggered triggered, Identity identity) {
    InvalidationRule rule = triggered.rule();
    Map<String, String> values = withIdentity(triggered.parameters(), identity);
    Set<Tag> tags = new LinkedHashSet<>();
    for (TagTemplate template : rule.tags()) {
      String name = template.fill(values);
      tags.add(template.isFamily() ? family(name) : Tag.named(name));
    }
    for (String route : rule.routes()) {
      tags.add(new Tag(Tag.Kind.ROUTE, route));
    }
    for (TagTemplate url : rule.urls()) {
      tags.add(new Tag(Tag.Kind.URL, url.fill(values)));
    }
    for (TagTemplate prefix : rule.prefixes()) {
      tags.addAll(below(rules, prefix.fill(values)));
    }
    return List.copyOf(tags);
  }

  /** The family that {@code name:*} means; one with a further colon is widened to its first. */
  static Tag family(String pattern) {
    return new Tag(Tag.Kind.FAMILY, pattern.substring(0, pattern.indexOf(':')));
  }

  /**
   * What a prefix covers: for {@code /x} the path itself and all below, for {@code /x/} only what
   * is below.
   */
  static Set<Tag> below(RuleSet rules, String prefix) {
    Set<Tag> tags = new LinkedHashSet<>();
    for (Route route : rules.allRoutes()) {
      PathPattern.Reach reach = route.match().path().reach(prefix);
      if (reach instanceof PathPattern.Reach.Everything) {
        tags.add(new Tag(Tag.Kind.ROUTE, route.name()));
      } else if (reach instanceof PathPattern.Reach.Under under) {
        tags.add(new Tag(Tag.Kind.UNDER, under.path()));
      }
    }
    if (!prefix.endsWith("/")) {
      tags.add(new Tag(Tag.Kind.URL, prefix));
    }
    return tags;
  }

  /**
   * Whether some request that a rule matches makes a response invalid that carries these tags; for
   * people.
   *
   * @param carried the response's tags
   * @param path the response's decoded path
   */
  static boolean mayTouch(InvalidationRule rule, List<Tag> carried, String path) {
    for (Tag tag : carried) {
      if (mayName(rule, tag)) {
        return true;
      }
    }
    for (TagTemplate prefix : rule.prefixes()) {
      if (mayBeAbove(prefix.text(), path)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayName(InvalidationRule rule, Tag tag) {
    return switch (tag.kind()) {
      case ROUTE -> rule.routes().contains(tag.name());
      case URL -> anyGivesPath(rule.urls(), tag.name());
      case TAG -> anyGives(rule.tags(), tag.name());
      case FAMILY -> anyGives(families(rule.tags()), tag.name());
      default -> false;
    };
  }

  private static boolean anyGives(List<TagTemplate> templates, String name) {
    for (TagTemplate template : templates) {
      if (template.canGive(name)) {
        return true;
      }
    }
    return false;
  }

  /** NB: no parameter's value has a slash, so both have as many. */
  private static boolean anyGivesPath(List<TagTemplate> templates, String path) {
    for (TagTemplate template : templates) {
      if (slashes(template.text()) == slashes(path) && template.canGive(path)) {
        return true;
      }
    }
    return false;
  }

  private static int slashes(String text) {
    int count = 0;
    for (int at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
      count++;
    }
    return count;
  }

  private static List<TagTemplate> families(List<TagTemplate> templates) {
    List<TagTemplate> families = new ArrayList<>();
    for (TagTemplate template : templates) {
      if (template.isFamily()) {
        String text = template.text();
        families.add(TagTemplate.parse(text.substring(0, text.indexOf(':'))));
      }
    }
    return families;
  }

  private static boolean mayBeAbove(String prefix, String path) {
    boolean onlyBelow = prefix.endsWith("/");
    String above = onlyBelow ? prefix.substring(0, prefix.length() - 1) : prefix;
    int end = 0;
    for (int at = above.indexOf('/'); at >= 0; at = above.indexOf('/', at + 1)) {
      end = path.indexOf('/', end + 1);
      end = end < 0 ? path.length() : end;
    }
    boolean isBelow = end < path.length() || !onlyBelow;
    return isBelow && TagTemplate.parse(above).canGive(path.substring(0, end));
  }

  private static Map<String, String> withIdentity(
      Map<String, String> parameters, Identity identity) {
    if (identity.digest() == null) {
      return parameters;
    }
    Map<String, String> values = new HashMap<>(parameters);
    values.put(TagTemplate.IDENTITY, identity.digest());
    return values;
  }
}
