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
