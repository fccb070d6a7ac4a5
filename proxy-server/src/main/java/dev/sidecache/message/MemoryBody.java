package dev.sidecache.message;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** A body that lies in memory, or has no content at all. */
final class MemoryBody implements Body {
  static final Body EMPTY = new MemoryBody(null, 0);

  private final long lengthBytes;
  private @Nullable ByteBuf content;
  private @Nullable Sink sink;
  private int demand;
  private boolean giving;

  MemoryBody(@Nullable ByteBuf content, long lengthBytes) {
    this.content = content;
    this.lengthBytes = lengthBytes;
  }

  @Override
  public long lengthBytes() {
    return lengthBytes;
  }

  @Override
  public ByteBuf whole() {
    ByteBuf taken = content;
    content = null;
    return taken == null ? Unpooled.EMPTY_BUFFER : taken;
  }

  @Override
  public void open(Sink opened) {
    ByteBuf waiting = content;
    if (waiting == null || !waiting.isReadable()) {
      cancel();
      opened.end(Fields.empty());
    } else {
      sink = opened;
    }
  }

  @Override
  public void request(int chunks) {
    demand = (int) Math.min(Integer.MAX_VALUE, (long) demand + chunks);
    if (giving) {
      return;
    }
    giving = true;
    while (demand > 0 && giveNext()) {
      demand--;
    }
    giving = false;
  }

  /** Gives the next piece, and the end after the last; false if there is nothing left. */
  private boolean giveNext() {
    Sink to = sink;
    ByteBuf left = content;
    if (to == null || left == null) {
      return false;
    }
    if (left.readableBytes() > PIECE_BYTES) {
      to.chunk(left.readRetainedSlice(PIECE_BYTES));
      return true;
    }
    sink = null;
    content = null;
    to.chunk(left);
    to.end(Fields.empty());
    return true;
  }

  @Override
  public void cancel() {
    sink = null;
    ByteBuf unread = content;
    content = null;
    if (unread != null) {
      unread.release();
    }
  }
}
