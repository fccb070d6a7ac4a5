package dev.sidecache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.message.ByteBudget;
import org.junit.jupiter.api.Test;

class ReadersTest {
  private final ByteBudget budget = new ByteBudget(1_000);
  private final Readers readers = new Readers(70);

  @Test
  void contentOutsideTheTierCostsOnceHoweverManyRead() {
    readers.begin(budget);
    readers.begin(budget);
    assertThat(budget.takenBytes()).isEqualTo(70);
    readers.end();
    assertThat(budget.takenBytes()).isEqualTo(70);
    readers.end();
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void contentThatLeavesTheTierCostsFromThenOn() {
    readers.kept(true);
    readers.begin(budget);
    assertThat(budget.takenBytes()).isZero();
    readers.kept(false);
    assertThat(budget.takenBytes()).isEqualTo(70);
    readers.end();
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void contentThatNobodyReadsCostsNothing() {
    readers.kept(true);
    readers.kept(false);
    assertThat(budget.takenBytes()).isZero();
  }
}
