package dev.sidecache.message;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Reads a body whole into an array, up to a limit: for receivers that know no buffers. */
public final class BodyBytes implements BodyCollector.Handler {
  private final Handler handler;

  private BodyBytes(Handler handler) {
    this.handler = handler;
  }

  /** Takes what was read: exactly one call, on the body's loop. */
  public interface Handler {
    void read(byte[] content);

    /** The content is longer than the limit; the rest was cancelled. */
    void tooLarge();

    /** The content was cut off, or the budget is spent. */
    void failed(Throwable cause);
  }

  /** Reads the body, which it then owns; possibly before this returns. */
  public static void read(Body body, long limitBytes, ByteBudget budget, Handler handler) {
    BodyCollector.collect(body, limitBytes, budget, new BodyBytes(handler));
  }

  @Override
  public void collected(ByteBuf content, Fields trailers) {
    byte[] bytes = ByteBufUtil.getBytes(content);
    content.release();
    handler.read(bytes);
  }

  @Override
  public void tooLarge(Body unread) {
    unread.cancel();
    handler.tooLarge();
  }

  @Override
  public void overBudget(Body unread) {
    unread.cancel();
    handler.failed(new ProblemException(Problems.IN_FLIGHT_LIMIT, "the budget is spent"));
  }

  @Override
  public void failed(Throwable cause) {
    handler.failed(cause);
  }
}
