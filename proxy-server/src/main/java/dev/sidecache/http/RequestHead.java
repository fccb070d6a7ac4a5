package dev.sidecache.http;

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

  /** The percent-encoded path in normal form. */
  public String path() {
    return target.path();
  }

  /** This head with other fields. */
  public RequestHead withFields(Fields other) {
    return new RequestHead(method, scheme, authority, target, version, other);
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

  /** Method and path: query and fields may be secrets. */
  @Override
  public String toString() {
    return method + " " + target.path();
  }
}
