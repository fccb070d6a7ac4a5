package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the directives of Cache-Control, in requests and responses alike. Tolerant: case, quotes,
 * white space and unknown names do no harm, and what cannot be read never hides what follows it.
 * Source: RFC 9111, Section 5.2.
 */
final class Directives {
  /** The largest number of seconds; more counts as this. Source: RFC 9111, Section 1.2.2. */
  static final Duration LARGEST = Duration.ofSeconds(1L << 31);

  private static final long LARGEST_SECONDS = 1L << 31;

  private Directives() {}

  /** Takes directives in the order received. */
  interface Reader {
    /**
     * Takes a directive.
     *
     * @param name lower case
     * @param argument without quotes; null if there is none
     * @param quoted whether the argument was a complete quoted string
     */
    void directive(String name, @Nullable String argument, boolean quoted);
  }

  /** Gives all directives in all lines of a field to a reader. */
  static void read(Fields fields, String field, Reader reader) {
    for (String line : fields.all(field)) {
      int from = 0;
      while (from <= line.length()) {
        int end = endOfDirective(line, from);
        readOne(line.substring(from, end).strip(), reader);
        from = end + 1;
      }
    }
  }

  /**
   * Where the directive ends that begins at {@code from}. NB: a quoted string begins only after an
   * equals sign and only if it ends in the same line; else a stray quote could hide a no-store.
   */
  private static int endOfDirective(String line, int from) {
    int i = from;
    while (i < line.length() && line.charAt(i) != ',') {
      int close = line.startsWith("=\"", i) ? closingQuote(line, i + 2) : -1;
      i = close < 0 ? i + 1 : close + 1;
    }
    return i;
  }

  private static int closingQuote(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        return i;
      }
      if (c == '\\') {
        i++;
      }
    }
    return -1;
  }

  private static void readOne(String directive, Reader reader) {
    if (directive.isEmpty()) {
      return;
    }
    int equals = directive.indexOf('=');
    if (equals < 0) {
      reader.directive(directive.toLowerCase(Locale.ROOT), null, false);
      return;
    }
    String name = directive.substring(0, equals);
    String lower = name.strip().toLowerCase(Locale.ROOT);
    String argument = directive.substring(equals + 1);
    boolean quoted =
        argument.startsWith("\"") && closingQuote(argument, 1) == argument.length() - 1;
    // White space before the sign makes the argument unreadable, not the directive unknown.
    boolean spaced = !name.equals(name.strip());
    reader.directive(lower, quoted ? unquoted(argument) : spaced ? "" : argument, quoted);
  }

  private static String unquoted(String quoted) {
    StringBuilder text = new StringBuilder(quoted.length());
    for (int i = 1; i < quoted.length() - 1; i++) {
      char c = quoted.charAt(i);
      text.append(c == '\\' ? quoted.charAt(++i) : c);
    }
    return text.toString();
  }

  /**
   * The time that delta-seconds tell, or null if the text is none. Source: RFC 9111, Section 1.2.2.
   */
  static @Nullable Duration deltaSeconds(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    long seconds = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return null;
      }
      seconds = Math.min(LARGEST_SECONDS, 10 * seconds + c - '0');
    }
    return Duration.ofSeconds(seconds);
  }

  /** The same where what is no number of seconds has run out. */
  static Duration deltaSecondsOrZero(@Nullable String text) {
    Duration delta = deltaSeconds(text);
    return delta == null ? Duration.ZERO : delta;
  }

  /** The field names that an argument lists, lower case. */
  static List<String> fieldNames(String argument) {
    List<String> names = new ArrayList<>(2);
    for (String element : Fields.of("names", argument).elements("names")) {
      names.add(element.toLowerCase(Locale.ROOT));
    }
    return names;
  }
}
