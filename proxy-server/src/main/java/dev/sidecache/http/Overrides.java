package dev.sidecache.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request fields that some origins obey in place of the request line and Host. Names compare as
 * such origins read them, an underscore being a hyphen.
 */
final class Overrides {
  private static final List<String> METHOD =
      List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

  private static final List<String> TARGET = List.of("X-Original-URL", "X-Rewrite-URL");

  private static final List<String> ORIGIN =
      List.of(
          "X-Host",
          "X-HTTP-Host-Override",
          "X-Original-Host",
          "X-Scheme",
          "X-Url-Scheme",
          "Front-End-Https");

  private static final String FORWARDED_PREFIX = "X-Forwarded-";

  private Overrides() {}

  static @Nullable String method(Fields fields) {
    return firstOf(METHOD, fields);
  }

  static @Nullable String target(Fields fields) {
    return firstOf(TARGET, fields);
  }

  /**
   * What of scheme, host and port a request says elsewhere than where they belong, line by line;
   * null if nothing. The address of whoever asks is no part of it, nor X-Forwarded-Proto, which is
   * the scheme if it is believed.
   */
  static @Nullable String origin(Fields fields, String authority) {
    StringBuilder said = null;
    for (int i = 0; i < fields.size(); i++) {
      String told = told(fields.name(i), fields.value(i), authority);
      if (told != null) {
        said = said == null ? new StringBuilder() : said;
        said.append(fields.name(i)).append(':').append(told).append('\n');
      }
    }
    return said == null ? null : said.toString();
  }

  private static @Nullable String told(String name, String value, String authority) {
    char first = name.isEmpty() ? 0 : (char) (name.charAt(0) | 0x20);
    if (first == 'h') {
      return name.equalsIgnoreCase("Host") && !value.equals(authority) ? value : null;
    }
    if (first != 'f' && first != 'x') {
      return null;
    }
    if (name.equalsIgnoreCase("Forwarded")) {
      return forwarded(value);
    }
    return isForwarded(name) || isOneOf(ORIGIN, name) ? value : null;
  }

  private static boolean isForwarded(String name) {
    return Fields.begins(name, FORWARDED_PREFIX)
        && !Fields.isLike(name, "X-Forwarded-For")
        && !Fields.isLike(name, "X-Forwarded-Proto");
  }

  /** The parameters of Forwarded that tell of the origin. Source: RFC 7239, Section 4. */
  private static @Nullable String forwarded(String value) {
    StringBuilder told = new StringBuilder();
    int start = 0;
    for (int i = 0; i <= value.length(); i++) {
      if (i == value.length() || value.charAt(i) == ';' || value.charAt(i) == ',') {
        String parameter = value.substring(start, i).trim();
        boolean ofOrigin =
            parameter.regionMatches(true, 0, "host", 0, 4)
                || parameter.regionMatches(true, 0, "proto", 0, 5);
        told.append(ofOrigin ? parameter + ";" : "");
        start = i + 1;
      }
    }
    return told.length() == 0 ? null : told.toString();
  }

  private static @Nullable String firstOf(List<String> names, Fields fields) {
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      // Nearly every field of a usual request is told apart by its second character.
      boolean possible = name.length() > 2 && (name.charAt(1) == '-' || name.charAt(1) == '_');
      if (possible && isOneOf(names, name)) {
        return fields.value(i);
      }
    }
    return null;
  }

  private static boolean isOneOf(List<String> names, String name) {
    for (int i = 0; i < names.size(); i++) {
      if (Fields.isLike(name, names.get(i))) {
        return true;
      }
    }
    return false;
  }
}
