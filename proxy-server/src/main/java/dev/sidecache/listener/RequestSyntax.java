package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.message.Problem;
import dev.sidecache.message.Problems;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request line and its fields mean, or why they are refused: only what two readers could
 * understand differently is. Pure. Source: RFC 9112, Section 3; RFC 9110, Section 7.2.
 */
final class RequestSyntax {
  private static final int MOST_FIELDS = 100;
  private static final int LONGEST_HOST = 255;
  private static final int HIGHEST_PORT = 65_535;

  /** What was read. */
  sealed interface Outcome permits Accepted, Refused {}

  /**
   * A request to serve.
   *
   * @param head in normal form
   * @param http11 whether the client understands HTTP/1.1
   * @param keepAlive whether the connection may stay open: the client wants it, and does not offer
   *     another protocol, of which the next octets could be
   * @param expectsContinue whether it waits for 100 before it sends the content
   * @param trailersWanted whether it takes a trailer section
   * @param forProxy whether it asks this proxy itself, and goes no further
   */
  record Accepted(
      RequestHead head,
      boolean http11,
      boolean keepAlive,
      boolean expectsContinue,
      boolean trailersWanted,
      boolean forProxy)
      implements Outcome {

    Accepted withHead(RequestHead other) {
      return new Accepted(other, http11, keepAlive, expectsContinue, trailersWanted, forProxy);
    }
  }

  /** A request to be answered with a problem, and the connection closed. */
  record Refused(Problem problem) implements Outcome {}

  private RequestSyntax() {}

  /**
   * Reads a request line and fields.
   *
   * @param method a token
   * @param target as sent
   * @param http11 whether it is HTTP/1.1, else HTTP/1.0
   * @param scheme by which the client reached us
   */
  static Outcome read(String method, String target, boolean http11, Fields fields, String scheme) {
    Problem refusal = refusal(method, fields);
    if (refusal != null) {
      return new Refused(refusal);
    }
    String authority = authority(fields, scheme, http11);
    boolean asterisk = method.equals("OPTIONS") && target.equals("*");
    String path = authority == null ? null : asterisk ? "/" : originForm(target, authority, scheme);
    RequestTarget normal = path == null ? null : RequestTarget.parse(path);
    if (authority == null || normal == null) {
      return new Refused(Problems.MALFORMED);
    }
    String expectation = http11 ? fields.combined("Expect") : null;
    if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
      return new Refused(Problems.EXPECTATION_FAILED);
    }
    RequestHead head =
        new RequestHead(method, scheme, authority, normal, http11 ? "1.1" : "1.0", fields);
    return new Accepted(
        head,
        http11,
        keepsAlive(fields, http11) && head.offeredProtocols().isEmpty(),
        expectation != null,
        http11 && fields.hasElement("TE", "trailers"),
        asksProxy(method, target, fields));
  }

  /** Reads what came over HTTP/2; the fields have one Host, which is the authority. */
  static Outcome readHttp2(String method, String target, Fields fields, String scheme) {
    Outcome outcome = read(method, target, true, fields, scheme);
    if (outcome instanceof Accepted accepted) {
      RequestHead head = accepted.head();
      return accepted.withHead(
          new RequestHead(method, scheme, head.authority(), head.target(), "2", fields));
    }
    return outcome;
  }

  /** What to answer to a message that could not be decoded. */
  static Problem refusal(Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException) {
      return Problems.FIELDS_TOO_LARGE;
    }
    if (cause instanceof Http1Decoder.OtherVersionException) {
      return Problems.VERSION_NOT_SUPPORTED;
    }
    return cause instanceof TooLongHttpLineException ? Problems.URI_TOO_LONG : Problems.MALFORMED;
  }

  private static @Nullable Problem refusal(String method, Fields fields) {
    if (fields.size() > MOST_FIELDS) {
      return Problems.FIELDS_TOO_LARGE;
    }
    if (method.equals("CONNECT")) {
      return Problems.NOT_IMPLEMENTED;
    }
    if (method.equals("TRACE")) {
      return Problems.METHOD_NOT_ALLOWED;
    }
    return fields.count("Authorization") > 1 ? Problems.MALFORMED : null;
  }

  /** Source: RFC 9110, Section 7.6.2; RFC 9110, Section 9.3.7. */
  private static boolean asksProxy(String method, String target, Fields fields) {
    return method.equals("OPTIONS")
        && (target.equals("*") || "0".equals(fields.first("Max-Forwards")));
  }

  private static boolean keepsAlive(Fields fields, boolean http11) {
    if (!fields.contains("Connection")) {
      return http11;
    }
    return http11
        ? !fields.hasElement("Connection", "close")
        : fields.hasElement("Connection", "keep-alive");
  }

  /** The one authority the request names, in normal form; null if it must be refused. */
  private static @Nullable String authority(Fields fields, String scheme, boolean http11) {
    int hosts = fields.count("Host");
    if (hosts == 0) {
      return http11 ? null : "";
    }
    String host = fields.first("Host");
    return hosts > 1 || host == null ? null : normalAuthority(host, scheme);
  }

  /**
   * Host and port in lower case, without the scheme's default port; null if it is not host and port
   * alone. Source: RFC 3986, Section 3.2.2.
   */
  static @Nullable String normalAuthority(String text, String scheme) {
    int hostEnd = hostEnd(text);
    if (hostEnd <= 0 || hostEnd > LONGEST_HOST) {
      return null;
    }
    String host = text.substring(0, hostEnd).toLowerCase(Locale.ROOT);
    if (hostEnd == text.length()) {
      return host;
    }
    int port = text.charAt(hostEnd) == ':' ? port(text, hostEnd + 1) : -1;
    if (port < 0) {
      return null;
    }
    boolean isDefault = port == 0 || port == (scheme.equals("https") ? 443 : 80);
    return isDefault ? host : host + ":" + port;
  }

  /** Where the host ends, or -1. */
  private static int hostEnd(String text) {
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      for (int i = 1; i < close; i++) {
        char c = text.charAt(i);
        if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
          return -1;
        }
      }
      return close < 3 ? -1 : close + 1;
    }
    int i = 0;
    while (i < text.length() && isHostCharacter(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isHostCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  /** The port that is the rest of the text; 0 if it is empty, -1 if it is none. */
  private static int port(String text, int from) {
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      port = 10 * port + c - '0';
      if (c < '0' || c > '9' || port > HIGHEST_PORT) {
        return -1;
      }
    }
    return port == 0 && from < text.length() ? -1 : port;
  }

  /**
   * The target in origin-form: an absolute one must name the same authority as Host. Source: RFC
   * 9112, Section 3.2.2; null if it must be refused.
   */
  private static @Nullable String originForm(String target, String authority, String scheme) {
    if (target.startsWith("/")) {
      return target;
    }
    int begin = target.indexOf("://") + 3;
    if (begin < 3 || authority.isEmpty() || !isWeb(target.substring(0, begin - 3))) {
      return null;
    }
    int end = begin;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    String named = normalAuthority(target.substring(begin, end), scheme);
    if (!authority.equals(named)) {
      return null;
    }
    String rest = target.substring(end);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static boolean isWeb(String scheme) {
    return scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
  }
}
