package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.admin.Purger.Item;
import dev.sidecache.admin.Purger.Outcome;
import dev.sidecache.caching.Purge.Kind;
import dev.sidecache.caching.Tag;
import dev.sidecache.consistency.Settings;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.LocalSharedStore;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import dev.sidecache.testing.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CachePurgerTest {
  private static final RuleSet RULES =
      new Rules()
          .route(Rules.route("students-list", "/api/students", "students"))
          .route(Rules.route("student-detail", "/api/students/{id}", "student:{id}"))
          .route(Rules.route("notes", "/api/students/{id}/notes", "note:{id}"))
          .rule(Rules.rule("changed", "PATCH", "/api/teachers/{id}", "teachers", "teacher:*"))
          .build();

  private final ManualClock clock = new ManualClock();
  private final LocalSharedStore shared = new LocalSharedStore(clock::nanoTime);
  private final OneInstance one = new OneInstance(clock, shared, Settings.memory()).started();
  private final ManualLoop background = new ManualLoop(clock);
  private final List<String> told = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  @BeforeEach
  void threeResponses() {
    one.keep(RULES, "/api/students");
    one.keep(RULES, "/api/students/7");
    one.keep(RULES, "/api/students/8", "Cache-Tag", "campus:north");
    assertThat(one.memory.entries()).isEqualTo(3);
  }

  @AfterEach
  void nothingLeaks() {
    one.memory.clear();
    assertThat(one.memory.entries()).isZero();
  }

  private CachePurger purger(OneInstance on, Executor walker) {
    ExchangeObserver observer =
        new ExchangeObserver() {
          @Override
          public void invalidated(String source, String name, Collection<Tag> tags) {
            told.add(source + " " + name + " " + tags.stream().map(Tag::text).toList());
          }
        };
    return new CachePurger(() -> RULES, on.instance.mutations(), on.memory, walker, observer);
  }

  private static PurgeRequest request(Kind kind, boolean dryRun, String... names) {
    List<PurgeRequest.Item> items =
        Stream.of(names).map(name -> new PurgeRequest.Item(name, name)).toList();
    return new PurgeRequest(kind, items, dryRun, false);
  }

  private Outcome purge(PurgeRequest request) {
    purger(one, background).purge(request, one.loop, outcomes::add);
    settle();
    assertThat(outcomes).hasSize(1);
    return outcomes.remove(0);
  }

  private void settle() {
    for (int i = 0; i < 3; i++) {
      background.runDue();
      one.loop.runDue();
    }
  }

  @Test
  void tagLeavesWithAllThatCarriesIt() {
    Outcome outcome = purge(request(Kind.TAG, false, "student:7"));

    assertThat(outcome)
        .isEqualTo(
            new Outcome(List.of(new Item("student:7", true, List.of())), 1, null, false, null));
    assertThat(one.isCached(RULES, "/api/students/7")).isFalse();
    assertThat(one.isCached(RULES, "/api/students/8")).isTrue();
    assertThat(one.memory.entries()).isEqualTo(2);
    assertThat(told).containsExactly("api - [student:7]");
  }

  @Test
  void dryRunCountsAndChangesNothing() {
    Outcome outcome = purge(request(Kind.TAG, true, "student:*"));

    assertThat(outcome.removedInMemory()).isEqualTo(2);
    assertThat(outcome.items()).containsExactly(new Item("student:*", true, List.of()));
    assertThat(one.isCached(RULES, "/api/students/7")).isTrue();
    assertThat(one.memory.entries()).isEqualTo(3);
    assertThat(told).isEmpty();
  }

  @Test
  void patternWithAFurtherColonIsWidenedAndSaysSo() {
    Outcome outcome = purge(request(Kind.TAG, false, "student:a:*"));

    assertThat(outcome.items())
        .containsExactly(new Item("student:a:*", true, List.of("student:*")));
    assertThat(outcome.removedInMemory()).isEqualTo(2);
  }

  @Test
  void prefixNamesTheKeysItBecame() {
    Outcome outcome = purge(request(Kind.PREFIX, false, "/api/students/7"));

    assertThat(outcome.items())
        .containsExactly(
            new Item(
                "/api/students/7", true, List.of("under:/api/students/7", "url:/api/students/7")));
    assertThat(one.isCached(RULES, "/api/students")).isTrue();
    assertThat(one.isCached(RULES, "/api/students/7")).isFalse();
  }

  @Test
  void urlAndRouteGoByTheirNames() {
    assertThat(purge(request(Kind.URL, false, "/api/students/7")).removedInMemory()).isEqualTo(1);
    assertThat(purge(request(Kind.ROUTE, false, "student-detail")).removedInMemory()).isEqualTo(1);
    assertThat(one.isCached(RULES, "/api/students")).isTrue();
  }

  @Test
  void allEmptiesTheNamespace() {
    Outcome outcome = purge(request(Kind.ALL, false));

    assertThat(outcome).isEqualTo(new Outcome(List.of(), 3, null, false, null));
    assertThat(one.isCached(RULES, "/api/students")).isFalse();
    assertThat(told).containsExactly("api - [all]");
  }

  @Test
  void itemStaysKnownThatOnlyTheSharedStoreHasSeen() {
    one.memory.clear();

    Outcome outcome = purge(request(Kind.TAG, false, "student:7", "student:9"));

    assertThat(outcome.removedInMemory()).isZero();
    assertThat(outcome.items())
        .containsExactly(
            new Item("student:7", true, List.of()), new Item("student:9", false, List.of()));
  }

  @Test
  void memoryIsGoneThroughOffTheLoop() {
    purger(one, background).purge(request(Kind.TAG, false, "students"), one.loop, outcomes::add);
    one.loop.runDue();

    assertThat(outcomes).isEmpty();
    assertThat(one.isCached(RULES, "/api/students")).isFalse();
    assertThat(one.memory.entries()).isEqualTo(3);

    background.runDue();
    assertThat(outcomes).isEmpty();
    assertThat(one.memory.entries()).isEqualTo(2);
    one.loop.runDue();
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void purgeHoldsEvenIfMemoryCannotBeGoneThrough() {
    Executor stopped =
        work -> {
          throw new RejectedExecutionException();
        };

    purger(one, stopped).purge(request(Kind.TAG, false, "nobody"), one.loop, outcomes::add);
    purger(one, stopped).purge(request(Kind.TAG, false, "students"), one.loop, outcomes::add);

    assertThat(outcomes).hasSize(2);
    assertThat(outcomes.get(0).hint()).isEqualTo("nothing is known under \"nobody\"");
    assertThat(one.isCached(RULES, "/api/students")).isFalse();
  }

  @Test
  void answerWaitsForLeasesOfOtherInstances() {
    OneInstance leasing = new OneInstance(clock, shared, Settings.DEFAULT).started();

    purger(leasing, Runnable::run)
        .purge(request(Kind.TAG, false, "students"), leasing.loop, outcomes::add);
    leasing.loop.runFor(clock, Duration.ofMillis(99));
    assertThat(outcomes).isEmpty();

    leasing.loop.runFor(clock, Duration.ofMillis(1));
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0).pending()).isFalse();
  }

  @Nested
  class Hints {
    private String hint(Kind kind, String... names) {
      return purge(request(kind, true, names)).hint();
    }

    @Test
    void knownNamesNeedNone() {
      assertThat(hint(Kind.TAG, "students")).isNull();
    }

    @Test
    void tagsComeFromRoutesRulesAndResponses() {
      assertThat(hint(Kind.TAG, "studnets"))
          .isEqualTo("nothing is known under \"studnets\", nearest: students");
      assertThat(hint(Kind.TAG, "teacherz"))
          .isEqualTo("nothing is known under \"teacherz\", nearest: teachers, teacher:*");
      assertThat(hint(Kind.TAG, "teacher:4"))
          .isEqualTo("nothing is known under \"teacher:4\", nearest: teacher:*, teachers");
      assertThat(hint(Kind.TAG, "campus:nord"))
          .isEqualTo("nothing is known under \"campus:nord\", nearest: campus:north");
    }

    @Test
    void routesAndPathsComeFromTheConfiguration() {
      assertThat(hint(Kind.ROUTE, "student-list"))
          .isEqualTo("nothing is known under \"student-list\", nearest: students-list");
      assertThat(hint(Kind.URL, "/api/studnets/4"))
          .isEqualTo("nothing is known under \"/api/studnets/4\", nearest: /api/students/{id}");
    }

    @Test
    void manyUnknownNamesAreCutShort() {
      assertThat(hint(Kind.ROUTE, "aaaa", "students-list", "bbbb", "cccc", "dddd"))
          .isEqualTo(
              "nothing is known under \"aaaa\"; nothing is known under \"bbbb\"; "
                  + "nothing is known under \"cccc\"; and 1 more");
    }
  }
}
