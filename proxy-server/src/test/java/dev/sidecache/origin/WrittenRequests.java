package dev.sidecache.origin;

import dev.sidecache.http1.HeadWriter;
import dev.sidecache.http1.OutgoingFraming;
import dev.sidecache.message.Request;
import io.netty.buffer.ByteBuf;
import java.net.URI;

/** What goes to the origin, for tests in other packages. */
public final class WrittenRequests {
  private static final OriginService.Settings SETTINGS =
      OriginService.Settings.of(URI.create("http://origin.example"));

  private WrittenRequests() {}

  /** Writes a request's head; how its content is delimited. */
  public static OutgoingFraming writeHead(ByteBuf out, Request request, long lengthBytes) {
    OutgoingFraming framing = RequestWriter.framing(request.head(), lengthBytes);
    HeadWriter head = HeadWriter.begin();
    RequestWriter.head(head, SETTINGS, request, framing, false);
    ByteBuf made = head.toBuffer(out.alloc());
    out.writeBytes(made);
    made.release();
    return framing;
  }
}
