package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tier;
import dev.sidecache.caching.Vary;
import dev.sidecache.consistency.Fixture.Looked;
import dev.sidecache.consistency.Fixture.Put;
import dev.sidecache.http.Fields;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponse;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckedStoreTest {
  private Fixture fixture = Fixture.up();
  private final Plan plan = Fixture.plan("/students", "students");

  @AfterEach
  void nothingLeaks() {
    fixture.end();
  }

  private Lookup.Found found(Looked looked) {
    assertThat(looked.lookup()).isInstanceOf(Lookup.Found.class);
    return (Lookup.Found) looked.lookup();
  }

  @Nested
  class Commands {
    @Test
    void missThatIsStoredCostsTwo() {
      fixture.fill(plan, "warms the versions");
      fixture.memory.clear();
      Plan other = Fixture.plan("/students", "students");
      fixture.store.takeCommands();
      fixture.store.delete(List.of(Objects.requireNonNull(other.key())), 0, new Acknowledged());
      fixture.store.takeCommands();

      fixture.fill(other, "body");

      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry", "SET");
    }

    @Test
    void firstMissOnAPathCostsThree() {
      fixture.fill(plan, "body");

      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry", "init", "SET");
    }

    @Test
    void hitInL2CostsOneAndFillsL1() {
      fixture.fill(plan, "body");
      fixture.memory.clear();
      fixture.store.takeCommands();

      Looked hit = fixture.lookedUp(plan);

      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry");
      assertThat(found(hit).tier()).isEqualTo(Tier.L2);
      assertThat(found(hit).current()).isTrue();
      assertThat(found(fixture.lookedUp(plan)).tier()).isEqualTo(Tier.L1);
    }

    @Test
    void hitInL2WithDeclaredTagsCostsTwo() {
      fixture.fill(plan, "body", "declared");
      fixture.memory.clear();
      fixture.store.takeCommands();

      Looked hit = fixture.lookedUp(plan);

      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry", "MGET");
      assertThat(hit.isCurrent()).isTrue();
    }

    @Test
    void simultaneousLookupsOfOneKeyShareTheNextCommand() {
      fixture.store.holdReplies();
      Looked first = fixture.lookup(plan);
      Looked second = fixture.lookup(plan);
      Looked third = fixture.lookup(plan);
      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry");

      fixture.store.deliverNext();

      // The first goes on to give the tags a version, the others share a read sent after they came.
      assertThat(fixture.store.takeCommands()).containsExactlyInAnyOrder("init", "MGET entry");
      fixture.store.deliverAll();
      assertThat(List.of(first.calls, second.calls, third.calls)).containsExactly(1, 1, 1);
      assertThat(second.stamp()).isEqualTo(third.stamp());
    }
  }

  private static final class Acknowledged implements SharedStore.AckHandler {
    @Override
    public void acknowledged() {}

    @Override
    public void failed(SharedStore.Failure failure) {}
  }

  @Nested
  class Validity {
    @Test
    void storedResponseIsCurrentUntilAMutationOfItsTag() {
      fixture.fill(plan, "body");
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();

      fixture.mutation("students").changed();
      fixture.runForMillis(100);

      Looked after = fixture.lookedUp(plan);
      assertThat(found(after).current()).isFalse();
      assertThat(after.result().stamp()).isNotNull();
      assertThat(fixture.mismatches).isEqualTo(1);
    }

    @Test
    void mutationOfAnotherTagLeavesItCurrent() {
      fixture.fill(plan, "body");

      fixture.mutation("teachers").changed();
      fixture.runForMillis(100);

      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
    }

    @Test
    void fillUnderAStampOfBeforeAMutationIsNeverCurrent() {
      FetchStamp before = fixture.lookedUp(plan).stamp();
      fixture.mutation("students").changed();
      fixture.runForMillis(100);
      fixture.lookedUp(plan);

      fixture.put(plan, before, "old");

      assertThat(fixture.lookedUp(plan).isCurrent()).isFalse();
      fixture.memory.clear();
      assertThat(fixture.lookedUp(plan).isCurrent()).isFalse();
    }

    @Test
    void evictedVersionMakesItInvalid() {
      fixture.fill(plan, "body");

      fixture.store.table().evict(Fixture.tag("students").id());

      assertThat(fixture.lookedUp(plan).isCurrent()).isFalse();
    }

    @Test
    void flushMakesEverythingInvalid() {
      fixture.fill(plan, "body");

      fixture.store.table().clear();

      assertThat(fixture.lookedUp(plan).isCurrent()).isFalse();
    }

    @Test
    void epochOfAnotherServerMakesEverythingInvalid() {
      fixture.fill(plan, "body");
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();

      fixture.store.anotherServer("run-2");
      fixture.store.connectionRenewed();
      fixture.runForMillis(1000);

      Looked after = fixture.lookedUp(plan);
      assertThat(found(after).current()).isFalse();
      fixture.put(plan, after.stamp(), "new");
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
    }

    @Test
    void entryOfAnotherInstanceIsTakenFromL2WhenL1HasAnOldOne() {
      fixture.fill(plan, "old");
      fixture.mutation("students").changed();
      fixture.runForMillis(100);
      Looked after = fixture.lookup(plan);
      StoredResponse old = Objects.requireNonNull(after.result().response());
      fixture.put(plan, after.stamp(), "new");
      fixture.memory.put(Objects.requireNonNull(plan.key()), old, 1_000_000_000L);

      Looked hit = fixture.lookedUp(plan);

      assertThat(found(hit))
          .extracting(Lookup.Found::tier, Lookup.Found::current)
          .containsExactly(Tier.L2, true);
    }

    @Test
    void confirmedResponseIsCurrentAgainUnderTheNewStamp() {
      fixture.fill(plan, "body");
      fixture.mutation("students").changed();
      fixture.runForMillis(100);
      Looked stale = fixture.lookup(plan);
      StoredResponse old = Objects.requireNonNull(stale.result().response());

      Put put = new Put();
      fixture
          .instance
          .checkedStore()
          .freshened(plan, stale.stamp(), old, fixture.verdict(null), fixture.loop, put);
      old.release();

      assertThat(put.calls).isEqualTo(1);
      assertThat(put.refusal).isNull();
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
    }

    @Test
    void unreadableFormIsAMissAndDeleted() {
      fixture.fill(plan, "body");
      fixture.memory.clear();
      fixture.store.damage(Objects.requireNonNull(plan.key()));

      Looked miss = fixture.lookedUp(plan);

      assertThat(miss.lookup()).isEqualTo(new Lookup.UriMiss());
      assertThat(fixture.unreadable).isEqualTo(1);
      assertThat(fixture.store.forms()).isZero();
    }
  }

  @Nested
  class DeclaredTags {
    @Test
    void firstFillIsStoredAndInvalidatedByItsDeclaredTag() {
      Put put = fixture.fill(plan, "body", "declared");

      assertThat(put.refusal).isNull();
      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry", "init", "init", "SET");
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
      fixture.mutation("declared").changed();
      fixture.runForMillis(100);
      assertThat(fixture.lookedUp(plan).isCurrent()).isFalse();
    }

    @Test
    void fillAcrossAMutationIsNotStored() {
      FetchStamp before = fixture.lookedUp(plan).stamp();
      fixture.mutation("declared").changed();

      Put put = fixture.put(plan, before, "body", "declared");

      assertThat(put.refusal).isEqualTo(Refusal.INVALIDATED);
      assertThat(put.kept).isFalse();
      assertThat(fixture.store.forms()).isZero();
    }

    @Test
    void fillDuringAMutationIsNotStored() {
      fixture.mutation("declared");
      FetchStamp during = fixture.lookedUp(plan).stamp();

      assertThat(fixture.put(plan, during, "body", "declared").refusal)
          .isEqualTo(Refusal.INVALIDATED);
    }

    @Test
    void tagsThatTheFoundResponseListsWereReadAndNeedNoQuiet() {
      fixture.fill(plan, "body", "declared");
      fixture.mutation("declared").changed();
      fixture.runForMillis(100);
      FetchStamp stamp = fixture.lookedUp(plan).stamp();
      fixture.mutation("another").changed();

      assertThat(fixture.put(plan, stamp, "new", "declared").refusal).isNull();
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();
    }

    @Test
    void changedTagsAreStoredWithTheNextFetchAtTheLatest() {
      fixture.fill(plan, "body", "declared");
      fixture.lookedUp(plan);
      FetchStamp leased = fixture.lookedUp(plan).stamp();
      assertThat(fixture.put(plan, leased, "body", "other").refusal).isEqualTo(Refusal.INVALIDATED);

      FetchStamp read = fixture.lookedUp(plan).stamp();

      assertThat(fixture.put(plan, read, "body", "other").refusal).isNull();
    }
  }

  @Nested
  class VaryingResponses {
    private final Plan english =
        Fixture.plan("/students", Fields.of("Accept-Language", "en"), "students");
    private final Plan german =
        Fixture.plan("/students", Fields.of("Accept-Language", "de"), "students");
    private final Vary language = new Vary(List.of("accept-language"), false);

    @Test
    void variantIsFoundByItsFieldsInBothTiers() {
      fixture.put(english, fixture.lookedUp(english).stamp(), "hello", language);

      assertThat(fixture.lookedUp(english).isCurrent()).isTrue();
      assertThat(fixture.lookedUp(german).lookup()).isEqualTo(new Lookup.VaryMiss());
      fixture.memory.clear();
      fixture.store.takeCommands();
      assertThat(fixture.lookedUp(english).isCurrent()).isTrue();
      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry", "MGET entry");
      assertThat(fixture.lookedUp(german).lookup()).isEqualTo(new Lookup.VaryMiss());
    }

    @Test
    void mutationInvalidatesAllVariants() {
      fixture.put(english, fixture.lookedUp(english).stamp(), "hello", language);
      fixture.put(german, fixture.lookedUp(german).stamp(), "hallo", language);
      assertThat(fixture.lookedUp(german).isCurrent()).isTrue();

      fixture.mutation("students").changed();
      fixture.runForMillis(100);

      assertThat(fixture.lookedUp(english).isCurrent()).isFalse();
      assertThat(fixture.lookedUp(german).isCurrent()).isFalse();
    }
  }

  @Nested
  class WhenTheStoreFails {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
      "OFF, DISABLED",
      "CONNECTING, REDIS_DOWN",
      "DOWN, REDIS_DOWN",
      "AUTH, REDIS_DOWN",
      "QUOTA, REDIS_QUOTA",
      "UP, REDIS_SETTLING"
    })
    void nothingIsLookedUpOrStored(SharedStore.State state, Bypass reason) {
      FetchStamp stamp = fixture.lookedUp(plan).stamp();
      fixture.put(plan, stamp, "body");
      assertThat(fixture.lookedUp(plan).isCurrent()).isTrue();

      fixture.store.become(state, "why");
      fixture.store.takeCommands();

      Looked looked = fixture.lookedUp(plan);
      assertThat(looked.lookup()).isEqualTo(new Lookup.Unavailable(reason));
      assertThat(looked.result().stamp()).isNull();
      assertThat(fixture.put(plan, stamp, "body").refusal).isEqualTo(Refusal.STORE_FAILED);
      assertThat(fixture.store.takeCommands()).isEmpty();
    }

    @Test
    void lookupEndsAtItsDeadlineAndTheLateReplyIsIgnored() {
      fixture.fill(plan, "body");
      fixture.memory.clear();
      fixture.store.holdReplies();
      Looked looked = fixture.lookup(plan);

      fixture.runForMillis(249);
      assertThat(looked.calls).isZero();
      fixture.runForMillis(1);

      assertThat(looked.lookup()).isEqualTo(new Lookup.Unavailable(Bypass.REDIS_DOWN));
      assertThat(looked.result().stamp()).isNull();
      fixture.store.deliverAll();
      assertThat(looked.calls).isEqualTo(1);
    }

    @Test
    void eachLookupHasItsOwnDeadline() {
      fixture.store.holdReplies();
      Looked first = fixture.lookup(plan);
      fixture.runForMillis(200);
      Looked second = fixture.lookup(Fixture.plan("/other"));

      fixture.runForMillis(50);
      assertThat(first.calls).isEqualTo(1);
      assertThat(second.calls).isZero();
      fixture.runForMillis(200);
      assertThat(second.calls).isEqualTo(1);
    }

    @Test
    void fullStoreGivesAMissThatIsNotStored() {
      fixture.store.holdReplies();
      Looked looked = fixture.lookup(plan);
      fixture.store.failWith(SharedStore.Failure.FULL);

      fixture.store.deliverAll();

      assertThat(looked.lookup()).isEqualTo(new Lookup.UriMiss());
      assertThat(looked.result().stamp()).isNull();
    }

    @Test
    void failedStoreIsToldAndKeepsTheResponseInL1() {
      FetchStamp stamp = fixture.lookedUp(plan).stamp();
      fixture.store.failWith(SharedStore.Failure.FULL);

      Put put = fixture.put(plan, stamp, "body");

      fixture.store.failWith(null);
      assertThat(put.kept).isTrue();
      assertThat(put.refusal).isEqualTo(Refusal.STORE_FAILED);
      assertThat(found(fixture.lookedUp(plan)).tier()).isEqualTo(Tier.L1);
    }
  }
}
