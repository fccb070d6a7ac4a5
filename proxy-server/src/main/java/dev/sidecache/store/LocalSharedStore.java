package dev.sidecache.store;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The store of a single instance: the same versions, marks and replies as the shared tier, in
 * memory, under one lock. It is always available and replies before the method returns. Stored
 * forms are let go: the memory tier is the only place where responses lie. Source: consistency.md,
 * Section 8.
 */
public final class LocalSharedStore implements SharedStore {
  /** Some 60 MB at the very most; beyond, the tag unused for longest loses its version. */
  private static final int MAX_TAGS = 200_000;

  private static final Availability AVAILABLE = new Availability(State.UP, "", false);

  private final LongSupplier nanoTime;
  private final long originNanos;
  private final VersionTable table;
  private final Map<CacheKey, Claim> claims = new HashMap<>();
  private final Session session = new LocalSession();

  public LocalSharedStore(LongSupplier nanoTime) {
    this(nanoTime, MAX_TAGS);
  }

  LocalSharedStore(LongSupplier nanoTime, int maxTags) {
    this.nanoTime = nanoTime;
    this.originNanos = nanoTime.getAsLong();
    this.table = new VersionTable("-", maxTags);
  }

  @Override
  public Session session(ScheduledExecutorService loop) {
    return session;
  }

  @Override
  public Availability availability() {
    return AVAILABLE;
  }

  @Override
  public void onChange(ChangeListener listener) {
    // Nothing ever changes.
  }

  @Override
  public void close() {
    synchronized (table) {
      table.clear();
      claims.clear();
    }
  }

  /** Who has claimed a fetch, and until when. */
  private record Claim(String holder, long untilMillis) {}

  /** Forgets a version, as a full server would. For tests. */
  void evict(Tag.Id tag) {
    synchronized (table) {
      table.evict(tag);
    }
  }

  private long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - originNanos);
  }

  /** One for all loops: it keeps no state of its own. */
  private final class LocalSession implements Session {

    @Override
    public boolean ordered() {
      return true;
    }

    @Override
    public boolean confirms(Stamp stamp) {
      synchronized (table) {
        return table.confirms(stamp, nowMillis());
      }
    }

    @Override
    public void lookup(
        List<Tag.Id> tags, @Nullable CacheKey entry, long timeoutNanos, LookupHandler handler) {
      Versions versions;
      synchronized (table) {
        versions = table.read(tags, nowMillis());
      }
      handler.found(versions, null);
    }

    @Override
    public void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler) {
      form.release();
      handler.acknowledged();
    }

    @Override
    public void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler) {
      Versions versions;
      synchronized (table) {
        versions = table.init(tags, init, nowMillis());
      }
      handler.found(versions, null);
    }

    @Override
    public void mark(Mark mark, long timeoutNanos, MarkHandler handler) {
      VersionTable.Marked marked;
      synchronized (table) {
        marked = table.mark(mark, nowMillis());
      }
      handler.marked(marked.gap(), marked.leastMillis(), marked.epoch());
    }

    @Override
    public void finish(Finish finish, long timeoutNanos, FinishHandler handler) {
      VersionTable.Finished finished;
      synchronized (table) {
        finished = table.finish(finish, nowMillis());
      }
      handler.finished(finished.gap(), finished.epoch());
    }

    @Override
    public void claim(
        CacheKey key, String holder, long leaseMillis, long timeoutNanos, ClaimHandler handler) {
      long now = nowMillis();
      Claim before;
      synchronized (table) {
        claims.values().removeIf(claim -> claim.untilMillis - now <= 0);
        before = claims.putIfAbsent(key, new Claim(holder, now + leaseMillis));
      }
      if (before == null) {
        handler.claimed();
      } else {
        handler.held(before.holder);
      }
    }

    @Override
    public void disclaim(CacheKey key, long timeoutNanos) {
      synchronized (table) {
        claims.remove(key);
      }
    }

    @Override
    public void delete(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler) {
      handler.acknowledged();
    }

    @Override
    public void info(long timeoutNanos, InfoHandler handler) {
      int tags;
      synchronized (table) {
        tags = table.size();
      }
      handler.info(new Info("memory", tags, -1, -1, ""));
    }
  }
}
