package dev.sidecache.rule;

/** What paths in rules may be written with. Each refusal says what to write. */
final class PathSyntax {
  /** Characters that no decoded path holds whose target is not unusual, or that end a path. */
  private static final String FOREIGN = "%;\\?#";

  private PathSyntax() {}

  /** The name itself if it may name a parameter. */
  static String parameter(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c < 0x80 && Character.isLetterOrDigit(c)) && c != '_' && c != '-') {
        throw new IllegalArgumentException(
            "{" + name + "} is no parameter; write a name of letters, digits, _ and -");
      }
    }
    if (name.equals(TagTemplate.IDENTITY)) {
      throw new IllegalArgumentException("{identity} is the caller; give the segment another name");
    }
    return name;
  }

  /** The segment itself if it may stand for its own text. */
  static String literal(String segment, boolean mayBeEmpty) {
    if (segment.isEmpty() && !mayBeEmpty) {
      throw new IllegalArgumentException("an empty segment; such paths are never cached");
    }
    if (segment.contains("*") || segment.contains("{") || segment.contains("}")) {
      throw new IllegalArgumentException(
          "\"" + segment + "\" is no segment; * and {name} stand alone, ** at the end");
    }
    if (segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException("a dot segment; such paths are refused");
    }
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c < 0x20 || c == 0x7f || FOREIGN.indexOf(c) >= 0) {
        throw new IllegalArgumentException(
            "\"" + segment + "\" is no segment; paths are written decoded, without query");
      }
    }
    return segment;
  }
}
