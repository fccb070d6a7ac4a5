package dev.sidecache.store;

import static dev.sidecache.testing.StoreClient.TTL_MILLIS;
import static dev.sidecache.testing.StoreClient.expect;
import static dev.sidecache.testing.StoreClient.tags;
import static dev.sidecache.testing.StoreClient.uid;
import static dev.sidecache.testing.StoreClient.uids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Finish;
import dev.sidecache.store.SharedStore.Init;
import dev.sidecache.store.SharedStore.Version;
import dev.sidecache.store.SharedStore.Versions;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.StoreClient.Acknowledged;
import dev.sidecache.testing.StoreClient.Answer;
import dev.sidecache.testing.StoreClient.Claimed;
import dev.sidecache.testing.StoreClient.Finished;
import dev.sidecache.testing.StoreClient.Found;
import dev.sidecache.testing.StoreClient.Held;
import dev.sidecache.testing.StoreClient.Marked;
import dev.sidecache.testing.StoreClient.Told;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every shared store does, whatever it is made of: one suite, run over each. Source:
 * consistency.md, Sections 3 and 6.
 */
public abstract class SharedStoreContract {
  private static final Tag.Id ANY = Tag.ANY_MUTATION.id();
  private static final long LEASE = 5_000;

  private final String mid = uid();
  private final List<Tag.Id> a = tags("a");
  private final List<Tag.Id> ab = tags("a", "b");

  /** An empty store, asked on its own loop; the same one during a test. */
  protected abstract StoreClient client();

  /** Returns once so much time has passed for the store. */
  protected abstract void pass(long millis);

  /** Makes the store lose the version of a tag. */
  protected abstract void evict(Tag.Id tag);

  private Version version(Tag.Id tag) {
    return client().read(List.of(tag)).versions().get(0);
  }

  private Marked mark(String by, List<Tag.Id> tags) {
    return expect(Marked.class, client().mark(by, tags, LEASE));
  }

  private Finished finish(String by, List<Tag.Id> tags) {
    return expect(Finished.class, client().finish(by, tags));
  }

  private Finished keep(String by, List<Tag.Id> tags) {
    Finish kept = new Finish(by, tags, List.of(), null, 100, TTL_MILLIS);
    return expect(Finished.class, client().finish(kept));
  }

  @Nested
  class Reading {
    @Test
    void emptyStoreHasNeitherEpochNorVersions() {
      Versions versions = client().read(ab);

      assertThat(versions.epoch()).isNull();
      assertThat(versions.versions()).containsExactly(null, null);
    }

    @Test
    void versionsComeInTheOrderAskedFor() {
      Versions made = client().init(tags("a", "b", "c"));

      Versions read = client().read(tags("c", "x", "a"));

      assertThat(read.versions())
          .containsExactly(made.versions().get(2), null, made.versions().get(0));
      assertThat(read.epoch()).isEqualTo(made.epoch());
      assertThat(read.server()).isEqualTo(made.server());
    }

    @Test
    void manyTagsAtOnce() {
      List<Tag.Id> many =
          IntStream.range(0, 200).mapToObj(i -> new Tag(Tag.Kind.URL, "/" + i).id()).toList();

      Versions made = client().init(many);

      assertThat(client().read(many).versions()).isEqualTo(made.versions()).doesNotContainNull();
    }

    @Test
    void entryThatWasNeverStoredIsNotFound() {
      Found found = expect(Found.class, client().lookup(a, StoreClient.key("nothing")));
      assertThat(found.form()).isEmpty();
    }

    @Test
    void infoNamesTheServer() {
      assertThat(expect(Told.class, client().info()).info().server()).isNotEmpty();
    }

    @Test
    void deletingNothingIsAcknowledged() {
      expect(Acknowledged.class, client().delete());
    }
  }

  @Nested
  class Claiming {
    private final CacheKey key = StoreClient.key("cold " + uid());

    private Answer claim(String holder) {
      return client().claim(key, holder, 400);
    }

    @Test
    void firstHasItOthersAreToldWho() {
      assertThat(claim("one:1")).isEqualTo(new Claimed());

      assertThat(claim("two:2")).isEqualTo(new Held("one:1"));
      assertThat(claim("one:1")).isEqualTo(new Held("one:1"));
      assertThat(client().claim(StoreClient.key("another " + uid()), "two:2", 400))
          .isEqualTo(new Claimed());
    }

    @Test
    void itEndsByItself() {
      claim("one:1");

      pass(401);

      assertThat(claim("two:2")).isEqualTo(new Claimed());
    }

    @Test
    void itEndsEarlyIfItsHolderSaysSo() {
      client().claim(key, "one:1", 60_000);

      client().disclaim(key);

      // NB: a transport that keeps no order may bring the next claim first.
      Awaitility.await().until(() -> claim("two:2"), new Claimed()::equals);
    }
  }

  @Nested
  class Initialising {
    @Test
    void firstVersionsAreGivenOnce() {
      Versions first = client().init(ab);
      assertThat(first.versions()).doesNotContainNull();
      assertThat(first.epoch().server()).isEqualTo(first.server());
      assertThat(first.epoch().leaseMillis()).isEqualTo(100);

      assertThat(client().init(ab)).isEqualTo(first);
    }

    @Test
    void uidsAreTheOnesGiven() {
      List<String> given = uids(2);
      Init init = new Init(given, uid(), 0, TTL_MILLIS);

      Versions made = expect(Found.class, client().init(ab, init)).versions();

      assertThat(made.versions())
          .containsExactly(new Version(given.get(0), false), new Version(given.get(1), false));
      assertThat(made.epoch().uid()).isEqualTo(init.epochUid());
    }

    @Test
    void onlyWhatIsMissingIsFilled() {
      Versions first = client().init(a);
      mark(mid, tags("c"));

      Versions all = client().init(tags("a", "b", "c"));

      assertThat(all.versions().get(0)).isEqualTo(first.versions().get(0));
      assertThat(all.versions().get(1).marked()).isFalse();
      assertThat(all.versions().get(2).marked()).isTrue();
      assertThat(all.epoch()).isEqualTo(first.epoch());
    }

    @Test
    void versionsAndEpochEndWithTheirTime() {
      Init init = new Init(uids(1), uid(), 0, 300);
      expect(Found.class, client().init(a, init));

      pass(301);

      Versions read = client().read(a);
      assertThat(read.epoch()).isNull();
      assertThat(read.versions()).containsExactly((Version) null);
    }
  }

  @Nested
  class Marking {
    @Test
    void markOfATagWithoutVersionGivesOneAndSaysGap() {
      Marked marked = mark(mid, ab);

      assertThat(marked.gap()).isTrue();
      assertThat(marked.leastMillis()).isEqualTo(LEASE);
      assertThat(marked.epoch()).isNull();
      assertThat(version(a.get(0)).marked()).isTrue();
    }

    @Test
    void markKeepsTheVersionAndTellsTheEpoch() {
      Versions before = client().init(a);

      Marked marked = mark(mid, a);

      assertThat(marked.gap()).isTrue();
      assertThat(marked.epoch()).isEqualTo(before.epoch());
      assertThat(version(a.get(0))).isEqualTo(new Version(before.versions().get(0).uid(), true));
    }

    @Test
    void renewalSaysNoGapUnlessTheMarkWasLost() {
      mark(mid, ab);
      assertThat(mark(mid, ab).gap()).isFalse();

      evict(ab.get(1));

      assertThat(mark(mid, ab).gap()).isTrue();
    }

    @Test
    void markedVersionDiesWithItsLease() {
      client().init(a);
      expect(Marked.class, client().mark(mid, a, 300));

      pass(301);

      assertThat(version(a.get(0))).isNull();
    }

    @Test
    void noMarkProlongsAnothers() {
      expect(Marked.class, client().mark(mid, a, 400));

      Marked other = mark(uid(), a);

      assertThat(other.gap()).isTrue();
      assertThat(other.leastMillis()).isBetween(1L, 400L);
      pass(401);
      assertThat(version(a.get(0))).isNull();
    }

    @Test
    void leastOfAllExpiriesIsTold() {
      expect(Marked.class, client().mark(mid, a, 1_000));

      assertThat(mark(uid(), ab).leastMillis()).isBetween(1L, 1_000L);
    }

    @Test
    void ownMarkIsProlonged() {
      expect(Marked.class, client().mark(mid, a, 300));
      assertThat(mark(mid, a).leastMillis()).isEqualTo(LEASE);

      pass(301);

      assertThat(version(a.get(0)).marked()).isTrue();
    }

    @Test
    void anyMutationCountsNeitherForGapNorForExpiry() {
      List<Tag.Id> withAny = List.of(a.get(0), ANY);
      expect(Marked.class, client().mark(uid(), List.of(ANY), 300));
      mark(mid, a);

      Marked marked = mark(mid, withAny);

      assertThat(marked.gap()).isFalse();
      assertThat(marked.leastMillis()).isEqualTo(LEASE);
      pass(301);
      assertThat(version(ANY).marked()).as("its lease is always the full one").isTrue();
    }
  }

  @Nested
  class Finishing {
    @Test
    void finishGivesNewVersionsAndTakesTheMarkAway() {
      Versions before = client().init(ab);
      mark(mid, ab);

      Finished finished = finish(mid, ab);

      assertThat(finished.gap()).isFalse();
      assertThat(finished.epoch()).isEqualTo(before.epoch());
      Versions after = client().read(ab);
      assertThat(after.versions()).noneMatch(Version::marked);
      assertThat(after.versions()).doesNotContainAnyElementsOf(before.versions());
      assertThat(after.epoch()).isEqualTo(before.epoch());
    }

    @Test
    void versionsStayWhereNothingWasChanged() {
      Versions before = client().init(ab);
      mark(mid, ab);

      assertThat(keep(mid, ab).gap()).isFalse();

      assertThat(client().read(ab)).isEqualTo(before);
    }

    @Test
    void versionLivesOnAfterTheLeaseOfAFinishedMark() {
      expect(Marked.class, client().mark(mid, a, 300));
      finish(mid, a);

      pass(301);

      assertThat(version(a.get(0))).isNotNull();
    }

    @Test
    void finishWithoutMarkSaysGapAndInvalidatesAllTheSame() {
      Versions before = client().init(a);

      assertThat(finish(mid, a).gap()).isTrue();

      assertThat(version(a.get(0))).isNotEqualTo(before.versions().get(0));
    }

    @Test
    void tagWithoutVersionStaysWithoutOneAndIsAGap() {
      mark(mid, ab);
      evict(ab.get(0));

      assertThat(finish(mid, ab).gap()).isTrue();

      assertThat(version(ab.get(0))).isNull();
      assertThat(version(ab.get(1)).marked()).isFalse();
    }

    @Test
    void gapIsToldAlsoWhereVersionsStay() {
      assertThat(keep(mid, ab).gap()).isTrue();
    }

    @Test
    void otherMutationsStayMarked() {
      String other = uid();
      mark(mid, a);
      mark(other, a);
      String before = version(a.get(0)).uid();

      finish(mid, a);

      Version between = version(a.get(0));
      assertThat(between.marked()).isTrue();
      assertThat(between.uid()).isNotEqualTo(before);
      assertThat(finish(other, a).gap()).isFalse();
      assertThat(version(a.get(0)).marked()).isFalse();
    }

    @Test
    void finishOfOneDoesNotProlongTheMarkOfAnother() {
      expect(Marked.class, client().mark(uid(), a, 400));
      mark(mid, a);

      finish(mid, a);

      pass(401);
      assertThat(version(a.get(0))).isNull();
    }

    @Test
    void inDoubtTheVersionChangesAndTheMarkStays() {
      mark(mid, a);
      Version before = version(a.get(0));

      assertThat(finish(null, a).gap()).isTrue();

      assertThat(version(a.get(0)).marked()).isTrue();
      assertThat(version(a.get(0)).uid()).isNotEqualTo(before.uid());
      assertThat(finish(mid, a).gap()).isFalse();
    }

    @Test
    void missingMarkOfAnyMutationIsNoGap() {
      List<Tag.Id> withAny = List.of(ANY, a.get(0));
      mark(mid, withAny);
      evict(ANY);

      assertThat(finish(mid, withAny).gap()).isFalse();
    }

    @Test
    void purgeOfEverythingReplacesTheEpochAndTellsTheOldOne() {
      Versions before = client().init(a);
      String epoch = uid();
      List<Tag.Id> any = List.of(ANY);
      Finish purge = new Finish(null, any, uids(1), epoch, 250, TTL_MILLIS);

      Finished finished = expect(Finished.class, client().finish(purge));

      assertThat(finished.gap()).isTrue();
      assertThat(finished.epoch()).isEqualTo(before.epoch());
      Versions after = client().read(a);
      assertThat(after.epoch())
          .isEqualTo(new SharedStore.Epoch(epoch, before.epoch().server(), 250));
      assertThat(after.versions()).isEqualTo(before.versions());
    }

    @Test
    void lateRepeatNeverBringsAVersionBack() {
      mark(mid, a);
      finish(mid, a);
      String once = version(a.get(0)).uid();
      finish(uid(), a);

      finish(mid, a);

      assertThat(version(a.get(0)).uid()).isNotEqualTo(once);
    }

    @Test
    void threeMutationsEndInAnyOrder() {
      List<String> mids = Stream.generate(StoreClient::uid).limit(3).toList();
      mids.forEach(by -> mark(by, ab));

      assertThat(finish(mids.get(1), ab).gap()).isFalse();
      assertThat(finish(mids.get(0), ab).gap()).isFalse();
      assertThat(version(a.get(0)).marked()).isTrue();
      assertThat(finish(mids.get(2), ab).gap()).isFalse();
      assertThat(client().read(ab).versions()).noneMatch(Version::marked);
    }
  }
}
