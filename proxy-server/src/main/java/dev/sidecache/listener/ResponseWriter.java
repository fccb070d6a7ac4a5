package dev.sidecache.listener;

import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.HeadWriter;
import dev.sidecache.http1.OutgoingFraming;
import dev.sidecache.http1.Outlet;
import dev.sidecache.message.Problem;
import dev.sidecache.message.Problems;
import dev.sidecache.message.Response;
import dev.sidecache.message.WireHead;
import io.netty.buffer.ByteBuf;

/** The heads of responses as this proxy sends them. Pure but for the date. */
final class ResponseWriter {
  private final DateField date;

  ResponseWriter(DateField date) {
    this.date = date;
  }

  /** What the connection does after the response, as Connection tells it. */
  enum Persistence {
    /** Stays open, as HTTP/1.1 does unasked. */
    IMPLIED,
    /** Stays open, as a client of HTTP/1.0 asked. */
    KEEP_ALIVE,
    CLOSE
  }

  /** The value of Date now. */
  String date() {
    return date.value();
  }

  /** Writes a final response's head. */
  void head(HeadWriter out, Response response, OutgoingFraming framing, Persistence persistence) {
    WireHead wire = response.wire();
    ResponseHead head = response.head();
    if (wire != null) {
      out.wire(wire);
    } else {
      out.statusLine(head);
      out.fields(head.fields());
    }
    out.fields(response.tail());
    if (!head.fields().contains("Date")) {
      out.field("Date", date.value());
    }
    out.framing(framing);
    if (persistence == Persistence.CLOSE) {
      out.field("Connection", "close");
    } else if (persistence == Persistence.KEEP_ALIVE) {
      out.field("Connection", "keep-alive");
    }
    out.endOfLine();
  }

  /** Writes the head after which another protocol is spoken. Source: RFC 9110, Section 15.2.2. */
  void switching(HeadWriter out, Response switched, String protocol) {
    out.statusLine(switched.head());
    out.fields(switched.head().fields());
    out.fields(switched.tail());
    out.field("Connection", "Upgrade");
    out.field("Upgrade", protocol);
    out.endOfLine();
  }

  /** Writes a whole response that tells a problem, the last on its connection. */
  void problem(Outlet outlet, Problem problem) {
    Response response = Problems.of(problem);
    ByteBuf whole = response.body().whole();
    HeadWriter out = HeadWriter.begin();
    head(out, response, OutgoingFraming.of(response.body().lengthBytes(), true), Persistence.CLOSE);
    outlet.write(out.toBuffer(outlet.alloc()));
    if (whole != null) {
      outlet.write(whole);
    }
  }

  /** Writes an interim response. */
  static void interim(HeadWriter out, ResponseHead head) {
    out.statusLine(head);
    out.fields(head.fields());
    out.endOfLine();
  }

  /** The framing of a response. Source: RFC 9112, Section 6.3. */
  static OutgoingFraming framing(Response response, boolean toHead, boolean http11) {
    if (response.head().hasNoContent()) {
      return OutgoingFraming.nothing();
    }
    long length = response.body().lengthBytes();
    return toHead ? OutgoingFraming.leftOut(length) : OutgoingFraming.of(length, http11);
  }
}
