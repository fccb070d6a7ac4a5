package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text with its variables replaced: {@code ${VAR}}, with {@code :-default} or {@code :?message}
 * before the closing brace, for which empty counts as unset. A bare dollar sign is literal, and two
 * before an opening brace write one.
 *
 * @param text after replacement
 * @param changed whether a variable stood in it
 * @param hidden whether the content of a variable is part of it
 * @param problem why a variable could not be replaced, or null
 */
record Expansion(String text, boolean changed, boolean hidden, @Nullable Problem problem) {

  // NB: not quoted, since it may be part of a password
  private static final Problem MALFORMED =
      new Problem(
          Code.BAD_EXPANSION,
          "a ${ begins no variable",
          "write ${NAME}, ${NAME:-default} or ${NAME:?message}, and $${ for a plain ${",
          null);

  static Expansion of(String raw, Map<String, String> environment) {
    int open = raw.indexOf("${");
    if (open < 0) {
      return new Expansion(raw, false, false, null);
    }
    StringBuilder text = new StringBuilder(raw.length());
    boolean changed = false;
    boolean hidden = false;
    int from = 0;
    for (; open >= 0; open = raw.indexOf("${", from)) {
      if (open > from && raw.charAt(open - 1) == '$') {
        text.append(raw, from, open - 1).append("${");
        from = open + 2;
        continue;
      }
      text.append(raw, from, open);
      int close = raw.indexOf('}', open);
      if (close < 0) {
        return failed(MALFORMED);
      }
      Replacement replacement = replacement(raw.substring(open + 2, close), environment);
      if (replacement.problem != null) {
        return failed(replacement.problem);
      }
      text.append(replacement.text);
      changed = true;
      hidden |= replacement.hidden;
      from = close + 1;
    }
    return new Expansion(text.append(raw, from, raw.length()).toString(), changed, hidden, null);
  }

  private static Expansion failed(Problem problem) {
    return new Expansion("", true, false, problem);
  }

  private record Replacement(String text, boolean hidden, @Nullable Problem problem) {}

  private static Replacement replacement(String inside, Map<String, String> environment) {
    int end = nameLength(inside);
    String name = inside.substring(0, end);
    String rest = inside.substring(end);
    boolean mayBeEmpty = rest.isEmpty();
    if (end == 0 || !(mayBeEmpty || rest.startsWith(":-") || rest.startsWith(":?"))) {
      return new Replacement("", false, MALFORMED);
    }
    String value = environment.get(name);
    if (value != null && (mayBeEmpty || !value.isEmpty())) {
      return new Replacement(value, true, null);
    }
    if (rest.startsWith(":-")) {
      return new Replacement(rest.substring(2), false, null);
    }
    if (rest.length() > 2) {
      String message = name + " is not set: " + rest.substring(2);
      return new Replacement("", false, new Problem(Code.UNSET_VARIABLE, message, null, null));
    }
    String hint = "set it, or write ${" + name + ":-}";
    return new Replacement(
        "", false, new Problem(Code.UNSET_VARIABLE, name + " is not set", hint, null));
  }

  private static int nameLength(String inside) {
    int end = 0;
    while (end < inside.length() && isNameCharacter(inside.charAt(end), end)) {
      end++;
    }
    return end;
  }

  private static boolean isNameCharacter(char c, int index) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (index > 0 && c >= '0' && c <= '9');
  }
}
