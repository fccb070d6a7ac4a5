package dev.sidecache.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which fields end at the next hop. Source: RFC 9110, Section 7.6.1. */
final class HopByHop {
  private static final Set<String> WELL_KNOWN =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-authentication-info");

  /**
   * NB: names that Connection may not remove. A peer that lists one of these tries to make two hops
   * read the same message differently.
   */
  private static final Set<String> NEVER_NOMINATED =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "content-range",
          "authorization",
          "cookie",
          "set-cookie",
          "cache-control",
          "vary",
          "etag",
          "last-modified",
          "expires",
          "date",
          "age",
          "range",
          "via",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-forwarded-host",
          "x-request-id");

  private HopByHop() {}

  static Fields removedFrom(Fields fields) {
    List<String> nominated = fields.elements("Connection");
    Fields.Builder kept = Fields.builder();
    for (int i = 0; i < fields.size(); i++) {
      if (!endsHere(fields.name(i), nominated)) {
        kept.add(fields.name(i), fields.value(i));
      }
    }
    return kept.build();
  }

  /** Whether Connection nominates a field of these that nothing else would remove. */
  static boolean nominatesAny(Fields fields) {
    for (String candidate : fields.elements("Connection")) {
      String lower = candidate.toLowerCase(Locale.ROOT);
      if (!WELL_KNOWN.contains(lower) && fields.contains(candidate)) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsHere(String name, List<String> nominated) {
    String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
    if (WELL_KNOWN.contains(lower)) {
      return true;
    }
    for (String candidate : nominated) {
      if (candidate.equalsIgnoreCase(name)) {
        return !NEVER_NOMINATED.contains(lower);
      }
    }
    return false;
  }
}
