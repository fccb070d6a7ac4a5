package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StampTest {
  private static final Tag.Id EPOCH = Tag.ALL.id();
  private static final Tag.Id LIST = Tag.named("list").id();
  private static final Tag.Id OTHER = Tag.named("other").id();

  private final Stamp stamp = Stamp.of(List.of(EPOCH, LIST), List.of("uid-1", "uid-2"));

  @Test
  void matchesExactlyWhileEveryVersionIsTheCurrentOne() {
    Map<Tag.Id, String> current = new HashMap<>(Map.of(EPOCH, "uid-1", LIST, "uid-2"));
    assertThat(stamp.matches(current)).isTrue();

    current.put(OTHER, "uid-3");
    assertThat(stamp.matches(current)).isTrue();

    current.put(LIST, "uid-3");
    assertThat(stamp.matches(current)).isFalse();

    current.put(LIST, "uid-2");
    current.remove(EPOCH);
    assertThat(stamp.matches(current)).isFalse();
  }

  @Test
  void tellsItsPairs() {
    assertThat(stamp.size()).isEqualTo(2);
    assertThat(stamp.tag(1)).isEqualTo(LIST);
    assertThat(stamp.uid(1)).isEqualTo("uid-2");
    assertThat(stamp.uidOf(LIST)).isEqualTo("uid-2");
    assertThat(stamp.uidOf(OTHER)).isNull();
    assertThat(stamp).hasToString("Stamp[uid-1, uid-2]");
  }

  @Test
  void equalPairsAreEqual() {
    assertThat(stamp)
        .isEqualTo(Stamp.of(List.of(EPOCH, LIST), List.of("uid-1", "uid-2")))
        .hasSameHashCodeAs(Stamp.of(List.of(EPOCH, LIST), List.of("uid-1", "uid-2")))
        .isNotEqualTo(Stamp.of(List.of(EPOCH, OTHER), List.of("uid-1", "uid-2")))
        .isNotEqualTo(Stamp.of(List.of(EPOCH, LIST), List.of("uid-1", "uid-3")))
        .isNotEqualTo("Stamp");
  }

  @Test
  void needsAUidForEachTag() {
    assertThatThrownBy(() -> Stamp.of(List.of(EPOCH, LIST), List.of("uid-1")))
        .hasMessage("2 tags, 1 uids");
  }
}
