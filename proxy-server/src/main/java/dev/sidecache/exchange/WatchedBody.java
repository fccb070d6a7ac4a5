package dev.sidecache.exchange;

import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A body that is looked at while it passes to its reader, and tells once that it is over. How it
 * ends each kind passes on itself: some tell before the reader learns of it, some after.
 */
abstract class WatchedBody implements Body, Body.Sink {
  private final Body source;
  private @Nullable Sink reader;
  private boolean told;

  WatchedBody(Body source) {
    this.source = source;
  }

  /** Content passes; it is not consumed. */
  abstract void passes(ByteBuf content);

  /**
   * It is over; called once.
   *
   * @param complete false: it was cut off, or its reader left
   */
  abstract void over(boolean complete);

  @Override
  public final long lengthBytes() {
    return source.lengthBytes();
  }

  @Override
  public final @Nullable ByteBuf whole() {
    ByteBuf whole = source.whole();
    if (whole != null) {
      passes(whole);
      tell(true);
    }
    return whole;
  }

  @Override
  public final void open(Sink sink) {
    reader = sink;
    source.open(this);
  }

  @Override
  public final void request(int chunks) {
    source.request(chunks);
  }

  @Override
  public final void cancel() {
    source.cancel();
    tell(false);
  }

  @Override
  public final void chunk(ByteBuf owned) {
    passes(owned);
    opened().chunk(owned);
  }

  final Sink opened() {
    if (reader == null) {
      throw new IllegalStateException("not opened");
    }
    return reader;
  }

  final void tell(boolean complete) {
    if (!told) {
      told = true;
      over(complete);
    }
  }
}
