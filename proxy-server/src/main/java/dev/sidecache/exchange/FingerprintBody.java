package dev.sidecache.exchange;

import dev.sidecache.caching.Fingerprint;
import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A body of which a fingerprint is taken while it passes; told once, null if it was cut off. */
final class FingerprintBody implements Body, Body.Sink {
  private final Body source;
  private final Fingerprint fingerprint;
  private final Consumer<@Nullable Fingerprint> over;
  private @Nullable Sink reader;
  private boolean told;

  FingerprintBody(Body source, Fingerprint begun, Consumer<@Nullable Fingerprint> over) {
    this.source = source;
    this.fingerprint = begun;
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
      add(whole);
      tell(fingerprint);
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
    tell(null);
  }

  @Override
  public void chunk(ByteBuf owned) {
    add(owned);
    opened().chunk(owned);
  }

  @Override
  public void end(Fields trailers) {
    tell(fingerprint);
    opened().end(trailers);
  }

  @Override
  public void fail(Throwable cause) {
    tell(null);
    opened().fail(cause);
  }

  private void add(ByteBuf content) {
    for (ByteBuffer piece : content.nioBuffers()) {
      fingerprint.add(piece);
    }
  }

  private Sink opened() {
    if (reader == null) {
      throw new IllegalStateException("not opened");
    }
    return reader;
  }

  private void tell(@Nullable Fingerprint taken) {
    if (!told) {
      told = true;
      over.accept(taken);
    }
  }
}
