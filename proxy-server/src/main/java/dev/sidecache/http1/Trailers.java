package dev.sidecache.http1;

import java.util.Locale;
import java.util.Set;

/** Which fields a trailer section may carry. Source: RFC 9110, Section 6.5.1. */
public final class Trailers {
  private static final Set<String> FORBIDDEN =
      Set.of(
          "age",
          "authorization",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "expires",
          "host",
          "keep-alive",
          "location",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "retry-after",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "vary",
          "warning",
          "www-authenticate");

  private Trailers() {}

  public static boolean isAllowed(String name) {
    return !FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
  }
}
