package dev.sidecache.openapi;

import dev.sidecache.rule.PathPattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path of an operation as segments, its server's path before it. What comes before {@code root}
 * names no resource: {@code /api/v1}, a tenant.
 *
 * @param segments in order, without the empty one behind a final slash
 * @param slash whether the path ends in a slash
 * @param root the index of the segment that names the resource; the number of segments if none does
 */
record ApiPath(List<Segment> segments, boolean slash, int root) {
  private static final Pattern PREFIX =
      Pattern.compile("api|rest|public|internal|v\\d+([._]\\d+)*", Pattern.CASE_INSENSITIVE);
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]");

  ApiPath {
    segments = List.copyOf(segments);
  }

  /**
   * One segment.
   *
   * @param text the literal, or the parameter's name as rules may spell it
   * @param parameter whether it stands for any text
   */
  record Segment(String text, boolean parameter) {
    /** The words of a literal, in lower case: {@code reset-password} has two. */
    List<String> words() {
      if (parameter) {
        return List.of();
      }
      String apart = text.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
      return List.of(apart.split("[^a-z0-9]+", -1));
    }

    /** The literal as it may stand in names and tags; never empty. */
    String slug() {
      String slug = String.join("-", words().stream().filter(word -> !word.isEmpty()).toList());
      return slug.isEmpty() ? Integer.toHexString(text.hashCode()) : slug;
    }

    private String pattern() {
      return !parameter ? text : text.isEmpty() ? "*" : "{" + text + "}";
    }
  }

  /** The path of a document; null if no rule could name it. */
  static @Nullable ApiPath parse(String path) {
    List<Segment> segments = new ArrayList<>();
    Set<String> names = new HashSet<>();
    boolean slash = path.length() > 1 && path.endsWith("/");
    String fixed = slash ? path.substring(0, path.length() - 1) : path;
    if (!fixed.startsWith("/")) {
      return null;
    }
    if (fixed.length() > 1) {
      for (String part : fixed.substring(1).split("/", -1)) {
        segments.add(segment(part, names));
      }
    }
    ApiPath parsed = new ApiPath(segments, slash, root(segments));
    try {
      PathPattern.parse(parsed.pattern());
      return parsed;
    } catch (IllegalArgumentException unusable) {
      return null;
    }
  }

  private static Segment segment(String part, Set<String> names) {
    int open = part.indexOf('{');
    if (open < 0) {
      return new Segment(part, false);
    }
    boolean whole = open == 0 && part.indexOf('}') == part.length() - 1 && part.length() > 2;
    if (!whole) {
      return new Segment("", true);
    }
    String name = FOREIGN.matcher(part.substring(1, part.length() - 1)).replaceAll("_");
    if (name.equals("identity")) {
      name = "identity_";
    }
    while (!names.add(name)) {
      name = name + "_";
    }
    return new Segment(name, true);
  }

  private static int root(List<Segment> segments) {
    int root = 0;
    while (root < segments.size()
        && (segments.get(root).parameter()
            || PREFIX.matcher(segments.get(root).text()).matches())) {
      root++;
    }
    return root;
  }

  /** As rules spell it: {@code /api/students/{id}}. */
  String pattern() {
    return upTo(segments.size()) + (slash || segments.isEmpty() ? "/" : "");
  }

  /** The first {@code count} segments as rules spell them. */
  String upTo(int count) {
    StringBuilder text = new StringBuilder();
    for (Segment segment : segments.subList(0, count)) {
      text.append('/').append(segment.pattern());
    }
    return text.toString();
  }

  /** The same without the names of parameters: equal for paths that match the same requests. */
  String form() {
    return formUpTo(segments.size()) + (slash ? "/" : "");
  }

  /** The first {@code count} segments without the names of parameters. */
  String formUpTo(int count) {
    StringBuilder text = new StringBuilder();
    for (Segment segment : segments.subList(0, count)) {
      text.append('/').append(segment.parameter() ? "*" : segment.text());
    }
    return text.toString();
  }

  /** Where the resource is that this path belongs to: {@code /api/v1/students}. */
  String resource() {
    return upTo(Math.min(root + 1, segments.size()));
  }

  /** The name of the resource; {@code root} if none is named. */
  String resourceName() {
    return root < segments.size() ? segments.get(root).slug() : "root";
  }

  Segment get(int index) {
    return segments.get(index);
  }

  int size() {
    return segments.size();
  }

  /** Whether the segment at this index is followed by a parameter. */
  boolean isCollection(int index) {
    return index + 1 < segments.size() && segments.get(index + 1).parameter();
  }

  boolean endsInParameter() {
    return !segments.isEmpty() && segments.get(segments.size() - 1).parameter();
  }

  /** The last segment that is no parameter; null without one. */
  @Nullable Segment lastLiteral() {
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (!segments.get(i).parameter()) {
        return segments.get(i);
      }
    }
    return null;
  }

  /** A literal's place: whether a parameter of the resource stands before it. */
  boolean isBelowItem(int index) {
    for (int i = root; i < index; i++) {
      if (segments.get(i).parameter()) {
        return true;
      }
    }
    return false;
  }
}
