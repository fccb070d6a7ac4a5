package dev.sidecache.http;

import org.jspecify.annotations.Nullable;

/**
 * Which trace a request belongs to. Source: W3C Trace Context, Section 3.2.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all 0
 * @param parentId 16 of them, not all 0
 * @param sampled whether its sender records it
 */
public record Traceparent(String traceId, String parentId, boolean sampled) {
  private static final String FIELD = "traceparent";
  private static final int LENGTH = 55;

  /** The one that the fields hold; null if there is none, several, or none that is well-formed. */
  public static @Nullable Traceparent of(Fields fields) {
    String value = fields.first(FIELD);
    return value == null || fields.count(FIELD) != 1 ? null : parse(value);
  }

  /** A later version may go on behind what this one has, after a hyphen. */
  static @Nullable Traceparent parse(String value) {
    if (value.length() < LENGTH || !isHex(value, 0, 2) || value.startsWith("ff")) {
      return null;
    }
    boolean ends = value.length() == LENGTH;
    boolean goesOn = !ends && !value.startsWith("00") && value.charAt(LENGTH) == '-';
    boolean formed =
        (ends || goesOn)
            && value.charAt(2) == '-'
            && isId(value, 3, 35)
            && value.charAt(35) == '-'
            && isId(value, 36, 52)
            && value.charAt(52) == '-'
            && isHex(value, 53, 55);
    return formed
        ? new Traceparent(
            value.substring(3, 35),
            value.substring(36, 52),
            (Character.digit(value.charAt(54), 16) & 1) == 1)
        : null;
  }

  private static boolean isId(String value, int from, int to) {
    boolean zero = true;
    for (int i = from; i < to; i++) {
      zero &= value.charAt(i) == '0';
    }
    return !zero && isHex(value, from, to);
  }

  private static boolean isHex(String value, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = value.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
