package dev.sidecache.exchange;

import dev.sidecache.caching.Freshness;
import dev.sidecache.caching.Ranges;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Validation;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The answer that a stored response gives to one client: whole, parts of it, or that nothing has
 * changed. Source: RFC 9111, Section 4.3.2; RFC 9110, Section 14.
 */
final class StoredAnswer implements Ranges.Actions {
  private final GatewayParts parts;
  private final StoredResponse stored;
  private final Fields age;
  private Response answer;

  private StoredAnswer(GatewayParts parts, StoredResponse stored, Freshness freshness) {
    this.parts = parts;
    this.stored = stored;
    this.age = Fields.of("Age", Long.toString(freshness.ageSeconds()));
    this.answer = Response.of(stored.head().head(), Body.empty());
  }

  /** The answer; takes over one reference to the stored response. */
  static Response of(
      GatewayParts parts, RequestHead head, StoredResponse stored, Freshness freshness) {
    StoredAnswer made = new StoredAnswer(parts, stored, freshness);
    try {
      made.answer(head);
    } finally {
      stored.release();
    }
    return made.answer;
  }

  private void answer(RequestHead head) {
    StoredHead known = stored.head();
    if (Validation.notModified(head, known)) {
      give(Validation.notModifiedHead(known), Body.empty());
    } else if (head.method().equals("HEAD")) {
      giveWhole(Body.absent(stored.bodyLengthBytes()));
    } else {
      Ranges.of(head, known, stored.bodyLengthBytes()).carryOut(this);
    }
  }

  @Override
  public void whole(Ranges.Whole whole) {
    giveWhole(Body.of(stored.body()));
  }

  @Override
  public void parts(Ranges.Parts several) {
    if (several.parts().size() == 1) {
      Ranges.Part part = several.parts().get(0);
      give(Ranges.partialHead(stored.head(), part, several.lengthBytes()), Body.of(slice(part)));
      return;
    }
    String boundary = UUID.randomUUID().toString().replace("-", "");
    Ranges.Multipart multipart = Ranges.multipart(stored.head(), several, boundary);
    List<ByteBuf> pieces = new ArrayList<>(2 * several.parts().size() + 1);
    for (int i = 0; i < several.parts().size(); i++) {
      pieces.add(Unpooled.wrappedBuffer(multipart.openings().get(i)));
      pieces.add(slice(several.parts().get(i)));
    }
    pieces.add(Unpooled.wrappedBuffer(multipart.closing()));
    ByteBuf content = Unpooled.wrappedBuffer(pieces.toArray(new ByteBuf[0]));
    give(multipart.head(), Body.of(content));
  }

  @Override
  public void unsatisfiable(Ranges.Unsatisfiable range) {
    give(Ranges.unsatisfiableHead(stored.head(), range), Body.empty());
  }

  /** A part of the content with a reference of its own. */
  private ByteBuf slice(Ranges.Part part) {
    ByteBuf body = stored.body();
    return body.slice(body.readerIndex() + (int) part.first(), (int) part.lengthBytes());
  }

  private void giveWhole(Body body) {
    ResponseHead head = stored.head().head();
    if (parts.hasFieldsForUsOnly(head)) {
      give(head, body);
    } else {
      answer = new Response(head, stored.wire(), age, body);
    }
  }

  private void give(ResponseHead head, Body body) {
    answer = parts.forClient(new Response(head, null, age, body));
  }
}
