package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.admin.ValueStore.DoneHandler;
import dev.sidecache.admin.ValueStore.GetHandler;
import dev.sidecache.admin.ValueStore.Terms;
import dev.sidecache.caching.Tag;
import dev.sidecache.consistency.Settings;
import dev.sidecache.store.LocalSharedStore;
import dev.sidecache.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StoredValuesTest {
  private static final Duration TTL = Duration.ofMinutes(5);

  private final ManualClock clock = new ManualClock();
  private final LocalSharedStore shared = new LocalSharedStore(clock::nanoTime);
  private final OneInstance one = new OneInstance(clock, shared, Settings.memory());
  private final StoredValues values = values(one);
  private final List<String> told = new ArrayList<>();

  private StoredValues values(OneInstance of) {
    return new StoredValues(of.instance, 64, clock::now, 3);
  }

  @AfterEach
  void nothingLeaks() {
    one.memory.clear();
    assertThat(one.memory.entries()).isZero();
  }

  private final class Telling implements GetHandler, DoneHandler {
    @Override
    public void found(byte[] json) {
      told.add(new String(json, StandardCharsets.UTF_8));
    }

    @Override
    public void absent() {
      told.add("absent");
    }

    @Override
    public void done(long count) {
      told.add("done " + count);
    }

    @Override
    public void refused(String reason) {
      told.add("refused " + reason);
    }

    @Override
    public void unavailable(String reason) {
      told.add("unavailable " + reason);
    }
  }

  /** What was told since; none: not answered yet. */
  private String answer() {
    assertThat(told).hasSizeLessThan(2);
    return told.isEmpty() ? "none" : told.remove(0);
  }

  private String get(String key) {
    values.get(key, one.loop, new Telling());
    return answer();
  }

  private String put(String key, String json, String... tags) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    values.put(key, bytes, new Terms(TTL, List.of(tags)), one.loop, new Telling());
    return answer();
  }

  private String delete(String key) {
    values.delete(key, one.loop, new Telling());
    return answer();
  }

  private String deletePrefix(String prefix) {
    values.deletePrefix(prefix, one.loop, new Telling());
    return answer();
  }

  private void purge(Tag tag) {
    one.instance.mutations().purge(Set.of(tag), false, one.loop, pending -> told.add("purged"));
    assertThat(answer()).isEqualTo("purged");
  }

  @Nested
  class WhileTheCacheIsUsed {
    WhileTheCacheIsUsed() {
      one.started();
    }

    @Test
    void valueIsFoundUnderItsKeyOnly() {
      assertThat(get("profile:7")).isEqualTo("absent");
      assertThat(put("profile:7", "{\"id\":7}")).isEqualTo("done 1");

      assertThat(get("profile:7")).isEqualTo("{\"id\":7}");
      assertThat(get("profile:70")).isEqualTo("absent");
    }

    @Test
    void valueIsReplaced() {
      put("a", "1");
      assertThat(put("a", "2")).isEqualTo("done 1");
      assertThat(get("a")).isEqualTo("2");
    }

    @Test
    void valueEndsWithItsTtl() {
      put("a", "1");
      clock.advance(TTL.minusMillis(1));
      assertThat(get("a")).isEqualTo("1");
      clock.advance(Duration.ofMillis(1));
      assertThat(get("a")).isEqualTo("absent");
    }

    @Test
    void deletionTellsWhetherThereWasOne() {
      put("a", "1");
      assertThat(delete("a")).isEqualTo("done 1");
      assertThat(get("a")).isEqualTo("absent");
      assertThat(delete("a")).isEqualTo("done 0");
    }

    @Test
    void valueGoesWithItsTagsTheirFamiliesAndAll() {
      for (Tag tag :
          List.of(
              Tag.named("student:7"),
              new Tag(Tag.Kind.FAMILY, "student"),
              new Tag(Tag.Kind.ROUTE, ValueKey.ROUTE),
              Tag.ALL)) {
        put("a", "1", "student:7", "plain");
        assertThat(get("a")).isEqualTo("1");
        purge(Tag.named("other"));
        assertThat(get("a")).isEqualTo("1");
        purge(tag);
        assertThat(get("a")).as(tag.text()).isEqualTo("absent");
      }
    }

    @Test
    void tooLargeAndTooManyTagsAreRefused() {
      assertThat(put("a", "x".repeat(64))).isEqualTo("done 1");
      assertThat(put("a", "x".repeat(65))).isEqualTo("refused too_large");
      String[] tags = IntStream.range(0, 32).mapToObj(i -> i + ":" + i).toArray(String[]::new);
      assertThat(put("b", "1", tags)).isEqualTo("done 1");
      tags[31] = "one:more";
      assertThat(put("b", "1", tags)).isEqualTo("done 1");
      String[] more = IntStream.range(0, 33).mapToObj(i -> i + ":" + i).toArray(String[]::new);
      assertThat(put("b", "1", more)).isEqualTo("refused too_many_tags");
    }

    @Test
    void familyIsDeletedAndOthersStay() {
      put("profile:7", "1");
      put("profile:8", "2");
      put("profile", "3");

      assertThat(deletePrefix("profile:")).isEqualTo("done 2");

      assertThat(get("profile:7")).isEqualTo("absent");
      assertThat(get("profile")).isEqualTo("3");
    }

    @Test
    void longerPrefixIsWidenedToItsFamily() {
      put("a:b:1", "1");
      put("a:c:1", "2");
      put("b:1", "3");

      assertThat(deletePrefix("a:b:")).isEqualTo("done 2");

      assertThat(get("a:c:1")).isEqualTo("absent");
      assertThat(get("b:1")).isEqualTo("3");
    }

    @Test
    void prefixWithoutColonDeletesAll() {
      for (String prefix : List.of("", "prof")) {
        put("profile:7", "1");
        put("other", "2");
        assertThat(deletePrefix(prefix)).isEqualTo("done 2");
        assertThat(get("profile:7")).isEqualTo("absent");
        assertThat(get("other")).isEqualTo("absent");
      }
    }

    @Test
    void countIsOfLivingKeysThatWereSeen() {
      put("a", "1");
      clock.advance(TTL);
      put("b", "1");
      assertThat(deletePrefix("")).isEqualTo("done 1");

      for (String key : List.of("a", "b", "c", "d")) {
        put(key, "1");
      }
      assertThat(deletePrefix("")).as("3 are remembered").isEqualTo("done 3");
      assertThat(get("a")).isEqualTo("absent");
    }
  }

  @Nested
  class WhileTheCacheIsNotUsed {
    @Test
    void nothingIsToldButWhy() {
      assertThat(get("a")).isEqualTo("unavailable redis_down");
      assertThat(put("a", "1")).isEqualTo("unavailable redis_down");
      assertThat(delete("a")).isEqualTo("unavailable redis_down");
      assertThat(deletePrefix("a")).isEqualTo("unavailable redis_down");
      assertThat(one.memory.entries()).isZero();

      one.started();
      assertThat(get("a")).isEqualTo("absent");
    }
  }

  @Nested
  class TwoInstances {
    private final OneInstance first = new OneInstance(clock, shared, Settings.DEFAULT).started();
    private final OneInstance second = new OneInstance(clock, shared, Settings.DEFAULT).started();
    private final StoredValues firstValues = values(first);
    private final StoredValues secondValues = values(second);

    TwoInstances() {
      // A first version of the key's tag: what is put later must wait for leases.
      putAtOnce(firstValues, first, "1");
      secondValues.put("a", bytes("2"), terms(), second.loop, new Telling());
      assertThat(answer()).isEqualTo("none");
      second.loop.runFor(clock, Duration.ofMillis(100));
      assertThat(answer()).isEqualTo("done 1");
    }

    private byte[] bytes(String json) {
      return json.getBytes(StandardCharsets.UTF_8);
    }

    private Terms terms() {
      return new Terms(TTL, List.of());
    }

    private void putAtOnce(StoredValues into, OneInstance on, String json) {
      into.put("a", bytes(json), terms(), on.loop, new Telling());
      assertThat(answer()).isEqualTo("done 1");
    }

    private String get(StoredValues from, OneInstance on) {
      from.get("a", on.loop, new Telling());
      return answer();
    }

    @AfterEach
    void nothingLeaks() {
      first.memory.clear();
      second.memory.clear();
    }

    @Test
    void putMakesTheOthersCopyInvalid() {
      assertThat(get(secondValues, second)).isEqualTo("2");
      assertThat(get(firstValues, first)).isEqualTo("absent");
    }

    @Test
    void deletionIsSeenByTheOtherOnceItIsAnswered() {
      assertThat(get(secondValues, second)).isEqualTo("2");

      firstValues.delete("a", first.loop, new Telling());
      first.loop.runFor(clock, Duration.ofMillis(99));
      assertThat(answer()).isEqualTo("none");
      first.loop.runFor(clock, Duration.ofMillis(1));
      assertThat(answer()).startsWith("done");

      assertThat(get(secondValues, second)).isEqualTo("absent");
    }

    @Test
    void deletionByPrefixIsSeenByTheOther() {
      firstValues.deletePrefix("", first.loop, new Telling());
      first.loop.runFor(clock, Duration.ofMillis(100));
      assertThat(answer()).startsWith("done");

      assertThat(get(secondValues, second)).isEqualTo("absent");
    }
  }
}
