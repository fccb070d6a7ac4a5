package dev.sidecache.store;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.WireHead;
import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCounted;

/**
 * A stored response: head, head in wire form and content, with the stamp that tells whether it is
 * still valid. Immutable; reference-counted because its content is direct memory.
 *
 * <p>A store owns one reference to each. An exchange takes its own by {@link #tryAcquire} (false:
 * it was evicted this instant, hence a miss) and returns it by {@link #release()} when the write
 * has ended. The content leaves only as a retained duplicate. Source: RFC 9111, Section 3.
 */
public final class StoredResponse extends AbstractReferenceCounted implements Stored {
  private final CacheKey key;
  private final StoredHead head;
  private final WireHead wire;
  private final ByteBuf body;
  private final Stamp stamp;
  private final Readers readers;

  /** Takes over one reference to {@code body}. */
  public StoredResponse(CacheKey key, StoredHead head, ByteBuf body, Stamp stamp) {
    this.key = key;
    this.head = head;
    this.wire = WireHead.of(head.head());
    this.body = body;
    this.stamp = stamp;
    this.readers = new Readers(body.readableBytes());
  }

  /** The key it lies under, the variant's where the response varies. */
  public CacheKey key() {
    return key;
  }

  public StoredHead head() {
    return head;
  }

  public WireHead wire() {
    return wire;
  }

  @Override
  public Stamp stamp() {
    return stamp;
  }

  public int bodyLengthBytes() {
    return body.readableBytes();
  }

  /**
   * The content; the caller owns one reference to the duplicate. Only while holding a reference to
   * this.
   */
  public ByteBuf body() {
    return body.retainedDuplicate();
  }

  /** Whether the tier in memory keeps it, so that one reader more costs nothing. */
  public boolean isKept() {
    return readers.isKept();
  }

  /** The tier in memory keeps it from now on, or no longer. */
  void kept(boolean now) {
    readers.kept(now);
  }

  /**
   * Somebody begins to read the content piece by piece: it takes of the budget what it costs to
   * have it for such readers alone.
   */
  public void readingBegins(ByteBudget budget) {
    readers.begin(budget);
  }

  /** One of those has ended. */
  public void readingEnds() {
    readers.end();
  }

  @Override
  public boolean tryAcquire() {
    try {
      retain();
      return true;
    } catch (IllegalReferenceCountException evicted) {
      return false;
    }
  }

  /**
   * The same content under a freshened head and a new stamp, with a reference of its own to the
   * content.
   */
  public StoredResponse freshened(StoredHead freshened, Stamp newStamp) {
    return new StoredResponse(key, freshened, body.retainedDuplicate(), newStamp);
  }

  @Override
  public int weightBytes() {
    return body.readableBytes()
        + 2 * wire.lengthBytes()
        + key.lengthBytes()
        + 64 * stamp.size()
        + 256;
  }

  @Override
  protected void deallocate() {
    body.release();
  }

  @Override
  public ReferenceCounted touch(Object hint) {
    body.touch(hint);
    return this;
  }
}
