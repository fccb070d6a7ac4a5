package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.store.SharedStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * R18 of consistency.md, Section 11: a mark may have lapsed once its life has passed since it was
 * sent, however late its reply came; what follows from that is Section 6, step 7.
 */
class SureMarkTest {
  private static final long OTHERS_LEASE_MILLIS = 100;
  private static final long REPLY_AFTER_MILLIS = 60;

  /** Mark lease and one in a hundred: after that a marked key has died (7a). */
  private static final long DEAD_AFTER_MILLIS = 5_050;

  /**
   * A mutation whose mark lives only as long as another's, and whose finish fails so long after the
   * mark was sent; whether it is released once the key must have died.
   */
  private static boolean isReleasedByTime(Rules rules, long finishAfterMillis) {
    Fixture fixture = new Fixture(Fixture.leased(Duration.ZERO), rules);
    fixture.store.become(SharedStore.State.UP, "");
    fixture.runFor(fixture.settings.timing().probation());
    List<dev.sidecache.caching.Tag.Id> tags = List.of(Fixture.tag("students").id());
    SharedStore.Mark others =
        new SharedStore.Mark("mid_other_000000", tags, List.of("uid_other_000000"), 100);
    assertThat(others.leaseMillis()).isEqualTo(OTHERS_LEASE_MILLIS);
    SharedStore.MarkHandler ignored =
        new SharedStore.MarkHandler() {
          @Override
          public void marked(boolean gap, long leastMillis, SharedStore.Epoch epoch) {}

          @Override
          public void failed(SharedStore.Failure failure) {}
        };
    fixture.store.mark(others, 1, ignored);
    fixture.store.holdReplies();
    Fixture.Mutation mutation = fixture.mutation("students");
    fixture.runForMillis(REPLY_AFTER_MILLIS);
    fixture.store.deliverAll();

    fixture.runForMillis(finishAfterMillis - REPLY_AFTER_MILLIS);
    fixture.store.failWith(SharedStore.Failure.REJECTED);
    mutation.changed();
    fixture.runForMillis(DEAD_AFTER_MILLIS + 1);

    fixture.end();
    return mutation.released;
  }

  @Test
  void timeCuresAMarkThatCannotHaveLapsed() {
    assertThat(isReleasedByTime(Rules.ALL, 95)).isTrue();
  }

  @Test
  void itDoesNotCureOneThatMay() {
    assertThat(isReleasedByTime(Rules.ALL, 97)).isFalse();
  }

  @Test
  void withoutTheRuleItWouldSeemCured() {
    assertThat(isReleasedByTime(Rules.without(Rules.Rule.SURE_FROM_SEND), 97)).isTrue();
  }
}
