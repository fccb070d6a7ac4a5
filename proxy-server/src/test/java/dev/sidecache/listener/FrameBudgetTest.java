package dev.sidecache.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameBudgetTest {
  private final FrameBudget budget = new FrameBudget(0);

  private int takenAt(long nowNanos) {
    int taken = 0;
    while (budget.take(nowNanos)) {
      taken++;
    }
    return taken;
  }

  @Test
  void burstEndsAndIsEarnedAgainWithTime() {
    assertThat(takenAt(0)).isEqualTo(2_000);
    FrameBudget other = new FrameBudget(0);
    for (int i = 0; i < 2_000; i++) {
      assertThat(other.take(0)).isTrue();
    }
    assertThat(other.take(TimeUnit.SECONDS.toNanos(1))).isTrue();
  }

  @Test
  void whatIsSentEarnsFrames() {
    for (int i = 0; i < 2_000; i++) {
      assertThat(budget.take(0)).isTrue();
    }
    budget.sent(16 * 1024);
    assertThat(takenAt(0)).isEqualTo(18);
  }
}
