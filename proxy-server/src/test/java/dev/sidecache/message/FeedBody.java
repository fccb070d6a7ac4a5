package dev.sidecache.message;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A body that gives what the test feeds it, and tells what was asked of it. */
final class FeedBody implements Body {
  int demanded;
  boolean cancelled;
  private @Nullable Sink sink;
  private final long lengthBytes;

  FeedBody(long lengthBytes) {
    this.lengthBytes = lengthBytes;
  }

  void feed(String text) {
    opened().chunk(Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
  }

  void end() {
    opened().end(Fields.empty());
  }

  void fail(Throwable cause) {
    opened().fail(cause);
  }

  private Sink opened() {
    if (sink == null) {
      throw new AssertionError("not opened");
    }
    return sink;
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
