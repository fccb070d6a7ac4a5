package dev.sidecache.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of decoded paths: literal segments, {@code *} and {@code {name}} for one segment,
 * {@code /**} at the end for everything below and the path before it.
 *
 * @param text as written
 * @param segments the segments before a final {@code **}
 * @param below whether the pattern ends in {@code /**}
 */
public record PathPattern(String text, List<Segment> segments, boolean below) {

  public PathPattern {
    segments = List.copyOf(segments);
  }

  /** One segment: a literal, or one of any text, perhaps named. */
  public sealed interface Segment {
    record Literal(String text) implements Segment {}

    record Any(@Nullable String name) implements Segment {}
  }

  /**
   * The pattern that a text spells; an {@code IllegalArgumentException} says what is wrong and what
   * to write.
   */
  public static PathPattern parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("a path begins with /");
    }
    boolean below = text.endsWith("/**");
    String fixed = below ? text.substring(0, text.length() - 3) : text;
    List<Segment> segments = new ArrayList<>();
    if (!fixed.isEmpty()) {
      for (String part : fixed.substring(1).split("/", -1)) {
        segments.add(segment(part));
      }
    }
    return new PathPattern(text, segments, below);
  }

  private static Segment segment(String part) {
    if (part.equals("*")) {
      return new Segment.Any(null);
    }
    if (part.startsWith("{") && part.endsWith("}") && part.length() > 2) {
      return new Segment.Any(part.substring(1, part.length() - 1));
    }
    if (part.contains("*") || part.contains("{") || part.contains("}")) {
      throw new IllegalArgumentException(
          "\"" + part + "\" is no segment; * and {name} stand alone, ** at the end");
    }
    return new Segment.Literal(part);
  }

  /** The values of the named segments if the pattern matches, else null. */
  public @Nullable Map<String, String> match(String decodedPath) {
    Map<String, String> values = Map.of();
    int at = 0;
    for (Segment segment : segments) {
      if (at >= decodedPath.length() || decodedPath.charAt(at) != '/') {
        return null;
      }
      int end = decodedPath.indexOf('/', at + 1);
      end = end < 0 ? decodedPath.length() : end;
      if (segment instanceof Segment.Literal literal) {
        if (!equalsAt(literal.text(), decodedPath, at + 1, end)) {
          return null;
        }
      } else if (end == at + 1) {
        return null;
      } else if (segment instanceof Segment.Any any && any.name() != null) {
        values = values.isEmpty() ? new HashMap<>() : values;
        values.put(any.name(), decodedPath.substring(at + 1, end));
      }
      at = end;
    }
    return at == decodedPath.length() || below ? values : null;
  }

  private static boolean equalsAt(String text, String path, int start, int end) {
    return text.length() == end - start && path.startsWith(text, start);
  }
}
