package dev.sidecache.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A tag with parameters, such as {@code student:{id}} or {@code profile:{identity}}. Parameters are
 * those of the path; {@code identity} is the caller's.
 *
 * @param text as written
 * @param pieces literal text at even places, parameter names at odd ones
 */
public record TagTemplate(String text, List<String> pieces) {

  /** The parameter that stands for the caller. */
  public static final String IDENTITY = "identity";

  /** What the name of a family ends with. */
  public static final String FAMILY = ":*";

  public TagTemplate {
    pieces = List.copyOf(pieces);
  }

  /**
   * The template that a text spells; an {@code IllegalArgumentException} says what is wrong with
   * the braces.
   */
  public static TagTemplate parse(String text) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
      int close = text.indexOf('}', open);
      if (close <= open + 1) {
        throw new IllegalArgumentException("a { without a name and }");
      }
      pieces.add(text.substring(from, open));
      pieces.add(text.substring(open + 1, close));
      from = close + 1;
    }
    if (text.indexOf('}', from) >= 0) {
      throw new IllegalArgumentException("a } without {");
    }
    pieces.add(text.substring(from));
    return new TagTemplate(text, pieces);
  }

  /**
   * The template of a path, or of a path prefix; an {@code IllegalArgumentException} says what is
   * wrong and what to write. Paths are written decoded; every parameter is a segment or part of
   * one.
   */
  public static TagTemplate parsePath(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("a path begins with /");
    }
    TagTemplate template = parse(text);
    for (int i = 0; i < template.pieces.size(); i += 2) {
      String[] parts = template.pieces.get(i).split("/", -1);
      for (int j = 0; j < parts.length; j++) {
        // Between two slashes a segment is empty; beside a parameter or at an end it is not.
        boolean mayBeEmpty = j == 0 || j == parts.length - 1;
        PathSyntax.literal(parts[j], mayBeEmpty);
      }
    }
    return template;
  }

  /**
   * Whether the text, not a parameter's value, makes this the name of a family: every tag that
   * begins with what stands before the star.
   */
  public boolean isFamily() {
    return text.endsWith(FAMILY);
  }

  /** Whether some values of the parameters give this text. */
  public boolean canGive(String filled) {
    String first = pieces.get(0);
    if (pieces.size() == 1) {
      return first.equals(filled);
    }
    String last = pieces.get(pieces.size() - 1);
    int at = first.length();
    int end = filled.length() - last.length();
    if (!filled.startsWith(first) || end < at || !filled.endsWith(last)) {
      return false;
    }
    for (int i = 2; i < pieces.size() - 1; i += 2) {
      int found = filled.indexOf(pieces.get(i), at);
      if (found < 0 || found + pieces.get(i).length() > end) {
        return false;
      }
      at = found + pieces.get(i).length();
    }
    return true;
  }

  /** The names of the parameters used, in order. */
  public List<String> parameters() {
    List<String> names = new ArrayList<>();
    for (int i = 1; i < pieces.size(); i += 2) {
      names.add(pieces.get(i));
    }
    return names;
  }

  /** The text with parameters replaced; one without a value becomes empty. */
  public String fill(Map<String, String> values) {
    if (pieces.size() == 1) {
      return text;
    }
    StringBuilder filled = new StringBuilder(text.length() + 16);
    for (int i = 0; i < pieces.size(); i++) {
      filled.append(i % 2 == 0 ? pieces.get(i) : values.getOrDefault(pieces.get(i), ""));
    }
    return filled.toString();
  }
}
