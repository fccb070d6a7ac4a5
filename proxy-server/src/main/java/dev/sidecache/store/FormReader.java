package dev.sidecache.store;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import dev.sidecache.store.StoredResponseCodec.Retention;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stored form, field after field in the order of {@link StoredResponseCodec}. Methods
 * throw {@link IndexOutOfBoundsException} where a length leads beyond the end.
 */
final class FormReader {
  private static final int FIXED_BYTES = 30;
  private static final int CHECKSUM_BYTES = 4;
  private static final int STAMP_PAIR_BYTES = 28;
  private static final int LOCATED = 4;

  /** No deflated byte yields more than this many: a longer length told is a lie. */
  static final long MAX_DEFLATE_RATIO = 1032;

  /** The form without its checksum. */
  private final ByteBuf form;

  private final int flags;

  private FormReader(ByteBuf form, int flags) {
    this.form = form;
    this.flags = flags;
  }

  /** A reader of an undamaged form of this layout; null if it is not one. */
  static @Nullable FormReader of(ByteBuf form) {
    int length = form.readableBytes();
    int start = form.readerIndex();
    if (length < FIXED_BYTES + CHECKSUM_BYTES
        || form.getUnsignedByte(start) != StoredResponseCodec.MAGIC
        || form.getUnsignedByte(start + 1) != StoredResponseCodec.LAYOUT
        || form.getInt(start + length - CHECKSUM_BYTES)
            != checksum(form, length - CHECKSUM_BYTES)) {
      return null;
    }
    ByteBuf checked = form.slice(start, length - CHECKSUM_BYTES);
    return new FormReader(checked, checked.getUnsignedByte(2));
  }

  /** CRC32C of the first bytes. */
  static int checksum(ByteBuf form, int lengthBytes) {
    CRC32C crc = new CRC32C();
    crc.update(form.nioBuffer(form.readerIndex(), lengthBytes));
    return (int) crc.getValue();
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  @Nullable Decoded decode(
      CacheKey key, StoredResponseCodec.Settings settings, ByteBufAllocator allocator) {
    if (has(StoredResponseCodec.CONTENT_APART)) {
      return null;
    }
    form.readerIndex(4);
    int status = form.readUnsignedShort();
    Instant storedAt = Instant.ofEpochMilli(form.readLong());
    long date = form.readUnsignedInt();
    Duration age = Duration.ofSeconds(form.readUnsignedInt());
    Duration lifetime = Duration.ofSeconds(form.readUnsignedInt());
    Retention retention =
        new Retention(storedAt, lifetime, Duration.ofSeconds(form.readUnsignedInt()));
    if (!readKey(key)) {
      return null;
    }
    Stamp stamp = readStamp();
    skipLocations();
    ByteBuf headers = readBlock();
    if (has(StoredResponseCodec.VARY_RECORD)) {
      List<String> names = names(headers);
      return names == null ? null : new Decoded(new VaryRecord(names, stamp), retention);
    }
    Fields fields = fields(headers, date);
    if (has(StoredResponseCodec.TRAILERS)) {
      readBlock();
    }
    ByteBuf body = fields == null ? null : content(settings.maxBodyBytes(), allocator);
    if (fields == null || body == null) {
      return null;
    }
    StoredHead head =
        new StoredHead(
            new ResponseHead(status, reason(status), fields), storedAt, age, settings.targets());
    return new Decoded(new StoredResponse(key, head, body, stamp), retention);
  }

  private static String reason(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  private boolean readKey(CacheKey key) {
    int length = varint();
    if (length != key.lengthBytes() || length > form.readableBytes()) {
      return false;
    }
    byte[] bytes = new byte[length];
    form.readBytes(bytes);
    return key.hasBytes(bytes);
  }

  private Stamp readStamp() {
    return readStamp(form);
  }

  private static Stamp readStamp(ByteBuf form) {
    int size = form.readUnsignedByte();
    List<Tag.Id> tags = new ArrayList<>(size);
    List<String> uids = new ArrayList<>(size);
    byte[] uid = new byte[12];
    for (int i = 0; i < size; i++) {
      tags.add(new Tag.Id(form.readLong(), form.readLong()));
      form.readBytes(uid);
      uids.add(Base64.getUrlEncoder().encodeToString(uid));
    }
    return Stamp.of(tags, uids);
  }

  private void skipLocations() {
    for (int i = 0; i < LOCATED; i++) {
      varint();
    }
  }

  private ByteBuf readBlock() {
    long length = form.readUnsignedInt();
    if (length > form.readableBytes()) {
      throw new IndexOutOfBoundsException();
    }
    return form.readSlice((int) length);
  }

  private static @Nullable Fields fields(ByteBuf headers, long date) {
    String text = headers.toString(StandardCharsets.ISO_8859_1);
    Fields.Builder fields = Fields.builder();
    int at = 0;
    while (at < text.length()) {
      int colon = text.indexOf(": ", at);
      int end = text.indexOf("\r\n", at);
      if (colon <= at || end < colon + 2) {
        return null;
      }
      fields.add(text.substring(at, colon), text.substring(colon + 2, end));
      at = end + 2;
    }
    if (date != 0) {
      fields.add("Date", HttpDate.format(Instant.ofEpochSecond(date)));
    }
    return fields.build();
  }

  private static @Nullable List<String> names(ByteBuf headers) {
    String text = headers.toString(StandardCharsets.ISO_8859_1);
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf("\r\n", at);
      if (end <= at) {
        return null;
      }
      names.add(text.substring(at, end));
      at = end + 2;
    }
    return names;
  }

  /** The content as direct, read-only memory; null if its length is a lie or too large. */
  private @Nullable ByteBuf content(int maxBodyBytes, ByteBufAllocator allocator) {
    long length = form.readUnsignedInt();
    long storedLength = form.readUnsignedInt();
    if (length > maxBodyBytes || storedLength != form.readableBytes()) {
      return null;
    }
    ByteBuf stored = form.readSlice((int) storedLength);
    if (!has(StoredResponseCodec.DEFLATED)) {
      return length == storedLength ? direct(stored, allocator).asReadOnly() : null;
    }
    if (length > storedLength * MAX_DEFLATE_RATIO) {
      return null;
    }
    ByteBuf inflated = allocator.directBuffer((int) length);
    if (!Deflation.inflate(stored, inflated, (int) length)) {
      inflated.release();
      return null;
    }
    return inflated.asReadOnly();
  }

  /** The same bytes with a reference of their own: the same memory if it is direct. */
  private static ByteBuf direct(ByteBuf slice, ByteBufAllocator allocator) {
    return slice.isDirect() && slice.nioBufferCount() == 1
        ? slice.retain()
        : allocator.directBuffer(slice.readableBytes()).writeBytes(slice);
  }

  /**
   * The stamp in the beginning of a response's form, unchecked; null if it is another thing's.
   *
   * @throws IndexOutOfBoundsException if the beginning is too short to tell
   */
  static @Nullable Stamp stampOf(ByteBuf beginning) {
    if (beginning.getUnsignedByte(0) != StoredResponseCodec.MAGIC
        || beginning.getUnsignedByte(1) != StoredResponseCodec.LAYOUT
        || (beginning.getUnsignedByte(2) & StoredResponseCodec.VARY_RECORD) != 0) {
      return null;
    }
    beginning.readerIndex(FIXED_BYTES);
    beginning.skipBytes(varint(beginning));
    return readStamp(beginning);
  }

  private int varint() {
    return varint(form);
  }

  private static int varint(ByteBuf form) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int part = form.readUnsignedByte();
      value |= (part & 0x7f) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException();
  }

  /**
   * Where the content begins, counted from the form's first byte, just after its two lengths; -1 if
   * this is no undamaged form of this layout.
   */
  static int contentAt(ByteBuf form) {
    FormReader reader = of(form);
    try {
      return reader == null ? -1 : reader.skipToContent();
    } catch (IndexOutOfBoundsException cutShort) {
      return -1;
    }
  }

  private int skipToContent() {
    form.readerIndex(FIXED_BYTES);
    form.skipBytes(varint());
    form.skipBytes(form.readUnsignedByte() * STAMP_PAIR_BYTES);
    skipLocations();
    readBlock();
    if (has(StoredResponseCodec.TRAILERS)) {
      readBlock();
    }
    form.skipBytes(8);
    return form.readerIndex();
  }
}
