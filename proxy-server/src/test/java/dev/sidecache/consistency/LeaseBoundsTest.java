package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How long readers believe and writers hold: consistency.md, Sections 5 to 7. */
class LeaseBoundsTest {
  private static final long START = Long.MAX_VALUE - 5;

  private final LeaseBounds bounds = new LeaseBounds(100, Rules.ALL, false);

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private static long after(long millis) {
    return START + nanos(millis);
  }

  @Nested
  class Readers {
    @Test
    void leaseIsShorterByTwoMillisecondsAndOneInAHundred() {
      assertThat(bounds.leaseNanos(100)).isEqualTo(nanos(97));
      assertThat(bounds.leaseNanos(50)).isEqualTo(nanos(50) - nanos(2) - nanos(50) / 100);
    }

    @Test
    void longerOneOfTheEpochIsNotUsed() {
      assertThat(bounds.leaseNanos(1_000)).isEqualTo(nanos(97));
    }

    @Test
    void leaseWithinTheMarginIsNone() {
      assertThat(bounds.leaseNanos(2)).isZero();
      assertThat(bounds.leaseNanos(0)).isZero();
      assertThat(bounds.leaseNanos(3)).isEqualTo(nanos(1) - nanos(3) / 100);
    }

    @Test
    void withoutTheRulesNeitherMarginNorEpochCounts() {
      assertThat(new LeaseBounds(100, Rules.without(Rules.Rule.LEASE_MARGIN), false).leaseNanos(50))
          .isEqualTo(nanos(50));
      assertThat(
              new LeaseBounds(100, Rules.without(Rules.Rule.LEASE_IN_EPOCH), false).leaseNanos(50))
          .isEqualTo(nanos(97));
    }
  }

  @Nested
  class Writers {
    @Test
    void ownLeaseIsTheLeastThatIsHeld() {
      bounds.saw(99, START);
      assertThat(bounds.holdNanos(START)).isEqualTo(nanos(100));
    }

    @Test
    void longerOneOfAnotherIsHeldForAtLeastTenSeconds() {
      bounds.saw(250, START);

      assertThat(bounds.holdNanos(START)).isEqualTo(nanos(250));
      assertThat(bounds.holdNanos(after(10_000))).isEqualTo(nanos(250));
      assertThat(bounds.holdNanos(after(19_999))).isEqualTo(nanos(250));
    }

    @Test
    void itIsForgottenAfterTwenty() {
      bounds.saw(250, START);

      assertThat(bounds.holdNanos(after(20_000))).isEqualTo(nanos(100));
    }

    @Test
    void whatIsSeenAgainIsRememberedAnew() {
      bounds.saw(250, START);
      bounds.saw(250, after(15_000));

      assertThat(bounds.holdNanos(after(25_000))).isEqualTo(nanos(250));
    }

    @Test
    void aSecondIsHeldBeforeTheStoreWasAsked() {
      assertThat(bounds.holdNanos(after(60_000))).isEqualTo(nanos(1000));
      assertThat(new LeaseBounds(0, Rules.ALL, true).holdNanos(START)).as("nobody else").isZero();
    }

    @Test
    void aSecondIsHeldForASecondIfTheEpochIsGoneAndNoneWasSeenForTen() {
      bounds.saw(100, START);
      bounds.sawNone(after(10_000));
      assertThat(bounds.holdNanos(after(10_000))).isEqualTo(nanos(100));
      bounds.saw(100, after(10_500));
      bounds.sawNone(after(20_501));
      bounds.sawNone(after(21_400));
      bounds.saw(100, after(21_450));

      assertThat(bounds.holdNanos(after(21_500))).as("also if there is one").isEqualTo(nanos(1000));
      assertThat(bounds.holdNanos(after(21_501))).isEqualTo(nanos(100));
    }

    @Test
    void anEpochThatStaysAwayHoldsNothingForLong() {
      bounds.sawNone(START);
      bounds.sawNone(after(30_000));

      assertThat(bounds.holdNanos(after(30_000))).isEqualTo(nanos(100));
    }

    @Test
    void longestOfSeveralCounts() {
      bounds.saw(250, START);
      bounds.saw(500, after(1));
      bounds.saw(300, after(2));

      assertThat(bounds.holdNanos(after(3))).isEqualTo(nanos(500));
    }

    @Test
    void withoutTheRuleOnlyTheOwnOneIsHeld() {
      LeaseBounds alone = new LeaseBounds(100, Rules.without(Rules.Rule.LEASE_IN_EPOCH), false);
      alone.saw(250, START);

      assertThat(alone.holdNanos(START)).isEqualTo(nanos(100));
    }
  }
}
