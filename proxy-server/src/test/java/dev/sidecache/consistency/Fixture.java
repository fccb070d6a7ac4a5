package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Vary;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.Match;
import dev.sidecache.store.MemoryTier;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponse;
import dev.sidecache.store.StoredResponseCodec;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One instance over a {@link TestStore}, with clock and loop in the hands of the test. */
final class Fixture implements ConsistencyObserver {
  private static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true);

  final ManualClock clock = new ManualClock();
  final ManualLoop loop = new ManualLoop(clock);
  final TestStore store = new TestStore(clock);
  final MemoryTier memory = new MemoryTier(1 << 20, clock::nanoTime);
  final AtomicInteger uidsMade = new AtomicInteger();
  final Settings settings;
  final Instance instance;
  int unmarked;
  int mismatches;
  int leaseHits;
  int unreadable;

  Fixture(Settings settings) {
    this(settings, Rules.ALL);
  }

  Fixture(Settings settings, Rules rules) {
    this.settings = settings;
    Environment environment =
        new Environment(
            clock::nanoTime,
            clock::millis,
            () -> "uid_" + String.format("%012d", uidsMade.getAndIncrement()),
            () -> 0.5,
            List.of(loop),
            this);
    StoredResponseCodec codec =
        new StoredResponseCodec(new StoredResponseCodec.Settings(-1, 1 << 20), ALLOCATOR);
    this.instance =
        new Instance(settings, new Instance.Tiers(store, memory, codec), environment, rules);
    instance.start();
  }

  /** An instance that may use its cache. */
  static Fixture up(Settings settings) {
    Fixture fixture = new Fixture(settings);
    fixture.store.become(SharedStore.State.UP, "");
    fixture.runFor(settings.timing().probation());
    fixture.store.takeCommands();
    return fixture;
  }

  static Fixture up() {
    return up(leased(Duration.ofMillis(100)));
  }

  static Settings leased(Duration lease) {
    return with(lease, Settings.Mode.DEFAULT, Settings.Policy.FORWARD);
  }

  static Settings with(Duration lease, Settings.Mode mode, Settings.Policy policy) {
    Settings base = Settings.DEFAULT;
    return new Settings("redis://h:6379", lease, mode, policy, base.holdMax(), base.timing());
  }

  /** The epoch of an instance with this lease, as it writes it to an empty store. */
  static SharedStore.Init epochOfAnother(long leaseMillis) {
    return new SharedStore.Init(List.of(), "epoch_of_another", leaseMillis, 60_000);
  }

  void runFor(Duration time) {
    loop.runFor(clock, time);
  }

  void runForMillis(long millis) {
    runFor(Duration.ofMillis(millis));
  }

  static Tag tag(String name) {
    return new Tag(Tag.Kind.TAG, name);
  }

  /** The plan of a GET whose responses carry these tags. */
  static Plan plan(String path, String... tags) {
    return plan(path, Fields.empty(), tags);
  }

  static Plan plan(String path, Fields fields, String... tags) {
    RequestTarget target = Objects.requireNonNull(RequestTarget.parse(path));
    RequestHead head = new RequestHead("GET", "http", "api.example", target, "1.1", fields);
    List<Tag> all = new ArrayList<>();
    all.add(Tag.ALL);
    all.add(new Tag(Tag.Kind.URL, path));
    for (String tag : tags) {
      all.add(tag(tag));
    }
    return new Plan(
        head,
        new Match(null, Map.of(), null, List.of()),
        Identity.NONE,
        null,
        CacheKey.ofBytes(path.getBytes(StandardCharsets.UTF_8)),
        all);
  }

  /** The outcome of a lookup; null as long as there is none. */
  static final class Looked {
    CheckedStore.@Nullable CheckedLookup result;
    int calls;

    CheckedStore.CheckedLookup result() {
      return Objects.requireNonNull(result, "no outcome yet");
    }

    Lookup lookup() {
      return result().lookup();
    }

    FetchStamp stamp() {
      return Objects.requireNonNull(result().stamp(), "no stamp");
    }

    boolean isCurrent() {
      return lookup() instanceof Lookup.Found found && found.current();
    }

    /** Returns the reference to what was found. */
    Looked released() {
      StoredResponse response = result().response();
      if (response != null) {
        response.release();
      }
      return this;
    }
  }

  Looked lookup(Plan plan) {
    Looked looked = new Looked();
    instance
        .checkedStore()
        .lookup(
            plan,
            loop,
            result -> {
              looked.calls++;
              looked.result = result;
            });
    return looked;
  }

  /** Looks up, and gives back what was found. */
  Looked lookedUp(Plan plan) {
    return lookup(plan).released();
  }

  /** The outcome of a put. */
  static final class Put implements CheckedStore.PutHandler {
    @Nullable Refusal refusal;
    boolean kept;
    int calls;

    @Override
    public void kept(StoredResponse response) {
      kept = true;
    }

    @Override
    public void done(@Nullable Refusal why) {
      calls++;
      refusal = why;
    }
  }

  Put put(Plan plan, FetchStamp stamp, String body, String... declared) {
    return put(plan, stamp, body, null, declared);
  }

  Put put(Plan plan, FetchStamp stamp, String body, @Nullable Vary vary, String... declaredTags) {
    Put put = new Put();
    ByteBuf content = ByteBufUtil.writeUtf8(ALLOCATOR, body);
    Storability.Store verdict = verdict(vary, declaredTags);
    instance.checkedStore().put(plan, stamp, verdict, content, loop, put);
    return put;
  }

  Storability.Store verdict(@Nullable Vary vary, String... declaredTags) {
    List<Tag> declared = new ArrayList<>();
    for (String tag : declaredTags) {
      declared.add(tag(tag));
    }
    ResponseHead head = new ResponseHead(200, Fields.of("ETag", "\"1\""));
    StoredHead stored = new StoredHead(head, clock.now(), Duration.ZERO);
    return new Storability.Store(
        stored, Duration.ofMinutes(5), Duration.ofMinutes(1), vary, declared, false);
  }

  /** Fetches and stores under the stamp of a lookup. */
  Put fill(Plan plan, String body, String... declared) {
    Looked looked = lookedUp(plan);
    return put(plan, looked.stamp(), body, declared);
  }

  /** A mutation on its way through a guard. */
  final class Mutation implements MutationGuard.Marked, MutationGuard.Released {
    final MutationGuard guard;
    boolean forwarded;
    boolean rejected;
    boolean released;
    boolean brokenOff;

    Mutation(String... tags) {
      List<Tag> marked = new ArrayList<>();
      for (String tag : tags) {
        marked.add(tag(tag));
      }
      guard = instance.mutations().begin(marked, loop);
      guard.mark(this);
    }

    Mutation finish(MutationGuard.Outcome outcome, String... more) {
      List<Tag> tags = new ArrayList<>();
      for (String tag : more) {
        tags.add(tag(tag));
      }
      guard.finish(outcome, tags, this);
      return this;
    }

    Mutation changed(String... more) {
      return finish(MutationGuard.Outcome.CHANGED, more);
    }

    /** Its answer is held for this long from now, to the millisecond. */
    void assertReleasedAfterMillis(long millis) {
      runForMillis(millis - 1);
      assertThat(released).isFalse();
      runForMillis(1);
      assertThat(released).isTrue();
    }

    @Override
    public void proceed() {
      forwarded = true;
    }

    @Override
    public void rejected() {
      rejected = true;
    }

    @Override
    public void release() {
      released = true;
    }

    @Override
    public void breakOff() {
      brokenOff = true;
    }
  }

  Mutation mutation(String... tags) {
    return new Mutation(tags);
  }

  /** Ends the test: nothing may leak. */
  void end() {
    memory.clear();
    memory.cleanUp();
    store.close();
  }

  @Override
  public void unmarkedMutation() {
    unmarked++;
  }

  @Override
  public void stampMismatch() {
    mismatches++;
  }

  @Override
  public void leaseHit() {
    leaseHits++;
  }

  @Override
  public void unreadableForm() {
    unreadable++;
  }
}
