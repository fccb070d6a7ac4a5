package dev.sidecache.config;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong, or doubtful, in a configuration: where, what, and what to do.
 *
 * @param file the source as it was named; {@code env NAME} for a variable, {@code flag --name} for
 *     a flag
 * @param line from 1; 0 where the source has no lines
 * @param column from 1; 0 where the source has no lines
 * @param path of the key, such as {@code routes[0].ttl}; empty if the whole source is meant
 * @param code the kind of problem
 * @param message what is wrong; never with the content of a secret or of a variable
 * @param hint what to do, or null
 * @param allowed what may be written, for people, or null
 * @param severity whether it stops the configuration from being used
 */
public record ConfigError(
    String file,
    int line,
    int column,
    String path,
    Code code,
    String message,
    @Nullable String hint,
    @Nullable String allowed,
    Severity severity) {

  /** Codes whose messages have the thing at the path as their subject. */
  private static final Set<Code> SUBJECTS =
      Set.of(Code.UNREACHABLE, Code.NEVER_ACTS, Code.UNLINKED_WRITE);

  public ConfigError {
    path = visible(path);
    message = visible(message);
  }

  /** NB: what is written in a file may end in a log; a control character could forge a line. */
  private static String visible(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    text.chars()
        .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
        .forEach(c -> visible.append((char) c));
    return visible.toString();
  }

  /** In the order of the source; what has no line comes first. */
  public static final Comparator<ConfigError> IN_ORDER =
      Comparator.comparingInt(ConfigError::line)
          .thenComparingInt(ConfigError::column)
          .thenComparing(ConfigError::file)
          .thenComparing(ConfigError::path);

  /** Whether a finding stops the configuration from being used. */
  public enum Severity {
    ERROR("error"),
    WARNING("warn");

    private final String word;

    Severity(String word) {
      this.word = word;
    }

    /** The word in a report. */
    public String word() {
      return word;
    }
  }

  /** The kinds of problems. */
  public enum Code {
    BAD_SOURCE,
    BAD_YAML,
    UNKNOWN_KEY,
    UNKNOWN_VARIABLE,
    DUPLICATE_KEY,
    DUPLICATE_NAME,
    DUPLICATE_VALUE,
    WRONG_TYPE,
    MISSING,
    EMPTY,
    UNSET_VARIABLE,
    BAD_EXPANSION,
    BAD_VERSION,
    BAD_WORD,
    BAD_NUMBER,
    BAD_DURATION,
    BAD_TTL,
    BAD_SIZE,
    BAD_ADDRESS,
    BAD_NETWORK,
    BAD_URL,
    BAD_PATH,
    BAD_NAME,
    BAD_METHOD,
    BAD_STATUS,
    BAD_TAG,
    BAD_POINTER,
    BAD_BUDGET,
    BAD_IDENTITY,
    BAD_REDIS,
    BAD_TLS,
    OUT_OF_RANGE,
    UNKNOWN_ROUTE,
    UNKNOWN_PARAMETER,
    UNKNOWN_TAG,
    CONTRADICTION,
    BODY_KEY_MISSING,
    ADMIN_TOKEN,
    L1_SIZE,
    STORES_NOTHING,
    GUARD_OFF,
    MANY_KEYS,
    WIDENED,
    NEVER_ACTS,
    UNLINKED_WRITE,
    UNREACHABLE;

    /** The word in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@code sidecache.yaml:30:10}, or the name of the variable or flag. */
  public String location() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }

  /** Path, message and remedy on one line. */
  public String text() {
    StringBuilder text = new StringBuilder(path);
    if (!path.isEmpty()) {
      text.append(SUBJECTS.contains(code) ? " " : ": ");
    }
    text.append(message);
    if (hint != null) {
      text.append("; ").append(hint);
    }
    if (allowed != null) {
      text.append(" (").append(allowed).append(')');
    }
    return text.toString();
  }

  /** One line as a report shows it. */
  @Override
  public String toString() {
    return location() + "  " + severity.word() + "  " + text();
  }
}
