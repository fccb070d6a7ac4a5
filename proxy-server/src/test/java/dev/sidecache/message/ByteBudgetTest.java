package dev.sidecache.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void whatDoesNotFitTakesNothing() {
    assertThat(budget.tryTake(100)).isTrue();
    assertThat(budget.tryTake(1)).isFalse();
    assertThat(budget.takenBytes()).isEqualTo(100);
    budget.giveBack(100);
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void whatIsHeldInAnyCaseMayExceedTheLimit() {
    assertThat(budget.isSpent()).isFalse();
    budget.take(150);
    assertThat(budget.isSpent()).isTrue();
    assertThat(budget.tryTake(0)).isFalse();
    budget.take(-51);
    assertThat(budget.isSpent()).isFalse();
  }

  @Test
  void refusalsAreCounted() {
    budget.refused();
    budget.refused();
    assertThat(budget.refusals()).isEqualTo(2);
  }
}
