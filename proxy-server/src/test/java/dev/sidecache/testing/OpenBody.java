package dev.sidecache.testing;

import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A body of unknown length that gives what the test feeds it, as far as it was asked for. */
public final class OpenBody implements Body {
  private @Nullable Sink sink;
  private int demanded;
  private boolean cancelled;

  /** Gives a chunk, which the reader must have asked for. */
  public void feed(String text) {
    if (demanded == 0) {
      throw new AssertionError("not asked for");
    }
    demanded--;
    Objects.requireNonNull(sink).chunk(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  /** Breaks off. */
  public void fail() {
    Objects.requireNonNull(sink).fail(new IOException("reset"));
  }

  public boolean isCancelled() {
    return cancelled;
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
    demanded += chunks;
  }

  @Override
  public void cancel() {
    cancelled = true;
  }
}
