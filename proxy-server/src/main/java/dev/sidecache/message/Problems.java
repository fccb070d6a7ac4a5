package dev.sidecache.message;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** All answers of the proxy itself, and how they look: problem+json. Source: RFC 9457. */
public final class Problems {
  /** The value of Allow: unknown methods are forwarded, too. */
  private static final String ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

  public static final Problem MALFORMED =
      new Problem(400, "Bad Request", "the request is malformed", "malformed");
  public static final Problem METHOD_NOT_ALLOWED =
      new Problem(405, "Method Not Allowed", "this method is not forwarded", "method");
  public static final Problem REQUEST_TIMEOUT =
      new Problem(408, "Request Timeout", "the request did not arrive in time", "request_timeout");
  public static final Problem CONTENT_TOO_LARGE =
      new Problem(413, "Content Too Large", "the content is too large", "content_too_large");
  public static final Problem URI_TOO_LONG =
      new Problem(414, "URI Too Long", "the request target is too long", "uri_too_long");
  public static final Problem EXPECTATION_FAILED =
      new Problem(
          417, "Expectation Failed", "only 100-continue can be expected", "expectation_failed");
  public static final Problem FIELDS_TOO_LARGE =
      new Problem(
          431,
          "Request Header Fields Too Large",
          "the header section is too large or has too many fields",
          "fields_too_large");
  public static final Problem INTERNAL =
      new Problem(500, "Internal Server Error", "the proxy failed on this request", "internal");
  public static final Problem NOT_IMPLEMENTED =
      new Problem(501, "Not Implemented", "this method is not forwarded", "method");
  public static final Problem CONNECTION_LIMIT =
      new Problem(
          503, "Service Unavailable", "too many connections are open", "connection_limit", 1);
  public static final Problem PEER_LIMIT =
      new Problem(
          503,
          "Service Unavailable",
          "too many connections from this address are open",
          "peer_limit",
          1);
  public static final Problem IN_FLIGHT_LIMIT =
      new Problem(
          503,
          "Service Unavailable",
          "the memory for requests in flight is used up; try again",
          "in_flight_limit",
          1);
  public static final Problem VERSION_NOT_SUPPORTED =
      new Problem(
          505, "HTTP Version Not Supported", "HTTP/1.0 and HTTP/1.1 are spoken here", "version");

  private Problems() {}

  /** What to answer when no response can be had for this reason. */
  public static Response of(Throwable cause) {
    return of(cause instanceof ProblemException known ? known.problem() : INTERNAL);
  }

  /** The response that tells a problem. */
  public static Response of(Problem problem) {
    Fields.Builder fields =
        Fields.builder()
            .add("Content-Type", "application/problem+json")
            .add("Cache-Control", "no-store");
    if (problem.retryAfterSeconds() > 0) {
      fields.add("Retry-After", Integer.toString(problem.retryAfterSeconds()));
    }
    if (problem.status() == METHOD_NOT_ALLOWED.status()) {
      fields.add("Allow", ALLOWED_METHODS);
    }
    byte[] json = json(problem).getBytes(StandardCharsets.UTF_8);
    return Response.of(
        new ResponseHead(problem.status(), problem.title(), fields.build()),
        Body.of(Unpooled.directBuffer(json.length).writeBytes(json)));
  }

  /** The answer to OPTIONS for this proxy itself. Source: RFC 9110, Section 9.3.7. */
  public static Response allowedMethods() {
    Fields allow = Fields.of("Allow", ALLOWED_METHODS);
    return Response.of(new ResponseHead(204, "No Content", allow), Body.empty());
  }

  private static String json(Problem problem) {
    return "{\"type\":\"about:blank\",\"title\":\""
        + problem.title()
        + "\",\"status\":"
        + problem.status()
        + ",\"detail\":\""
        + problem.detail()
        + "\",\"reason\":\""
        + problem.reason()
        + "\"}\n";
  }
}
