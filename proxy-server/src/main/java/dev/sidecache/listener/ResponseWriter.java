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
  void head(ByteBuf out, Response response, OutgoingFraming framing, Persistence persistence) {
    WireHead wire = response.wire();
    ResponseHead head = response.head();
    if (wire != null) {
      wire.writeTo(out);
    } else {
      HeadWriter.statusLine(out, head);
      HeadWriter.fields(out, head.fields());
    }
    HeadWriter.fields(out, response.tail());
    if (!head.fields().contains("Date")) {
      HeadWriter.field(out, "Date", date.value());
    }
    HeadWriter.framing(out, framing);
    if (persistence == Persistence.CLOSE) {
      HeadWriter.field(out, "Connection", "close");
    } else if (persistence == Persistence.KEEP_ALIVE) {
      HeadWriter.field(out, "Connection", "keep-alive");
    }
    HeadWriter.end(out);
  }

  /** Writes the head after which another protocol is spoken. Source: RFC 9110, Section 15.2.2. */
  void switching(ByteBuf out, Response switched, String protocol) {
    HeadWriter.statusLine(out, switched.head());
    HeadWriter.fields(out, switched.head().fields());
    HeadWriter.fields(out, switched.tail());
    HeadWriter.field(out, "Connection", "Upgrade");
    HeadWriter.field(out, "Upgrade", protocol);
    HeadWriter.end(out);
  }

  /** Writes a whole response that tells a problem, the last on its connection. */
  void problem(Outlet outlet, Problem problem) {
    Response response = Problems.of(problem);
    ByteBuf whole = response.body().whole();
    ByteBuf out = outlet.buffer(512);
    head(out, response, OutgoingFraming.of(response.body().lengthBytes(), true), Persistence.CLOSE);
    outlet.write(out);
    if (whole != null) {
      outlet.write(whole);
    }
  }

  /** Writes an interim response. */
  static void interim(ByteBuf out, ResponseHead head) {
    HeadWriter.statusLine(out, head);
    HeadWriter.fields(out, head.fields());
    HeadWriter.end(out);
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
