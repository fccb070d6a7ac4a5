package dev.sidecache.listener;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Reads and drops content that is expected to be cut off. */
final class FailingSink implements Body.Sink {
  private final Consumer<Throwable> failed;

  FailingSink(Consumer<Throwable> failed) {
    this.failed = failed;
  }

  @Override
  public void chunk(ByteBuf owned) {
    owned.release();
  }

  @Override
  public void end(Fields trailers) {
    throw new AssertionError("the content is complete");
  }

  @Override
  public void fail(Throwable cause) {
    failed.accept(cause);
  }
}
