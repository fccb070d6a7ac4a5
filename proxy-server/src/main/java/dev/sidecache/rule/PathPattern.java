package dev.sidecache.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of decoded paths: literal segments, {@code *} and {@code {name}} for one segment that
 * is not empty, {@code /**} at the end for everything below and the path before it.
 *
 * <p>Its <em>lead</em> is the literal segments that it begins with. What of a pattern a purge by
 * prefix covers is told by {@link #reach}, what its responses carry for that purpose by {@link
 * #under}. Source: consistency.md, Section 4.
 *
 * @param text as written
 * @param segments the segments before a final {@code **}
 * @param below whether the pattern ends in {@code /**}
 */
public record PathPattern(String text, List<Segment> segments, boolean below) {

  /** How many segments after the lead a prefix may tell apart. */
  private static final int MAX_PREFIX_SEGMENTS = 2;

  public PathPattern {
    segments = List.copyOf(segments);
  }

  /** One segment: a literal, or one of any text, perhaps named. */
  public sealed interface Segment {
    /** This text, with case. */
    record Literal(String text) implements Segment {}

    /** Any text but none; its value is known by the name, if it has one. */
    record Any(@Nullable String name) implements Segment {}

    /** Whether every text that {@code other} stands for is one that this stands for. */
    default boolean covers(Segment other) {
      if (this instanceof Literal) {
        return equals(other);
      }
      return !(other instanceof Literal literal && literal.text().isEmpty());
    }
  }

  /** What a purge by prefix has to change for the responses of one pattern. */
  public sealed interface Reach {
    /** None of its paths is below the prefix. */
    record Nothing() implements Reach {}

    /** All of its responses. */
    record Everything() implements Reach {}

    /** Those that carry this path as one they are under. */
    record Under(String path) implements Reach {}
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
    Set<String> names = new TreeSet<>();
    if (!fixed.isEmpty()) {
      String[] parts = fixed.substring(1).split("/", -1);
      for (int i = 0; i < parts.length; i++) {
        boolean mayBeEmpty = i == parts.length - 1 && !below;
        segments.add(segment(parts[i], mayBeEmpty, names));
      }
    }
    return new PathPattern(text, segments, below);
  }

  private static Segment segment(String part, boolean mayBeEmpty, Set<String> names) {
    if (part.equals("*")) {
      return new Segment.Any(null);
    }
    if (part.length() > 2 && part.startsWith("{") && part.endsWith("}")) {
      String name = PathSyntax.parameter(part.substring(1, part.length() - 1));
      if (!names.add(name)) {
        throw new IllegalArgumentException("{" + name + "} stands twice");
      }
      return new Segment.Any(name);
    }
    return new Segment.Literal(PathSyntax.literal(part, mayBeEmpty));
  }

  /** The names of the named segments, in order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment instanceof Segment.Any any && any.name() != null) {
        names.add(any.name());
      }
    }
    return names;
  }

  /** The values of the named segments if the pattern matches, else null. */
  public @Nullable Map<String, String> match(String decodedPath) {
    return match(decodedPath, false);
  }

  /**
   * As {@link #match}, but letters match without case: for rules that must not be dodged by a
   * spelling that some origins take for the same path.
   */
  public @Nullable Map<String, String> matchIgnoringCase(String decodedPath) {
    return match(decodedPath, true);
  }

  private @Nullable Map<String, String> match(String path, boolean ignoreCase) {
    Map<String, String> values = Map.of();
    int at = 0;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      if (at >= path.length() || path.charAt(at) != '/') {
        return null;
      }
      int end = endOfSegment(path, at);
      if (segment instanceof Segment.Literal literal) {
        if (!equalsAt(literal.text(), path, at + 1, end, ignoreCase)) {
          return null;
        }
      } else if (end == at + 1) {
        return null;
      } else if (segment instanceof Segment.Any any && any.name() != null) {
        values = values.isEmpty() ? new HashMap<>() : values;
        values.put(any.name(), path.substring(at + 1, end));
      }
      at = end;
    }
    return at == path.length() || below ? values : null;
  }

  private static int endOfSegment(String path, int slash) {
    int end = path.indexOf('/', slash + 1);
    return end < 0 ? path.length() : end;
  }

  private static boolean equalsAt(
      String text, String path, int start, int end, boolean ignoreCase) {
    return text.length() == end - start
        && path.regionMatches(ignoreCase, start, text, 0, text.length());
  }

  /** Whether every path that {@code other} matches is one that this matches. */
  public boolean covers(PathPattern other) {
    int fixed = segments.size();
    int others = other.segments.size();
    if (below ? others < fixed : other.below || others != fixed) {
      return false;
    }
    for (int i = 0; i < fixed; i++) {
      if (!segments.get(i).covers(other.segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The literal segments that the pattern begins with, as a path; {@code /} if there is none. */
  public String lead() {
    StringBuilder lead = new StringBuilder();
    for (int i = 0; i < leadSize(); i++) {
      lead.append('/').append(((Segment.Literal) segments.get(i)).text());
    }
    return lead.length() == 0 ? "/" : lead.toString();
  }

  private int leadSize() {
    int size = 0;
    while (size < segments.size() && segments.get(size) instanceof Segment.Literal) {
      size++;
    }
    return size;
  }

  /**
   * The prefixes that a response for this path is under: the first and second segment after the
   * lead, as far as the path goes on below them. The path matches the pattern.
   */
  public List<String> under(String decodedPath) {
    int at = 0;
    for (int i = leadSize(); i > 0; i--) {
      at = endOfSegment(decodedPath, at);
    }
    int first = decodedPath.indexOf('/', at + 1);
    if (at >= decodedPath.length() || first < 0) {
      return List.of();
    }
    int second = decodedPath.indexOf('/', first + 1);
    return second < 0
        ? List.of(decodedPath.substring(0, first))
        : List.of(decodedPath.substring(0, first), decodedPath.substring(0, second));
  }

  /**
   * What a purge of this path prefix covers of the pattern's responses, at least. A final slash
   * makes no difference: whether the prefix itself goes too is told by the URL, not here.
   */
  public Reach reach(String prefix) {
    String above = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    int lead = leadSize();
    int cut = 0;
    int count = 0;
    for (int at = 0; at < above.length(); count++) {
      int end = endOfSegment(above, at);
      if (!reaches(count, above.substring(at + 1, end))) {
        return new Reach.Nothing();
      }
      cut = count < lead + MAX_PREFIX_SEGMENTS ? end : cut;
      at = end;
    }
    if (count <= lead) {
      return new Reach.Everything();
    }
    boolean goesOn = below || count < segments.size();
    return goesOn ? new Reach.Under(above.substring(0, cut)) : new Reach.Nothing();
  }

  private boolean reaches(int index, String text) {
    if (index >= segments.size()) {
      return below;
    }
    Segment segment = segments.get(index);
    return segment instanceof Segment.Literal literal
        ? literal.text().equals(text)
        : !text.isEmpty();
  }
}
