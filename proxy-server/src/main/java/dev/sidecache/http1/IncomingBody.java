package dev.sidecache.http1;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The content of a message being received. Its connection feeds it, one piece ahead of demand at
 * most, so that the end is seen without demand.
 */
public final class IncomingBody implements Body {
  private final long lengthBytes;
  private final Source source;
  private @Nullable Sink sink;
  private @Nullable ByteBuf waiting;
  private @Nullable Fields trailers;
  private @Nullable Throwable failure;
  private int demand;
  private long pieces;
  private boolean delivering;
  private boolean over;
  private boolean cancelled;

  /** The connection behind the body. */
  public interface Source {
    /** The next piece is wanted, or the rest is to be thrown away. */
    void wanted();

    /** The reader gave up before the end; what still comes is thrown away. */
    void cancelled();
  }

  public IncomingBody(long lengthBytes, Source source) {
    this.lengthBytes = lengthBytes;
    this.source = source;
  }

  @Override
  public long lengthBytes() {
    return lengthBytes;
  }

  @Override
  public @Nullable ByteBuf whole() {
    return null;
  }

  @Override
  public void open(Sink opened) {
    if (sink != null || cancelled) {
      throw new IllegalStateException("opened or cancelled before");
    }
    sink = opened;
    deliver();
  }

  @Override
  public void request(int chunks) {
    demand = (int) Math.min(Integer.MAX_VALUE, (long) demand + chunks);
    deliver();
    if (isAwaited()) {
      source.wanted();
    }
  }

  @Override
  public void cancel() {
    if (over || cancelled) {
      return;
    }
    cancelled = true;
    dropWaiting();
    if (!isReceived()) {
      source.cancelled();
    }
  }

  /** Whether another piece may be fed. */
  public boolean hasRoom() {
    return !isReceived() && waiting == null;
  }

  /** Whether the reader waits for a piece that is not here. */
  public boolean isAwaited() {
    return !isReceived() && !cancelled && sink != null && waiting == null && demand > 0;
  }

  /** Whether all that ever comes was fed: the end or a failure. */
  public boolean isReceived() {
    return trailers != null || failure != null;
  }

  /** Whether the content was fed to its regular end. */
  public boolean isComplete() {
    return trailers != null;
  }

  public boolean isCancelled() {
    return cancelled;
  }

  /** The number of pieces fed so far. */
  public long pieces() {
    return pieces;
  }

  /** Feeds a piece; owns it. */
  public void feed(ByteBuf piece) {
    pieces++;
    if (cancelled || isReceived() || !piece.isReadable()) {
      piece.release();
      return;
    }
    if (waiting != null) {
      piece.release();
      throw new IllegalStateException("fed without room");
    }
    waiting = piece;
    deliver();
  }

  /** Feeds the end. */
  public void end(Fields trailerSection) {
    if (!isReceived()) {
      trailers = trailerSection;
      deliver();
    }
  }

  /** Breaks the content off; what waits is dropped. */
  public void fail(Throwable cause) {
    if (!isReceived()) {
      failure = cause;
      dropWaiting();
      deliver();
    }
  }

  private void dropWaiting() {
    ByteBuf dropped = waiting;
    waiting = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  private void deliver() {
    Sink to = sink;
    if (to == null || delivering) {
      return;
    }
    delivering = true;
    while (waiting != null && demand > 0 && !cancelled) {
      ByteBuf piece = waiting;
      waiting = null;
      demand--;
      to.chunk(piece);
    }
    delivering = false;
    if (waiting == null && isReceived() && !over && !cancelled) {
      over = true;
      tellEnd(to);
    }
  }

  private void tellEnd(Sink to) {
    Fields end = trailers;
    Throwable cause = failure;
    if (end != null) {
      to.end(end);
    } else if (cause != null) {
      to.fail(cause);
    }
  }
}
