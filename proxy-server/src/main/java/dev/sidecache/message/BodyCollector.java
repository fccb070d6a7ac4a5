package dev.sidecache.message;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body whole, up to a limit. Over it nothing is lost: what was read and what is still to
 * come is one body again.
 */
public final class BodyCollector implements Body.Sink {
  private final Body source;
  private final BodyCopy copy;
  private final Handler handler;
  private @Nullable Replay replay;

  /** What became of the content: exactly one call, on the body's loop. */
  public interface Handler {
    /** All of it; the handler owns the buffer, direct memory. */
    void collected(ByteBuf content, Fields trailers);

    /** It is longer than the limit: the same content, unread; the handler owns it. */
    void tooLarge(Body unread);

    /** The budget is spent: the same content, unread; the handler owns it. */
    void overBudget(Body unread);

    /** It was cut off. */
    void failed(Throwable cause);
  }

  private BodyCollector(Body source, long limitBytes, ByteBudget budget, Handler handler) {
    this.source = source;
    this.copy = new BodyCopy(limitBytes, budget);
    this.handler = handler;
  }

  /** Reads the body; the collector owns it from now on. */
  public static void collect(Body body, long limitBytes, ByteBudget budget, Handler handler) {
    if (body.lengthBytes() > limitBytes) {
      handler.tooLarge(body);
      return;
    }
    BodyCollector collector = new BodyCollector(body, limitBytes, budget, handler);
    body.open(collector);
    body.request(1);
  }

  @Override
  public void chunk(ByteBuf owned) {
    Replay to = replay;
    if (to != null) {
      to.pass(owned);
      return;
    }
    BodyCopy.Outcome outcome = copy.keep(owned);
    if (outcome == BodyCopy.Outcome.KEPT) {
      owned.release();
      source.request(1);
      return;
    }
    Replay unread = new Replay(source, copy.takeSegments(), owned);
    replay = unread;
    if (outcome == BodyCopy.Outcome.TOO_LARGE) {
      handler.tooLarge(unread);
    } else {
      handler.overBudget(unread);
    }
  }

  @Override
  public void end(Fields trailers) {
    Replay to = replay;
    if (to != null) {
      to.ended(trailers);
    } else {
      handler.collected(copy.whole(), trailers);
    }
  }

  @Override
  public void fail(Throwable cause) {
    Replay to = replay;
    if (to != null) {
      to.failed(cause);
    } else {
      copy.letGo();
      handler.failed(cause);
    }
  }

  /** What was read already, then the rest of the source. */
  private static final class Replay implements Body {
    private final Body source;
    private final Deque<ByteBuf> read = new ArrayDeque<>();
    private @Nullable Sink sink;
    private @Nullable Fields trailers;
    private @Nullable Throwable cause;
    private int demand;
    private boolean over;

    Replay(Body source, List<ByteBuf> before, ByteBuf last) {
      this.source = source;
      read.addAll(before);
      read.add(last);
    }

    @Override
    public long lengthBytes() {
      return source.lengthBytes();
    }

    @Override
    public @Nullable ByteBuf whole() {
      return null;
    }

    @Override
    public void open(Sink opened) {
      sink = opened;
      deliver();
    }

    @Override
    public void request(int chunks) {
      demand += chunks;
      deliver();
    }

    private void deliver() {
      Sink to = sink;
      while (to != null && demand > 0 && !over && !read.isEmpty()) {
        demand--;
        to.chunk(read.remove());
      }
      if (to == null || over || !read.isEmpty()) {
        return;
      }
      Fields ended = trailers;
      Throwable failure = cause;
      if (ended != null) {
        over = true;
        to.end(ended);
      } else if (failure != null) {
        over = true;
        to.fail(failure);
      } else if (demand > 0) {
        int asked = demand;
        demand = 0;
        source.request(asked);
      }
    }

    void pass(ByteBuf owned) {
      Sink to = sink;
      if (over || to == null) {
        owned.release();
      } else {
        to.chunk(owned);
      }
    }

    void ended(Fields last) {
      trailers = last;
      deliver();
    }

    void failed(Throwable failure) {
      cause = failure;
      deliver();
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        read.forEach(ByteBuf::release);
        read.clear();
        source.cancel();
      }
    }
  }
}
