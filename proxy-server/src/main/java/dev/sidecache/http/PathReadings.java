package dev.sidecache.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The paths that differing readers see in one decoded path. Which of them an origin sees is not
 * known; a rule that must not be dodged asks about each.
 */
final class PathReadings {
  private static final int MAX_DECODINGS = 3;

  private PathReadings() {}

  /** The readings of a decoded path, itself first, without repetition. */
  static List<String> of(String decodedPath, boolean unusual) {
    Set<String> readings = new LinkedHashSet<>();
    addWithoutFinalSlash(decodedPath, readings);
    String text = decodedPath;
    for (int i = 0; unusual && i < MAX_DECODINGS; i++) {
      addSeparated(text, readings);
      addSeparated(withoutParameters(text), readings);
      text = decodedAgain(text);
    }
    return new ArrayList<>(readings);
  }

  private static void addSeparated(String text, Set<String> readings) {
    addWithoutFinalSlash(resolved(text), readings);
    addWithoutFinalSlash(resolved(text.replace('\\', '/')), readings);
  }

  private static void addWithoutFinalSlash(String text, Set<String> readings) {
    readings.add(text);
    int end = text.length();
    while (end > 1 && text.charAt(end - 1) == '/') {
      end--;
    }
    readings.add(text.substring(0, end));
  }

  /** The path with empty segments removed and dot segments followed. */
  private static String resolved(String text) {
    Deque<String> kept = new ArrayDeque<>();
    for (String segment : text.split("/", -1)) {
      if (segment.equals("..")) {
        kept.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.addLast(segment);
      }
    }
    String path = "/" + String.join("/", kept);
    return text.endsWith("/") && path.length() > 1 ? path + "/" : path;
  }

  /** The path with everything from a semicolon to the end of its segment removed. */
  private static String withoutParameters(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    boolean inParameters = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      inParameters = c == ';' || (inParameters && c != '/' && c != '\\');
      if (!inParameters) {
        kept.append(c);
      }
    }
    return kept.toString();
  }

  /** The path percent-decoded once more; what is no escape stays. */
  private static String decodedAgain(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    int length = 0;
    for (int i = 0; i < octets.length; i++) {
      int escaped = octets[i] == '%' && i + 2 < octets.length ? octet(octets, i + 1) : -1;
      octets[length++] = escaped < 0 ? octets[i] : (byte) escaped;
      i += escaped < 0 ? 0 : 2;
    }
    return new String(octets, 0, length, StandardCharsets.UTF_8);
  }

  private static int octet(byte[] octets, int index) {
    int high = octets[index] < 0 ? -1 : Character.digit(octets[index], 16);
    int low = octets[index + 1] < 0 ? -1 : Character.digit(octets[index + 1], 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
