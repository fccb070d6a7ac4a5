package dev.sidecache.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final History history = new History();

  private void read(String client, long from, long to, long version) {
    history.add(new History.Read(client, "/k", from, to, version, ""));
  }

  private void wrote(long from, long to, long version) {
    history.add(new History.Write("w", "/k", from, to, version));
  }

  @Test
  void oldVersionAfterTheAnswerIsStale() {
    wrote(10, 20, 1);
    read("a", 21, 25, 0);

    assertThat(history.stale())
        .singleElement()
        .satisfies(stale -> assertThat(stale.expected()).isEqualTo(1));
  }

  @Test
  void whatBeganBeforeTheAnswerMaySeeEither() {
    wrote(10, 20, 1);
    read("a", 19, 90, 0);
    read("a", 20, 90, 0);
    read("b", 12, 15, 1);

    assertThat(history.stale()).isEmpty();
  }

  @Test
  void newerVersionsAndOtherKeysAreFine() {
    wrote(10, 20, 1);
    read("a", 21, 25, 2);
    history.add(new History.Read("a", "/other", 30, 31, 0, ""));

    assertThat(history.stale()).isEmpty();
  }

  @Test
  void answersOutOfOrderDoNotHideTheNewestOne() {
    wrote(10, 20, 2);
    wrote(5, 30, 1);
    read("a", 31, 35, 1);

    assertThat(history.stale()).hasSize(1);
  }

  @Test
  void unansweredChangeMayBeHiddenForAWhileOnly() {
    Map<String, Map<Long, Long>> effects = Map.of("/k", Map.of(1L, 100L));
    read("a", 150, 151, 0);
    assertThat(history.hiddenLongerThan(50, effects)).isEmpty();

    read("a", 151, 152, 0);
    assertThat(history.hiddenLongerThan(50, effects)).hasSize(1);
  }

  @Test
  void goingBackIsSeenPerClient() {
    read("a", 1, 2, 3);
    read("b", 3, 4, 2);
    assertThat(history.wentBack()).isZero();

    read("a", 5, 6, 2);
    assertThat(history.wentBack()).isEqualTo(1);
  }
}
