package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.http1.IncomingBody;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request on an HTTP/2 stream. What was not asked for yet waits here, no more than
 * the stream's window; the window opens again as the reader takes it. Source: RFC 9113, Section
 * 5.2.
 */
final class Http2Content implements IncomingBody.Source {
  /** Smaller pieces are copied: a slice of one octet would keep the whole of what was read. */
  private static final int LEAST_SLICE = 4 * 1024;

  private final IncomingBody body;
  private final Window window;
  private @Nullable ByteBuf pending;
  private @Nullable Fields end;
  private int held;

  /** The stream behind the content. */
  interface Window {
    /** Lets the client send this many octets more. */
    void giveBack(int octets);

    /** Content is waited for. */
    void wanted();
  }

  Http2Content(long lengthBytes, Window window) {
    this.body = new IncomingBody(lengthBytes, this);
    this.window = window;
  }

  IncomingBody body() {
    return body;
  }

  /**
   * Takes a DATA frame.
   *
   * @param data of which the caller stays the owner
   * @param octets that it takes of the window
   */
  void data(ByteBuf data, int octets) {
    held += octets;
    if (!isOver() && data.isReadable()) {
      if (pending == null && body.hasRoom()) {
        body.feed(data.readableBytes() < LEAST_SLICE ? data.copy() : data.retainedSlice());
      } else {
        append(data);
      }
    }
    settle();
  }

  private void append(ByteBuf data) {
    ByteBuf waiting = pending;
    if (waiting == null) {
      waiting = data.alloc().buffer(data.readableBytes());
      pending = waiting;
    }
    waiting.writeBytes(data, data.readerIndex(), data.readableBytes());
  }

  /** The octets of the window that are in use. */
  int heldBytes() {
    return held;
  }

  /** Takes the end of the stream. */
  void end(Fields trailers) {
    end = trailers;
    if (pending == null) {
      body.end(trailers);
    }
  }

  /** Breaks the content off. */
  void fail(Throwable cause) {
    drop();
    giveBack();
    body.fail(cause);
  }

  /** Whether the client has sent all of it. */
  boolean isComplete() {
    return end != null;
  }

  @Override
  public void wanted() {
    window.wanted();
    giveBack();
    ByteBuf next = pending;
    if (next != null && body.hasRoom()) {
      pending = null;
      body.feed(next);
      Fields trailers = end;
      if (trailers != null) {
        body.end(trailers);
      }
    }
    settle();
  }

  @Override
  public void cancelled() {
    drop();
    giveBack();
  }

  private boolean isOver() {
    return body.isCancelled() || body.isReceived();
  }

  private void settle() {
    if (isOver() || body.hasRoom()) {
      giveBack();
    }
  }

  private void giveBack() {
    ByteBuf waiting = pending;
    int octets = held - (waiting == null ? 0 : waiting.readableBytes());
    if (octets > 0) {
      held -= octets;
      window.giveBack(octets);
    }
  }

  private void drop() {
    ByteBuf dropped = pending;
    pending = null;
    if (dropped != null) {
      dropped.release();
    }
  }
}
