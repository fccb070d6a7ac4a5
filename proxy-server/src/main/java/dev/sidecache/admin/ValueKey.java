package dev.sidecache.admin;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.Ttl;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The key of a value, and what a value is to the cache: a stored response to a GET without identity
 * under a route of its own. Its tags are everything's, the route's, one for the key and, if the key
 * has a colon, one for the family before it. Pure.
 *
 * @param text as the API spells it
 */
record ValueKey(String text) {
  /** No configured route has this name, and no path begins so. */
  static final String ROUTE = "#values";

  private static final Tag ALL_VALUES = new Tag(Tag.Kind.ROUTE, ROUTE);
  private static final RequestHead GET =
      new RequestHead(
          "GET",
          "http",
          "",
          Objects.requireNonNull(RequestTarget.parse("/")),
          "1.1",
          Fields.empty());

  private static final Match MATCH =
      new Match(
          new Route(
              ROUTE,
              "admin API",
              new Route.Matcher(PathPattern.parse("/**"), Set.of("GET"), null),
              new Ttl.Origin(),
              StatusSet.of("200"),
              Map.of(),
              Scope.SHARED,
              Mode.SERVE,
              KeyParts.DEFAULT,
              List.of(),
              Route.Policy.DEFAULT),
          Map.of(),
          null,
          List.of());

  /** Carried by this value alone. */
  Tag tag() {
    return new Tag(Tag.Kind.URL, ROUTE + " " + text);
  }

  /** Up to the first colon; null without one. */
  @Nullable String family() {
    return familyOf(text);
  }

  private static @Nullable String familyOf(String text) {
    int colon = text.indexOf(':');
    return colon < 0 ? null : text.substring(0, colon);
  }

  /**
   * What a lookup of the value goes by.
   *
   * @param further tags that a value being put carries too
   */
  Plan plan(Set<Tag> further) {
    Set<Tag> tags = new LinkedHashSet<>();
    tags.add(Tag.ALL);
    tags.add(ALL_VALUES);
    tags.add(tag());
    String family = family();
    if (family != null) {
      tags.add(familyTag(family));
    }
    tags.addAll(further);
    return new Plan(GET, MATCH, Identity.NONE, null, CacheKey.ofValue(text), List.copyOf(tags));
  }

  /** The tags that a user gives a value, each followed by its family. */
  static Set<Tag> tags(List<String> names) {
    Set<Tag> tags = new LinkedHashSet<>();
    for (String name : names) {
      tags.add(Tag.named(name));
      Tag family = Tag.familyOf(name);
      if (family != null) {
        tags.add(family);
      }
    }
    return tags;
  }

  private static Tag familyTag(String family) {
    return new Tag(Tag.Kind.UNDER, ROUTE + " " + family);
  }

  /**
   * What a beginning of keys covers: the family, if it has a colon, else all values; so never less
   * than is asked for.
   */
  static Covering covering(String prefix) {
    String family = familyOf(prefix);
    return new Covering(family, family == null ? ALL_VALUES : familyTag(family));
  }

  /**
   * Values that are deleted together.
   *
   * @param family theirs; null: all values
   * @param tag that they carry
   */
  record Covering(@Nullable String family, Tag tag) {
    boolean covers(ValueKey key) {
      return family == null || family.equals(key.family());
    }
  }
}
