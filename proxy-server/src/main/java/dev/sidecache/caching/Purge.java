package dev.sidecache.caching;

import dev.sidecache.http.RequestTarget;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.TagTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operator's order that stored responses go. Source: consistency.md, Section 4.
 *
 * @param kind what the names are
 * @param names in normal form: decoded paths, tags, routes; empty for all
 */
public record Purge(Kind kind, List<String> names) {

  /** Everything in the namespace. */
  public static final Purge ALL = new Purge(Kind.ALL, List.of());

  public Purge {
    names = List.copyOf(names);
  }

  /** What a purge goes by. */
  public enum Kind {
    /** Paths: all queries, variants and identities of each. */
    URL,
    /** {@code /x} is the path and all below, {@code /x/} only what is below. */
    PREFIX,
    /** A tag, or a family as {@code name:*}. */
    TAG,
    ROUTE,
    /** The whole namespace. */
    ALL;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
      return word;
    }
  }

  /**
   * One name of a purge and what it covers.
   *
   * @param name in normal form; {@code all} for everything
   * @param tags whose versions change; never empty but for a prefix that no route is under
   * @param widened the wider name that is covered in its place; null: just this
   */
  public record Item(String name, List<Tag> tags, @Nullable String widened) {
    public Item {
      tags = List.copyOf(tags);
    }
  }

  /**
   * The purge of these names; an {@code IllegalArgumentException} says of the first that is none
   * what to write.
   *
   * @param names paths or complete URLs, whose query is ignored; tags, families {@code name:*};
   *     routes
   */
  public static Purge of(Kind kind, List<String> names) {
    List<String> normal = new ArrayList<>(names.size());
    for (String name : names) {
      normal.add(
          switch (kind) {
            case URL, PREFIX -> path(name);
            case TAG -> tag(name);
            case ROUTE, ALL -> name;
          });
    }
    return new Purge(kind, normal);
  }

  private static String path(String name) {
    int scheme = name.indexOf("://");
    int slash = scheme < 0 ? 0 : name.indexOf('/', scheme + 3);
    String path = slash < 0 ? "/" : name.substring(slash);
    RequestTarget target = RequestTarget.parse(encoded(path));
    if (target == null) {
      throw new IllegalArgumentException("\"" + name + "\" is no URL; write /path");
    }
    return target.decodedPath();
  }

  /** The path with what may not stand in a request target escaped, as a browser would. */
  private static String encoded(String path) {
    StringBuilder encoded = new StringBuilder(path.length());
    for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
      if (octet > 0x20 && octet < 0x7f) {
        encoded.append((char) octet);
      } else {
        String hex = Integer.toHexString(octet & 0xff);
        encoded.append(hex.length() == 1 ? "%0" : "%").append(hex);
      }
    }
    return encoded.toString();
  }

  private static String tag(String name) {
    int star = name.indexOf('*');
    boolean family = name.endsWith(TagTemplate.FAMILY) && star == name.length() - 1;
    if (name.isEmpty() || (star >= 0 && !family) || name.equals(TagTemplate.FAMILY)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no tag; write a name, or name:* for all that begin with name:");
    }
    return name;
  }

  /** What each name covers under these rules, in order; one item for everything. */
  public List<Item> items(RuleSet rules) {
    if (kind == Kind.ALL) {
      return List.of(new Item(Tag.ALL.text(), List.of(Tag.ALL), null));
    }
    List<Item> items = new ArrayList<>(names.size());
    for (String name : names) {
      items.add(
          switch (kind) {
            case URL -> new Item(name, List.of(new Tag(Tag.Kind.URL, name)), null);
            case PREFIX -> new Item(name, List.copyOf(RuleTags.below(rules, name)), null);
            case ROUTE -> new Item(name, List.of(new Tag(Tag.Kind.ROUTE, name)), null);
            default -> tagItem(name);
          });
    }
    return items;
  }

  private static Item tagItem(String name) {
    if (name.endsWith(TagTemplate.FAMILY)) {
      Tag family = RuleTags.family(name);
      return new Item(name, List.of(family), family.text().equals(name) ? null : family.text());
    }
    String route = Tag.Kind.ROUTE.word() + ":";
    return name.startsWith(route)
        ? new Item(
            name,
            List.of(Tag.named(name), new Tag(Tag.Kind.ROUTE, name.substring(route.length()))),
            null)
        : new Item(name, List.of(Tag.named(name)), null);
  }

  /** All tags whose versions change, any mutation's included. */
  public List<Tag> tags(RuleSet rules) {
    Set<Tag> tags = new LinkedHashSet<>();
    for (Item item : items(rules)) {
      tags.addAll(item.tags());
    }
    tags.add(Tag.ANY_MUTATION);
    return List.copyOf(tags);
  }
}
