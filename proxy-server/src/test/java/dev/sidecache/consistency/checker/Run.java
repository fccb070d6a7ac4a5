package dev.sidecache.consistency.checker;

import dev.sidecache.caching.Tag;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One random run: three instances, readers, mutations and faults, from one seed. */
final class Run {
  private static final int INSTANCES = 3;

  private final World world;
  private final Mix mix;
  private final Oracle oracle;
  private final SimulatedRedis redis;
  private final List<SimulatedProxy> proxies = new ArrayList<>();
  private final Map<Fault, Runnable> injections = new EnumMap<>(Fault.class);
  private final List<Tag> versionTags = new ArrayList<>();

  Run(long seed, Mix mix) {
    this.world = new World(seed);
    this.mix = mix;
    this.oracle = new Oracle(world, Resource.ALL.size(), INSTANCES, mix.onlyOwnChanges());
    this.redis = new SimulatedRedis(world, mix.brokenRule());
    SimulatedOrigin origin = new SimulatedOrigin(world, oracle, mix.has(Fault.SLOW));
    for (int i = 0; i < INSTANCES; i++) {
      proxies.add(new SimulatedProxy(start(i), redis, origin, oracle));
    }
    versionTags.add(Tag.ANY_MUTATION);
    Resource.Mutation.ALL.forEach(
        mutation -> {
          versionTags.addAll(mutation.marked());
          versionTags.addAll(mutation.more());
        });
    prepareInjections();
  }

  private SimulatedProxy.Start start(int i) {
    return new SimulatedProxy.Start(
        world,
        i,
        mix,
        mix.has(Fault.DRIFT) ? (world.fraction() - 0.5) * 0.002 : 0,
        world.chance(0.3) ? 3 : 0.4);
  }

  /** Runs for a time, or until something stale was answered. */
  Run go(int millis) {
    reads();
    mutations();
    purges();
    mix.faults().forEach(this::injections);
    long end = World.ms(millis);
    while (world.now() < end && oracle.stale().isEmpty()) {
      step();
    }
    proxies.forEach(SimulatedProxy::crash);
    return this;
  }

  private void step() {
    long next = world.nextAt();
    for (SimulatedProxy proxy : proxies) {
      next = Math.min(next, proxy.nextAt());
    }
    world.moveTo(next);
    if (world.nextAt() <= next) {
      world.runNext();
    }
    for (SimulatedProxy proxy : proxies) {
      proxy.run();
    }
  }

  private SimulatedProxy any() {
    return proxies.get(world.below(INSTANCES));
  }

  private void reads() {
    world.after(
        world.exponential(1.5),
        () -> {
          any().get(world.below(Resource.ALL.size()));
          reads();
        });
  }

  private void mutations() {
    world.after(
        world.exponential(60),
        () -> {
          List<Resource.Mutation> all = Resource.Mutation.ALL;
          any().mutate(all.get(world.below(all.size())));
          mutations();
        });
  }

  private void purges() {
    world.after(
        world.exponential(900),
        () -> {
          any().purgeAll();
          purges();
        });
  }

  private void injections(Fault fault) {
    Runnable injection = injections.get(fault);
    if (injection != null) {
      world.after(
          world.exponential(mix.faultEveryMillis() * mix.faults().size()),
          () -> {
            world.step("FAULT", fault);
            injection.run();
            injections(fault);
          });
    }
  }

  private void prepareInjections() {
    injections.put(
        Fault.EVICT, () -> redis.evict(versionTags.get(world.below(versionTags.size())).id()));
    injections.put(Fault.FLUSH, redis::flush);
    injections.put(Fault.FAILOVER, this::failOver);
    injections.put(Fault.OUTAGE, this::outage);
    injections.put(Fault.PARTITION, this::partition);
    injections.put(Fault.CRASH, this::crash);
    injections.put(Fault.PAUSE, () -> any().pause(world.between(5, 600)));
    injections.put(Fault.FULL, this::full);
    injections.put(Fault.REFUSING, this::refuse);
    injections.put(Fault.QUOTA, this::quota);
    injections.put(Fault.LEASES, this::crash);
  }

  private void failOver() {
    redis.failOver(world.between(1, 60));
    proxies.forEach(proxy -> proxy.link().breakDown(dev.sidecache.store.SharedStore.State.DOWN));
  }

  private void outage() {
    if (redis.isDown()) {
      return;
    }
    redis.stop();
    proxies.forEach(proxy -> proxy.link().noticeLater());
    world.after(
        world.between(100, 400),
        () -> {
          redis.resume();
          proxies.forEach(proxy -> proxy.link().resumed());
        });
  }

  private void partition() {
    SimulatedLink link = any().link();
    boolean out = world.chance(0.6);
    link.cut(out, !out || world.chance(0.5));
    world.after(world.between(5, mix.has(Fault.SLOW) ? 2500 : 700), link::heal);
  }

  private void crash() {
    int i = world.below(INSTANCES);
    SimulatedProxy proxy = proxies.get(i);
    if (proxy.isAlive()) {
      proxy.crash();
      world.after(world.between(1, 300), () -> proxy.start());
    }
  }

  private void full() {
    redis.full(true);
    world.after(world.between(5, 200), () -> redis.full(false));
  }

  private void refuse() {
    redis.refusing(true);
    world.after(world.between(5, 200), () -> redis.refusing(false));
  }

  private void quota() {
    // NB: longer than any probation, so that nobody who asks for anything misses it.
    redis.overQuota(true);
    world.after(world.between(300, 700), () -> redis.overQuota(false));
  }

  Oracle oracle() {
    return oracle;
  }

  List<String> steps() {
    return world.steps();
  }

  int unmarked() {
    return proxies.stream().mapToInt(SimulatedProxy::unmarked).sum();
  }
}
