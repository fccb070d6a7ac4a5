package dev.sidecache.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entity tag.
 *
 * @param weak whether it is marked {@code W/}
 * @param opaque the opaque tag with its quotes
 */
public record EntityTag(boolean weak, String opaque) {

  /** The entity tag that a text spells, or null. Source: RFC 9110, Section 8.8.3. Never throws. */
  public static @Nullable EntityTag parse(String text) {
    String trimmed = text.strip();
    boolean weak = trimmed.startsWith("W/");
    int end = endOfTag(trimmed, 0);
    return end == trimmed.length() && end > 0
        ? new EntityTag(weak, weak ? trimmed.substring(2) : trimmed)
        : null;
  }

  /**
   * The entity tags of a list, what is none left out: a comma inside a tag does not separate.
   * Source: RFC 9110, Section 13.1.2. Never throws.
   */
  public static List<EntityTag> parseList(String text) {
    List<EntityTag> tags = new ArrayList<>(2);
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int end = c == ',' || c == ' ' || c == '\t' ? -1 : endOfTag(text, at);
      EntityTag tag = end < 0 ? null : parse(text.substring(at, end));
      if (tag != null) {
        tags.add(tag);
      }
      at = end < 0 ? at + 1 : end;
    }
    return tags;
  }

  /** Where the tag that begins at {@code from} ends, or -1 if none begins there. */
  private static int endOfTag(String text, int from) {
    int open = text.startsWith("W/", from) ? from + 2 : from;
    if (open >= text.length() || text.charAt(open) != '"') {
      return -1;
    }
    for (int i = open + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i + 1;
      }
      if (c < 0x21 || c == 0x7f) {
        return -1;
      }
    }
    return -1;
  }

  /** Whether both are strong and equal. Source: RFC 9110, Section 8.8.3.2. */
  public boolean strongMatches(EntityTag other) {
    return !weak && !other.weak && opaque.equals(other.opaque);
  }

  /** Whether both are equal, weak or not. Source: RFC 9110, Section 8.8.3.2. */
  public boolean weakMatches(EntityTag other) {
    return opaque.equals(other.opaque);
  }

  /** As a field carries it. */
  @Override
  public String toString() {
    return weak ? "W/" + opaque : opaque;
  }
}
