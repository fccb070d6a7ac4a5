package dev.sidecache.exchange;

import dev.sidecache.caching.Fingerprint;
import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A body of which a fingerprint is taken while it passes; told once, null if it was cut off. */
final class FingerprintBody extends WatchedBody {
  private final Fingerprint fingerprint;
  private final Consumer<@Nullable Fingerprint> over;

  FingerprintBody(Body source, Fingerprint begun, Consumer<@Nullable Fingerprint> over) {
    super(source);
    this.fingerprint = begun;
    this.over = over;
  }

  @Override
  void passes(ByteBuf content) {
    fingerprint.add(content.nioBuffers());
  }

  @Override
  void over(boolean complete) {
    over.accept(complete ? fingerprint : null);
  }

  @Override
  public void end(Fields trailers) {
    tell(true);
    opened().end(trailers);
  }

  @Override
  public void fail(Throwable cause) {
    tell(false);
    opened().fail(cause);
  }
}
