package dev.sidecache.exchange;

import dev.sidecache.caching.Compression;
import dev.sidecache.caching.Freshness;
import dev.sidecache.caching.Ranges;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Validation;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Response;
import dev.sidecache.message.WireHead;
import dev.sidecache.store.CompressedContents;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer that a stored response gives to one client: whole, parts of it, or that nothing has
 * changed. Source: RFC 9111, Section 4.3.2; RFC 9110, Section 14.
 */
final class StoredAnswer implements Ranges.Actions {
  private final GatewayParts parts;
  private final StoredResponse stored;
  private final Fields tail;
  private StoredHead known;
  private WireHead wire;
  private byte @Nullable [] gzip;
  private Response answer;

  private StoredAnswer(GatewayParts parts, StoredResponse stored, Fields tail) {
    this.parts = parts;
    this.stored = stored;
    this.tail = tail;
    this.known = stored.head();
    this.wire = stored.wire();
    this.answer = Response.of(known.head(), Body.empty());
  }

  /** The answer with its age; takes over one reference to the stored response. */
  static Response of(
      GatewayParts parts, RequestHead head, StoredResponse stored, Freshness freshness) {
    return of(parts, head, stored, Fields.of("Age", Long.toString(freshness.ageSeconds())));
  }

  /**
   * The answer; takes over one reference to the stored response.
   *
   * @param tail what it says of itself, Age above all
   */
  static Response of(GatewayParts parts, RequestHead head, StoredResponse stored, Fields tail) {
    StoredAnswer made = new StoredAnswer(parts, stored, tail);
    try {
      made.answer(head);
    } finally {
      stored.release();
    }
    return made.answer;
  }

  /** Whether the content would be held for one client alone although nothing more may be held. */
  static boolean isTooDear(GatewayParts parts, StoredResponse stored) {
    return stored.bodyLengthBytes() > Body.PIECE_BYTES
        && !stored.isKept()
        && parts.budget().isSpent();
  }

  private void answer(RequestHead head) {
    chooseForm(head);
    if (Validation.notModified(head, known)) {
      give(Validation.notModifiedHead(known), Body.empty());
    } else if (head.method().equals("HEAD")) {
      giveWhole(Body.absent(gzip == null ? stored.bodyLengthBytes() : gzip.length));
    } else {
      Ranges.of(head, known, stored.bodyLengthBytes()).carryOut(this);
    }
  }

  /** In gzip, if the response is offered so and the client would rather have that. */
  private void chooseForm(RequestHead head) {
    CompressedContents compressed = parts.compressed();
    CompressedContents.Forms forms = compressed == null ? null : compressed.of(stored);
    if (forms == null) {
      return;
    }
    boolean wanted = Compression.isWanted(head);
    known = wanted ? forms.gzip() : forms.plain();
    wire = wanted ? forms.gzipWire() : forms.plainWire();
    gzip = wanted ? forms.content() : null;
  }

  @Override
  public void whole(Ranges.Whole whole) {
    giveWhole(gzip == null ? read(stored.body()) : Body.of(gzip));
  }

  @Override
  public void parts(Ranges.Parts several) {
    if (several.parts().size() == 1) {
      Ranges.Part part = several.parts().get(0);
      give(Ranges.partialHead(known, part, several.lengthBytes()), read(slice(part)));
      return;
    }
    String boundary = UUID.randomUUID().toString().replace("-", "");
    Ranges.Multipart multipart = Ranges.multipart(known, several, boundary);
    List<ByteBuf> pieces = new ArrayList<>(2 * several.parts().size() + 1);
    for (int i = 0; i < several.parts().size(); i++) {
      pieces.add(Unpooled.wrappedBuffer(multipart.openings().get(i)));
      pieces.add(slice(several.parts().get(i)));
    }
    pieces.add(Unpooled.wrappedBuffer(multipart.closing()));
    ByteBuf content = Unpooled.wrappedBuffer(pieces.toArray(new ByteBuf[0]));
    give(multipart.head(), read(content));
  }

  /** NB: a short part of long content is copied, so that who does not take it keeps only that. */
  private Body read(ByteBuf content) {
    if (content.readableBytes() > Body.PIECE_BYTES) {
      StoredResponse read = stored;
      read.readingBegins(parts.budget());
      return new ObservedBody(Body.of(content), sent -> read.readingEnds());
    }
    if (stored.bodyLengthBytes() <= Body.PIECE_BYTES) {
      return Body.of(content);
    }
    ByteBuf copy = content.copy();
    content.release();
    return Body.of(copy);
  }

  @Override
  public void unsatisfiable(Ranges.Unsatisfiable range) {
    give(Ranges.unsatisfiableHead(known, range), Body.empty());
  }

  /** A part of the content with a reference of its own. */
  private ByteBuf slice(Ranges.Part part) {
    ByteBuf body = stored.body();
    return body.slice(body.readerIndex() + (int) part.first(), (int) part.lengthBytes());
  }

  private void giveWhole(Body body) {
    ResponseHead head = known.head();
    if (parts.hasFieldsForUsOnly(head)) {
      give(head, body);
    } else {
      answer = new Response(head, wire, tail, body);
    }
  }

  private void give(ResponseHead head, Body body) {
    answer = parts.forClient(new Response(head, null, tail, body));
  }
}
