package dev.sidecache.http1;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names of usual request fields, in their usual spellings, to be shared by all requests. */
final class FieldNames {
  private static final int SLOTS = 256;

  private static final List<String> USUAL =
      List.of(
          "Accept",
          "Accept-Encoding",
          "Accept-Language",
          "Authorization",
          "Cache-Control",
          "Connection",
          "Content-Type",
          "Cookie",
          "Host",
          "If-Modified-Since",
          "If-None-Match",
          "Origin",
          "Pragma",
          "Priority",
          "Referer",
          "Sec-Fetch-Dest",
          "Sec-Fetch-Mode",
          "Sec-Fetch-Site",
          "Traceparent",
          "Tracestate",
          "User-Agent",
          "Via",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Port",
          "X-Forwarded-Proto",
          "X-Real-IP",
          "X-Request-ID",
          "X-Request-Id",
          "X-Requested-With");

  /** By hash; a slot that is taken is followed by the next. At most a quarter is taken. */
  private static final @Nullable String[] TABLE = table();

  private FieldNames() {}

  /**
   * The shared text of a name; null if it is not a usual one.
   *
   * @param hash of its octets, made as by {@link String#hashCode}
   */
  static @Nullable String find(int hash, byte[] octets, int from, int to) {
    int slot = slot(hash);
    String name = TABLE[slot];
    while (name != null) {
      if (name.hashCode() == hash && is(name, octets, from, to)) {
        return name;
      }
      slot = (slot + 1) % SLOTS;
      name = TABLE[slot];
    }
    return null;
  }

  private static boolean is(String name, byte[] octets, int from, int to) {
    if (name.length() != to - from) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) != octets[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 8 ^ hash >>> 16) & (SLOTS - 1);
  }

  private static @Nullable String[] table() {
    @Nullable String[] table = new @Nullable String[SLOTS];
    for (String name : USUAL) {
      add(table, name);
      add(table, name.toLowerCase(Locale.ROOT));
    }
    return table;
  }

  private static void add(@Nullable String[] table, String name) {
    int slot = slot(name.hashCode());
    while (table[slot] != null && !name.equals(table[slot])) {
      slot = (slot + 1) % SLOTS;
    }
    table[slot] = name;
  }
}
