package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.consistency.Fixture.Looked;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Turns among instances to fetch a cold key: consistency.md, Section 5, step 10. */
class FillLeaseTest {
  private static final long EXPECTED_NANOS = Duration.ofMillis(200).toNanos();

  private final Fixture fixture =
      Fixture.up(Fixture.leased(Duration.ofMillis(100)).withFillLease(true));
  private final Plan plan = Fixture.plan("/students", "students");
  private FetchStamp stamp = missed();

  @AfterEach
  void nothingLeaks() {
    fixture.end();
  }

  private FetchStamp missed() {
    FetchStamp found = fixture.lookedUp(plan).stamp();
    fixture.store.takeCommands();
    return found;
  }

  /** Another instance has claimed the key after it found these versions. */
  private void othersClaim(String digest) {
    fixture.store.claims.put(Objects.requireNonNull(plan.key()), "other:" + digest);
  }

  /** Another instance stores what it fetched under the same versions; L1 does not know it. */
  private void otherStores(String body) {
    fixture.put(plan, stamp, body);
    fixture.memory.clear();
    fixture.memory.cleanUp();
    fixture.store.takeCommands();
  }

  /** What the one who asked for the turn was told. */
  private final class Asked implements FillLease.Handler {
    final FillLease turn;
    boolean suffices = true;
    int fetches;
    @Nullable String filled;

    Asked() {
      this(EXPECTED_NANOS);
    }

    Asked(long expectedNanos) {
      turn =
          fixture.instance.checkedStore().takeTurn(plan, stamp, expectedNanos, fixture.loop, this);
    }

    @Override
    public boolean suffices(Lookup found) {
      return suffices;
    }

    @Override
    public void fetch() {
      fetches++;
    }

    @Override
    public void filled(StoredResponse response) {
      ByteBuf body = response.body();
      filled = body.toString(StandardCharsets.UTF_8);
      body.release();
      response.release();
    }

    boolean waits() {
      return fetches == 0 && filled == null;
    }
  }

  @Nested
  class Leading {
    @Test
    void firstFetchesAtTheCostOfOneCommand() {
      Asked asked = new Asked();

      assertThat(asked.fetches).isEqualTo(1);
      assertThat(fixture.store.takeCommands()).containsExactly("claim");
      String holder = fixture.store.claims.get(plan.key());
      assertThat(holder).endsWith(":" + stamp.digest());
    }

    @Test
    void claimIsLeftWhereTheResponseIsStored() {
      new Asked();
      fixture.put(plan, stamp, "body");

      assertThat(fixture.store.takeCommands()).containsExactly("claim", "SET");
    }

    @Test
    void claimEndsOnceWhereItIsNot() {
      Asked asked = new Asked();

      asked.turn.notStored();
      asked.turn.notStored();

      assertThat(fixture.store.takeCommands()).containsExactly("claim", "disclaim");
    }

    @Test
    void claimLivesAsLongAsTheOriginTakes() {
      assertThat(FillLease.leaseMillis(0)).isEqualTo(1_000);
      assertThat(FillLease.leaseMillis(1)).isEqualTo(100);
      assertThat(FillLease.leaseMillis(66_000_000)).isEqualTo(100);
      assertThat(FillLease.leaseMillis(68_000_000)).isEqualTo(102);
      assertThat(FillLease.leaseMillis(1_333_000_000)).isEqualTo(1_999);
      assertThat(FillLease.leaseMillis(1_334_000_000)).isEqualTo(2_000);
      assertThat(FillLease.leaseMillis(Duration.ofHours(1).toNanos())).isEqualTo(2_000);

      new Asked();
      assertThat(fixture.store.sent(Long.class)).containsExactly(300L);
    }

    @Test
    void claimGrantedTooLateIsGivenBack() {
      fixture.store.holdReplies();
      Asked asked = new Asked();
      asked.turn.abandon();

      fixture.store.deliverAll();

      assertThat(asked.fetches).isZero();
      assertThat(fixture.store.takeCommands()).containsExactly("claim", "disclaim");
    }
  }

  @Nested
  class Waiting {
    @Test
    void whatTheOtherStoresIsTaken() {
      othersClaim(stamp.digest());
      Asked asked = new Asked();
      fixture.runForMillis(60);
      otherStores("theirs");

      fixture.runForMillis(14);
      assertThat(asked.waits()).isTrue();
      fixture.runForMillis(1);

      assertThat(asked.filled).isEqualTo("theirs");
      assertThat(asked.fetches).isZero();
      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry");
      fixture.runForMillis(2_000);
      assertThat(fixture.store.takeCommands()).isEmpty();
    }

    @Test
    void itEndsWithTheLeaseAndIsNotRepeated() {
      othersClaim(stamp.digest());
      Asked asked = new Asked();
      assertThat(fixture.store.takeCommands()).containsExactly("claim");

      fixture.runForMillis(299);
      assertThat(asked.waits()).isTrue();
      fixture.runForMillis(1);

      // After 25, 75 and 175 ms, and when the time is over.
      assertThat(fixture.store.takeCommands())
          .containsExactly("MGET entry", "MGET entry", "MGET entry", "MGET entry");
      assertThat(asked.fetches).isEqualTo(1);
      fixture.runForMillis(2_000);
      assertThat(asked.fetches).isEqualTo(1);
      asked.turn.notStored();
      assertThat(fixture.store.takeCommands()).as("the claim is another's").isEmpty();
    }

    @Test
    void itTakesSixLookupsAtMost() {
      othersClaim(stamp.digest());
      Asked asked = new Asked(Duration.ofSeconds(5).toNanos());
      fixture.store.takeCommands();

      fixture.runForMillis(1_574);
      assertThat(asked.waits()).isTrue();
      fixture.runForMillis(1);

      assertThat(fixture.store.takeCommands()).hasSize(6);
      assertThat(asked.fetches).isEqualTo(1);
    }

    @Test
    void nobodyWaitsForAFetchUnderOtherVersions() {
      othersClaim("0123456789abcdef");

      assertThat(new Asked().fetches).isEqualTo(1);
    }

    @Test
    void mutationEndsTheWait() {
      othersClaim(stamp.digest());
      Asked asked = new Asked();
      fixture.mutation("students").changed();
      fixture.store.takeCommands();

      fixture.runForMillis(25);

      assertThat(asked.fetches).isEqualTo(1);
      assertThat(fixture.store.takeCommands()).containsExactly("MGET entry");
    }

    @Test
    void whatWasStoredBeforeAMutationIsNotTaken() {
      othersClaim(stamp.digest());
      Asked asked = new Asked();
      otherStores("theirs");
      fixture.mutation("students").changed();

      fixture.runForMillis(2_000);

      assertThat(asked.filled).isNull();
      assertThat(asked.fetches).isEqualTo(1);
    }

    @Test
    void whatHttpDoesNotAllowIsNotTaken() {
      othersClaim(stamp.digest());
      Asked asked = new Asked();
      asked.suffices = false;
      otherStores("theirs");

      fixture.runForMillis(300);

      assertThat(asked.filled).isNull();
      assertThat(asked.fetches).isEqualTo(1);
    }

    @Test
    void whoIsGoneIsNotCalled() {
      othersClaim(stamp.digest());
      Asked asked = new Asked();
      fixture.runForMillis(10);
      asked.turn.abandon();
      otherStores("theirs");

      fixture.runForMillis(2_000);

      assertThat(asked.waits()).isTrue();
      assertThat(fixture.store.takeCommands()).isEmpty();
    }
  }

  @Nested
  class Standing {
    @Test
    void aStoreThatRefusesHoldsNobodyUp() {
      fixture.store.failWith(SharedStore.Failure.EXPIRED);

      assertThat(new Asked().fetches).isEqualTo(1);
    }

    @Test
    void aStoreThatIsLostWhileWaitingHoldsNobodyUp() {
      othersClaim(stamp.digest());
      Asked asked = new Asked();
      fixture.store.become(SharedStore.State.DOWN, "gone");

      fixture.runForMillis(25);

      assertThat(asked.fetches).isEqualTo(1);
    }

    @Test
    void offItCostsNoCommand() {
      Fixture off = Fixture.up();
      Looked looked = off.lookedUp(plan);
      off.store.takeCommands();
      boolean[] fetched = new boolean[1];

      off.instance
          .checkedStore()
          .takeTurn(
              plan,
              looked.stamp(),
              EXPECTED_NANOS,
              off.loop,
              new FillLease.Handler() {
                @Override
                public boolean suffices(Lookup found) {
                  return true;
                }

                @Override
                public void fetch() {
                  fetched[0] = true;
                }

                @Override
                public void filled(StoredResponse response) {
                  response.release();
                }
              });

      assertThat(fetched[0]).isTrue();
      assertThat(off.store.takeCommands()).isEmpty();
      off.end();
    }

    @Test
    void digestTellsVersionsApart() {
      String before = stamp.digest();
      assertThat(fixture.lookedUp(plan).stamp().digest()).isEqualTo(before);

      fixture.mutation("students").changed();

      assertThat(fixture.lookedUp(plan).stamp().digest()).isNotEqualTo(before);
    }
  }
}
