package dev.sidecache.consistency.checker;

import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.consistency.CheckedStore;
import dev.sidecache.consistency.ConsistencyObserver;
import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.FetchStamp;
import dev.sidecache.consistency.Instance;
import dev.sidecache.consistency.MutationGuard;
import dev.sidecache.consistency.RuledInstance;
import dev.sidecache.consistency.Settings;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.ManualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A writer, a reader, one resource, and every step that may happen next. Built from the real
 * classes; small enough that all orders can be tried.
 */
final class StepModel {
  private static final int RESOURCE = 0;
  private static final Instant EPOCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final StoredResponseCodec CODEC =
      new StoredResponseCodec(
          new StoredResponseCodec.Settings(-1, 1 << 20), new UnpooledByteBufAllocator(false, true));

  private final Bounds bounds;
  private final World world = new World(0);
  private final Oracle oracle = new Oracle(world, 1, 1, false);
  private final SimulatedRedis redis;
  private final Side writer;
  private final Side reader;
  private final Map<Mishap, Integer> mishaps;
  private final List<Writing> writings = new ArrayList<>();
  private final List<Fetching> fetches = new ArrayList<>();
  private int ticks;
  private int gets;
  private int outstanding;
  private long readerBehind;

  /** What may go wrong. */
  enum Mishap {
    /** The version of the tag is evicted. */
    EVICT,
    /** The deadline of a mark passes, whether it is carried out or not. */
    EXPIRE_MARK,
    /** The writer is cut off. */
    CUT,
    /** The reader's clock misses a tick. */
    SLOW_CLOCK
  }

  /**
   * How much happens.
   *
   * @param tickMillis how far a tick moves time
   */
  record Bounds(
      Settings settings,
      String brokenRule,
      int mutations,
      int gets,
      int ticks,
      double tickMillis,
      Map<Mishap, Integer> mishaps) {}

  /** One step that may happen now. */
  record Step(String name, StepModel model, Runnable action) implements Runnable {
    @Override
    public void run() {
      model.world.step(name);
      action.run();
      model.settle();
    }
  }

  /** An instance and its connection. */
  private static final class Side {
    final ManualLoop loop;
    final StepStore store;
    final MemoryTier memory;
    final Instance instance;

    Side(ManualLoop loop, StepStore store, MemoryTier memory, Instance instance) {
      this.loop = loop;
      this.store = store;
      this.memory = memory;
      this.instance = instance;
    }
  }

  /** A mutation under way. */
  private final class Writing implements MutationGuard.Marked, MutationGuard.Released {
    final MutationGuard guard =
        writer.instance.mutations().begin(List.of(Resource.tag("a")), writer.loop);
    boolean forwarded;
    boolean answered;
    long value;

    boolean isForwarded() {
      return forwarded && !answered;
    }

    @Override
    public void proceed() {
      forwarded = true;
    }

    @Override
    public void rejected() {}

    @Override
    public void release() {
      world.step("  released " + value);
      oracle.release(0, RESOURCE, value);
    }

    @Override
    public void breakOff() {}

    String describe() {
      return forwarded + " " + answered + " " + value;
    }
  }

  /** A fetch under way. */
  private static final class Fetching {
    final FetchStamp stamp;
    final StoredResponse old;
    final long floor;

    Fetching(FetchStamp stamp, StoredResponse old, long floor) {
      this.stamp = stamp;
      this.old = old;
      this.floor = floor;
    }
  }

  StepModel(Bounds bounds) {
    this.bounds = bounds;
    this.mishaps = new EnumMap<>(bounds.mishaps());
    this.redis = new SimulatedRedis(world, bounds.brokenRule());
    this.writer = side("w");
    this.reader = side("r");
    warmUp();
    this.ticks = bounds.ticks();
    this.gets = bounds.gets();
  }

  private Side side(String name) {
    boolean isReader = name.equals("r");
    ManualLoop loop = new ManualLoop(() -> clock(isReader));
    StepStore store = new StepStore(redis);
    MemoryTier memory = new MemoryTier(1 << 20, () -> clock(isReader));
    int[] uids = new int[1];
    Environment environment =
        new Environment(
            () -> clock(isReader),
            () -> EPOCH.toEpochMilli() + clock(isReader) / 1_000_000,
            () -> String.format("%s_%014d", name, uids[0]++),
            () -> 0,
            List.of(loop),
            ConsistencyObserver.NONE);
    String broken =
        RuledInstance.rules().contains(bounds.brokenRule()) ? bounds.brokenRule() : null;
    Instance instance =
        RuledInstance.without(
            broken, bounds.settings(), new Instance.Tiers(store, memory, CODEC), environment);
    instance.start();
    loop.runDue();
    return new Side(loop, store, memory, instance);
  }

  private long clock(boolean isReader) {
    return World.ms(5000) + world.now() - (isReader ? readerBehind : 0);
  }

  /** Both are up, and the reader has the resource in L1. */
  private void warmUp() {
    world.moveTo(bounds.settings().timing().probation().toNanos());
    settle();
    gets = 1;
    while (reader.memory.entries() == 0 || outstanding > 0 || reader.store.canDeliver()) {
      enabled().get(0).run();
    }
    world.moveTo(world.now() + World.ms(1000));
    settle();
  }

  private void settle() {
    writer.loop.runDue();
    reader.loop.runDue();
  }

  boolean isStale() {
    return !oracle.stale().isEmpty();
  }

  List<String> steps() {
    return world.steps();
  }

  void end() {
    reader.memory.clear();
  }

  /** All steps that may happen now, always in the same order. */
  List<Step> enabled() {
    List<Step> steps = new ArrayList<>();
    add(steps, writer.store.canExecute(), "writer's command is carried out", writer.store::execute);
    add(steps, writer.store.canDeliver(), "writer's reply arrives", writer.store::deliver);
    add(steps, reader.store.canExecute(), "reader's command is carried out", reader.store::execute);
    add(steps, reader.store.canDeliver(), "reader's reply arrives", reader.store::deliver);
    for (Writing writing : writings) {
      add(steps, writing.isForwarded(), "takes effect and is answered", () -> effect(writing));
    }
    for (Fetching fetch : new ArrayList<>(fetches)) {
      add(steps, true, "origin answers the reader", () -> fetched(fetch));
    }
    add(steps, gets > 0 && outstanding == 0, "a GET arrives", this::get);
    add(steps, writings.size() < mutationsAllowed(), "a mutation arrives", this::mutate);
    add(steps, ticks > 0, "a tick", this::tick);
    mishap(steps, Mishap.EVICT, true, () -> redis.evict(Resource.tag("a").id()));
    mishap(steps, Mishap.EXPIRE_MARK, writer.store.hasMark(), writer.store::expireMark);
    mishap(steps, Mishap.CUT, !writings.isEmpty(), writer.store::cut);
    mishap(steps, Mishap.SLOW_CLOCK, true, () -> readerBehind += tickNanos());
    return steps;
  }

  private int mutationsAllowed() {
    return oracle.answers() == 0 ? 0 : bounds.mutations();
  }

  private void add(List<Step> steps, boolean enabled, String name, Runnable action) {
    if (enabled) {
      steps.add(new Step(name, this, action));
    }
  }

  private void mishap(List<Step> steps, Mishap mishap, boolean enabled, Runnable action) {
    Integer left = mishaps.get(mishap);
    if (left != null && left > 0 && enabled && oracle.answers() > 0) {
      Runnable counted =
          () -> {
            mishaps.put(mishap, left - 1);
            action.run();
          };
      steps.add(new Step(mishap.toString(), this, counted));
    }
  }

  private long tickNanos() {
    return World.ms(bounds.tickMillis());
  }

  private void tick() {
    ticks--;
    world.moveTo(world.now() + tickNanos());
  }

  private void mutate() {
    Writing writing = new Writing();
    writings.add(writing);
    writing.guard.mark(writing);
  }

  private void effect(Writing writing) {
    writing.answered = true;
    writing.value = oracle.change(RESOURCE);
    writing.guard.finish(MutationGuard.Outcome.CHANGED, List.of(), writing);
  }

  private void get() {
    gets--;
    outstanding++;
    long floor = oracle.floor(0, RESOURCE);
    reader.instance.checkedStore().lookup(plan(), reader.loop, result -> found(result, floor));
  }

  private static Plan plan() {
    return Resource.ALL.get(RESOURCE).plan();
  }

  private void found(CheckedStore.CheckedLookup result, long floor) {
    if (result.lookup() instanceof Lookup.Found hit && hit.current()) {
      outstanding--;
      ByteBuf body = result.response().body();
      oracle.answered("reader", RESOURCE, body.getLong(body.readerIndex()), floor, "hit");
      body.release();
      result.response().release();
    } else {
      fetches.add(new Fetching(result.stamp(), result.response(), floor));
    }
  }

  private void fetched(Fetching fetch) {
    outstanding--;
    fetches.remove(fetch);
    long value = oracle.value(RESOURCE);
    oracle.answered("reader", RESOURCE, value, fetch.floor, "miss");
    if (fetch.old != null) {
      fetch.old.release();
    }
    if (fetch.stamp != null) {
      ResponseHead head = new ResponseHead(200, Fields.of("ETag", "\"" + value + "\""));
      StoredHead stored = new StoredHead(head, EPOCH, Duration.ZERO);
      Storability.Store verdict =
          new Storability.Store(
              stored, Duration.ofMinutes(5), Duration.ZERO, null, List.of(), false);
      ByteBuf body = Unpooled.buffer(8).writeLong(value);
      CheckedStore.PutHandler ignored = (Refusal refusal) -> {};
      reader.instance.checkedStore().put(plan(), fetch.stamp, verdict, body, reader.loop, ignored);
    }
  }

  /** A number for this state. */
  long fingerprint() {
    Fingerprint print = new Fingerprint(clock(true), clock(false) + (ticks + 1) * tickNanos());
    print.add(world.now());
    print.add(readerBehind);
    print.add(ticks * 100 + gets * 10 + outstanding);
    print.add(mishaps.toString());
    print.add(redis.describe());
    print.add(writer.store.describe());
    print.add(reader.store.describe());
    print.add(oracle.value(RESOURCE) * 100 + oracle.floor(0, RESOURCE));
    for (Writing writing : writings) {
      print.add(writing.describe());
      print.add(writing.guard);
    }
    for (Fetching fetch : fetches) {
      print.add(fetch.floor);
      print.add(fetch.stamp);
    }
    StoredResponse cached = (StoredResponse) reader.memory.find(plan().key());
    print.add(cached);
    if (cached != null) {
      cached.release();
    }
    for (Side side : List.of(writer, reader)) {
      print.add(side.instance);
      print.add(side.loop);
      print.add(side.store.waiting());
    }
    return print.value();
  }
}
