package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.StructuredFields;
import dev.sidecache.http.StructuredFields.Item;
import dev.sidecache.http.StructuredFields.Member;
import dev.sidecache.http.StructuredFields.StringValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tags that a response declares: Cache-Tag (commas), Surrogate-Key (spaces), Cache-Groups (RFC
 * 9875). A group is a tag that an operator may purge, and beside that one of its origin, which only
 * answers from this origin invalidate.
 */
final class DeclaredTags {
  /** The most tags, families included, that a stored response may carry. */
  static final int MOST = 64;

  /** The longest name of a tag. */
  static final int LONGEST_BYTES = 128;

  private DeclaredTags() {}

  /**
   * The declared tags and their families that the request did not tell already, or null if there
   * are too many or one is too long: a tag left out would be a lost purge.
   */
  static @Nullable List<Tag> of(Plan plan, Fields fields) {
    List<String> names = new ArrayList<>();
    for (String name : fields.elements("Cache-Tag")) {
      names.add(text(name));
    }
    for (String line : fields.all("Surrogate-Key")) {
      addWords(names, text(line));
    }
    List<String> groups = groups(fields, "Cache-Groups");
    names.addAll(groups);
    Set<Tag> tags = new LinkedHashSet<>();
    for (String name : names) {
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES) {
        return null;
      }
      addWithFamily(tags, name);
    }
    for (String name : groups) {
      tags.add(group(plan.head(), name));
    }
    return unlessTooMany(plan, tags);
  }

  private static @Nullable List<Tag> unlessTooMany(Plan plan, Set<Tag> tags) {
    int configured = 0;
    for (Tag tag : plan.tags()) {
      configured += tag.kind() == Tag.Kind.TAG || tag.kind() == Tag.Kind.FAMILY ? 1 : 0;
      tags.remove(tag);
    }
    return configured + tags.size() > MOST ? null : List.copyOf(tags);
  }

  private static void addWithFamily(Set<Tag> tags, String name) {
    tags.add(Tag.named(name));
    Tag family = Tag.familyOf(name);
    if (family != null) {
      tags.add(family);
    }
  }

  private static void addWords(List<String> names, String line) {
    int start = 0;
    for (int i = 0; i <= line.length(); i++) {
      if (i == line.length() || line.charAt(i) == ' ' || line.charAt(i) == '\t') {
        if (i > start) {
          names.add(line.substring(start, i));
        }
        start = i + 1;
      }
    }
  }

  /** The groups that a field lists; none if the field is no list of strings. */
  static List<String> groups(Fields fields, String name) {
    String value = fields.combined(name);
    List<Member> members = value == null ? null : StructuredFields.parseList(value);
    if (members == null) {
      return List.of();
    }
    List<String> groups = new ArrayList<>(members.size());
    for (Member member : members) {
      if (member instanceof Item item && item.value() instanceof StringValue text) {
        groups.add(text.value());
      }
    }
    return groups;
  }

  /** The tag of a group. Two groups are one only within an origin. RFC 9875, Section 2.1. */
  static Tag group(RequestHead request, String name) {
    return new Tag(Tag.Kind.GROUP, request.scheme() + "://" + request.authority() + " " + name);
  }

  /** A field value as the operator writes it: UTF-8, if it is that. */
  private static String text(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) >= 0x80) {
        return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return value;
  }
}
