package dev.sidecache.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * References from a response to other resources, as in Location and Content-Location. Source: RFC
 * 3986, Section 5.
 */
public final class UriReference {
  private UriReference() {}

  /**
   * The target of a reference, or null if it has another origin than the request, or none that
   * could be requested. Never throws. Source: RFC 9110, Section 4.3.1.
   */
  public static @Nullable RequestTarget sameOrigin(RequestHead request, String reference) {
    String rest = withoutFragment(reference.strip());
    int colon = schemeEnd(rest);
    if (colon >= 0) {
      if (!rest.substring(0, colon).equalsIgnoreCase(request.scheme())) {
        return null;
      }
      rest = rest.substring(colon + 1);
      if (!rest.startsWith("//")) {
        return null;
      }
    }
    if (rest.startsWith("//")) {
      int end = endOfAuthority(rest);
      if (!sameAuthority(request, rest.substring(2, end))) {
        return null;
      }
      rest = rest.substring(end);
      return parsed(rest.startsWith("/") ? rest : "/" + rest);
    }
    return parsed(merged(request.target(), rest));
  }

  private static String withoutFragment(String reference) {
    int hash = reference.indexOf('#');
    return hash < 0 ? reference : reference.substring(0, hash);
  }

  /** Where the colon after a scheme is, or -1 if the reference has none. */
  private static int schemeEnd(String reference) {
    for (int i = 0; i < reference.length(); i++) {
      char c = Character.toLowerCase(reference.charAt(i));
      if (c == ':') {
        return i == 0 ? -1 : i;
      }
      boolean letter = c >= 'a' && c <= 'z';
      boolean other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      if (!letter && (i == 0 || !other)) {
        return -1;
      }
    }
    return -1;
  }

  private static int endOfAuthority(String rest) {
    for (int i = 2; i < rest.length(); i++) {
      if (rest.charAt(i) == '/' || rest.charAt(i) == '?') {
        return i;
      }
    }
    return rest.length();
  }

  private static boolean sameAuthority(RequestHead request, String authority) {
    String standard = request.scheme().equals("https") ? ":443" : ":80";
    String one = withoutPort(authority.toLowerCase(Locale.ROOT), standard);
    return one.equals(withoutPort(request.authority(), standard));
  }

  private static String withoutPort(String authority, String port) {
    return authority.endsWith(port)
        ? authority.substring(0, authority.length() - port.length())
        : authority;
  }

  private static String merged(RequestTarget base, String reference) {
    if (reference.startsWith("/")) {
      return reference;
    }
    if (reference.isEmpty()) {
      return base.pathAndQuery();
    }
    if (reference.startsWith("?")) {
      return base.path() + reference;
    }
    return base.path().substring(0, base.path().lastIndexOf('/') + 1) + reference;
  }

  private static @Nullable RequestTarget parsed(String pathAndQuery) {
    int mark = pathAndQuery.indexOf('?');
    String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
    String query = mark < 0 ? "" : pathAndQuery.substring(mark);
    return RequestTarget.parse(withoutDots(path) + query);
  }

  /** The path without its dot segments. Source: RFC 3986, Section 5.2.4. */
  private static String withoutDots(String path) {
    StringBuilder out = new StringBuilder(path.length());
    int from = 0;
    while (from < path.length()) {
      int next = path.indexOf('/', from + 1);
      int end = next < 0 ? path.length() : next;
      String segment = path.substring(from + 1, end);
      boolean up = segment.equals("..");
      if (up) {
        out.setLength(Math.max(0, out.lastIndexOf("/")));
      }
      if (!up && !segment.equals(".")) {
        out.append('/').append(segment);
      } else if (next < 0) {
        out.append('/');
      }
      from = end;
    }
    return out.toString();
  }
}
