package dev.sidecache.consistency;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Vary;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import dev.sidecache.store.StoredResponseCodec.Retention;
import dev.sidecache.store.VaryRecord;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One put under way. Tags that the origin declared are stamped only if the lookup has read them, or
 * if their versions are read now and no mutation began, ended or lapsed since the lookup. Source:
 * consistency.md, Sections 4 and 5 (step 8).
 */
final class Fill {
  private final Instance instance;
  private final Plan plan;
  private final FetchStamp fetchStamp;
  private final Storability.Store verdict;
  private final ScheduledExecutorService loop;

  Fill(
      Instance instance,
      Plan plan,
      FetchStamp fetchStamp,
      Storability.Store verdict,
      ScheduledExecutorService loop) {
    this.instance = instance;
    this.plan = plan;
    this.fetchStamp = fetchStamp;
    this.verdict = verdict;
    this.loop = loop;
  }

  /** Takes the body over. */
  void start(ByteBuf body, CheckedStore.PutHandler handler) {
    if (instance.health().state() != StoreHealth.State.UP || !fetchStamp.isComplete()) {
      refuse(Refusal.STORE_FAILED, body, handler);
      return;
    }
    List<Tag.Id> unread = new ArrayList<>(0);
    for (Tag tag : verdict.declaredTags()) {
      if (fetchStamp.uid(tag.id()) == null) {
        unread.add(tag.id());
      }
    }
    if (unread.isEmpty()) {
      keep(stamp(null), body, handler);
    } else {
      readDeclared(unread, body, handler);
    }
  }

  private void readDeclared(List<Tag.Id> unread, ByteBuf body, CheckedStore.PutHandler handler) {
    unread.add(Reading.ALL);
    unread.add(Reading.ANY_MUTATION);
    VersionReads.Waiter waiter =
        new VersionReads.Waiter() {
          @Override
          public void found(Reading reading, @Nullable Decoded none) {
            if (quietSinceLookup(reading)) {
              keep(stamp(reading), body, handler);
            } else {
              refuse(Refusal.INVALIDATED, body, handler);
            }
          }

          @Override
          public void failed(SharedStore.Failure failure) {
            refuse(Refusal.STORE_FAILED, body, handler);
          }
        };
    instance.reads(loop).init(unread, waiter);
  }

  private boolean quietSinceLookup(Reading reading) {
    String quiet = fetchStamp.quiet();
    return (quiet != null && quiet.equals(reading.quiet()))
        || !instance.rules().hold(Rules.Rule.DECLARED_TAGS_NEED_QUIET);
  }

  /** The stamp of the response; null if a declared tag has no version. */
  private @Nullable Stamp stamp(@Nullable Reading declared) {
    List<Tag.Id> tags = new ArrayList<>(fetchStamp.planTags());
    for (Tag tag : verdict.declaredTags()) {
      if (!tags.contains(tag.id())) {
        tags.add(tag.id());
      }
    }
    List<String> uids = new ArrayList<>(tags.size());
    for (Tag.Id tag : tags) {
      String uid = fetchStamp.uid(tag);
      uid = uid == null && declared != null ? declared.uid(tag) : uid;
      if (uid == null) {
        return null;
      }
      uids.add(uid);
    }
    return Stamp.of(tags, uids);
  }

  private void keep(@Nullable Stamp stamp, ByteBuf body, CheckedStore.PutHandler handler) {
    if (stamp == null || instance.dirty().matches(stamp)) {
      refuse(Refusal.INVALIDATED, body, handler);
      return;
    }
    CacheKey base = Objects.requireNonNull(plan.key());
    Vary vary = verdict.vary();
    if (vary != null) {
      keepNames(base, new VaryRecord(vary.names(), stamp));
    }
    CacheKey key = vary == null ? base : CacheKey.variant(base, vary.names(), plan.head().fields());
    StoredResponse response = new StoredResponse(key, verdict.stored(), body, stamp);
    StoredResponseCodec codec = instance.codec();
    ByteBuf form =
        codec == null ? null : codec.encode(response, verdict.lifetime(), verdict.grace());
    handler.kept(response);
    instance.memory().put(key, response, keepNanos());
    if (form == null) {
      handler.done(null);
    } else {
      instance.session(loop).store(key, form, jitteredMillis(), new Stores(handler));
    }
  }

  private void keepNames(CacheKey base, VaryRecord names) {
    instance.memory().put(base, names, keepNanos());
    StoredResponseCodec codec = instance.codec();
    if (codec != null) {
      Instant storedAt = verdict.stored().responseTime();
      Retention retention = new Retention(storedAt, verdict.lifetime(), verdict.grace());
      ByteBuf form = codec.encode(base, names, retention);
      instance.session(loop).store(base, form, jitteredMillis(), Unwatched.INSTANCE);
    }
  }

  private long keepNanos() {
    return verdict.lifetime().plus(verdict.grace()).toNanos();
  }

  /** Minus up to 10 %, never plus, so that what was stored together does not end together. */
  private long jitteredMillis() {
    long millis = TimeUnit.NANOSECONDS.toMillis(keepNanos());
    return Math.max(1, millis - (long) (millis * 0.1 * instance.jitter()));
  }

  /** L1 forgets the key too, so that the next lookup reads what this one lacked. */
  private void refuse(Refusal refusal, ByteBuf body, CheckedStore.PutHandler handler) {
    body.release();
    if (refusal == Refusal.INVALIDATED && plan.key() != null) {
      instance.memory().invalidate(plan.key());
    }
    handler.done(refusal);
  }

  private record Stores(CheckedStore.PutHandler handler) implements SharedStore.AckHandler {
    @Override
    public void acknowledged() {
      handler.done(null);
    }

    @Override
    public void failed(SharedStore.Failure failure) {
      handler.done(Refusal.STORE_FAILED);
    }
  }
}
