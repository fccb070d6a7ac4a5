package dev.sidecache.proof;

import dev.sidecache.testing.UpstashEmulator;
import dev.sidecache.testing.VersionedOrigin;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Where the absence of one rule shows as a stale read; with all rules it shows nothing. */
enum Scenario {
  /** R2: long leases, an origin that answers at once. */
  HOLD("l1: { lease: 500ms }"),
  /** R17: who writes is far from Redis. */
  ANSWER_WAITS_FOR_FINISH("l1: { lease: 0ms }, mutation_policy: reject") {
    @Override
    void provoke(Trial trial) throws InterruptedException {
      trial.fleet().members().get(0).relay.become(Relay.Mode.DELAY);
      super.provoke(trial);
    }
  },
  /** R1: who reads is far from Redis. */
  LEASE_FROM_SEND(
      "l1: { lease: 50ms }, mutation_policy: reject",
      Workload.Shape.of(2, 1, 600, 3).withFirstWriting()) {
    @Override
    void provoke(Trial trial) throws InterruptedException {
      trial.fleet().members().get(1).relay.become(Relay.Mode.DELAY);
      super.provoke(trial);
    }
  },
  /** R9: Redis comes back with what it had a second ago. */
  SERVER_IDENTITY(
      "l1: { lease: 100ms }, mutation_policy: reject", Workload.Shape.of(2, 1, 50, 40)) {
    @Override
    void provoke(Trial trial) throws InterruptedException {
      while (!trial.isOver()) {
        trial.fleet().snapshot();
        trial.load().runFor(700);
        trial.fleet().restartFromSnapshot();
        trial.fleet().members().forEach(trial.fleet()::awaitUp);
        trial.load().runFor(700);
      }
    }
  },
  /** R10: Redis is away for all, and comes back for one after the other. */
  PROBATION("l1: { lease: 0ms }") {
    @Override
    void provoke(Trial trial) throws InterruptedException {
      while (!trial.isOver()) {
        trial.fleet().members().forEach(member -> member.relay.become(Relay.Mode.CUT));
        trial.load().runFor(500);
        trial.fleet().members().get(1).relay.become(Relay.Mode.PASS);
        trial.load().runFor(300);
        trial.fleet().members().get(0).relay.become(Relay.Mode.PASS);
        trial.fleet().members().forEach(trial.fleet()::awaitUp);
        trial.load().runFor(500);
      }
    }
  },
  /** R16: a sidecar dies between the origin's write and the answer. */
  MARK_FIRST("l1: { lease: 0ms }", Workload.Shape.of(2, 1, 1_500, 2).withFirstWriting()) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 400);
    }

    @Override
    void provoke(Trial trial) throws InterruptedException {
      trial.load().runFor(1_500);
      long before = trial.fleet().changes();
      while (trial.fleet().changes() == before && !trial.isOver()) {
        trial.load().runFor(5);
      }
      trial.fleet().members().get(0).trouble();
      trial.fleet().members().get(0).process.kill();
      trial.load().runFor(HIDDEN.toMillis() + 1_500);
    }

    @Override
    boolean showsIn(History history, Map<Integer, Map<Long, Long>> effects) {
      return !history.hiddenLongerThan(HIDDEN.toNanos(), effects).isEmpty();
    }
  },
  /** R3: who reads has a clock that is slow by one in a hundred. */
  LEASE_MARGIN("l1: { lease: 1s }", Workload.Shape.NOBODY) {
    @Override
    Fleet.Setup setup() {
      return super.setup().withSlowClocks(10);
    }

    @Override
    void provoke(Trial trial) {
      for (int key = 1; !trial.isOver(); key++) {
        trial.probe().warm(1, key);
        trial.probe().pause(1_050);
        trial.probe().readThenWrite(1, 0, key, 300_000L * (key % 6));
      }
    }
  },
  /** R4: reads come all the time while a write is under way. */
  MARKED_GRANTS_NO_LEASE("l1: { lease: 500ms }") {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 2).timesOfWrites(() -> 600, () -> 0);
    }
  },
  /** R5: the mark is gone before the change, and readers make the version anew. */
  FINISH_GAP("l1: { lease: 500ms }", Workload.Shape.NOBODY) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 2).timesOfWrites(() -> 400, () -> 0);
    }

    @Override
    void provoke(Trial trial) {
      loseVersionsWithinWrites(trial, 200);
    }
  },
  /** R5: the same, and the mark is renewed before the change. */
  RENEWAL_GAP("l1: { lease: 1s }", Workload.Shape.NOBODY) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 2).timesOfWrites(() -> 2_900, () -> 0);
    }

    @Override
    void provoke(Trial trial) {
      loseVersionsWithinWrites(trial, 2_300);
    }
  },
  /** R6: the same, and who renews it never hears what it found. */
  UNANSWERED_MARK_MOVES_B("l1: { lease: 1s }", Workload.Shape.NOBODY) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 2).timesOfWrites(() -> 3_250, () -> 0);
    }

    @Override
    void provoke(Trial trial) {
      for (int key = 1; !trial.isOver(); key++) {
        CompletableFuture<Void> write = trial.writeLosingVersions(key, 2_300);
        trial.probe().readFor(100, 1, key);
        trial.relay(0).become(Relay.Mode.HOLD_REPLIES);
        trial.probe().readFor(200, 1, key);
        trial.relay(0).reset();
        trial.relay(0).become(Relay.Mode.PASS);
        trial.probe().readDuring(write, 1, key);
        trial.awaitUp();
      }
    }
  },
  /** R7: answers to GET are read before and sent long after a write. */
  LEASE_OF_OWN_UID("l1: { lease: 500ms }", Workload.Shape.of(4, 1, 50, 3)) {
    @Override
    void slow(VersionedOrigin origin) {
      Random times = new Random(1);
      origin.times(() -> 0, () -> times.nextInt(400)).timesOfWrites(() -> 0, () -> 0);
    }
  },
  /** R12: a mark that lives shortly lapses before the change, and the finish fails. */
  LAPSED_MARK_IS_NOT_CURED("l1: { lease: 0ms }, mutation_policy: reject", Workload.Shape.NOBODY) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 2).timesOfWrites(() -> 500, () -> 0);
    }

    @Override
    void provoke(Trial trial) {
      for (int key = 1; !trial.isOver(); key++) {
        trial.probe().warm(1, key);
        trial.stage().markAllUntil(150);
        CompletableFuture<Void> write = trial.probe().write(0, key);
        trial.probe().pause(60);
        trial.relay(0).become(Relay.Mode.CUT);
        trial.probe().readDuring(write, 1, key);
        trial.relay(0).become(Relay.Mode.PASS);
        trial.awaitUp();
      }
    }

    @Override
    int patience() {
      return 2;
    }
  },
  /** R13: who reads has not noticed yet that Redis is away, who writes has. */
  HOLD_AFTER_FAILED_FINISH("l1: { lease: 1s }", Workload.Shape.NOBODY) {
    @Override
    void provoke(Trial trial) {
      for (int key = 1; !trial.isOver(); key++) {
        trial.probe().warm(1, key);
        trial.relay(1).become(Relay.Mode.HOLD);
        trial.relay(0).become(Relay.Mode.CUT);
        trial.probe().readDuring(trial.probe().write(0, key), 1, key);
        trial.stage().all(Relay.Mode.PASS);
        trial.awaitUp();
      }
    }
  },
  /** R14: versions vanish all the time. */
  ABSENT_IS_INVALID("l1: { lease: 0ms }") {
    @Override
    void provoke(Trial trial) throws InterruptedException {
      while (!trial.isOver()) {
        trial.stage().deleteAllVersions();
        trial.load().runFor(20);
      }
    }
  },
  /** R18: the reply to a mark that lives shortly is late, and it lapses before the change. */
  SURE_FROM_SEND("l1: { lease: 0ms }, mutation_policy: reject", Workload.Shape.NOBODY) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 0).timesOfWrites(() -> 0, () -> 14);
    }

    @Override
    void provoke(Trial trial) {
      for (int key = 1; !trial.isOver(); key++) {
        trial.probe().warm(1, key);
        trial.relay(0).become(Relay.Mode.HOLD_REPLIES);
        trial.stage().markAllUntil(60);
        CompletableFuture<Void> write = trial.probe().write(0, key);
        trial.probe().readFor(80, 1, key);
        trial.relay(0).become(Relay.Mode.PASS);
        trial.probe().pause(5);
        trial.relay(0).become(Relay.Mode.CUT);
        trial.probe().readDuring(write, 1, key);
        trial.relay(0).become(Relay.Mode.PASS);
        trial.awaitUp();
      }
    }

    @Override
    int patience() {
      return 3;
    }
  },
  /** R19: what was given up is carried out after all, when others have written since. */
  FRESH_UIDS("l1: { lease: 0ms }", Workload.Shape.NOBODY) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 2).timesOfWrites(() -> 200, () -> 0);
    }

    @Override
    void provoke(Trial trial) {
      for (int key = 1; !trial.isOver(); key++) {
        trial.probe().warm(0, key);
        CompletableFuture<Void> first = trial.probe().write(0, key);
        trial.probe().pause(100);
        trial.relay(0).become(Relay.Mode.HOLD_OPEN);
        first.join();
        trial.awaitUp();
        trial.probe().warm(0, key);
        trial.probe().write(1, key).join();
        trial.probe().warm(1, key);
        trial.relay(0).become(Relay.Mode.PASS);
        trial.probe().pause(100);
        trial.probe().read(0, key);
        trial.awaitUp();
      }
    }
  },
  /** R19: GETs that come after a write find one under way that began before. */
  JOIN_UNDER_EQUAL_STAMPS("l1: { lease: 0ms }", Workload.Shape.of(4, 1, 50, 2)) {
    @Override
    void slow(VersionedOrigin origin) {
      origin.times(() -> 0, () -> 100).timesOfWrites(() -> 0, () -> 0);
    }
  },
  /** R20: a tag becomes known from an answer that a write overtook. */
  DECLARED_TAGS_NEED_QUIET("l1: { lease: 0ms }", Workload.Shape.NOBODY) {
    @Override
    void slow(VersionedOrigin origin) {
      origin
          .times(() -> 0, () -> 300)
          .timesOfWrites(() -> 0, () -> 0)
          .field("Cache-Tag: declared")
          .resources(path -> path.replace("announced", "declared"));
    }

    @Override
    void provoke(Trial trial) {
      trial.probe().paths("/declared/", "/announced/");
      for (int key = 1; !trial.isOver(); key++) {
        CompletableFuture<Void> read = trial.probe().readLater(1, key);
        trial.probe().pause(100);
        trial.probe().write(0, key).join();
        read.join();
        trial.probe().readFor(50, 1, key);
      }
    }
  },
  /** R20: who reads has leases, who writes has none configured. */
  LEASE_IN_EPOCH("l1: { lease: 0ms }", Workload.Shape.NOBODY) {
    @Override
    Fleet.Setup setup() {
      return Fleet.Setup.of("l1: { lease: 0ms }", "l1: { lease: 1s }");
    }

    @Override
    void provoke(Trial trial) {
      trial.fleet().redis.command("FLUSHALL");
      for (int key = 1; !trial.isOver(); key++) {
        trial.probe().warm(1, key);
        trial.probe().readDuring(trial.probe().write(0, key), 1, key);
      }
    }
  },
  /** R20: a write while the quota is used up; who wrote dies, who reads returns. */
  EPOCH_AFTER_QUOTA("l1: { lease: 0ms }", Workload.Shape.NOBODY) {
    @Override
    Fleet.Setup setup() {
      return super.setup().withRest();
    }

    @Override
    void provoke(Trial trial) {
      trial.probe().warm(1, 1);
      String spent = "ERR max requests limit exceeded";
      trial.fleet().rest.behave(UpstashEmulator.Behaviour.error(spent));
      trial.probe().read(1, 1);
      trial.probe().write(0, 1).join();
      trial.fleet().members().get(0).process.kill();
      trial.fleet().rest.behave(UpstashEmulator.Behaviour.RIGHT);
      while (!trial.isOver()) {
        trial.probe().write(1, 2).join();
        trial.probe().read(1, 1);
        trial.probe().pause(50);
      }
    }
  };

  /** The mark lease, and what a busy machine may add. */
  private static final Duration HIDDEN = Duration.ofSeconds(5 + 2);

  private final String cache;

  @SuppressWarnings("ImmutableEnumChecker") // It is a record of numbers.
  private final Workload.Shape shape;

  Scenario(String cache) {
    this(cache, Workload.Shape.of(2, 1, 10, 3));
  }

  Scenario(String cache, Workload.Shape shape) {
    this.cache = cache;
    this.shape = shape;
  }

  /** What a scenario has at hand, and whether it was seen or enough time has passed. */
  record Trial(Fleet fleet, Workload load, Probe probe, BooleanSupplier over) {
    boolean isOver() {
      return over.getAsBoolean();
    }

    Relay relay(int sidecar) {
      return fleet.members().get(sidecar).relay;
    }

    Stage stage() {
      return new Stage(fleet, fleet.members().get(0), new Random(1));
    }

    void awaitUp() {
      fleet.members().forEach(fleet::awaitUp);
    }

    /** A write of what the other has cached; so long after it began all versions vanish. */
    CompletableFuture<Void> writeLosingVersions(int key, long millis) {
      probe.warm(1, key);
      CompletableFuture<Void> write = probe.write(0, key);
      probe.pause(millis);
      stage().deleteAllVersions();
      return write;
    }
  }

  private static void loseVersionsWithinWrites(Trial trial, long millis) {
    for (int key = 1; !trial.isOver(); key++) {
      trial.probe().readDuring(trial.writeLosingVersions(key, millis), 1, key);
    }
  }

  /** How the origin takes its time. */
  void slow(VersionedOrigin origin) {
    origin.times(() -> 0, () -> 2);
  }

  Fleet.Setup setup() {
    return Fleet.Setup.of(cache);
  }

  /** For how long it is tried, as a multiple of the usual. */
  int patience() {
    return 1;
  }

  Workload.Shape shape() {
    return shape;
  }

  void provoke(Trial trial) throws InterruptedException {
    while (!trial.isOver()) {
      trial.load().runFor(200);
    }
  }

  /** Whether the rule's absence was seen. */
  boolean showsIn(History history, Map<Integer, Map<Long, Long>> effects) {
    return !history.stale().isEmpty();
  }
}
