package dev.sidecache.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * What a shared store does with forms that are too large to travel among the others: it takes the
 * content out, to be kept under a name of its own, and puts it back; and it deflates and inflates
 * off the event loop.
 *
 * <p>The form left behind has the flag "content apart" and, in place of the content, the 12 bytes
 * that also head the content's own value, and the checksum of the whole. So a content that belongs
 * to another form is never joined. Thread-safe.
 */
public final class LargeForm {
  /** The length of a content's identity. */
  public static final int ID_BYTES = 12;

  private static final int CHECKSUM_BYTES = 4;

  /** How far before the content its two lengths stand. */
  private static final int LENGTH = 8;

  private static final int STORED_LENGTH = 4;

  private final int maxBodyBytes;
  private final ByteBufAllocator allocator;

  /**
   * A form in two pieces; both belong to the caller.
   *
   * @param entry the form without its content
   * @param content the content's value
   */
  public record Pieces(ByteBuf entry, ByteBuf content) {}

  /**
   * Handles the forms that a {@link StoredResponseCodec} with the same bound writes and reads.
   *
   * @param maxBodyBytes longer content is left as it is
   */
  public LargeForm(int maxBodyBytes, ByteBufAllocator allocator) {
    this.maxBodyBytes = maxBodyBytes;
    this.allocator = allocator;
  }

  /** Whether the content lies elsewhere. */
  public static boolean isApart(ByteBuf form) {
    return hasFlag(form, StoredResponseCodec.CONTENT_APART);
  }

  /** Whether {@link #deflated} may make it smaller. */
  public static boolean isDeflatable(ByteBuf form) {
    return hasFlag(form, StoredResponseCodec.DEFLATABLE);
  }

  /** Whether {@link #inflated} should be called, off the event loop. */
  public static boolean isLargeDeflated(ByteBuf form) {
    int contentAt = hasFlag(form, StoredResponseCodec.DEFLATED) ? FormReader.contentAt(form) : -1;
    return contentAt >= 0
        && form.getUnsignedInt(form.readerIndex() + contentAt - LENGTH)
            > StoredResponseCodec.LARGE_BYTES;
  }

  private static boolean hasFlag(ByteBuf form, int flag) {
    int start = form.readerIndex();
    return form.readableBytes() > 2
        && form.getUnsignedByte(start) == StoredResponseCodec.MAGIC
        && form.getUnsignedByte(start + 1) == StoredResponseCodec.LAYOUT
        && (form.getUnsignedByte(start + 2) & flag) != 0;
  }

  /**
   * Takes the content out. Reads {@code form}, which stays the caller's; the content is a slice of
   * it. Null if it is no whole form.
   *
   * @param id 12 bytes that no other content has
   */
  public @Nullable Pieces split(ByteBuf form, byte[] id) {
    int contentAt = isApart(form) ? -1 : FormReader.contentAt(form);
    if (contentAt < 0) {
      return null;
    }
    int start = form.readerIndex();
    int checksumAt = form.readableBytes() - CHECKSUM_BYTES;
    ByteBuf entry = allocator.directBuffer(contentAt + ID_BYTES + 2 * CHECKSUM_BYTES);
    entry.writeBytes(form, start, contentAt);
    flag(entry, StoredResponseCodec.CONTENT_APART, 0);
    entry.writeBytes(id);
    entry.writeInt(form.getInt(start + checksumAt));
    ByteBuf content =
        Unpooled.wrappedBuffer(
            Unpooled.copiedBuffer(id),
            form.retainedSlice(start + contentAt, checksumAt - contentAt));
    return new Pieces(FormWriter.withChecksum(entry), content);
  }

  /**
   * The whole form again, the caller's own, or null if the content is not this entry's. Reads both,
   * which stay the caller's.
   */
  public @Nullable ByteBuf join(ByteBuf entry, ByteBuf content) {
    int contentAt = isApart(entry) ? FormReader.contentAt(entry) : -1;
    int start = entry.readerIndex();
    if (contentAt < 0 || contentAt + ID_BYTES + 2 * CHECKSUM_BYTES != entry.readableBytes()) {
      return null;
    }
    int idAt = start + contentAt;
    long storedLength = entry.getUnsignedInt(idAt - STORED_LENGTH);
    if (storedLength + ID_BYTES != content.readableBytes()
        || !ByteBufUtil.equals(entry, idAt, content, content.readerIndex(), ID_BYTES)) {
      return null;
    }
    ByteBuf whole = allocator.directBuffer(contentAt + (int) storedLength + CHECKSUM_BYTES);
    whole.writeBytes(entry, start, contentAt);
    flag(whole, 0, StoredResponseCodec.CONTENT_APART);
    whole.writeBytes(content, content.readerIndex() + ID_BYTES, (int) storedLength);
    return whole.writeInt(entry.getInt(idAt + ID_BYTES));
  }

  /** The form with its content deflated, or as it is if that gains nothing. Takes it over. */
  public ByteBuf deflated(ByteBuf form) {
    int contentAt = isDeflatable(form) ? FormReader.contentAt(form) : -1;
    if (contentAt < 0) {
      return form;
    }
    int start = form.readerIndex();
    int length = form.readableBytes() - contentAt - CHECKSUM_BYTES;
    ByteBuf smaller = allocator.directBuffer(contentAt + length / 4);
    smaller.writeBytes(form, start, contentAt);
    Deflation.deflate(form.slice(start + contentAt, length), smaller);
    int storedLength = smaller.readableBytes() - contentAt;
    if (storedLength >= length) {
      smaller.release();
      return form;
    }
    smaller.setInt(contentAt - STORED_LENGTH, storedLength);
    flag(smaller, StoredResponseCodec.DEFLATED, StoredResponseCodec.DEFLATABLE);
    form.release();
    return FormWriter.withChecksum(smaller);
  }

  /**
   * The form with its content inflated; as it is if that cannot be done, for the codec to refuse.
   * Takes it over.
   */
  public ByteBuf inflated(ByteBuf form) {
    int contentAt = hasFlag(form, StoredResponseCodec.DEFLATED) ? FormReader.contentAt(form) : -1;
    if (contentAt < 0) {
      return form;
    }
    int start = form.readerIndex();
    long length = form.getUnsignedInt(start + contentAt - LENGTH);
    int storedLength = form.readableBytes() - contentAt - CHECKSUM_BYTES;
    if (length > maxBodyBytes || length > storedLength * FormReader.MAX_DEFLATE_RATIO) {
      return form;
    }
    ByteBuf larger = allocator.directBuffer(contentAt + (int) length + CHECKSUM_BYTES);
    larger.writeBytes(form, start, contentAt);
    if (!Deflation.inflate(form.slice(start + contentAt, storedLength), larger, (int) length)) {
      larger.release();
      return form;
    }
    larger.setInt(contentAt - STORED_LENGTH, (int) length);
    flag(larger, 0, StoredResponseCodec.DEFLATED);
    form.release();
    return FormWriter.withChecksum(larger);
  }

  private static void flag(ByteBuf form, int set, int clear) {
    form.setByte(2, (form.getUnsignedByte(2) | set) & ~clear);
  }
}
