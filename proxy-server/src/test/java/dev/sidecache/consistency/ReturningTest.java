package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an instance does when its store can be asked again, or is over its quota. */
class ReturningTest {
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = new Fixture(Fixture.leased(Duration.ofMillis(100)));
  }

  @AfterEach
  void end() {
    fixture.end();
  }

  private void connect() {
    fixture.store.become(State.UP, "");
    fixture.runForMillis(1);
  }

  @Test
  void anEpochIsWrittenWhereThereIsNone() {
    connect();

    assertThat(fixture.store.takeCommands()).containsExactly("MGET", "init");
    fixture.store.connectionRenewed();
    fixture.runForMillis(1);
    assertThat(fixture.store.takeCommands()).containsExactly("MGET");
  }

  @Test
  void aWriteRightAfterTheStartIsHeldForTheLeaseOfOthersAlsoIfTheStoreIsEmptiedThen() {
    fixture.store.table().init(List.of(), Fixture.epochOfAnother(250), 0);
    connect();
    fixture.store.table().clear();

    Fixture.Mutation mutation = fixture.mutation("a").changed();

    mutation.assertReleasedAfterMillis(250);
  }

  @Test
  void aWriteIsHeldForTheLongestLeaseThereIsAsLongAsNoEpochIsKnown() {
    fixture.store.failWith(Failure.EXPIRED);
    connect();
    fixture.store.failWith(null);

    Fixture.Mutation mutation = fixture.mutation("a").changed();

    mutation.assertReleasedAfterMillis(1000);
  }

  @Test
  void whatIsOwedIsTriedOverTheQuotaMoreOftenThanOthersAreOnProbation() {
    connect();
    fixture.store.become(State.QUOTA, "quota used up");
    fixture.store.failWith(Failure.REFUSED);
    fixture.mutation("a").changed();
    fixture.mutation("b").changed();
    fixture.store.takeCommands();

    fixture.runForMillis(3_000);

    assertThat(fixture.store.sent(Finish.class))
        .as("one every 250 to 375 ms")
        .hasSizeBetween(8, 12);
    fixture.store.failWith(null);
    fixture.runForMillis(1_000);
    assertThat(fixture.instance.dirtyTags()).isZero();
  }

  @Test
  void whatIsOwedIsTriedAlsoIfTheQuotaIsMetAfterAnOutage() {
    connect();
    fixture.store.become(State.DOWN, "connection closed");
    fixture.store.failWith(Failure.REJECTED);
    fixture.mutation("a").changed();
    fixture.runForMillis(2_000);
    fixture.store.takeCommands();

    fixture.store.become(State.QUOTA, "quota used up");
    fixture.store.failWith(null);
    fixture.runForMillis(500);

    assertThat(fixture.store.sent(Finish.class)).isNotEmpty();
    assertThat(fixture.instance.dirtyTags()).isZero();
  }
}
