package dev.sidecache.store;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The shared store that is switched off or was never configured: it refuses everything. */
public final class AbsentSharedStore implements SharedStore, SharedStore.Session {
  private final Availability availability;

  /**
   * No store.
   *
   * @param reason why, for the log
   */
  public AbsentSharedStore(String reason) {
    this.availability = new Availability(State.OFF, reason, false);
  }

  @Override
  public Session session(ScheduledExecutorService loop) {
    return this;
  }

  @Override
  public Availability availability() {
    return availability;
  }

  @Override
  public void onChange(ChangeListener listener) {}

  @Override
  public void close() {}

  @Override
  public boolean ordered() {
    return true;
  }

  @Override
  public void lookup(
      List<Tag.Id> tags, @Nullable CacheKey entry, long timeoutNanos, LookupHandler handler) {
    handler.failed(Failure.REJECTED);
  }

  @Override
  public void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
    form.release();
    handler.failed(Failure.REJECTED);
  }

  @Override
  public void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler) {
    handler.failed(Failure.REJECTED);
  }

  @Override
  public void mark(Mark mark, long timeoutNanos, MarkHandler handler) {
    handler.failed(Failure.REJECTED);
  }

  @Override
  public void finish(Finish finish, long timeoutNanos, FinishHandler handler) {
    handler.failed(Failure.REJECTED);
  }

  @Override
  public void delete(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler) {
    handler.failed(Failure.REJECTED);
  }

  @Override
  public void info(long timeoutNanos, InfoHandler handler) {
    handler.failed(Failure.REJECTED);
  }
}
