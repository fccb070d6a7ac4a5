package dev.sidecache.advice;

import dev.sidecache.rule.PathPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path with its values taken out: {@code /api/students/7} and {@code /api/students/9} are one,
 * {@code /api/students/{id}}.
 */
final class PathTemplate {
  private static final int LONGEST = 200;
  private static final int LONGEST_NAME = 50;

  /** Numbers, UUIDs, other hexadecimal ids, and long words with digits. */
  private static final Pattern VALUE =
      Pattern.compile(
          "\\d+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}"
              + "|(?=.*\\d)[A-Za-z0-9_-]{16,}|\\d{4}-\\d{2}-\\d{2}");

  private PathTemplate() {}

  /** The template of a decoded path; null if no rule could name it. */
  static @Nullable String of(String path) {
    if (path.length() > LONGEST) {
      return null;
    }
    List<String> segments = new ArrayList<>();
    int values = 0;
    for (String segment : path.substring(1).split("/", -1)) {
      boolean value = VALUE.matcher(segment).matches();
      values += value ? 1 : 0;
      segments.add(value ? (values == 1 ? "{id}" : "{id" + values + "}") : segment);
    }
    String template = "/" + String.join("/", segments);
    try {
      return PathPattern.parse(template).match(path) == null ? null : template;
    } catch (IllegalArgumentException notAPattern) {
      return null;
    }
  }

  /** What a rule for it may be called: {@code [a-z0-9-]{1,60}}. */
  static String name(String template) {
    String name =
        template.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    return cut.isEmpty() ? "root" : cut.replaceAll("-+$", "");
  }
}
