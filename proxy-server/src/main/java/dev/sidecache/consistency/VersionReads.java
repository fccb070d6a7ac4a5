package dev.sidecache.consistency;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All reads of versions on one event loop, and the leases that they grant.
 *
 * <h2>Sharing</h2>
 *
 * One read of versions is in flight; requests that arrive meanwhile share the next, which so is
 * sent after each of them arrived. Reads of one stored form are shared in the same way. A read of
 * more than 256 tags is split into several commands sent together.
 *
 * <h2>Leases</h2>
 *
 * The clock and the era are noted before a command is written. When its reply comes, in the same
 * era and with the state UP then and now, each unmarked tag may be believed until U after that
 * clock. Source: consistency.md, Section 5, steps 2 to 4.
 */
final class VersionReads {
  static final int MOST_TAGS = 256;
  private static final long SUSPENDED_MILLIS = 1000;

  private final Instance instance;
  private final SharedStore.Session session;
  private final Leases leases;
  private final Lane versions = new Lane(null);
  private final Map<CacheKey, Lane> entries = new HashMap<>();
  private long wallAhead;

  VersionReads(Instance instance, SharedStore.Session session) {
    this.instance = instance;
    this.session = session;
    this.leases = new Leases(instance.rules());
    this.wallAhead = wallAhead(instance.nanoTime());
  }

  /** Who waits for a read. */
  interface Waiter {
    /**
     * Takes what was read by a command sent after it joined.
     *
     * @param entry what lies under the key asked for, or null; still the caller's: who keeps it
     *     takes a reference of his own
     */
    void found(Reading reading, @Nullable Decoded entry);

    void failed(SharedStore.Failure failure);
  }

  /** Whether the stamp may be believed at this moment without a read. */
  boolean leased(Stamp stamp) {
    StoreHealth.Snapshot health = instance.health().now();
    long clock = instance.nanoTime();
    dropIfSuspended(clock);
    return health.state() == StoreHealth.State.UP && leases.cover(stamp, health.era(), clock);
  }

  /** Whether the stamp is current at this moment, where the store tells without a read. */
  boolean confirmed(Stamp stamp) {
    return instance.health().state() == StoreHealth.State.UP && session.confirms(stamp);
  }

  /** A machine that slept has a wall clock that ran further than the monotonic one. */
  private void dropIfSuspended(long clock) {
    long ahead = wallAhead(clock);
    if (ahead - wallAhead > SUSPENDED_MILLIS) {
      leases.dropAll();
      wallAhead = ahead;
    } else if (ahead < wallAhead) {
      wallAhead = ahead;
    }
  }

  private long wallAhead(long clock) {
    return instance.wallMillis() - TimeUnit.NANOSECONDS.toMillis(clock);
  }

  /** Reads versions, with whoever else waits. */
  void read(List<Tag.Id> tags, Waiter waiter) {
    versions.join(tags, waiter);
  }

  /** Reads versions and what lies under a key, with whoever else waits for the same key. */
  void readEntry(List<Tag.Id> tags, CacheKey entry, Waiter waiter) {
    Lane lane = entries.get(entry);
    if (lane == null) {
      lane = new Lane(entry);
      entries.put(entry, lane);
    }
    lane.join(tags, waiter);
  }

  /** Gives first versions to tags that lack one; the reply grants no lease. */
  void init(List<Tag.Id> tags, Waiter waiter) {
    List<Tag.Id> asked = withoutEpoch(tags);
    List<String> uids = instance.uids(asked.size());
    SharedStore.Init init =
        new SharedStore.Init(
            uids, instance.uid(), instance.ownLeaseMillis(), instance.versionsMillis());
    instance.observer().versionInit();
    session.init(asked, init, instance.lookupNanos(), new InitReply(asked, waiter));
  }

  private static List<Tag.Id> withoutEpoch(Collection<Tag.Id> tags) {
    List<Tag.Id> asked = new ArrayList<>(tags.size());
    for (Tag.Id tag : tags) {
      if (!tag.equals(Reading.ALL)) {
        asked.add(tag);
      }
    }
    return asked;
  }

  int leaseCount() {
    return leases.size();
  }

  private final class InitReply implements SharedStore.LookupHandler {
    private final List<Tag.Id> tags;
    private final Waiter waiter;

    InitReply(List<Tag.Id> tags, Waiter waiter) {
      this.tags = tags;
      this.waiter = waiter;
    }

    @Override
    public void found(SharedStore.Versions found, @Nullable ByteBuf form) {
      instance.sawEpoch(found.epoch());
      instance.health().sawServer(found.server());
      if (instance.health().state() == StoreHealth.State.UP) {
        waiter.found(Reading.of(tags, found, instance.rules()), null);
      } else {
        waiter.failed(SharedStore.Failure.REJECTED);
      }
    }

    @Override
    public void failed(SharedStore.Failure failure) {
      waiter.failed(failure);
    }
  }

  /** The commands of one kind: those in flight, and those that wait for them. */
  private final class Lane {
    private final @Nullable CacheKey entry;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private int inFlight;

    Lane(@Nullable CacheKey entry) {
      this.entry = entry;
    }

    void join(List<Tag.Id> tags, Waiter waiter) {
      Batch batch = waiting.peekLast();
      if (batch == null || !batch.takes(tags)) {
        batch = new Batch(this);
        waiting.add(batch);
      }
      batch.add(tags, waiter);
      if (inFlight == 0) {
        send();
      }
    }

    private void send() {
      List<Batch> batches = new ArrayList<>(waiting);
      waiting.clear();
      inFlight = batches.size();
      for (Batch batch : batches) {
        batch.send();
      }
    }

    void answered() {
      if (--inFlight > 0) {
        return;
      }
      if (!waiting.isEmpty()) {
        send();
      } else if (entry != null) {
        entries.remove(entry);
      }
    }
  }

  /** One command and those whose answer it is. */
  private final class Batch implements SharedStore.LookupHandler {
    private final Lane lane;
    private Collection<Tag.Id> union = List.of();
    private final List<Waiter> waiters = new ArrayList<>(1);
    private List<Tag.Id> asked = List.of();
    private long sentAt;
    private StoreHealth.Snapshot sentIn = instance.health().now();

    Batch(Lane lane) {
      this.lane = lane;
    }

    boolean takes(List<Tag.Id> tags) {
      return union.size() + tags.size() <= MOST_TAGS;
    }

    void add(List<Tag.Id> tags, Waiter waiter) {
      if (waiters.isEmpty()) {
        union = tags;
      } else {
        Set<Tag.Id> both = union instanceof Set<Tag.Id> set ? set : new LinkedHashSet<>(union);
        both.addAll(tags);
        union = both;
      }
      waiters.add(waiter);
    }

    void send() {
      asked = withoutEpoch(union);
      sentIn = instance.health().now();
      sentAt = instance.nanoTime();
      session.lookup(asked, lane.entry, instance.lookupNanos(), this);
    }

    @Override
    public void found(SharedStore.Versions found, @Nullable ByteBuf form) {
      instance.sawEpoch(found.epoch());
      instance.health().sawServer(found.server());
      Decoded entry = form == null || lane.entry == null ? null : decode(lane.entry, form);
      if (instance.health().state() == StoreHealth.State.UP) {
        Reading reading = Reading.of(asked, found, instance.rules());
        grant(found, reading);
        for (Waiter waiter : waiters) {
          waiter.found(reading, entry);
        }
      } else {
        fail(SharedStore.Failure.REJECTED);
      }
      if (entry != null) {
        entry.stored().release();
      }
      lane.answered();
    }

    private @Nullable Decoded decode(CacheKey key, ByteBuf form) {
      StoredResponseCodec codec = instance.codec();
      if (codec == null) {
        form.release();
        return null;
      }
      Decoded entry = codec.decode(key, form);
      if (entry == null) {
        instance.observer().unreadableForm();
        session.delete(List.of(key), instance.lookupNanos(), Unwatched.INSTANCE);
      }
      return entry;
    }

    private void grant(SharedStore.Versions found, Reading reading) {
      SharedStore.Epoch epoch = found.epoch();
      StoreHealth.Snapshot health = instance.health().now();
      boolean sameEra = health.era() == sentIn.era() || !instance.rules().hold(Rules.Rule.ERA);
      boolean up = health.state() == StoreHealth.State.UP;
      if (!sameEra || !up || epoch == null) {
        return;
      }
      long lease = instance.bounds().leaseNanos(epoch.leaseMillis());
      boolean fromSend = instance.rules().hold(Rules.Rule.LEASE_FROM_SEND);
      long until = (fromSend ? sentAt : instance.nanoTime()) + lease;
      leases.sweep(sentAt);
      grantOrDrop(Reading.ALL, reading, until, health.era());
      for (Tag.Id tag : asked) {
        grantOrDrop(tag, reading, until, health.era());
      }
    }

    private void grantOrDrop(Tag.Id tag, Reading reading, long until, int era) {
      SharedStore.Version version = reading.version(tag);
      boolean marked =
          version != null
              && version.marked()
              && instance.rules().hold(Rules.Rule.MARKED_GRANTS_NO_LEASE);
      if (version == null || marked || tag.equals(Reading.ANY_MUTATION) || until - sentAt <= 0) {
        leases.drop(tag);
      } else {
        leases.grant(tag, version.uid(), until, era);
      }
    }

    @Override
    public void failed(SharedStore.Failure failure) {
      fail(failure);
      lane.answered();
    }

    private void fail(SharedStore.Failure failure) {
      for (Waiter waiter : waiters) {
        waiter.failed(failure);
      }
    }
  }
}
