package dev.sidecache.origin;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http1.HeadWriter;
import dev.sidecache.http1.OutgoingFraming;
import dev.sidecache.message.Request;
import dev.sidecache.message.RequestId;

/**
 * The heads of requests as they go to the origin: rebuilt, in origin-form, with a framing of our
 * own. Source: RFC 9112, Section 3.2.1.
 */
final class RequestWriter {
  private RequestWriter() {}

  /** Writes a request's head. */
  static void head(
      HeadWriter out,
      OriginService.Settings settings,
      Request request,
      OutgoingFraming framing,
      boolean expectContinue) {
    RequestHead head = request.head();
    out.requestLine(head.method(), head.target().pathAndQuery());
    String host = Forwarding.hostOf(head);
    out.field("Host", host.isEmpty() ? settings.authority() : host);
    String id = head.fields().first(RequestId.FIELD);
    Fields fields =
        Forwarding.toOrigin(
            head, request.peer(), settings.trustedProxies(), id == null ? RequestId.next() : id);
    out.fields(fields);
    String protocol = request.upgrade();
    if (protocol != null) {
      out.field("Upgrade", protocol);
    }
    if (fields.contains("TE") || protocol != null) {
      out.field("Connection", options(fields.contains("TE"), protocol != null));
    }
    if (expectContinue) {
      out.field("Expect", "100-continue");
    }
    out.framing(framing);
    out.endOfLine();
  }

  private static String options(boolean te, boolean upgrade) {
    return te ? upgrade ? "TE, Upgrade" : "TE" : "Upgrade";
  }

  /**
   * The framing of a request whose content has this length, -1 if unknown. A method that usually
   * has content says so when it has none. Source: RFC 9110, Section 8.6.
   */
  static OutgoingFraming framing(RequestHead head, long lengthBytes) {
    if (lengthBytes != 0) {
      return OutgoingFraming.of(lengthBytes, true);
    }
    boolean says =
        switch (head.method()) {
          case "POST", "PUT", "PATCH" -> true;
          default -> head.fields().contains("Content-Length");
        };
    return says ? OutgoingFraming.leftOut(0) : OutgoingFraming.nothing();
  }
}
