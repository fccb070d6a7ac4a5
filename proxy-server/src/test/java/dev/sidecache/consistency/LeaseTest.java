package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Tag;
import dev.sidecache.consistency.Fixture.Looked;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponseCodec.Decoded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases and shared reads: consistency.md, Section 5, steps 2 to 4. L is 100 ms, so U is 97 ms. */
class LeaseTest {
  private Fixture fixture = Fixture.up();
  private final Plan plan = Fixture.plan("/students", "students");

  @AfterEach
  void nothingLeaks() {
    fixture.end();
  }

  /** A hit whose read has granted leases at this moment. */
  private void leasedNow() {
    fixture.fill(plan, "body");
    assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
    fixture.store.takeCommands();
  }

  private List<String> commandsOfAHit() {
    fixture.store.takeCommands();
    assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
    return fixture.store.takeCommands();
  }

  @Test
  void hitBeforeUCostsNothing() {
    leasedNow();

    fixture.clock.advance(Duration.ofMillis(97).minusNanos(1));

    assertThat(commandsOfAHit()).isEmpty();
    assertThat(fixture.leaseHits).isEqualTo(1);
  }

  @Test
  void hitAtUReadsAgainAndIsGoodForAnotherU() {
    leasedNow();

    fixture.clock.advance(Duration.ofMillis(97));

    assertThat(commandsOfAHit()).containsExactly("MGET");
    fixture.clock.advance(Duration.ofMillis(96));
    assertThat(commandsOfAHit()).isEmpty();
  }

  @Test
  void leaseOfZeroReadsEachTime() {
    fixture = Fixture.up(Fixture.leased(Duration.ZERO));
    leasedNow();

    assertThat(commandsOfAHit()).containsExactly("MGET");
    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  @Test
  void readsThatWaitShareTheNextCommand() {
    leasedNow();
    fixture.clock.advance(Duration.ofMillis(200));
    fixture.store.holdReplies();
    Looked first = fixture.lookup(plan);
    Looked second = fixture.lookup(plan);
    Looked third = fixture.lookup(plan);
    assertThat(fixture.store.takeCommands()).containsExactly("MGET");

    fixture.store.deliverNext();

    assertThat(first.released().calls).isEqualTo(1);
    assertThat(second.calls).isZero();
    assertThat(fixture.store.takeCommands()).containsExactly("MGET");
    fixture.store.deliverAll();
    assertThat(second.released().calls + third.released().calls).isEqualTo(2);
    assertThat(fixture.store.takeCommands()).isEmpty();
  }

  @Test
  void markedVersionGrantsNoLease() {
    leasedNow();
    fixture.mutation("students");
    fixture.clock.advance(Duration.ofMillis(97));

    assertThat(commandsOfAHit()).containsExactly("MGET");
    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  @Test
  void replyHeldBackForLAnswersItsWaitersAndGrantsNothing() {
    leasedNow();
    fixture.clock.advance(Duration.ofMillis(100));
    fixture.store.holdReplies();
    Looked waiting = fixture.lookup(plan);

    fixture.runForMillis(100);
    fixture.store.deliverAll();

    assertThat(waiting.released().isCurrent()).isTrue();
    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  @Test
  void replyOfInitGrantsNothing() {
    fixture.fill(plan, "body");

    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  @Test
  void changeOfStateVoidsLeases() {
    leasedNow();
    assertThat(commandsOfAHit()).isEmpty();

    fixture.store.storesPaused(true);

    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  @Test
  void storeThatTakesNothingNewForAWhileDoesNotKeepProbationFromEnding() {
    leasedNow();
    fixture.store.become(SharedStore.State.DOWN, "away");
    fixture.store.become(SharedStore.State.UP, "");
    fixture.runForMillis(500);

    fixture.store.storesPaused(true);
    fixture.runForMillis(499);
    assertThat(fixture.instance.health().state()).isEqualTo(StoreHealth.State.SETTLING);
    fixture.runForMillis(1);

    assertThat(fixture.instance.health().state()).isEqualTo(StoreHealth.State.UP);
  }

  @Test
  void withoutErasALeaseWouldOutliveAChangeOfState() {
    fixture = new Fixture(Settings.DEFAULT, Rules.without(Rules.Rule.ERA));
    fixture.store.become(SharedStore.State.UP, "");
    fixture.runForMillis(1000);
    leasedNow();

    fixture.store.storesPaused(true);

    assertThat(commandsOfAHit()).isEmpty();
  }

  @Test
  void readThatSpansAChangeOfStateAnswersItsWaitersAndGrantsNothing() {
    leasedNow();
    fixture.clock.advance(Duration.ofMillis(100));
    fixture.store.holdReplies();
    Looked waiting = fixture.lookup(plan);

    fixture.store.storesPaused(true);
    fixture.store.deliverAll();

    assertThat(waiting.released().isCurrent()).isTrue();
    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  @Test
  void machineThatWasSuspendedHoldsNoLease() {
    leasedNow();
    assertThat(commandsOfAHit()).isEmpty();

    fixture.clock.advanceWallOnly(Duration.ofMillis(1002));

    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  @Test
  void readerObeysAShorterLeaseThatTheEpochNames() {
    fixture.store.table().clear();
    fixture.store.init(List.of(), Fixture.epochOfAnother(50), 0, new Unanswered());
    leasedNow();

    fixture.clock.advance(Duration.ofMillis(47));
    assertThat(commandsOfAHit()).isEmpty();
    fixture.clock.advance(Duration.ofMillis(1));

    assertThat(commandsOfAHit()).containsExactly("MGET");
  }

  private static final class Unanswered implements SharedStore.LookupHandler {
    @Override
    public void found(SharedStore.Versions versions, io.netty.buffer.@Nullable ByteBuf form) {}

    @Override
    public void failed(SharedStore.Failure failure) {}
  }

  @Test
  void readOfMoreThan256TagsIsSplit() {
    VersionReads reads = fixture.instance.reads(fixture.loop);
    fixture.store.holdReplies();
    Counting counting = new Counting();
    reads.read(List.of(Fixture.tag("first").id()), counting);
    for (int i = 0; i < 6; i++) {
      reads.read(tags(50 * i, 50 * i + 50), counting);
    }
    fixture.store.takeCommands();

    fixture.store.deliverAll();

    assertThat(fixture.store.sent(List.class))
        .extracting(tags -> ((List<?>) tags).size())
        .containsExactly(250, 50);
    assertThat(counting.read).isEqualTo(7);
  }

  private static List<Tag.Id> tags(int from, int to) {
    List<Tag.Id> tags = new ArrayList<>();
    for (int i = from; i < to; i++) {
      tags.add(Fixture.tag("t" + i).id());
    }
    return tags;
  }

  private static final class Counting implements VersionReads.Waiter {
    int read;

    @Override
    public void found(Reading reading, @Nullable Decoded entry) {
      read++;
    }

    @Override
    public void failed(SharedStore.Failure failure) {}
  }

  @Test
  void leasesThatHaveEndedAreForgotten() {
    Leases leases = new Leases(Rules.ALL);
    for (Tag.Id tag : tags(0, 1024)) {
      leases.grant(tag, "uid", 100, 0);
    }
    leases.sweep(99);
    assertThat(leases.size()).isEqualTo(1024);

    for (Tag.Id tag : tags(1024, 2048)) {
      leases.grant(tag, "uid", 200, 0);
    }
    leases.sweep(100);

    assertThat(leases.size()).isEqualTo(1024);
  }
}
