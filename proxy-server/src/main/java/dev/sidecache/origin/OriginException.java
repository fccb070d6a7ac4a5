package dev.sidecache.origin;

import dev.sidecache.message.Problem;
import dev.sidecache.message.ProblemException;
import org.jspecify.annotations.Nullable;

/** Tells why the origin gave no response, or not a whole one. */
public final class OriginException extends ProblemException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** What went wrong. */
  public enum Kind {
    /** No connection could be made. */
    REFUSED(502, "the origin cannot be reached", "upstream_refused"),
    /** Its name has no address. */
    UNRESOLVED(502, "the origin's name has no address", "upstream_unresolved"),
    /** No secure connection could be made. */
    TLS(502, "no secure connection to the origin can be made", "upstream_tls"),
    /** The connection broke before the response was complete. */
    RESET(502, "the origin broke the connection off", "upstream_reset"),
    /** What came is not one well-formed response. */
    BAD_RESPONSE(502, "the origin's response is malformed", "upstream_bad_response"),
    /** No connection could be made in time. */
    CONNECT_TIMEOUT(504, "the origin cannot be reached in time", "upstream_connect_timeout"),
    /** Nothing came in time. */
    TIMEOUT(504, "the origin did not answer in time", "upstream_timeout"),
    /** All connections are in use. */
    BUSY(503, "all connections to the origin are in use", "upstream_busy"),
    /** It was asked to leave HTTP on too many connections. */
    TUNNELS(503, "too many tunnels to the origin are open", "tunnel_limit"),
    /** It was not asked: it has not answered of late. */
    OPEN(503, "the origin does not answer; try again later", "upstream_open"),
    /** It was not asked: the process holds as much for exchanges in flight as it may. */
    IN_FLIGHT_LIMIT(
        503, "the memory for requests in flight is used up; try again", "in_flight_limit"),
    /** Whoever asked does not want the response any more. */
    CANCELLED(502, "the request was given up", "cancelled");

    private final int status;
    private final String detail;
    private final String word;

    Kind(int status, String detail, String word) {
      this.status = status;
      this.detail = detail;
      this.word = word;
    }

    /** The one word for headers, logs and metrics. */
    public String word() {
      return word;
    }

    /** Whether the proxy has refused the request, to spare the origin or its own memory. */
    public boolean isShed() {
      return this == BUSY || this == OPEN || this == TUNNELS || this == IN_FLIGHT_LIMIT;
    }

    private Problem problem(int retryAfterSeconds) {
      String title =
          switch (status) {
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Bad Gateway";
          };
      return new Problem(status, title, detail, word, status == 503 ? retryAfterSeconds : 0);
    }
  }

  OriginException(Kind kind, String message) {
    this(kind, message, 1);
  }

  /**
   * A failure.
   *
   * @param retryAfterSeconds what is advised if the status is 503
   */
  OriginException(Kind kind, String message, int retryAfterSeconds) {
    super(kind.problem(retryAfterSeconds), message);
    this.kind = kind;
  }

  /** No secure connection: the cause tells what is wrong with the handshake or the certificate. */
  OriginException(@Nullable Throwable cause) {
    super(Kind.TLS.problem(1), "the handshake failed", cause);
    this.kind = Kind.TLS;
  }

  public Kind kind() {
    return kind;
  }

  /** The status of the response made of it: 502, 503 or 504. */
  public int status() {
    return kind.status;
  }
}
