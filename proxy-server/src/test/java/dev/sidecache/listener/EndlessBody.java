package dev.sidecache.listener;

import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Content without an end, given at once as it is asked for. */
final class EndlessBody implements Body {
  private final Runnable cancelled;
  private @Nullable Sink sink;

  EndlessBody(Runnable cancelled) {
    this.cancelled = cancelled;
  }

  @Override
  public long lengthBytes() {
    return -1;
  }

  @Override
  public @Nullable ByteBuf whole() {
    return null;
  }

  @Override
  public void open(Sink opened) {
    sink = opened;
  }

  @Override
  public void request(int chunks) {
    for (int i = 0; i < chunks && sink != null; i++) {
      sink.chunk(Unpooled.wrappedBuffer(new byte[16 * 1024]));
    }
  }

  @Override
  public void cancel() {
    sink = null;
    cancelled.run();
  }
}
