package dev.sidecache.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;

/** Checks keys, tags and TTLs, and writes them as the admin API takes them. */
final class Keys {
  private static final int LONGEST_KEY = 1_024;
  private static final int LONGEST_TAG = 128;
  private static final int MOST_TAGS = 64;
  private static final String UNRESERVED = "-._~:";

  private Keys() {}

  /** The path of a value. */
  static String path(String key) {
    if (key.isBlank()) {
      throw new IllegalArgumentException("key: is blank");
    }
    if (key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "key: " + key.length() + " characters (expected: up to " + LONGEST_KEY + ")");
    }
    if (hasDotSegment(key)) {
      throw new IllegalArgumentException(
          "key: \".\" or \"..\" between slashes is no part of a URL");
    }
    return "/v1/values/" + encoded(key);
  }

  /** Whether the proxy would read a part of the key as a way up the path. */
  private static boolean hasDotSegment(String key) {
    for (String part : key.split("[/;\\\\]", -1)) {
      if (part.equals(".") || part.equals("..")) {
        return true;
      }
    }
    return false;
  }

  /** The text as part of a path or query. */
  static String encoded(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean alphanumeric =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (alphanumeric || UNRESERVED.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
      }
    }
    return out.toString();
  }

  /** The TTL as a number of seconds, or of milliseconds if it is no whole number of those. */
  static String ttl(Duration ttl) {
    if (ttl.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("ttl: " + ttl + " (expected: above 0)");
    }
    return ttl.getNano() == 0 ? Long.toString(ttl.getSeconds()) : ttl.toMillis() + "ms";
  }

  /** The tags of a value, separated by commas. */
  static String tags(Collection<String> tags) {
    if (tags.size() > MOST_TAGS) {
      throw new IllegalArgumentException(
          "tags: " + tags.size() + " (expected: up to " + MOST_TAGS + ")");
    }
    for (String tag : tags) {
      if (tag.isBlank()
          || tag.length() > LONGEST_TAG
          || tag.indexOf(',') >= 0
          || tag.indexOf('*') >= 0) {
        throw new IllegalArgumentException(
            "tags: \""
                + tag
                + "\" (expected: 1 to "
                + LONGEST_TAG
                + " characters, no \",\" or \"*\")");
      }
    }
    return encoded(String.join(",", tags));
  }
}
