package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http1.HeadWriter;
import dev.sidecache.http1.OutgoingFraming;
import dev.sidecache.message.Response;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What the listener understands and writes, for tests in other packages. */
public final class ReadRequests {
  private ReadRequests() {}

  /** The head that goes on, or null where the request is refused. */
  public static @Nullable RequestHead read(
      String method, String target, boolean http11, Fields fields) {
    return RequestSyntax.read(method, target, http11, fields, "http")
            instanceof RequestSyntax.Accepted accepted
        ? accepted.head()
        : null;
  }

  /** Writes a response's head; how its content is delimited. */
  public static OutgoingFraming writeHead(ByteBuf out, Response response, boolean toHead) {
    OutgoingFraming framing = ResponseWriter.framing(response, toHead, true);
    HeadWriter head = HeadWriter.begin();
    new ResponseWriter(new DateField(() -> 0))
        .head(head, response, framing, ResponseWriter.Persistence.IMPLIED);
    ByteBuf made = head.toBuffer(out.alloc());
    out.writeBytes(made);
    made.release();
    return framing;
  }
}
