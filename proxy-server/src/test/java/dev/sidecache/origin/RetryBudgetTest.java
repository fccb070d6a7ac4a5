package dev.sidecache.origin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Retries never multiply load. */
class RetryBudgetTest {
  private static int takeAll(RetryBudget budget) {
    int taken = 0;
    while (budget.take()) {
      taken++;
    }
    return taken;
  }

  @Test
  void everyConnectionMayBeFoundDeadOnce() {
    assertThat(takeAll(new RetryBudget(128))).isEqualTo(128);
    assertThat(takeAll(new RetryBudget(1))).isEqualTo(RetryBudget.LEAST_RESERVE);
  }

  @Test
  void afterwardsAShareOfTheRequestsIsRetried() {
    RetryBudget budget = new RetryBudget(1);
    int reserve = takeAll(budget);
    int retried = 0;
    for (int i = 0; i < 1_000; i++) {
      budget.requested();
      retried += budget.take() ? 1 : 0;
    }
    assertThat(reserve).isPositive();
    assertThat(retried).isEqualTo(1_000 / RetryBudget.REQUESTS_PER_RETRY);
  }

  @Test
  void theReserveGrowsNoFurther() {
    RetryBudget budget = new RetryBudget(20);
    for (int i = 0; i < 10_000; i++) {
      budget.requested();
    }
    assertThat(takeAll(budget)).isEqualTo(20);
  }
}
