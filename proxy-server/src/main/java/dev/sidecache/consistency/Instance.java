package dev.sidecache.consistency;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponseCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One process in the sense of the protocol: its settings, its view of the shared store, and the
 * parts that share both. Source: consistency.md.
 */
public final class Instance {
  private final Settings settings;
  private final Environment environment;
  private final Rules rules;
  private final SharedStore store;
  private final MemoryTier memory;
  private final @Nullable StoredResponseCodec codec;
  private final StoreHealth health;
  private final LeaseBounds bounds;
  private final DirtyTags dirty;
  private final CheckedStore checkedStore;
  private final Mutations mutations;
  private final Map<ScheduledExecutorService, Own> loops = new ConcurrentHashMap<>();

  /**
   * Where stored responses and versions lie.
   *
   * @param shared versions, and the forms of responses
   * @param memory L1
   * @param codec the forms of responses in the shared store; null if they lie in L1 only
   */
  public record Tiers(SharedStore shared, MemoryTier memory, @Nullable StoredResponseCodec codec) {}

  /** Puts the parts together; nothing moves before {@link #start}. */
  public Instance(Settings settings, Tiers tiers, Environment environment) {
    this(settings, tiers, environment, Rules.ALL);
  }

  Instance(Settings settings, Tiers tiers, Environment environment, Rules rules) {
    this.settings = settings;
    this.environment = environment;
    this.rules = rules;
    this.store = tiers.shared();
    this.memory = tiers.memory();
    this.codec = tiers.codec();
    this.health = new StoreHealth(store, settings, rules, environment);
    this.bounds = new LeaseBounds(settings.lease().toMillis(), rules, isAlone(settings));
    this.dirty = new DirtyTags(this);
    this.checkedStore = new CheckedStore(this);
    this.mutations = new Mutations(this);
  }

  /** A store without probation is one that nobody else uses. */
  private static boolean isAlone(Settings settings) {
    return settings.timing().probation().isZero();
  }

  /** Begins to follow the shared store. */
  public void start() {
    health.start(new Returning(this));
  }

  /** Looks up and puts stored responses. */
  public CheckedStore checkedStore() {
    return checkedStore;
  }

  /** Guards mutations, and purges. */
  public Mutations mutations() {
    return mutations;
  }

  /** Whether the cache is used at this moment. */
  public StoreHealth health() {
    return health;
  }

  /** How many tags wait for the shared store; for metrics. */
  public int dirtyTags() {
    return dirty.owedTags();
  }

  Settings settings() {
    return settings;
  }

  Rules rules() {
    return rules;
  }

  MemoryTier memory() {
    return memory;
  }

  LeaseBounds bounds() {
    return bounds;
  }

  DirtyTags dirty() {
    return dirty;
  }

  ConsistencyObserver observer() {
    return environment.observer();
  }

  List<ScheduledExecutorService> loops() {
    return environment.loops();
  }

  /** The clock, read now. */
  long nanoTime() {
    return environment.nanoTime().getAsLong();
  }

  long wallMillis() {
    return environment.wallMillis().getAsLong();
  }

  double jitter() {
    return environment.jitter().getAsDouble();
  }

  String uid() {
    return environment.uids().next();
  }

  List<String> uids(int count) {
    List<String> uids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      uids.add(environment.uids().next());
    }
    return uids;
  }

  SharedStore.Session session(ScheduledExecutorService loop) {
    return store.session(loop);
  }

  /** What each loop has of its own. */
  private record Own(VersionReads reads, Deadlines deadlines) {}

  VersionReads reads(ScheduledExecutorService loop) {
    return own(loop).reads();
  }

  Deadlines deadlines(ScheduledExecutorService loop) {
    return own(loop).deadlines();
  }

  private Own own(ScheduledExecutorService loop) {
    Own own = loops.get(loop);
    return own != null ? own : loops.computeIfAbsent(loop, this::newOwn);
  }

  private Own newOwn(ScheduledExecutorService loop) {
    return new Own(
        new VersionReads(this, store.session(loop)), new Deadlines(loop, environment.nanoTime()));
  }

  /** A finish; {@code uids} empty: the versions stay. */
  SharedStore.Finish finish(@Nullable String mid, List<Tag.Id> tags, List<String> uids) {
    return new SharedStore.Finish(mid, tags, uids, null, ownLeaseMillis(), versionsMillis());
  }

  /** A finish that replaces the epoch too. */
  SharedStore.Finish finishEverything(List<Tag.Id> tags) {
    return new SharedStore.Finish(
        null, tags, uids(tags.size()), uid(), ownLeaseMillis(), versionsMillis());
  }

  /** The same finish for another attempt. */
  SharedStore.Finish again(SharedStore.Finish failed) {
    return new SharedStore.Finish(
        failed.mid(),
        failed.tags(),
        uids(failed.tags().size()),
        failed.newEpoch() == null ? null : uid(),
        failed.leaseMillis(),
        failed.ttlMillis());
  }

  /** Takes the lease that an epoch names; null: the store holds none. */
  void sawEpoch(SharedStore.@Nullable Epoch epoch) {
    if (epoch == null) {
      bounds.sawNone(nanoTime());
    } else {
      bounds.saw(epoch.leaseMillis(), nanoTime());
    }
  }

  /** The forms in which responses lie in the shared store; null: they lie in memory only. */
  @Nullable StoredResponseCodec codec() {
    return codec;
  }

  long ownLeaseMillis() {
    return settings.lease().toMillis();
  }

  long versionsMillis() {
    return settings.timing().versions().toMillis();
  }

  long lookupNanos() {
    return settings.timing().lookup().toNanos();
  }

  long finishNanos() {
    return settings.timing().finish().toNanos();
  }
}
