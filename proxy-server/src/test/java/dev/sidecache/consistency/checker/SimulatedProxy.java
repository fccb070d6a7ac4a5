package dev.sidecache.consistency.checker;

import dev.sidecache.caching.Lookup;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One process: the real classes of the protocol, with the plainest exchange around them. It can
 * pause, crash and start again; its clock may run a little fast or slow.
 */
final class SimulatedProxy {
  private static final Instant EPOCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final StoredResponseCodec CODEC =
      new StoredResponseCodec(
          new StoredResponseCodec.Settings(-1, 1 << 20), new UnpooledByteBufAllocator(false, true));

  private final World world;
  private final SimulatedRedis redis;
  private final SimulatedOrigin origin;
  private final Oracle oracle;
  private final Start start;
  private final double rate;
  private ManualLoop loop;
  private SimulatedLink link;
  private MemoryTier memory;
  private Instance instance;
  private Map<Integer, Fetch> running = new HashMap<>();
  private List<SimulatedOrigin.Changed> unanswered = new ArrayList<>();
  private List<SimulatedOrigin.Changed> owed = new ArrayList<>();
  private boolean alive;
  private long pausedUntil;
  private long tickClock;
  private boolean resuming;
  private int incarnation;
  private int unmarked;

  SimulatedProxy(Start start, SimulatedRedis redis, SimulatedOrigin origin, Oracle oracle) {
    this.start = start;
    this.world = start.world();
    this.redis = redis;
    this.origin = origin;
    this.oracle = oracle;
    this.rate = 1 + start.drift();
    start();
  }

  /**
   * How a process is started.
   *
   * @param drift by how much its clock is wrong
   * @param delayMs how long a message to or from the shared server takes
   */
  record Start(World world, int number, Mix mix, double drift, double delayMs) {
    String name() {
      return "p" + number;
    }
  }

  /** A fetch under way, and those who wait for it. */
  private static final class Fetch {
    final int resource;
    final FetchStamp stamp;
    final StoredResponse old;
    final List<Waiting> waiting = new ArrayList<>();

    Fetch(int resource, FetchStamp stamp, StoredResponse old) {
      this.resource = resource;
      this.stamp = stamp;
      this.old = old;
    }
  }

  private record Waiting(FetchStamp stamp, long floor) {}

  void start() {
    incarnation++;
    alive = true;
    running = new HashMap<>();
    loop = new ManualLoop(this::clock);
    SimulatedLink.Line line =
        new SimulatedLink.Line(
            start.name() + "." + incarnation, start.delayMs(), start.mix().has(Fault.LATE));
    link = new SimulatedLink(world, redis, loop, line);
    memory = new MemoryTier(1 << 20, this::clock);
    ConsistencyObserver observer =
        new ConsistencyObserver() {
          @Override
          public void unmarkedMutation() {
            unmarked++;
          }
        };
    int[] uids = new int[1];
    String prefix = start.name() + "_" + incarnation + "_";
    Environment environment =
        new Environment(
            start.mix().breaks("CLOCK_AFTER_ARRIVAL") ? () -> tickClock : this::clock,
            () -> EPOCH.toEpochMilli() + clock() / 1_000_000,
            () -> uid(prefix, uids[0]++),
            world::fraction,
            List.<ScheduledExecutorService>of(loop),
            observer);
    instance =
        RuledInstance.without(
            start.mix().brokenInProduct(),
            start.mix().settings(world),
            new Instance.Tiers(link, memory, CODEC),
            environment);
    instance.start();
    link.connect();
  }

  private static String uid(String prefix, int number) {
    String digits = "0000000000000000" + number;
    return prefix + digits.substring(digits.length() - (16 - prefix.length()));
  }

  /** The own clock, which need not agree with true time. */
  private long clock() {
    return World.ms(5000) + (long) (world.now() * rate);
  }

  /** The true moment at which the loop has something to do. */
  long nextAt() {
    if (!alive || loop.nextDue() == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    long due = (long) Math.ceil((loop.nextDue() - World.ms(5000)) / rate);
    return Math.max(Math.max(due, pausedUntil), world.now());
  }

  /** Runs what is due. */
  void run() {
    if (!alive || world.now() < pausedUntil) {
      return;
    }
    if (!resuming) {
      tickClock = clock();
    }
    resuming = false;
    loop.runDue();
  }

  SimulatedLink link() {
    return link;
  }

  int unmarked() {
    return unmarked;
  }

  /** Stands still for a time, in the middle of a tick; the clock goes on. */
  void pause(long nanos) {
    tickClock = clock();
    pausedUntil = world.now() + nanos;
    resuming = true;
  }

  /** Dies; what it has sent may still be carried out. */
  void crash() {
    if (alive) {
      alive = false;
      world.step(start.name(), "dies, tags owed:", instance.dirtyTags());
      changesOfTheDead(unanswered);
      unanswered = new ArrayList<>();
      forgiveWhatIsOwed();
      link.close();
      loop.shutdownNow();
      memory.clear();
    }
  }

  private void forgiveWhatIsOwed() {
    if (instance.dirtyTags() > 0 && start.mix().passesWritesUnmarked()) {
      owed.forEach(each -> oracle.forgive(each.resource(), each.value()));
    }
    owed = new ArrayList<>();
  }

  /** What the dead have changed is seen when their marks have died. */
  private void changesOfTheDead(List<SimulatedOrigin.Changed> changes) {
    if (start.mix().showsChangesOfTheDead()) {
      world.after(
          World.ms(Mix.MARK_LEASE_MILLIS * 1.01 + 10),
          () -> {
            world.step("changes of the dead", start.name(), changes);
            changes.forEach(each -> oracle.release(start.number(), each.resource(), each.value()));
          });
    }
  }

  boolean isAlive() {
    return alive;
  }

  /** The bytes of a GET arrive. */
  void get(int resource) {
    if (alive) {
      long floor = oracle.floor(start.number(), resource);
      loop.execute(() -> lookup(resource, floor));
    }
  }

  private void lookup(int resource, long floor) {
    instance
        .checkedStore()
        .lookup(
            Resource.ALL.get(resource).plan(), loop, result -> lookedUp(resource, floor, result));
  }

  private void lookedUp(int resource, long floor, CheckedStore.CheckedLookup result) {
    boolean current = result.lookup() instanceof Lookup.Found found && found.current();
    if (current && !world.chance(0.02)) {
      Lookup.Found hit = (Lookup.Found) result.lookup();
      String how = "hit " + hit.tier() + " " + result.response().stamp();
      oracle.answered(start.name(), resource, value(result.response()), floor, how);
      result.response().release();
      return;
    }
    fetch(resource, floor, result.response(), result.stamp());
  }

  private static long value(StoredResponse response) {
    ByteBuf body = response.body();
    long value = body.getLong(body.readerIndex());
    body.release();
    return value;
  }

  private void fetch(int resource, long floor, StoredResponse old, FetchStamp stamp) {
    Fetch fetch = running.get(resource);
    if (stamp != null && fetch != null && stamp.joins(fetch.stamp)) {
      fetch.waiting.add(new Waiting(stamp, floor));
      release(old);
    } else if (stamp == null) {
      release(old);
      alone(resource, floor);
    } else {
      Fetch own = new Fetch(resource, stamp, old);
      running.put(resource, own);
      int startedBy = incarnation;
      origin.get(resource, value -> onLoop(startedBy, () -> fetched(own, value, floor)));
    }
  }

  private static void release(StoredResponse response) {
    if (response != null) {
      response.release();
    }
  }

  private void onLoop(int startedBy, Runnable task) {
    if (alive && startedBy == incarnation) {
      loop.execute(task);
    }
  }

  /** Asks the origin and stores nothing. */
  private void alone(int resource, long floor) {
    int startedBy = incarnation;
    origin.get(
        resource,
        value ->
            onLoop(
                startedBy,
                () -> oracle.answered(start.name(), resource, value, floor, "forwarded")));
  }

  private void fetched(Fetch fetch, long value, long floor) {
    running.remove(fetch.resource, fetch);
    oracle.answered(start.name(), fetch.resource, value, floor, "miss");
    if (start.mix().breaks("STAMP_BEFORE_FETCH")) {
      stampedAfterwards(fetch, value);
    } else {
      put(fetch, fetch.stamp, value);
    }
  }

  /** What must not be: versions that are read when the response is there. */
  private void stampedAfterwards(Fetch fetch, long value) {
    instance
        .checkedStore()
        .lookup(
            Resource.ALL.get(fetch.resource).plan(),
            loop,
            result -> {
              release(result.response());
              put(fetch, result.stamp() == null ? fetch.stamp : result.stamp(), value);
            });
  }

  private void put(Fetch fetch, FetchStamp stamp, long value) {
    Resource resource = Resource.ALL.get(fetch.resource);
    ResponseHead head = new ResponseHead(200, Fields.of("ETag", "\"" + value + "\""));
    StoredHead stored = new StoredHead(head, EPOCH.plusNanos(world.now()), Duration.ZERO);
    Storability.Store verdict =
        new Storability.Store(
            stored, Duration.ofMinutes(5), Duration.ZERO, null, resource.declared(), false);
    CheckedStore.PutHandler handler =
        new CheckedStore.PutHandler() {
          @Override
          public void kept(StoredResponse response) {
            share(fetch, response, value);
          }

          @Override
          public void done(Refusal refusal) {
            share(fetch, null, value);
          }
        };
    if (fetch.old != null && value(fetch.old) == value) {
      instance.checkedStore().freshened(resource.plan(), stamp, fetch.old, verdict, loop, handler);
    } else {
      instance
          .checkedStore()
          .put(resource.plan(), stamp, verdict, Unpooled.buffer(8).writeLong(value), loop, handler);
    }
    release(fetch.old);
  }

  private void share(Fetch fetch, StoredResponse response, long value) {
    List<Waiting> waiting = new ArrayList<>(fetch.waiting);
    fetch.waiting.clear();
    for (Waiting each : waiting) {
      if (response != null && each.stamp.mayTake(fetch.stamp, response.stamp())) {
        oracle.answered(start.name(), fetch.resource, value, each.floor, "shared");
      } else {
        alone(fetch.resource, each.floor);
      }
    }
  }

  /** The bytes of a mutation arrive. */
  void mutate(Resource.Mutation mutation) {
    if (alive) {
      loop.execute(() -> new SimulatedMutation(this, mutation).begin());
    }
  }

  /** Everything is changed behind the back of all, and purged here. */
  void purgeAll() {
    if (!alive) {
      return;
    }
    loop.execute(
        () -> {
          List<SimulatedOrigin.Changed> changed = new ArrayList<>();
          for (int r = 0; r < Resource.ALL.size(); r++) {
            changed.add(new SimulatedOrigin.Changed(r, oracle.change(r)));
          }
          world.step(start.name(), "purges everything, making", changed);
          instance.mutations().purge(List.of(), true, loop, pending -> purged(pending, changed));
        });
  }

  private void purged(boolean pending, List<SimulatedOrigin.Changed> changed) {
    world.step(start.name(), "purged everything, pending:", pending);
    if (!pending) {
      release(changed);
    }
  }

  /** Changes are answered: who arrives from now on must see them. */
  void release(List<SimulatedOrigin.Changed> changed) {
    unanswered.removeAll(changed);
    changed.forEach(each -> oracle.release(start.number(), each.resource(), each.value()));
    if (instance.dirtyTags() == 0) {
      owed.clear();
    } else {
      owed.addAll(changed);
    }
  }

  /** What a mutation needs of its process. */
  MutationGuard guard(Resource.Mutation mutation) {
    return instance.mutations().begin(mutation.marked(), loop);
  }

  Runnable whileAlive(Runnable task) {
    int startedBy = incarnation;
    return () -> onLoop(startedBy, task);
  }

  World world() {
    return world;
  }

  SimulatedOrigin origin() {
    return origin;
  }

  Oracle oracle() {
    return oracle;
  }

  String name() {
    return start.name();
  }

  int number() {
    return start.number();
  }

  /** Changes made by mutations that have not been answered. */
  List<SimulatedOrigin.Changed> unanswered() {
    return unanswered;
  }
}
