package dev.sidecache.consistency;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Tier;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.Stored;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import dev.sidecache.store.VaryRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One lookup under way. A hit in L1 under a lease ends in {@link #start}; everything else goes
 * through the steps below, each one command, until it is known whether the stored response is
 * current and, if it is not, under which stamp a fetch may begin. Source: consistency.md, Section
 * 5, steps 1 to 6.
 */
final class StoredLookup implements VersionReads.Waiter, Deadlines.Expiring {
  private final Instance instance;
  private final Plan plan;
  private final ScheduledExecutorService loop;
  private final CheckedStore.LookupHandler handler;
  private final boolean changesNothing;
  private @Nullable List<Tag.Id> planTags;
  private @Nullable CacheKey key;
  private boolean varies;
  private @Nullable StoredResponse candidate;
  private Tier tier = Tier.L1;
  private @Nullable Reading known;
  private Step step = Step.VERSIONS_OF_L1;
  private long keepNanos;
  private long deadline;
  private boolean done;

  /** What the command in flight asks for. */
  private enum Step {
    /** The versions of what lies in L1. */
    VERSIONS_OF_L1,
    /** What lies in L2, and versions. */
    ENTRY_OF_L2,
    /** The versions of tags that only the entry of L2 named. */
    DECLARED_TAGS,
    /** First versions. */
    FIRST_VERSIONS
  }

  /**
   * A lookup for a request.
   *
   * @param changesNothing whether it moves nothing from one tier to the other, makes no version and
   *     counts nowhere
   */
  StoredLookup(
      Instance instance,
      Plan plan,
      ScheduledExecutorService loop,
      boolean changesNothing,
      CheckedStore.LookupHandler handler) {
    this.changesNothing = changesNothing;
    this.instance = instance;
    this.plan = plan;
    this.loop = loop;
    this.handler = handler;
    this.key = plan.key();
  }

  void start() {
    Bypass bypass = key == null ? plan.bypass() : instance.health().state().bypass();
    if (bypass != null) {
      end(new Lookup.Unavailable(bypass), null);
      return;
    }
    if (!instance.dirty().isEmpty() && instance.dirty().matches(planTags())) {
      end(new Lookup.Unavailable(Bypass.REDIS_DOWN), null);
      return;
    }
    findInMemory(instance.memory().find(key()));
    StoredResponse found = candidate;
    if (found != null && isCurrent(found.stamp())) {
      current(found, FetchStamp.of(plan, found.stamp(), instance.rules()));
      return;
    }
    deadline = instance.nanoTime() + instance.lookupNanos();
    instance.deadlines(loop).add(this);
    if (found != null) {
      ask(Step.VERSIONS_OF_L1, wanted(found.stamp()));
    } else {
      ask(Step.ENTRY_OF_L2, wanted(null));
    }
  }

  /** Whether a stamp is known to be current without a question. */
  private boolean isCurrent(Stamp stamp) {
    VersionReads reads = instance.reads(loop);
    if (reads.leased(stamp)) {
      if (!changesNothing) {
        instance.observer().leaseHit();
      }
      return true;
    }
    return reads.confirmed(stamp);
  }

  private CacheKey key() {
    return Objects.requireNonNull(key);
  }

  private List<Tag.Id> planTags() {
    List<Tag.Id> ids = planTags;
    if (ids == null) {
      ids = FetchStamp.ids(plan);
      planTags = ids;
    }
    return ids;
  }

  /** Takes what lies in L1 under the key, or under the variant's if a Vary record names one. */
  private void findInMemory(@Nullable Stored found) {
    if (found instanceof StoredResponse response) {
      candidate = response;
    } else if (found instanceof VaryRecord vary && !varies) {
      follow(vary);
      findInMemory(instance.memory().find(key()));
    }
  }

  private void follow(VaryRecord vary) {
    varies = true;
    key = CacheKey.variant(key(), vary.names(), plan.head().fields());
  }

  /** The tags of the request and of a stamp, with {@link Tag#ANY_MUTATION}. */
  private List<Tag.Id> wanted(@Nullable Stamp stamp) {
    List<Tag.Id> ofRequest = planTags();
    List<Tag.Id> wanted = new ArrayList<>(ofRequest.size() + 5);
    wanted.addAll(ofRequest);
    for (int i = 0; stamp != null && i < stamp.size(); i++) {
      // No tag is twice in a stamp, nor in a plan.
      if (!ofRequest.contains(stamp.tag(i))) {
        wanted.add(stamp.tag(i));
      }
    }
    wanted.add(Reading.ANY_MUTATION);
    return wanted;
  }

  private void ask(Step next, List<Tag.Id> tags) {
    step = next;
    VersionReads reads = instance.reads(loop);
    switch (next) {
      case VERSIONS_OF_L1, DECLARED_TAGS -> reads.read(tags, this);
      case ENTRY_OF_L2 -> reads.readEntry(tags, key(), this);
      case FIRST_VERSIONS -> reads.init(tags, this);
    }
  }

  @Override
  public void found(Reading reading, @Nullable Decoded entry) {
    if (done) {
      return;
    }
    Reading before = known;
    known = before == null ? reading : before.then(reading);
    switch (step) {
      case VERSIONS_OF_L1 -> versionsOfL1();
      case ENTRY_OF_L2 -> entryOfL2(entry);
      case DECLARED_TAGS -> conclude();
      case FIRST_VERSIONS -> notCurrent();
    }
  }

  private Reading known() {
    return Objects.requireNonNull(known);
  }

  private void versionsOfL1() {
    StoredResponse found = Objects.requireNonNull(candidate);
    if (known().matches(found.stamp(), instance.rules())) {
      current(found, fetchStamp());
    } else {
      // Another instance may have fetched it again since.
      ask(Step.ENTRY_OF_L2, wanted(found.stamp()));
    }
  }

  private void entryOfL2(@Nullable Decoded entry) {
    Stored stored = entry == null ? null : entry.stored();
    if (entry != null && stored instanceof VaryRecord vary && !varies) {
      if (!changesNothing) {
        instance.memory().put(key(), vary, leftNanos(entry));
      }
      follow(vary);
      drop();
      findInMemory(instance.memory().find(key()));
      StoredResponse variant = candidate;
      if (variant == null || !known().matches(variant.stamp(), instance.rules())) {
        ask(Step.ENTRY_OF_L2, wanted(variant == null ? null : variant.stamp()));
        return;
      }
    } else if (entry != null
        && stored instanceof StoredResponse response
        && response.tryAcquire()) {
      drop();
      candidate = response;
      tier = Tier.L2;
      keepNanos = leftNanos(entry);
    }
    StoredResponse found = candidate;
    List<Tag.Id> declared = found == null ? List.of() : notAsked(found.stamp());
    if (declared.isEmpty()) {
      conclude();
    } else {
      ask(Step.DECLARED_TAGS, declared);
    }
  }

  /** For how much longer it may be of use. */
  private long leftNanos(Decoded entry) {
    Duration left = entry.retention().left(Instant.ofEpochMilli(instance.wallMillis()));
    return Math.max(0, left.toNanos());
  }

  private List<Tag.Id> notAsked(Stamp stamp) {
    List<Tag.Id> missing = new ArrayList<>(0);
    for (int i = 0; i < stamp.size(); i++) {
      if (!known().asked(stamp.tag(i))) {
        missing.add(stamp.tag(i));
      }
    }
    return missing;
  }

  private void conclude() {
    StoredResponse found = candidate;
    if (found != null && known().matches(found.stamp(), instance.rules())) {
      current(found, fetchStamp());
      return;
    }
    List<Tag.Id> lacking = new ArrayList<>(0);
    for (Tag.Id tag : wanted(null)) {
      if (known().version(tag) == null) {
        lacking.add(tag);
      }
    }
    if (lacking.isEmpty() || changesNothing) {
      notCurrent();
    } else {
      ask(Step.FIRST_VERSIONS, wanted(null));
    }
  }

  private void current(StoredResponse found, @Nullable FetchStamp stamp) {
    if (instance.dirty().matches(found.stamp())) {
      drop();
      end(new Lookup.Unavailable(Bypass.REDIS_DOWN), null);
      return;
    }
    if (tier == Tier.L2 && !changesNothing && found.tryAcquire()) {
      instance.memory().put(key(), found, keepNanos);
    }
    end(new Lookup.Found(found.head(), tier, true), stamp);
  }

  private void notCurrent() {
    StoredResponse found = candidate;
    if (found != null) {
      if (!changesNothing) {
        instance.observer().stampMismatch();
      }
      end(new Lookup.Found(found.head(), tier, false), fetchStamp());
    } else {
      end(varies ? new Lookup.VaryMiss() : new Lookup.UriMiss(), fetchStamp());
    }
  }

  private @Nullable FetchStamp fetchStamp() {
    FetchStamp stamp = FetchStamp.of(plan, planTags(), known(), instance.rules());
    return stamp.isComplete() ? stamp : null;
  }

  @Override
  public void failed(SharedStore.Failure failure) {
    if (done) {
      return;
    }
    boolean refused = failure == SharedStore.Failure.FULL || failure == SharedStore.Failure.REFUSED;
    if (step == Step.FIRST_VERSIONS && refused) {
      // The store can be read, but takes nothing new: a miss that is not stored.
      notCurrent();
      return;
    }
    drop();
    if (!changesNothing) {
      instance.observer().lookupFailed(failure == SharedStore.Failure.EXPIRED);
    }
    Bypass bypass = instance.health().state().bypass();
    end(new Lookup.Unavailable(bypass == null ? Bypass.REDIS_DOWN : bypass), null);
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void expired() {
    failed(SharedStore.Failure.EXPIRED);
  }

  private void drop() {
    StoredResponse dropped = candidate;
    candidate = null;
    tier = Tier.L1;
    if (dropped != null) {
      dropped.release();
    }
  }

  private void end(Lookup lookup, @Nullable FetchStamp stamp) {
    done = true;
    StoredResponse response = candidate;
    candidate = null;
    known = null;
    handler.done(new CheckedStore.CheckedLookup(lookup, response, stamp));
  }
}
