package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.consistency.Fixture.Mutation;
import dev.sidecache.consistency.MutationGuard.Outcome;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.SharedStore.Failure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mark, finish and the hold of answers: consistency.md, Section 6. L is 100 ms. */
class MutationGuardTest {
  private static final Duration L = Duration.ofMillis(100);

  private Fixture fixture = Fixture.up();

  @AfterEach
  void nothingLeaks() {
    fixture.end();
  }

  private void up(Settings settings) {
    fixture = Fixture.up(settings);
  }

  private void rejecting() {
    up(Fixture.with(L, Settings.Mode.DEFAULT, Settings.Policy.REJECT));
  }

  private int waitingTimers() {
    return fixture.loop.waiting().size();
  }

  @Nested
  class Release {
    @Test
    void isHeldUntilLAfterTheReplyOfTheMark() {
      Mutation mutation = fixture.mutation("a");
      assertThat(mutation.forwarded).isTrue();
      fixture.runForMillis(30);

      mutation.changed();

      assertThat(fixture.store.takeCommands()).containsExactly("mark", "finish");
      fixture.runFor(Duration.ofMillis(70).minusNanos(1));
      assertThat(mutation.released).isFalse();
      fixture.runFor(Duration.ofNanos(1));
      assertThat(mutation.released).isTrue();
      assertThat(fixture.instance.mutations().held()).isZero();
    }

    @Test
    void isNotDelayedBehindAnOriginSlowerThanL() {
      Mutation mutation = fixture.mutation("a");
      fixture.runForMillis(100);

      mutation.changed();

      assertThat(mutation.released).isTrue();
      assertThat(waitingTimers()).isZero();
    }

    @Test
    void waitsForTheReplyOfFinish() {
      Mutation mutation = fixture.mutation("a");
      fixture.runForMillis(200);
      fixture.store.holdReplies();

      mutation.changed();
      fixture.runForMillis(200);
      assertThat(mutation.released).isFalse();
      fixture.store.deliverAll();

      assertThat(mutation.released).isTrue();
    }

    @Test
    void isImmediateWithoutLeases() {
      up(Fixture.leased(Duration.ZERO));
      Mutation mutation = fixture.mutation("a");

      mutation.changed();

      assertThat(mutation.released).isTrue();
      assertThat(waitingTimers()).isZero();
    }

    @Test
    void isImmediateAndKeepsVersionsIfNothingChanged() {
      var plan = Fixture.plan("/a", "a");
      fixture.fill(plan, "body");
      int timers = waitingTimers();
      Mutation mutation = fixture.mutation("a");

      mutation.finish(Outcome.KEPT);

      assertThat(mutation.released).isTrue();
      assertThat(waitingTimers()).isEqualTo(timers);
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
      fixture.lookedUp(plan);
      assertThat(fixture.leaseHits).as("the mark is gone, so leases are granted").isEqualTo(1);
    }

    @Test
    void isHeldForTheLongerLeaseThatAnEpochNamed() {
      up(Fixture.leased(L));
      fixture.store.table().clear();
      fixture.store.table().init(List.of(), Fixture.epochOfAnother(250), 0);
      Mutation mutation = fixture.mutation("a");

      mutation.changed();

      mutation.assertReleasedAfterMillis(250);
    }

    @Test
    void ofAMutationThatTouchesNothingCachedCostsNothing() {
      Mutation mutation = fixture.mutation();

      mutation.changed();

      assertThat(mutation.released).isTrue();
      assertThat(fixture.store.takeCommands()).isEmpty();
    }

    @Test
    void isHeldFromFinishForTagsThatOnlyTheAnswerNamed() {
      Mutation mutation = fixture.mutation("a");
      fixture.runForMillis(200);

      mutation.changed("b");

      mutation.assertReleasedAfterMillis(100);
    }

    @Test
    void ofAClientThatHasLeftIsNotToldButFinished() {
      Mutation mutation = fixture.mutation("a");
      mutation.guard.clientGone();

      mutation.changed();
      fixture.runForMillis(200);

      assertThat(fixture.store.takeCommands()).containsExactly("mark", "finish");
      assertThat(mutation.released || mutation.brokenOff).isFalse();
      assertThat(fixture.instance.mutations().held()).isZero();
    }

    @Test
    void ofAClientThatLeavesWhileHeldIsNotTold() {
      Mutation mutation = fixture.mutation("a").changed();

      mutation.guard.clientGone();
      fixture.runForMillis(200);

      assertThat(mutation.released).isFalse();
      assertThat(waitingTimers()).isZero();
    }

    @Test
    void isWithheldWhenTheProcessEnds() {
      Mutation mutation = fixture.mutation("a").changed();

      fixture.instance.mutations().breakOffHeld();
      fixture.loop.runDue();

      assertThat(mutation.brokenOff).isTrue();
      assertThat(mutation.released).isFalse();
    }
  }

  @Nested
  class Gaps {
    /** Held for L from finish, although the mark was answered long before. */
    private void assertHeldFromFinish(Mutation mutation) {
      mutation.changed();
      mutation.assertReleasedAfterMillis(100);
    }

    @Test
    void versionEvictedSinceTheMarkHoldsFromFinish() {
      Mutation mutation = fixture.mutation("a");
      fixture.runForMillis(200);

      fixture.store.table().evict(Fixture.tag("a").id());

      assertHeldFromFinish(mutation);
    }

    @Test
    void flushSinceTheMarkHoldsFromFinish() {
      Mutation mutation = fixture.mutation("a");
      fixture.runForMillis(200);

      fixture.store.table().clear();

      assertHeldFromFinish(mutation);
    }

    @Test
    void versionEvictedBeforeARenewalHoldsFromTheRenewal() {
      Mutation mutation = fixture.mutation("a");
      fixture.store.table().evict(Fixture.tag("a").id());
      fixture.runForMillis(2550);

      mutation.changed();

      mutation.assertReleasedAfterMillis(50);
    }

    @Test
    void unansweredMarkHoldsFromFinish() {
      fixture.store.holdReplies();
      Mutation mutation = fixture.mutation("a");
      fixture.store.failWith(Failure.EXPIRED);
      fixture.store.deliverAll();
      fixture.store.failWith(null);
      Mutation unanswered = fixture.mutation("b");
      assertThat(mutation.forwarded).isTrue();
      fixture.store.failWith(Failure.EXPIRED);
      fixture.runForMillis(2600);
      fixture.store.failWith(null);

      assertHeldFromFinish(unanswered);
    }

    @Test
    void finishFollowsTheReplyOfTheMarkWhereNothingKeepsTheOrder() {
      fixture.store.unordered();
      fixture.store.holdReplies();
      Mutation mutation = fixture.mutation("a");

      mutation.changed();
      assertThat(fixture.store.takeCommands()).containsExactly("mark");
      fixture.store.deliverNext();

      assertThat(fixture.store.takeCommands()).containsExactly("finish");
      fixture.store.deliverAll();
    }
  }

  @Nested
  class Renewals {
    @Test
    void goOutEachHalfMarkLeaseWithFreshUids() {
      fixture.mutation("a");

      fixture.runForMillis(2499);
      assertThat(fixture.store.sent(SharedStore.Mark.class)).hasSize(1);
      fixture.runForMillis(1);
      assertThat(fixture.store.sent(SharedStore.Mark.class)).hasSize(2);
      fixture.runForMillis(2500);

      List<SharedStore.Mark> marks = fixture.store.sent(SharedStore.Mark.class);
      assertThat(marks).hasSize(3);
      assertThat(marks).extracting(SharedStore.Mark::mid).containsOnly(marks.get(0).mid());
      assertThat(marks).extracting(SharedStore.Mark::uids).doesNotHaveDuplicates();
    }

    @Test
    void endWithTheMutation() {
      fixture.mutation("a").changed();
      fixture.store.takeCommands();

      fixture.runForMillis(10_000);

      assertThat(fixture.store.takeCommands()).isEmpty();
    }

    @Test
    void areAHundredMillisecondsApartWhenTheyFail() {
      fixture.store.failWith(Failure.BROKEN);
      fixture.mutation("a");

      fixture.runForMillis(99);
      assertThat(fixture.store.sent(SharedStore.Mark.class)).hasSize(1);
      fixture.runForMillis(1);

      assertThat(fixture.store.sent(SharedStore.Mark.class)).hasSize(2);
    }
  }

  @Nested
  class WhenFinishFails {
    @Test
    void liveMarkReleasesWhenTheKeysHaveDied() {
      Mutation mutation = fixture.mutation("a");
      fixture.store.failWith(Failure.EXPIRED);

      mutation.changed();

      mutation.assertReleasedAfterMillis(5050);
      assertThat(fixture.unmarked).isZero();
    }

    @Test
    void deliveryReleasesAfterL() {
      Mutation mutation = fixture.mutation("a");
      fixture.store.failWith(Failure.EXPIRED);
      mutation.changed();
      fixture.store.failWith(null);

      // Tried again after 100 ms and half of the jitter's 50.
      fixture.runForMillis(125 + 99);
      assertThat(mutation.released).isFalse();
      fixture.runForMillis(1);

      assertThat(mutation.released).isTrue();
      List<SharedStore.Finish> finishes = fixture.store.sent(SharedStore.Finish.class);
      assertThat(finishes).extracting(SharedStore.Finish::uids).doesNotHaveDuplicates();
      assertThat(finishes).extracting(SharedStore.Finish::mid).doesNotContainNull();
    }

    /** The mark has lapsed before the answer came, and the connection is gone. */
    private Mutation lapsed() {
      Mutation mutation = fixture.mutation("a");
      fixture.store.failWith(Failure.REJECTED);
      fixture.runForMillis(6000);
      return mutation.changed();
    }

    @Test
    void lapsedMarkIsForwardedAndCountedAfterHoldMax() {
      Mutation mutation = lapsed();

      mutation.assertReleasedAfterMillis(6000);
      assertThat(fixture.unmarked).isEqualTo(1);
    }

    @Test
    void lapsedMarkIsBrokenOffAfterHoldMaxUnderReject() {
      rejecting();
      Mutation mutation = lapsed();

      fixture.runForMillis(6000);

      assertThat(mutation.brokenOff).isTrue();
      assertThat(mutation.released).isFalse();
      assertThat(fixture.unmarked).isZero();
    }

    @Test
    void lapsedMarkReleasesLAfterDelivery() {
      Mutation mutation = lapsed();
      fixture.runForMillis(1000);
      fixture.store.failWith(null);

      fixture.runForMillis(250);

      assertThat(mutation.released).isTrue();
      assertThat(fixture.unmarked).isZero();
    }

    @Test
    void withoutItsRuleALapsedMarkWouldReleaseTooSoon() {
      fixture = new Fixture(Settings.DEFAULT, Rules.without(Rules.Rule.LAPSED_MARK_IS_NOT_CURED));
      fixture.store.become(SharedStore.State.UP, "");
      fixture.runForMillis(1000);
      Mutation mutation = lapsed();

      fixture.runForMillis(5100);

      assertThat(mutation.released).isTrue();
    }

    @Test
    void unmarkedMutationIsReleasedLAfterItsFailedFinishAndCounted() {
      fixture.store.failWith(Failure.EXPIRED);
      Mutation mutation = fixture.mutation("a");
      fixture.runForMillis(1000);

      mutation.changed();

      assertThat(fixture.unmarked).isEqualTo(1);
      mutation.assertReleasedAfterMillis(100);
    }

    @Test
    void unmarkedMutationIsReleasedAtOnceIfCutOffForLAlready() {
      fixture.store.become(SharedStore.State.DOWN, "gone");
      fixture.store.failWith(Failure.REJECTED);
      fixture.runForMillis(60);
      Mutation early = fixture.mutation("a").changed();
      early.assertReleasedAfterMillis(40);

      assertThat(fixture.mutation("a").changed().released).isTrue();
      assertThat(fixture.unmarked).isEqualTo(2);
    }

    @Test
    void mutationOfAProcessThatHasJustBegunWaitsForItsFirstConnection() {
      fixture = new Fixture(Settings.DEFAULT);
      fixture.store.table().init(List.of(), Fixture.epochOfAnother(100), 0);
      fixture.store.failWith(Failure.REJECTED);
      Mutation mutation = fixture.mutation("a").changed();
      fixture.runForMillis(500);
      assertThat(mutation.released).isFalse();

      fixture.store.failWith(null);
      fixture.store.become(SharedStore.State.UP, "");
      fixture.runForMillis(100);

      assertThat(mutation.released).isTrue();
      assertThat(fixture.unmarked).isZero();
    }

    @Test
    void mutationOfAProcessWithoutStoreIsReleasedAfterASecond() {
      fixture = new Fixture(Settings.DEFAULT);
      fixture.store.failWith(Failure.REJECTED);
      Mutation mutation = fixture.mutation("a").changed();

      mutation.assertReleasedAfterMillis(1000);
      assertThat(fixture.mutation("a").changed().released).isTrue();
      assertThat(fixture.unmarked).isEqualTo(2);
    }
  }

  @Nested
  class Reject {
    @Test
    void forwardsWhenTheMarkIsAnswered() {
      rejecting();
      fixture.store.holdReplies();
      Mutation mutation = fixture.mutation("a");
      assertThat(mutation.forwarded).isFalse();

      fixture.store.deliverAll();

      assertThat(mutation.forwarded).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void rejectsWhenTheMarkFails(Failure failure) {
      rejecting();
      fixture.store.failWith(failure);

      Mutation mutation = fixture.mutation("a");

      assertThat(mutation.rejected).isTrue();
      assertThat(mutation.forwarded).isFalse();
      fixture.runForMillis(10_000);
      assertThat(fixture.store.sent(SharedStore.Mark.class)).hasSize(1);
    }
  }

  @Nested
  class Lite {
    @Test
    void sendsFinishOnlyAndAlwaysHoldsForL() {
      up(Fixture.with(L, Settings.Mode.LITE, Settings.Policy.FORWARD));
      Mutation mutation = fixture.mutation("a");
      fixture.runForMillis(500);

      mutation.changed();

      assertThat(fixture.store.takeCommands()).containsExactly("finish");
      mutation.assertReleasedAfterMillis(100);
    }
  }

  @Nested
  class InDoubt {
    @Test
    void changesTheVersionKeepsTheMarkAndChangesItAgainLater() {
      var plan = Fixture.plan("/a", "a");
      fixture.fill(plan, "body");
      Mutation mutation = fixture.mutation("a");

      mutation.finish(Outcome.IN_DOUBT);

      fixture.runForMillis(100);
      assertThat(mutation.released).isTrue();
      fixture.put(plan, fixture.lookedUp(plan).stamp(), "perhaps old");
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
      fixture.lookedUp(plan);
      assertThat(fixture.leaseHits).as("still marked").isZero();
      fixture.store.takeCommands();
      fixture.runFor(Duration.ofSeconds(121));
      assertThat(fixture.store.takeCommands()).contains("mark").endsWith("finish");
      assertThat(fixture.lookedUp(plan).isCurrent()).isFalse();
    }
  }

  @Test
  void nothingIsSentToAStoreThatIsOff() {
    fixture.store.become(SharedStore.State.OFF, "REDIS_ENABLED=false");

    Mutation mutation = fixture.mutation("a").changed();

    assertThat(mutation.released).isTrue();
    assertThat(fixture.store.takeCommands()).isEmpty();
    assertThat(fixture.instance.dirtyTags()).isZero();
  }
}
