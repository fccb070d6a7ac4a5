package dev.sidecache.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path and query of a request in the one normal form that rules, key and origin all see:
 * escapes of unreserved characters decoded, the others upper-cased, the query as sent. Source: RFC
 * 3986, Section 6.2.2; RFC 9112, Section 3.2.
 *
 * @param path begins with a slash; percent-encoded
 * @param query without the question mark; null if there is none, empty after a bare question mark
 * @param decodedPath the path percent-decoded as UTF-8, for matching and tags; its segments are
 *     those of {@code path} because an encoded slash makes the target unusual
 * @param unusual whether two readers could see different paths ({@code %2F}, {@code %5C}, {@code
 *     %25}, {@code ;}, {@code //}, a backslash, an escape that is no UTF-8): forwarded, never
 *     cached
 */
public record RequestTarget(
    String path, @Nullable String query, String decodedPath, boolean unusual) {

  /** The request target as it is sent: path and query. */
  public String pathAndQuery() {
    return query == null ? path : path + "?" + query;
  }

  /**
   * Every path that a reader could see in this target, its decoded path first: without a final
   * slash, and, if it is unusual, with separators, parameters and repeated escapes read as some
   * origins read them. For decisions that err towards caution.
   */
  public List<String> readings() {
    if (!unusual && (path.length() < 2 || path.charAt(path.length() - 1) != '/')) {
      return List.of(decodedPath);
    }
    return PathReadings.of(decodedPath, unusual);
  }

  /**
   * The normal form of an origin-form target, or null where it must be refused: no leading slash,
   * an octet outside visible ASCII, a fragment, a malformed escape, an escaped control character,
   * or a dot segment in any spelling. Never throws.
   */
  public static @Nullable RequestTarget parse(String target) {
    if (target.isEmpty() || target.charAt(0) != '/') {
      return null;
    }
    int mark = target.indexOf('?');
    String rawPath = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? null : target.substring(mark + 1);
    if (query != null && !isVisible(query)) {
      return null;
    }
    return isPlain(rawPath)
        ? new RequestTarget(rawPath, query, rawPath, false)
        : normalized(rawPath, query);
  }

  /** Whether a path is its own normal form beyond doubt; most are. */
  private static boolean isPlain(String path) {
    for (int i = 1; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean afterSlash = path.charAt(i - 1) == '/';
      boolean plain = c == '/' ? !afterSlash : isUnreserved(c);
      if (!plain || (c == '.' && afterSlash)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable RequestTarget normalized(String rawPath, @Nullable String query) {
    StringBuilder path = new StringBuilder(rawPath.length());
    byte[] decoded = new byte[rawPath.length()];
    int length = 0;
    boolean unusual = false;
    for (int i = 0; i < rawPath.length(); i++) {
      char c = rawPath.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '#') {
        return null;
      }
      if (c != '%') {
        unusual |= c == ';' || c == '\\' || (c == '/' && i > 0 && rawPath.charAt(i - 1) == '/');
        path.append(c);
        decoded[length++] = (byte) c;
        continue;
      }
      int octet = escaped(rawPath, i);
      if (octet < 0x20 || octet == 0x7f) {
        return null;
      }
      unusual |= octet == '/' || octet == '\\' || octet == '%' || octet == ';';
      appendEscape(path, octet);
      decoded[length++] = (byte) octet;
      i += 2;
    }
    if (hasDotSegment(path)) {
      return null;
    }
    String text = new String(decoded, 0, length, StandardCharsets.UTF_8);
    unusual |= text.indexOf('\uFFFD') >= 0;
    return new RequestTarget(path.toString(), query, text, unusual);
  }

  private static void appendEscape(StringBuilder path, int octet) {
    if (isUnreserved(octet)) {
      path.append((char) octet);
    } else {
      path.append('%').append(hexDigit(octet >> 4)).append(hexDigit(octet & 0xf));
    }
  }

  private static char hexDigit(int value) {
    return (char) (value < 10 ? '0' + value : 'A' + value - 10);
  }

  /** The octet that the escape at {@code index} stands for, or -1. */
  private static int escaped(String text, int index) {
    if (index + 2 >= text.length()) {
      return -1;
    }
    int high = hexValue(text.charAt(index + 1));
    int low = hexValue(text.charAt(index + 2));
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  /** NB: {@code Character.digit} would take the digits of every script. */
  private static int hexValue(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static boolean isUnreserved(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || octet == '-'
        || octet == '.'
        || octet == '_'
        || octet == '~';
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '#') {
        return false;
      }
    }
    return true;
  }

  /** Whether a segment, up to a semicolon or an escaped separator, is one or two dots. */
  private static boolean hasDotSegment(CharSequence path) {
    int start = 1;
    for (int i = 1; i <= path.length(); i++) {
      int separator = i == path.length() ? 1 : separatorLength(path, i);
      if (separator > 0) {
        if (isDots(path, start, i)) {
          return true;
        }
        start = i + separator;
        i += separator - 1;
      }
    }
    return false;
  }

  private static int separatorLength(CharSequence path, int index) {
    char c = path.charAt(index);
    if (c == '/' || c == ';' || c == '\\') {
      return 1;
    }
    if (c == '%' && index + 2 < path.length()) {
      String escape = path.subSequence(index + 1, index + 3).toString();
      return escape.equals("2F") || escape.equals("5C") || escape.equals("3B") ? 3 : 0;
    }
    return 0;
  }

  private static boolean isDots(CharSequence path, int start, int end) {
    int length = end - start;
    return (length == 1 || length == 2) && path.charAt(start) == '.' && path.charAt(end - 1) == '.';
  }
}
