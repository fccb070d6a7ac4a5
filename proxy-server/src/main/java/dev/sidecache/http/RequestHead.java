package dev.sidecache.http;

import java.util.ArrayList;
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
   * The protocols that the client offers to speak on this connection in place of HTTP, in lower
   * case. NB: without h2c, which some clients offer with every request, and which is not for the
   * origin. Source: RFC 9110, Section 7.8.
   */
  public List<String> offeredProtocols() {
    if (!fields.contains("Upgrade") || !fields.hasElement("Connection", "upgrade")) {
      return List.of();
    }
    List<String> offered = new ArrayList<>();
    for (String protocol : fields.elements("Upgrade")) {
      String lower = protocol.toLowerCase(Locale.ROOT);
      if (!lower.equals("h2c")) {
        offered.add(lower);
      }
    }
    return offered;
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
    String method = Overrides.method(fields);
    return method == null ? null : method.trim().toUpperCase(Locale.ROOT);
  }

  /**
   * The target that a field names in place of the request's own, or null. Some origins obey such
   * fields.
   */
  public @Nullable String targetOverride() {
    return Overrides.target(fields);
  }

  /**
   * What the request says of its scheme and host elsewhere than there, or a spelling of Host that
   * is not the normal one; null if nothing. Some origins put it into their responses.
   */
  public @Nullable String originOverride() {
    return Overrides.origin(fields, authority);
  }

  /** Method and path: query and fields may be secrets. */
  @Override
  public String toString() {
    return method + " " + target.path();
  }
}
