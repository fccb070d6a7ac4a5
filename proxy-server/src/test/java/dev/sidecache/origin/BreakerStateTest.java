package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.origin.BreakerState.Limits;
import dev.sidecache.origin.BreakerState.Phase;
import dev.sidecache.origin.BreakerState.Result;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the breaker opens, whom it lets through, and when it closes. */
class BreakerStateTest {
  private static final Limits LIMITS = Limits.STANDARD;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = 7 * SECOND;
  private BreakerState state = BreakerState.closed(now);

  /** One request: whether it may go. */
  private boolean asks() {
    BreakerState after = state.afterRequest(now, LIMITS);
    boolean may = state.lets(after);
    state = after;
    return may;
  }

  private void ends(Result result) {
    state = state.afterResult(result, state.period(), now, LIMITS);
  }

  private void ends(Result result, int times) {
    for (int i = 0; i < times; i++) {
      ends(result);
    }
  }

  private void open() {
    ends(Result.UNCONNECTED, LIMITS.unconnected());
    assertThat(state.phase()).isEqualTo(Phase.OPEN);
  }

  private void halfOpen() {
    open();
    now += LIMITS.pause().toNanos();
    assertThat(asks()).isTrue();
    assertThat(state.phase()).isEqualTo(Phase.HALF_OPEN);
  }

  @Nested
  class Closed {
    @Test
    void letsEveryRequestGo() {
      for (int i = 0; i < 1_000; i++) {
        assertThat(asks()).isTrue();
      }
    }

    @Test
    void opensWhenSoManyConnectionsInARowCannotBeMade() {
      ends(Result.UNCONNECTED, LIMITS.unconnected() - 1);
      assertThat(state.phase()).isEqualTo(Phase.CLOSED);
      ends(Result.UNCONNECTED);
      assertThat(state.phase()).isEqualTo(Phase.OPEN);
    }

    @ParameterizedTest
    @CsvSource({"ANSWERED", "UNANSWERED"})
    void aConnectionBetweenBeginsTheRowAnew(Result between) {
      for (int i = 0; i < 3; i++) {
        ends(Result.UNCONNECTED, LIMITS.unconnected() - 1);
        ends(between);
      }
      ends(Result.ANSWERED, 100);
      assertThat(state.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void oneSlowRequestDoesNotOpenIt() {
      ends(Result.UNANSWERED);
      assertThat(state.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void fewRequestsDoNotOpenItThoughNoneIsAnswered() {
      ends(Result.UNANSWERED, LIMITS.requests() - 1);
      assertThat(state.phase()).isEqualTo(Phase.CLOSED);
      ends(Result.UNANSWERED);
      assertThat(state.phase()).isEqualTo(Phase.OPEN);
    }

    @ParameterizedTest
    @CsvSource({"49,CLOSED", "50,OPEN", "51,OPEN"})
    void opensWhenTheShareIsReached(int failed, Phase expected) {
      ends(Result.ANSWERED, 100 - failed);
      ends(Result.UNANSWERED, failed);
      assertThat(state.phase()).isEqualTo(expected);
    }

    @Test
    void anAnswerNeverOpensIt() {
      BreakerState.Window bad = new BreakerState.Window(now, 50, 30, 0, 0);
      state = new BreakerState(Phase.CLOSED, 0, now, 0, 0, bad, 0, 0);
      ends(Result.ANSWERED);
      assertThat(state.phase()).isEqualTo(Phase.CLOSED);
    }

    @ParameterizedTest
    @CsvSource({"19,OPEN", "20,CLOSED"})
    void failuresOlderThanTwoWindowsAreForgotten(long seconds, Phase expected) {
      ends(Result.UNANSWERED, LIMITS.requests() - 1);
      now += seconds * SECOND;
      ends(Result.UNANSWERED);
      assertThat(state.phase()).isEqualTo(expected);
    }

    @Test
    void whatSaysNothingOfTheOriginCountsForNothing() {
      BreakerState before = state;
      ends(Result.UNKNOWN, 1_000);
      assertThat(state).isSameAs(before);
    }
  }

  @Nested
  class Open {
    @Test
    void refusesUntilThePauseIsOver() {
      open();
      assertThat(asks()).isFalse();
      now += LIMITS.pause().toNanos() - 1;
      assertThat(asks()).isFalse();
      assertThat(state.remainingNanos(now, LIMITS)).isEqualTo(1);
      now += 1;
      assertThat(asks()).isTrue();
      assertThat(state.phase()).isEqualTo(Phase.HALF_OPEN);
    }

    @Test
    void pausesDoubleUpToTheLongest() {
      assertThat(LIMITS.pauseNanos(1)).isEqualTo(LIMITS.pause().toNanos());
      assertThat(LIMITS.pauseNanos(2)).isEqualTo(2 * LIMITS.pause().toNanos());
      assertThat(LIMITS.pauseNanos(4)).isEqualTo(8 * LIMITS.pause().toNanos());
      assertThat(LIMITS.pauseNanos(5)).isEqualTo(LIMITS.longestPause().toNanos());
      assertThat(LIMITS.pauseNanos(Integer.MAX_VALUE)).isEqualTo(LIMITS.longestPause().toNanos());
    }

    @Test
    void resultsOfRequestsSentBeforeChangeNothing() {
      int before = state.period();
      open();
      BreakerState opened = state;
      state = state.afterResult(Result.ANSWERED, before, now, LIMITS);
      assertThat(state).isSameAs(opened);
    }
  }

  @Nested
  class HalfOpen {
    @Test
    void letsAFewGoAtOnce() {
      halfOpen();
      for (int i = 1; i < LIMITS.trials(); i++) {
        assertThat(asks()).isTrue();
      }
      assertThat(asks()).isFalse();
    }

    @Test
    void closesWhenEnoughAreAnswered() {
      halfOpen();
      ends(Result.ANSWERED, LIMITS.trials() - 1);
      assertThat(state.phase()).isEqualTo(Phase.HALF_OPEN);
      ends(Result.ANSWERED);
      assertThat(state.phase()).isEqualTo(Phase.CLOSED);
      assertThat(state.openings()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"UNCONNECTED", "UNANSWERED"})
    void opensForLongerWhenOneIsNot(Result failure) {
      halfOpen();
      ends(Result.ANSWERED);
      ends(failure);
      assertThat(state.phase()).isEqualTo(Phase.OPEN);
      assertThat(state.remainingNanos(now, LIMITS)).isEqualTo(2 * LIMITS.pause().toNanos());
    }

    @Test
    void aTrialGivenUpMakesPlace() {
      halfOpen();
      while (asks()) {
        assertThat(state.phase()).isEqualTo(Phase.HALF_OPEN);
      }
      ends(Result.UNKNOWN);
      assertThat(asks()).isTrue();
      assertThat(asks()).isFalse();
    }

    @Test
    void trialsThatDoNotEndMakePlaceAfterAWhile() {
      halfOpen();
      while (asks()) {
        assertThat(state.phase()).isEqualTo(Phase.HALF_OPEN);
      }
      now += LIMITS.patience().toNanos() - 1;
      assertThat(asks()).isFalse();
      now += 1;
      assertThat(asks()).isTrue();
    }

    @Test
    void aResultFromBeforeTheOutageSaysNothing() {
      int before = state.period();
      halfOpen();
      state = state.afterResult(Result.UNANSWERED, before, now, LIMITS);
      assertThat(state.phase()).isEqualTo(Phase.HALF_OPEN);
    }
  }
}
