package dev.sidecache.exchange;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import java.util.function.LongConsumer;

/** A body that counts its bytes and tells once when it is over, however it ends. */
final class ObservedBody extends WatchedBody {
  private final LongConsumer over;
  private long bytes;

  ObservedBody(Body source, LongConsumer over) {
    super(source);
    this.over = over;
  }

  @Override
  void passes(ByteBuf content) {
    bytes += content.readableBytes();
  }

  @Override
  void over(boolean complete) {
    over.accept(bytes);
  }

  @Override
  public void end(Fields trailers) {
    opened().end(trailers);
    tell(true);
  }

  @Override
  public void fail(Throwable cause) {
    opened().fail(cause);
    tell(false);
  }
}
