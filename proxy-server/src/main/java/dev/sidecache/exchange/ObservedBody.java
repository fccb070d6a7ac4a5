package dev.sidecache.exchange;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A body that counts its bytes and tells once when it is over, however it ends. */
final class ObservedBody implements Body, Body.Sink {
  private final Body source;
  private final LongConsumer over;
  private @Nullable Sink reader;
  private long bytes;
  private boolean told;

  ObservedBody(Body source, LongConsumer over) {
    this.source = source;
    this.over = over;
  }

  @Override
  public long lengthBytes() {
    return source.lengthBytes();
  }

  @Override
  public @Nullable ByteBuf whole() {
    ByteBuf whole = source.whole();
    if (whole != null) {
      bytes = whole.readableBytes();
      tell();
    }
    return whole;
  }

  @Override
  public void open(Sink sink) {
    reader = sink;
    source.open(this);
  }

  @Override
  public void request(int chunks) {
    source.request(chunks);
  }

  @Override
  public void cancel() {
    source.cancel();
    tell();
  }

  @Override
  public void chunk(ByteBuf owned) {
    bytes += owned.readableBytes();
    opened().chunk(owned);
  }

  @Override
  public void end(Fields trailers) {
    opened().end(trailers);
    tell();
  }

  @Override
  public void fail(Throwable cause) {
    opened().fail(cause);
    tell();
  }

  private Sink opened() {
    if (reader == null) {
      throw new IllegalStateException("not opened");
    }
    return reader;
  }

  private void tell() {
    if (!told) {
      told = true;
      over.accept(bytes);
    }
  }
}
