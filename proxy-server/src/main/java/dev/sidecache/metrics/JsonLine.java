package dev.sidecache.metrics;

import org.jspecify.annotations.Nullable;

/** Writes one JSON object on one line; members appear in the order added. */
public final class JsonLine {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder text = new StringBuilder(384).append('{');

  /** Adds a string, or {@code null}. */
  public JsonLine add(String name, @Nullable String value) {
    name(name);
    if (value == null) {
      text.append("null");
    } else {
      text.append('"');
      escape(value, text);
      text.append('"');
    }
    return this;
  }

  public JsonLine add(String name, long value) {
    name(name).append(value);
    return this;
  }

  /** Adds {@code null}. */
  public JsonLine addNull(String name) {
    name(name).append("null");
    return this;
  }

  /** Adds a time in milliseconds, rounded to a tenth. */
  public JsonLine addMillis(String name, long nanos) {
    appendMillis(nanos, name(name));
    return this;
  }

  /** The object, without a line end. */
  public String end() {
    return text.append('}').toString();
  }

  /** Appends nanoseconds as milliseconds, rounded to a tenth: {@code 0.4}. */
  static void appendMillis(long nanos, StringBuilder out) {
    long tenths = (nanos + 50_000) / 100_000;
    out.append(tenths / 10).append('.').append(tenths % 10);
  }

  /**
   * Appends text as the inside of a JSON string. Line separators and other control characters are
   * escaped, so that one event stays one line.
   */
  public static void escape(String value, StringBuilder out) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (mustEscape(c)) {
        escape(c, out);
      } else {
        out.append(c);
      }
    }
  }

  /** Control characters and the line separators of Unicode. */
  private static boolean mustEscape(char c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == '\u2028' || c == '\u2029';
  }

  private static void escape(char c, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default ->
          out.append("\\u")
              .append(HEX[c >> 12])
              .append(HEX[(c >> 8) & 0xf])
              .append(HEX[(c >> 4) & 0xf])
              .append(HEX[c & 0xf]);
    }
  }

  private StringBuilder name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    return text.append('"').append(name).append("\":");
  }
}
