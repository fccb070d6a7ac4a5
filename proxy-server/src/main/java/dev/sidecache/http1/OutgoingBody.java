package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Content on its way to a socket. Asks its body for the next chunk only while the channel is below
 * its write mark, so that it holds no more than that and one chunk.
 */
public final class OutgoingBody implements Body.Sink {
  private static final ByteBuf CRLF = constant("\r\n");
  private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

  private final Outlet outlet;
  private final Body body;
  private final OutgoingFraming framing;
  private final boolean trailersWanted;
  private final Owner owner;
  private long sentBytes;
  private boolean asked;
  private boolean asking;
  private boolean over;
  private boolean heldBack;

  /** The connection the content is written to. */
  public interface Owner {
    /** All of it was written, in its framing. */
    void sent();

    /** It is not the whole: the connection must be closed so that the receiver sees it. */
    void cut(Throwable cause);
  }

  /**
   * Content to be sent in this framing.
   *
   * @param trailersWanted whether the receiver understands a trailer section
   */
  public OutgoingBody(
      Outlet outlet, Body body, OutgoingFraming framing, boolean trailersWanted, Owner owner) {
    this.outlet = outlet;
    this.body = body;
    this.framing = framing;
    this.trailersWanted = trailersWanted;
    this.owner = owner;
  }

  /** Begins; the head was written. */
  public void start() {
    body.open(this);
    advance();
  }

  /** Goes on if the channel takes more; called when its writability changed. */
  public void advance() {
    if (asking) {
      return;
    }
    asking = true;
    while (!over && !asked && outlet.isWritable() && !isHeldBack()) {
      asked = true;
      body.request(1);
    }
    asking = false;
  }

  private boolean isHeldBack() {
    if (!heldBack && outlet.isHeldBack()) {
      heldBack = true;
      outlet.whenSent(
          () -> {
            heldBack = false;
            advance();
          });
    }
    return heldBack;
  }

  /** Stops without an end; idempotent. */
  public void abandon() {
    if (!over) {
      over = true;
      body.cancel();
    }
  }

  public boolean isOver() {
    return over;
  }

  /** The bytes of content written so far. */
  public long sentBytes() {
    return sentBytes;
  }

  @Override
  public void chunk(ByteBuf owned) {
    asked = false;
    int length = owned.readableBytes();
    sentBytes += length;
    if (over) {
      owned.release();
      return;
    }
    if (framing.lengthBytes() >= 0 && sentBytes > framing.lengthBytes()) {
      owned.release();
      abandon();
      owner.cut(new IllegalStateException("content longer than its Content-Length"));
      return;
    }
    if (framing.isChunked()) {
      writeChunk(owned, length);
    } else {
      outlet.write(owned);
    }
    advance();
  }

  private void writeChunk(ByteBuf owned, int length) {
    ByteBuf size = outlet.buffer(16);
    ByteBufUtil.writeAscii(size, Integer.toHexString(length));
    size.writeShort(0x0d0a);
    outlet.write(size);
    outlet.write(owned);
    outlet.write(CRLF.duplicate());
  }

  @Override
  public void end(Fields trailers) {
    if (over) {
      return;
    }
    over = true;
    if (framing.lengthBytes() >= 0 && sentBytes < framing.lengthBytes()) {
      owner.cut(new IllegalStateException("content shorter than its Content-Length"));
      return;
    }
    if (framing.isChunked()) {
      outlet.write(lastChunk(trailers));
    }
    owner.sent();
  }

  private ByteBuf lastChunk(Fields trailers) {
    if (!trailersWanted || trailers.isEmpty()) {
      return LAST_CHUNK.duplicate();
    }
    HeadWriter section = HeadWriter.begin();
    section.lastChunk();
    for (int i = 0; i < trailers.size(); i++) {
      if (Trailers.isAllowed(trailers.name(i))) {
        section.field(trailers.name(i), trailers.value(i));
      }
    }
    section.endOfLine();
    return section.toBuffer(outlet.alloc());
  }

  @Override
  public void fail(Throwable cause) {
    if (!over) {
      over = true;
      owner.cut(cause);
    }
  }

  private static ByteBuf constant(String text) {
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuf direct = Unpooled.directBuffer(octets.length, octets.length).writeBytes(octets);
    return Unpooled.unreleasableBuffer(direct.asReadOnly());
  }
}
