package dev.sidecache.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final int KEY = 1;
  private static final long UNIT = 1_000;

  private final History history = new History();
  private final ClientLog writer = history.writer("w");
  private final Map<String, ClientLog> readers = new HashMap<>();

  private void read(String client, long from, long to, long version) {
    read(client, KEY, from, to, version);
  }

  private void read(String client, int key, long from, long to, long version) {
    readers.computeIfAbsent(client, history::reader).add(key, times(from, to), version, false);
  }

  private void wrote(long from, long to, long version) {
    writer.add(KEY, times(from, to), version, false);
  }

  private static ClientLog.Times times(long from, long to) {
    return new ClientLog.Times(from * UNIT, from * UNIT, to * UNIT, false);
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
    read("a", KEY + 1, 30, 31, 0);

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
    Map<Integer, Map<Long, Long>> effects = Map.of(KEY, Map.of(1L, 100 * UNIT));
    read("a", 150, 151, 0);
    assertThat(history.hiddenLongerThan(50 * UNIT, effects)).isEmpty();

    read("a", 151, 152, 0);
    assertThat(history.hiddenLongerThan(50 * UNIT, effects)).hasSize(1);
  }

  @Test
  void goingBackIsSeenPerClient() {
    read("a", 1, 2, 3);
    read("b", 3, 4, 2);
    assertThat(history.wentBack()).isZero();

    read("a", 5, 6, 2);
    assertThat(history.wentBack()).isEqualTo(1);
  }

  /** More than a log holds in one piece, and the last of it is what is old. */
  @Test
  void longHistoriesAreSearchedToTheirEnd() {
    wrote(10, 20, 1);
    for (int i = 0; i < 20_000; i++) {
      read("a", 30 + i, 31 + i, 1);
    }
    read("a", 30_000, 30_001, 0);

    assertThat(history.reads()).isEqualTo(20_001);
    assertThat(history.stale()).hasSize(1);
  }

  @Test
  void timesLeaveOutWhatASidecarItselfSuffered() {
    ClientLog log = history.reader("a");
    log.add(KEY, new ClientLog.Times(0, 1_000_000, 6_000_000, false), 1, true);
    log.add(KEY, new ClientLog.Times(0, 0, 900_000_000, true), 1, false);

    assertThat(history.readMicros()).containsExactly(5_000);
    assertThat(history.hits()).isEqualTo(1);
    assertThat(History.permille(history.readMicros(), 999)).isEqualTo(5.0);
    assertThat(History.permille(List.of(3L, 1L, 2L), 990)).isEqualTo(3);
  }
}
