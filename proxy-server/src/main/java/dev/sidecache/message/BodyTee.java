package dev.sidecache.message;

import dev.sidecache.http.Fields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A body that is kept while it streams by. It gives the same chunks as its source, on its reader's
 * demand. When the reader leaves and the copy is still wanted, it reads on by itself; when the copy
 * grows over its limit, it lets the copy go and streams on.
 */
public final class BodyTee implements Body, Body.Sink {
  private final Body source;
  private final BodyCopy copy;
  private final Keeper keeper;
  private @Nullable Sink reader;
  private boolean wholeTaken;
  private boolean readerGone;
  private boolean ended;

  /**
   * What becomes of the copy: exactly one call, on the body's loop, before the reader learns the
   * end.
   */
  public interface Keeper {
    /** All content was seen; the keeper owns the buffer, direct memory. */
    void complete(ByteBuf content, Fields trailers);

    /** The content is longer than the limit; the reader reads on. */
    void tooLarge();

    /** The budget is spent; the reader reads on. */
    void overBudget();

    /** The content was cut off. */
    void broken(Throwable cause);

    /** Whether to read on although the reader has left. */
    boolean wantedWithoutReader();
  }

  private BodyTee(Body source, BodyCopy copy, Keeper keeper) {
    this.source = source;
    this.copy = copy;
    this.keeper = keeper;
  }

  /**
   * A body that keeps what passes; null if the budget does not allow it: nothing has happened to
   * the source then.
   */
  public static @Nullable BodyTee of(
      Body source, long limitBytes, ByteBudget budget, Keeper keeper) {
    BodyCopy copy = BodyCopy.reserve(source.lengthBytes(), limitBytes, budget);
    return copy == null ? null : new BodyTee(source, copy, keeper);
  }

  /** Reads all content for the keeper alone. */
  public void drain() {
    readerGone = true;
    source.open(this);
    demandWithoutReader();
  }

  @Override
  public long lengthBytes() {
    return source.lengthBytes();
  }

  @Override
  public @Nullable ByteBuf whole() {
    ByteBuf whole = source.whole();
    if (whole == null) {
      return null;
    }
    wholeTaken = true;
    if (keep(whole)) {
      finish(Fields.empty());
    } else {
      ended = true;
    }
    return whole;
  }

  /** Keeps a chunk; false if the copy was let go for it. */
  private boolean keep(ByteBuf chunk) {
    BodyCopy.Outcome outcome = copy.keep(chunk);
    if (outcome == BodyCopy.Outcome.KEPT) {
      return true;
    }
    copy.letGo();
    if (outcome == BodyCopy.Outcome.TOO_LARGE) {
      keeper.tooLarge();
    } else {
      keeper.overBudget();
    }
    return false;
  }

  @Override
  public void open(Sink sink) {
    reader = sink;
    source.open(this);
  }

  @Override
  public void request(int chunks) {
    if (!readerGone) {
      source.request(chunks);
    }
  }

  @Override
  public void cancel() {
    if (ended || readerGone || wholeTaken) {
      return;
    }
    readerGone = true;
    boolean opened = reader != null;
    reader = null;
    if (copy.isKept() && keeper.wantedWithoutReader()) {
      if (!opened) {
        source.open(this);
      }
      demandWithoutReader();
    } else {
      source.cancel();
      giveUp(new ReaderGone());
    }
  }

  @Override
  public void chunk(ByteBuf owned) {
    if (copy.isKept()) {
      boolean unused = keep(owned);
    }
    Sink to = reader;
    if (to != null) {
      to.chunk(owned);
      return;
    }
    owned.release();
    if (copy.isKept()) {
      demandWithoutReader();
    } else {
      ended = true;
      source.cancel();
    }
  }

  @Override
  public void end(Fields trailers) {
    finish(trailers);
    Sink to = reader;
    if (to != null) {
      to.end(trailers);
    }
  }

  @Override
  public void fail(Throwable cause) {
    giveUp(cause);
    Sink to = reader;
    if (to != null) {
      to.fail(cause);
    }
  }

  private void demandWithoutReader() {
    if (!ended) {
      source.request(1);
    }
  }

  private void finish(Fields trailers) {
    ended = true;
    if (copy.isKept()) {
      keeper.complete(copy.whole(), trailers);
    }
  }

  private void giveUp(Throwable cause) {
    ended = true;
    if (copy.isKept()) {
      copy.letGo();
      keeper.broken(cause);
    }
  }

  /** Tells that nobody reads the content any more. */
  public static final class ReaderGone extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReaderGone() {
      super("the reader has left", null, false, false);
    }
  }
}
