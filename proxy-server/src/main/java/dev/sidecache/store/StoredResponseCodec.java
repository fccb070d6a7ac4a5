package dev.sidecache.store;

import dev.sidecache.caching.CacheControl;
import dev.sidecache.caching.CacheKey;
import dev.sidecache.http.Fields;
import dev.sidecache.http.MediaType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored form: a response, or a Vary record, as the bytes that lie in a shared store. Big
 * endian; what describes comes before the content.
 *
 * <table>
 * <caption>Layout 01</caption>
 * <tr><td>magic C1, layout 01, flags, reserved 0</td><td>4 × u8</td></tr>
 * <tr><td>status (0 in a Vary record); stored at</td><td>u16; i64 ms</td></tr>
 * <tr><td>Date (0: not apart from the headers), age on arrival, lifetime, grace</td>
 *     <td>4 × u32 s</td></tr>
 * <tr><td>cache key</td><td>varint + bytes</td></tr>
 * <tr><td>stamp</td><td>u8 + n × (16-byte tag hash, 12-byte uid)</td></tr>
 * <tr><td>where the lines of ETag, Last-Modified, Vary, Cache-Control begin in the headers, plus
 *     one; 0: absent</td><td>4 varints</td></tr>
 * <tr><td>headers: lines of HTTP/1.1 without Content-Length, Age and, if it is a plain
 *     IMF-fixdate, Date; in a Vary record one name per line</td><td>u32 + bytes</td></tr>
 * <tr><td>trailers, if flagged</td><td>u32 + bytes</td></tr>
 * <tr><td>content: its length, its length as stored, its bytes</td><td>u32, u32, bytes</td></tr>
 * <tr><td>CRC32C of all before</td><td>u32</td></tr>
 * </table>
 *
 * <p>Flags: 1 Vary record; 2 content apart (see {@link LargeForm}); 4 content deflated by us; 8 has
 * trailers (read over; none are written); 16 content would deflate well. The reason phrase is not
 * kept, it has no meaning (RFC 9112, Section 4).
 *
 * <p>A form that is wrong in any way, of another layout or under another key reads as null: a miss,
 * never an exception. The CRC tells damage, not malice, so every length is checked as well, and
 * inflating stops at the length told. Thread-safe.
 */
public final class StoredResponseCodec {
  static final int MAGIC = 0xC1;
  static final int LAYOUT = 0x01;
  static final int VARY_RECORD = 1;
  static final int CONTENT_APART = 2;
  static final int DEFLATED = 4;
  static final int TRAILERS = 8;
  static final int DEFLATABLE = 16;

  /** Content longer than this is not deflated or inflated on an event loop. */
  static final int LARGE_BYTES = 64 * 1024;

  private final Settings settings;
  private final ByteBufAllocator allocator;

  /**
   * How forms are written and read.
   *
   * @param deflateOverBytes text-like content longer than this is deflated; -1: none is
   * @param maxBodyBytes content longer than this reads as a miss
   * @param targets names of the targeted fields that stored responses are judged by (RFC 9213)
   */
  public record Settings(int deflateOverBytes, int maxBodyBytes, List<String> targets) {
    /** Settings with the default targets. */
    public Settings(int deflateOverBytes, int maxBodyBytes) {
      this(deflateOverBytes, maxBodyBytes, CacheControl.DEFAULT_TARGETS);
    }

    public Settings {
      if (deflateOverBytes < -1) {
        throw new IllegalArgumentException(deflateOverBytes + " (expected: >= -1)");
      }
      if (maxBodyBytes < 0) {
        throw new IllegalArgumentException(maxBodyBytes + " (expected: >= 0)");
      }
      targets = List.copyOf(targets);
    }
  }

  /**
   * How long something is kept.
   *
   * @param storedAt when it was received
   * @param lifetime how long from then it is expected to be fresh
   * @param grace how long after that it may still be of use
   */
  public record Retention(Instant storedAt, Duration lifetime, Duration grace) {
    /** How much longer it may be of use; zero or less: no longer. */
    public Duration left(Instant now) {
      return Duration.between(now, storedAt.plus(lifetime).plus(grace));
    }
  }

  /**
   * What a form told.
   *
   * @param stored one reference belongs to the caller
   */
  public record Decoded(Stored stored, Retention retention) {}

  public StoredResponseCodec(Settings settings, ByteBufAllocator allocator) {
    this.settings = settings;
    this.allocator = allocator;
  }

  /**
   * The form of a response; the caller owns it, and keeps its own reference to the response. Large
   * content is left as it is, for {@link LargeForm#deflated} to deflate off the event loop.
   */
  public ByteBuf encode(StoredResponse response, Duration lifetime, Duration grace) {
    ByteBuf body = response.body();
    try {
      int length = body.readableBytes();
      boolean deflatable = deflatable(response.head().head().fields(), length);
      boolean now = deflatable && length <= LARGE_BYTES;
      int flags = now ? DEFLATED : deflatable ? DEFLATABLE : 0;
      FormWriter form = new FormWriter(allocator, response.weightBytes());
      form.begin(flags, response.head(), lifetime, grace);
      form.key(response.key());
      form.stamp(response.stamp());
      form.headers(response.head().head().fields());
      return form.content(body, now);
    } finally {
      body.release();
    }
  }

  /** The form of a Vary record; the caller owns it. */
  public ByteBuf encode(CacheKey key, VaryRecord record, Retention retention) {
    FormWriter form = new FormWriter(allocator, key.lengthBytes() + record.weightBytes());
    form.begin(retention);
    form.key(key);
    form.stamp(record.stamp());
    form.names(record.names());
    return form.content(Unpooled.EMPTY_BUFFER, false);
  }

  /**
   * What the form holds, or null if it is damaged, of another layout or stored under another key.
   * Takes over {@code form}; its content is not copied if it lies in direct memory as it is.
   */
  public @Nullable Decoded decode(CacheKey key, ByteBuf form) {
    try {
      FormReader reader = FormReader.of(form);
      return reader == null ? null : reader.decode(key, settings, allocator);
    } catch (IndexOutOfBoundsException | IllegalArgumentException cutShort) {
      // NB: lengths that lead beyond the end; reading them all beforehand would be reading twice.
      return null;
    } finally {
      form.release();
    }
  }

  private boolean deflatable(Fields fields, int length) {
    return settings.deflateOverBytes >= 0
        && length > settings.deflateOverBytes
        && !fields.contains("Content-Encoding")
        && MediaType.isTextLike(MediaType.essence(fields));
  }
}
