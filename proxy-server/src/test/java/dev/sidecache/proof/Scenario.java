package dev.sidecache.proof;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/** Where the absence of one rule shows as a stale read; with all rules it shows nothing. */
enum Scenario {
  /** R2: long leases, an origin that answers at once. */
  HOLD("l1: { lease: 500ms }"),
  /** R17: who writes is far from Redis. */
  ANSWER_WAITS_FOR_FINISH("l1: { lease: 0ms }, mutation_policy: reject") {
    @Override
    void provoke(Fleet fleet, Workload load, Until until) throws InterruptedException {
      fleet.members().get(0).relay.become(Relay.Mode.DELAY);
      super.provoke(fleet, load, until);
    }
  },
  /** R1: who reads is far from Redis. */
  LEASE_FROM_SEND("l1: { lease: 50ms }, mutation_policy: reject") {
    @Override
    Workload.Shape shape() {
      return Workload.Shape.of(2, 1, 600, 3).withFirstWriting();
    }

    @Override
    void provoke(Fleet fleet, Workload load, Until until) throws InterruptedException {
      fleet.members().get(1).relay.become(Relay.Mode.DELAY);
      super.provoke(fleet, load, until);
    }
  },
  /** R9: Redis comes back with what it had a second ago. */
  SERVER_IDENTITY("l1: { lease: 100ms }, mutation_policy: reject") {
    @Override
    Workload.Shape shape() {
      return Workload.Shape.of(2, 1, 50, 40);
    }

    @Override
    void provoke(Fleet fleet, Workload load, Until until) throws InterruptedException {
      while (!until.isOver()) {
        fleet.snapshot();
        load.runFor(700);
        fleet.restartFromSnapshot();
        fleet.members().forEach(fleet::awaitUp);
        load.runFor(700);
      }
    }
  },
  /** R10: Redis is away for all, and comes back for one after the other. */
  PROBATION("l1: { lease: 0ms }") {
    @Override
    void provoke(Fleet fleet, Workload load, Until until) throws InterruptedException {
      while (!until.isOver()) {
        fleet.members().forEach(member -> member.relay.become(Relay.Mode.CUT));
        load.runFor(500);
        fleet.members().get(1).relay.become(Relay.Mode.PASS);
        load.runFor(300);
        fleet.members().get(0).relay.become(Relay.Mode.PASS);
        fleet.members().forEach(fleet::awaitUp);
        load.runFor(500);
      }
    }
  },
  /** R16: a sidecar dies between the origin's write and the answer. */
  MARK_FIRST("l1: { lease: 0ms }") {
    @Override
    LongSupplier originAnswers() {
      return () -> 400;
    }

    @Override
    Workload.Shape shape() {
      return Workload.Shape.of(2, 1, 1_500, 2).withFirstWriting();
    }

    @Override
    void provoke(Fleet fleet, Workload load, Until until) throws InterruptedException {
      load.runFor(1_500);
      long before = fleet.changes();
      while (fleet.changes() == before && !until.isOver()) {
        load.runFor(5);
      }
      fleet.members().get(0).trouble();
      fleet.members().get(0).process.kill();
      load.runFor(HIDDEN.toMillis() + 1_500);
    }

    @Override
    boolean showsIn(History history, Map<Integer, Map<Long, Long>> effects) {
      return !history.hiddenLongerThan(HIDDEN.toNanos(), effects).isEmpty();
    }
  };

  /** The mark lease, and what a busy machine may add. */
  private static final Duration HIDDEN = Duration.ofSeconds(5 + 2);

  private final String cache;

  Scenario(String cache) {
    this.cache = cache;
  }

  String cache() {
    return cache;
  }

  /** Whether enough was seen, or enough time has passed. */
  interface Until {
    boolean isOver();
  }

  LongSupplier originAnswers() {
    return () -> 2;
  }

  Workload.Shape shape() {
    return Workload.Shape.of(2, 1, 10, 3);
  }

  void provoke(Fleet fleet, Workload load, Until until) throws InterruptedException {
    while (!until.isOver()) {
      load.runFor(200);
    }
  }

  /** Whether the rule's absence was seen. */
  boolean showsIn(History history, Map<Integer, Map<Long, Long>> effects) {
    return !history.stale().isEmpty();
  }
}
