package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SweepTest {

  @Nested
  class Ticks {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Sweep sweep = new Sweep(channel.eventLoop(), Duration.ofSeconds(2));
    private final List<Long> seen = new ArrayList<>();

    private void advance(int millis) {
      channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }

    @Test
    void comeOftenEnoughForTheShortestLimit() {
      channel.freezeTime();
      sweep.add(seen::add);
      advance(99);
      assertThat(seen).isEmpty();
      advance(1);
      assertThat(seen).hasSize(1);
      advance(100);
      assertThat(seen).hasSize(2);
    }

    @Test
    void endWhenNothingIsRegistered() {
      channel.freezeTime();
      Sweep.Timed timed = seen::add;
      sweep.add(timed);
      sweep.remove(timed);
      advance(100);
      assertThat(seen).isEmpty();
      assertThat(channel.hasPendingTasks()).isFalse();
    }

    @Test
    void removingAnotherWithinASweepIsSafe() {
      channel.freezeTime();
      Sweep.Timed second = seen::add;
      sweep.add(now -> sweep.remove(second));
      sweep.add(second);
      advance(100);
      assertThat(seen).isEmpty();
    }
  }

  @Nested
  class Limits {
    private final Stall stall = new Stall();

    @Test
    void isOverWhenNothingChangesForSoLong() {
      assertThat(stall.isOver(true, 1, 0, 100)).isFalse();
      assertThat(stall.isOver(true, 1, 99, 100)).isFalse();
      assertThat(stall.isOver(true, 1, 100, 100)).isTrue();
    }

    @Test
    void progressBeginsItAgain() {
      assertThat(stall.isOver(true, 1, 0, 100)).isFalse();
      assertThat(stall.isOver(true, 2, 99, 100)).isFalse();
      assertThat(stall.isOver(true, 2, 198, 100)).isFalse();
      assertThat(stall.isOver(true, 2, 199, 100)).isTrue();
    }

    @Test
    void notWaitingBeginsItAgain() {
      assertThat(stall.isOver(true, 1, 0, 100)).isFalse();
      assertThat(stall.isOver(false, 1, 100, 100)).isFalse();
      assertThat(stall.isOver(true, 1, 150, 100)).isFalse();
      assertThat(stall.isOver(true, 1, 250, 100)).isTrue();
    }

    @Test
    void zeroIsNoLimit() {
      assertThat(stall.isOver(true, 1, 0, 0)).isFalse();
      assertThat(stall.isOver(true, 1, Long.MAX_VALUE, 0)).isFalse();
    }
  }
}
