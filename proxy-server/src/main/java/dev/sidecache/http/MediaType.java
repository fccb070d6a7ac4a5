package dev.sidecache.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What Content-Type says of a representation. Source: RFC 9110, Section 8.3. */
public final class MediaType {
  private MediaType() {}

  /** Type and subtype without parameters, lower case; empty if the message does not tell. */
  public static String essence(Fields fields) {
    String value = fields.first("Content-Type");
    return value == null ? "" : essence(value);
  }

  private static String essence(String value) {
    int semicolon = value.indexOf(';');
    String essence = semicolon < 0 ? value : value.substring(0, semicolon);
    return essence.strip().toLowerCase(Locale.ROOT);
  }

  /** Whether the content is JSON, by its type or its suffix. Source: RFC 6839, Section 3.1. */
  public static boolean isJson(@Nullable String essence) {
    return essence != null
        && (essence.equals("application/json")
            || essence.equals("text/json")
            || essence.endsWith("+json"));
  }

  /** Whether content of this type is text of some kind, which compresses well. */
  public static boolean isTextLike(String essence) {
    return essence.startsWith("text/")
        || essence.endsWith("json")
        || essence.endsWith("xml")
        || essence.endsWith("javascript")
        || essence.equals("application/x-www-form-urlencoded");
  }
}
