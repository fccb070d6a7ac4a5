package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Storability;
import dev.sidecache.consistency.CheckedStore.CheckedLookup;
import dev.sidecache.consistency.ConsistencyObserver;
import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.Instance;
import dev.sidecache.consistency.Settings;
import dev.sidecache.consistency.StoreHealth;
import dev.sidecache.consistency.Uids;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.SharedStore;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import dev.sidecache.testing.Requests;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The cache of one process, on a loop and a clock that move when told. */
final class OneInstance {
  final ManualClock clock;
  final ManualLoop loop;
  final MemoryTier memory;
  final Instance instance;

  OneInstance(ManualClock clock, SharedStore shared, Settings settings) {
    this.clock = clock;
    this.loop = new ManualLoop(clock);
    this.memory = new MemoryTier(1 << 20, clock::nanoTime);
    this.instance =
        new Instance(
            settings,
            new Instance.Tiers(shared, memory, null),
            new Environment(
                clock::nanoTime,
                clock::millis,
                Uids.random(),
                () -> 0,
                List.of(loop),
                ConsistencyObserver.NONE));
  }

  /** Waits out its probation, if it has one. */
  OneInstance started() {
    instance.start();
    loop.runFor(clock, Duration.ofSeconds(2));
    assertThat(instance.health().state()).isEqualTo(StoreHealth.State.UP);
    return this;
  }

  /** Keeps an answer to a GET, as the path does. */
  void keep(RuleSet rules, String target, String... fields) {
    Plan plan = plan(rules, target);
    CheckedLookup lookup = lookup(plan);
    ResponseHead head = new ResponseHead(200, Fields.of(fields));
    Storability.Store verdict =
        (Storability.Store) Storability.decide(plan, head, clock.now(), clock.now(), 2);
    ByteBuf body = Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8);
    List<Object> refusals = new ArrayList<>();
    instance
        .checkedStore()
        .put(plan, lookup.stamp(), verdict, body, loop, refusal -> refusals.add("" + refusal));
    assertThat(refusals).containsExactly("null");
  }

  /** Whether a GET is answered from the cache. */
  boolean isCached(RuleSet rules, String target) {
    return lookup(plan(rules, target)).lookup() instanceof Lookup.Found found && found.current();
  }

  private static Plan plan(RuleSet rules, String target) {
    var head = Requests.get(target);
    return Plan.of(rules.match(head), head, Identity.NONE, null);
  }

  private CheckedLookup lookup(Plan plan) {
    List<CheckedLookup> results = new ArrayList<>();
    instance.checkedStore().lookup(plan, loop, results::add);
    CheckedLookup result = results.get(0);
    if (result.response() != null) {
      result.response().release();
    }
    return result;
  }
}
