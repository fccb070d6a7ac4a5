package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.Trailers;
import dev.sidecache.message.Problems;
import dev.sidecache.message.Response;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Heads between HTTP/2 and what this proxy understands. Pure. Source: RFC 9113, Section 8.2; RFC
 * 9113, Section 8.3.
 */
final class Http2Heads {
  /** Source: RFC 9113, Section 8.2.2. */
  private static final Set<String> CONNECTION_SPECIFIC =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private Http2Heads() {}

  /**
   * The request that a header section spells, by the same rules as over HTTP/1.1.
   *
   * @param longestTarget in octets
   */
  static RequestSyntax.Outcome request(Http2Headers headers, int longestTarget, String scheme) {
    String method = text(headers.method());
    String target = text(headers.path());
    Fields fields = requestFields(headers);
    if ("CONNECT".equals(method)) {
      return new RequestSyntax.Refused(Problems.NOT_IMPLEMENTED);
    }
    if (method == null || target == null || fields == null || !isToken(method)) {
      return new RequestSyntax.Refused(Problems.MALFORMED);
    }
    if (target.length() > longestTarget) {
      return new RequestSyntax.Refused(Problems.URI_TOO_LONG);
    }
    String claimed = text(headers.scheme());
    boolean web = "http".equals(claimed) || "https".equals(claimed);
    boolean originForm = target.startsWith("/") || target.equals("*");
    return web && originForm
        ? RequestSyntax.readHttp2(method, target, fields, scheme)
        : new RequestSyntax.Refused(Problems.MALFORMED);
  }

  private static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(Http2Heads::isTokenOctet);
  }

  private static boolean isTokenOctet(int c) {
    return c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
  }

  /**
   * The fields of a request with exactly one Host, which is the authority, and one Cookie; null if
   * they are malformed. Source: RFC 9113, Section 8.2.3; RFC 9113, Section 8.3.1.
   */
  private static @Nullable Fields requestFields(Http2Headers headers) {
    Fields lines = fields(headers, true);
    if (lines == null) {
      return null;
    }
    String authority = text(headers.authority());
    if (authority != null) {
      String host = lines.first("host");
      if (lines.count("host") > 1 || (host != null && !host.equalsIgnoreCase(authority))) {
        return null;
      }
      lines = Fields.of("host", authority).plus(lines.without("host"));
    }
    List<String> crumbs = lines.all("cookie");
    return crumbs.size() < 2 ? lines : lines.with("cookie", String.join("; ", crumbs));
  }

  /** The fields of a trailer section; null if they are malformed. */
  static @Nullable Fields trailers(Http2Headers headers) {
    return fields(headers, false);
  }

  private static @Nullable Fields fields(Http2Headers headers, boolean pseudo) {
    Fields.Builder lines = Fields.builder();
    for (Map.Entry<CharSequence, CharSequence> line : headers) {
      String name = line.getKey().toString();
      String value = line.getValue().toString();
      if (name.startsWith(":")) {
        if (!pseudo) {
          return null;
        }
      } else if (isFit(name, value)) {
        lines.add(name, value);
      } else {
        return null;
      }
    }
    return lines.build();
  }

  private static boolean isFit(String name, String value) {
    boolean lower = name.equals(name.toLowerCase(Locale.ROOT));
    boolean endToEnd = !CONNECTION_SPECIFIC.contains(name);
    boolean te = !name.equals("te") || value.equals("trailers");
    return lower && isToken(name) && endToEnd && te && isText(value);
  }

  private static boolean isText(String value) {
    boolean trimmed = value.isEmpty() || !(isBlank(value, 0) || isBlank(value, value.length() - 1));
    return trimmed && value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c != 0x7f));
  }

  private static boolean isBlank(String value, int at) {
    return value.charAt(at) == ' ' || value.charAt(at) == '\t';
  }

  private static @Nullable String text(@Nullable CharSequence value) {
    return value == null ? null : value.toString();
  }

  /**
   * The header section of a final response.
   *
   * @param lengthBytes Content-Length; -1 for none
   * @param date for a response that lacks it
   */
  static Http2Headers response(Response response, long lengthBytes, String date) {
    Http2Headers headers = interim(response.head());
    add(headers, response.tail());
    if (!response.head().fields().contains("Date")) {
      headers.add("date", date);
    }
    if (lengthBytes >= 0) {
      headers.add("content-length", Long.toString(lengthBytes));
    }
    return headers;
  }

  /** The header section of an interim response. */
  static Http2Headers interim(ResponseHead head) {
    Http2Headers headers = new DefaultHttp2Headers(false, head.fields().size() + 8);
    headers.status(Integer.toString(head.status()));
    add(headers, head.fields());
    return headers;
  }

  /** The trailer section of a response; empty if nothing of it may be sent. */
  static Http2Headers responseTrailers(Fields fields) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (int i = 0; i < fields.size(); i++) {
      if (Trailers.isAllowed(fields.name(i))) {
        add(headers, fields.name(i), fields.value(i));
      }
    }
    return headers;
  }

  private static void add(Http2Headers headers, Fields fields) {
    for (int i = 0; i < fields.size(); i++) {
      add(headers, fields.name(i), fields.value(i));
    }
  }

  private static void add(Http2Headers headers, String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!CONNECTION_SPECIFIC.contains(lower) && !lower.equals("content-length")) {
      headers.add(lower, value.replace('\r', ' ').replace('\n', ' ').replace('\0', ' '));
    }
  }
}
