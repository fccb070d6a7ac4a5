package dev.sidecache.admin;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.consistency.CheckedStore.CheckedLookup;
import dev.sidecache.consistency.FetchStamp;
import dev.sidecache.consistency.Instance;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Values by key as stored responses of their own kind, checked by the same versions.
 *
 * <h2>What is told</h2>
 *
 * A value that was put, replaced or deleted is so in all instances once that is answered: a put
 * gives the key's tag a new version first, unless it never had one, and so waits for leases as a
 * purge does. Of puts under one key at the same moment through several instances, each instance may
 * go on giving its own.
 *
 * <p>Keys that begin alike are deleted by family, which is what stands before the first colon: a
 * prefix with a colon deletes its whole family, one without deletes all values. Counts are of keys
 * that this instance has seen.
 */
public final class StoredValues implements ValueStore {
  private static final int MOST_KNOWN = 10_000;
  private static final int MOST_TAGS = 64;

  private final Instance instance;
  private final long maxValueBytes;
  private final InstantSource clock;
  private final KnownValues known;

  /**
   * The values of an instance.
   *
   * @param maxValueBytes larger ones are refused
   */
  public StoredValues(Instance instance, long maxValueBytes) {
    this(instance, maxValueBytes, InstantSource.system(), MOST_KNOWN);
  }

  StoredValues(Instance instance, long maxValueBytes, InstantSource clock, int mostKnown) {
    this.instance = instance;
    this.maxValueBytes = maxValueBytes;
    this.clock = clock;
    this.known = new KnownValues(mostKnown);
  }

  @Override
  public void get(String key, ScheduledExecutorService loop, GetHandler handler) {
    ValueKey value = new ValueKey(key);
    instance
        .checkedStore()
        .lookup(value.plan(Set.of()), loop, result -> got(value, result, handler));
  }

  private void got(ValueKey key, CheckedLookup result, GetHandler handler) {
    StoredResponse response = result.response();
    byte @Nullable [] json = null;
    if (response != null) {
      json = isCurrent(result) ? content(response) : null;
      response.release();
    }
    if (result.lookup() instanceof Lookup.Unavailable unavailable) {
      handler.unavailable(unavailable.reason().word());
    } else if (json == null || response == null) {
      handler.absent();
    } else {
      known.add(key, end(response.head()));
      handler.found(json);
    }
  }

  private static boolean isCurrent(CheckedLookup result) {
    return result.lookup() instanceof Lookup.Found found && found.current();
  }

  private static byte[] content(StoredResponse response) {
    ByteBuf body = response.body();
    try {
      return ByteBufUtil.getBytes(body);
    } finally {
      body.release();
    }
  }

  private static Instant end(StoredHead head) {
    Duration lifetime = head.explicitLifetime();
    return head.responseTime().plus(lifetime == null ? Duration.ZERO : lifetime);
  }

  @Override
  public void put(
      String key, byte[] json, Terms terms, ScheduledExecutorService loop, DoneHandler handler) {
    Set<Tag> tags = ValueKey.tags(terms.tags());
    String unavailable = unavailable();
    if (unavailable != null) {
      handler.unavailable(unavailable);
    } else if (json.length > maxValueBytes) {
      handler.refused(Refusal.TOO_LARGE.word());
    } else if (tags.size() > MOST_TAGS) {
      handler.refused(Refusal.TOO_MANY_TAGS.word());
    } else {
      new Putting(new ValueKey(key), json, terms.ttl(), tags, new Asked(loop, handler)).start();
    }
  }

  /** Why the cache is not used; null: it is. */
  private @Nullable String unavailable() {
    Bypass bypass = instance.health().state().bypass();
    return bypass == null ? null : bypass.word();
  }

  /** The state, when a purge was not answered by the shared store. */
  private String undelivered() {
    String reason = unavailable();
    return reason == null ? Bypass.REDIS_DOWN.word() : reason;
  }

  /** Who asked for a change. */
  private record Asked(ScheduledExecutorService loop, DoneHandler handler) {}

  /** One put: the old value becomes invalid, the versions are read, the new one is kept. */
  private final class Putting {
    private final ValueKey key;
    private final byte[] json;
    private final Duration ttl;
    private final Set<Tag> tags;
    private final Asked asked;

    Putting(ValueKey key, byte[] json, Duration ttl, Set<Tag> tags, Asked asked) {
      this.key = key;
      this.json = json;
      this.ttl = ttl;
      this.tags = tags;
      this.asked = asked;
    }

    void start() {
      Set<Tag> own = Set.of(key.tag());
      instance
          .mutations()
          .versioned(
              own,
              asked.loop,
              found -> {
                if (found != null && found.isEmpty()) {
                  readVersions();
                } else {
                  instance.mutations().purge(own, false, asked.loop, this::replacing);
                }
              });
    }

    private void replacing(boolean pending) {
      if (pending) {
        asked.handler.unavailable(undelivered());
      } else {
        readVersions();
      }
    }

    private void readVersions() {
      instance.checkedStore().lookup(key.plan(tags), asked.loop, this::keep);
    }

    private void keep(CheckedLookup result) {
      StoredResponse old = result.response();
      if (old != null) {
        old.release();
      }
      FetchStamp stamp = result.stamp();
      if (result.lookup() instanceof Lookup.Unavailable unavailable) {
        asked.handler.unavailable(unavailable.reason().word());
      } else if (stamp == null) {
        asked.handler.refused(Refusal.STORE_FAILED.word());
      } else {
        ByteBuf body = Unpooled.directBuffer(json.length, json.length).writeBytes(json);
        instance
            .checkedStore()
            .put(key.plan(tags), stamp, verdict(), body, asked.loop, this::ended);
      }
    }

    private Storability.Store verdict() {
      // NB: rounded up; the exact time is that of the tiers.
      long seconds = ttl.plusMillis(999).toSeconds();
      Fields fields =
          Fields.of("Content-Type", "application/json", "Cache-Control", "max-age=" + seconds);
      StoredHead head =
          new StoredHead(new ResponseHead(200, fields), clock.instant(), Duration.ZERO);
      return new Storability.Store(head, ttl, Duration.ZERO, null, List.of(), false);
    }

    private void ended(@Nullable Refusal refusal) {
      if (refusal == null) {
        known.add(key, clock.instant().plus(ttl));
        asked.handler.done(1);
      } else {
        asked.handler.refused(refusal.word());
      }
    }
  }

  @Override
  public void delete(String key, ScheduledExecutorService loop, DoneHandler handler) {
    ValueKey value = new ValueKey(key);
    Asked asked = new Asked(loop, handler);
    instance
        .checkedStore()
        .lookup(
            value.plan(Set.of()),
            loop,
            result -> {
              StoredResponse found = result.response();
              if (found != null) {
                found.release();
              }
              delete(value, result.lookup(), isCurrent(result) ? 1 : 0, asked);
            });
  }

  /** NB: while the shared store is away, the deletion is owed to it like any purge. */
  private void delete(ValueKey key, Lookup found, long count, Asked asked) {
    known.remove(key);
    instance
        .mutations()
        .purge(
            Set.of(key.tag()),
            false,
            asked.loop,
            pending -> {
              if (found instanceof Lookup.Unavailable unavailable) {
                asked.handler.unavailable(unavailable.reason().word());
              } else if (pending) {
                asked.handler.unavailable(undelivered());
              } else {
                asked.handler.done(count);
              }
            });
  }

  @Override
  public void deletePrefix(String prefix, ScheduledExecutorService loop, DoneHandler handler) {
    ValueKey.Covering covering = ValueKey.covering(prefix);
    String unavailable = unavailable();
    instance
        .mutations()
        .purge(
            Set.of(covering.tag()),
            false,
            loop,
            pending -> {
              long count = known.remove(covering, clock.instant());
              if (pending || unavailable != null) {
                handler.unavailable(unavailable == null ? undelivered() : unavailable);
              } else {
                handler.done(count);
              }
            });
  }
}
