package dev.sidecache.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as this proxy understands it. Immutable. Source: RFC 9110, Section 7.1.
 *
 * @param method case-sensitive, as sent
 * @param scheme {@code http} or {@code https}, as the client sees it
 * @param authority host and, unless it is the scheme's default, port; lower case
 * @param target path and query in normal form
 * @param version of the protocol the request came by: {@code 1.0}, {@code 1.1} or {@code 2}
 * @param fields all field lines as received
 */
public record RequestHead(
    String method,
    String scheme,
    String authority,
    RequestTarget target,
    String version,
    Fields fields) {

  private static final List<String> METHOD_OVERRIDES =
      List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

  private static final List<String> PATH_OVERRIDES = List.of("X-Original-URL", "X-Rewrite-URL");

  /** The percent-encoded path in normal form. */
  public String path() {
    return target.path();
  }

  /** This head with other fields. */
  public RequestHead withFields(Fields other) {
    return new RequestHead(method, scheme, authority, target, version, other);
  }

  /** This head with another target. */
  public RequestHead withTarget(RequestTarget other) {
    return new RequestHead(method, scheme, authority, other, version, fields);
  }

  public RequestHead withMethod(String other) {
    return new RequestHead(other, scheme, authority, target, version, fields);
  }

  /**
   * Whether the method is defined as safe; unknown methods are not. Source: RFC 9110, Section
   * 9.2.1.
   */
  public boolean isSafe() {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE", "QUERY" -> true;
      default -> false;
    };
  }

  /**
   * Whether the method asks for a representation, so that preconditions and 304 mean what they mean
   * for GET. Source: RFC 9110, Section 13.2.1; RFC 10008, Section 2.
   */
  public boolean isRetrieval() {
    return switch (method) {
      case "GET", "HEAD", "QUERY" -> true;
      default -> false;
    };
  }

  /**
   * The method, upper case, that a field names in place of the request's own, or null. Some origins
   * obey such fields.
   */
  public @Nullable String methodOverride() {
    String method = firstOf(METHOD_OVERRIDES);
    return method == null ? null : method.trim().toUpperCase(Locale.ROOT);
  }

  /**
   * The target that a field names in place of the request's own, or null. Some origins obey such
   * fields.
   */
  public @Nullable String targetOverride() {
    return firstOf(PATH_OVERRIDES);
  }

  private @Nullable String firstOf(List<String> names) {
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      // Nearly every field of a usual request is told apart by its second character.
      if (name.length() > 2 && name.charAt(1) == '-' && containsIgnoringCase(names, name)) {
        return fields.value(i);
      }
    }
    return null;
  }

  private static boolean containsIgnoringCase(List<String> names, String name) {
    for (String candidate : names) {
      if (candidate.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** Method and path: query and fields may be secrets. */
  @Override
  public String toString() {
    return method + " " + target.path();
  }
}
