package dev.sidecache.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidecache.caching.Compression;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.message.WireHead;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Contents of stored responses in gzip, made at a response's first hit and kept as long as it is,
 * bounded by bytes. Thread-safe.
 */
public final class CompressedContents {
  private final long overBytes;
  private final Executor background;
  private final Cache<StoredResponse, Forms> forms;

  /**
   * The two forms of one response.
   *
   * @param plain its head where it goes out as it is
   * @param plainWire that in wire form
   * @param gzip its head where it goes out in gzip
   * @param gzipWire that in wire form
   * @param content in gzip; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Forms(
      StoredHead plain, WireHead plainWire, StoredHead gzip, WireHead gzipWire, byte[] content) {}

  /**
   * Forms of contents longer than a bound.
   *
   * @param overBytes shorter contents are not compressed
   * @param maxBytes how much all compressed contents may take
   * @param background compresses what would hold an event loop up
   */
  public CompressedContents(long overBytes, long maxBytes, Executor background) {
    this.overBytes = overBytes;
    this.background = background;
    this.forms =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(maxBytes)
            .weigher((StoredResponse response, Forms made) -> made.content.length + 512)
            .executor(Runnable::run)
            .build();
  }

  /**
   * The forms of a response; null if it is offered as it is alone, or its compression, too long for
   * an event loop, has only begun.
   *
   * @param response the caller holds a reference
   */
  public @Nullable Forms of(StoredResponse response) {
    int length = response.bodyLengthBytes();
    if (!Compression.isOffered(response.head(), length, overBytes)) {
      return null;
    }
    Forms known = forms.getIfPresent(response);
    if (known != null) {
      return known;
    }
    if (length > StoredResponseCodec.LARGE_BYTES) {
      later(response);
      return null;
    }
    Forms made = make(response);
    forms.put(response, made);
    return made;
  }

  private void later(StoredResponse response) {
    if (!response.tryAcquire()) {
      return;
    }
    background.execute(
        () -> {
          try {
            if (forms.getIfPresent(response) == null) {
              forms.put(response, make(response));
            }
          } finally {
            response.release();
          }
        });
  }

  private static Forms make(StoredResponse response) {
    StoredHead plain = Compression.plain(response.head());
    StoredHead gzip = Compression.gzip(response.head());
    WireHead plainWire = WireHead.of(plain.head());
    return new Forms(plain, plainWire, gzip, WireHead.of(gzip.head()), compressed(response));
  }

  private static byte[] compressed(StoredResponse response) {
    ByteBuf body = response.body();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.readableBytes() / 2 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      body.readBytes(gzip, body.readableBytes());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      body.release();
    }
    return bytes.toByteArray();
  }
}
