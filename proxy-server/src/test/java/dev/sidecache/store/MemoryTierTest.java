package dev.sidecache.store;

import static dev.sidecache.store.StoredSamples.key;
import static dev.sidecache.store.StoredSamples.response;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.MemoryTier.Departure;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryTierTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
  private final MemoryTier tier = new MemoryTier(100_000, nanos::get);
  private final List<StoredResponse> made = new ArrayList<>();

  private StoredResponse sample(String key, String body) {
    StoredResponse response = response(key, body);
    made.add(response);
    return response;
  }

  @AfterEach
  void everyReferenceIsReturned() {
    tier.clear();
    assertThat(made).allSatisfy(response -> assertThat(response.refCnt()).isZero());
    assertThat(tier.entries()).isZero();
    assertThat(tier.sizeBytes()).isZero();
  }

  @Test
  void findHandsOutAReferenceOfItsOwn() {
    StoredResponse stored = sample("a", "body");
    tier.put(key("a"), stored, MINUTE);

    Stored found = tier.find(key("a"));

    assertThat(found).isSameAs(stored);
    assertThat(stored.refCnt()).isEqualTo(2);
    found.release();
    assertThat(tier.find(key("b"))).isNull();
  }

  @Test
  void responseOutlivesItsPlaceWhileItIsWritten() {
    StoredResponse stored = sample("a", "body");
    tier.put(key("a"), stored, MINUTE);
    Stored found = tier.find(key("a"));

    tier.invalidate(key("a"));

    assertThat(tier.find(key("a"))).isNull();
    assertThat(stored.refCnt()).isEqualTo(1);
    assertThat(found.release()).isTrue();
    assertThat(tier.departures(Departure.EXPLICIT)).isEqualTo(1);
  }

  @Test
  void replacedResponseIsReleased() {
    StoredResponse first = sample("a", "one");
    StoredResponse second = sample("a", "two");
    tier.put(key("a"), first, MINUTE);
    tier.put(key("a"), second, MINUTE);

    assertThat(first.refCnt()).isZero();
    assertThat(second.refCnt()).isEqualTo(1);
    assertThat(tier.entries()).isEqualTo(1);
    assertThat(tier.departures(Departure.REPLACED)).isEqualTo(1);
  }

  @Test
  void responseIsKeptForItsTimeAndNoLonger() {
    tier.put(key("a"), sample("a", "one"), MINUTE);
    nanos.addAndGet(MINUTE - 1);
    Stored found = tier.find(key("a"));
    assertThat(found).isNotNull();
    found.release();

    nanos.addAndGet(1);

    assertThat(tier.find(key("a"))).isNull();
    tier.cleanUp();
    assertThat(tier.departures(Departure.EXPIRED)).isEqualTo(1);
  }

  @Test
  void weightStaysWithinTheBound() {
    String body = "x".repeat(10_000);
    for (int i = 0; i < 50; i++) {
      tier.put(key("k" + i), sample("k" + i, body), MINUTE);
      assertThat(tier.sizeBytes()).isLessThanOrEqualTo(tier.maxBytes());
    }

    assertThat(tier.entries()).isBetween(5L, 9L);
    assertThat(tier.departures(Departure.SIZE)).isEqualTo(50 - tier.entries());
  }

  @Test
  void responseLargerThanTheTierIsLetGo() {
    StoredResponse large = sample("a", "x".repeat(100_001));
    tier.put(key("a"), large, MINUTE);

    assertThat(tier.find(key("a"))).isNull();
    assertThat(large.refCnt()).isZero();
  }

  @Test
  void varyRecordLiesUnderAKeyLikeAResponse() {
    VaryRecord vary = new VaryRecord(List.of("accept-language"), StoredSamples.STAMP);
    tier.put(key("a"), vary, MINUTE);

    assertThat(tier.find(key("a"))).isEqualTo(vary);
    assertThat(tier.sizeBytes()).isBetween(200L, 1_000L);
  }

  @Test
  void readersNeverMeetAReleasedBodyWhileOthersReplaceIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    CountDownLatch start = new CountDownLatch(1);
    List<StoredResponse> versions = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      versions.add(sample("a", "body" + i));
    }
    List<Future<Integer>> readers = new ArrayList<>();
    for (int r = 0; r < 2; r++) {
      readers.add(threads.submit(() -> read(start, 20_000)));
    }
    start.countDown();
    versions.forEach(version -> tier.put(key("a"), version, MINUTE));

    for (Future<Integer> reader : readers) {
      assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(20_000);
    }
    threads.shutdown();
  }

  private int read(CountDownLatch start, int times) throws InterruptedException {
    start.await();
    int reads = 0;
    for (; reads < times; reads++) {
      if (tier.find(key("a")) instanceof StoredResponse found) {
        ByteBuf body = found.body();
        found.release();
        assertThat(body.getByte(0)).isEqualTo((byte) 'b');
        body.release();
      }
    }
    return reads;
  }

  @Nested
  class ByTag {
    private final Tag.Id students = new Tag(Tag.Kind.TAG, "students").id();
    private final Tag.Id teachers = new Tag(Tag.Kind.TAG, "teachers").id();

    @BeforeEach
    void twoResponsesAndAVaryRecordOfStudents() {
      tier.put(key("a"), sample("a", "one"), MINUTE);
      tier.put(key("b"), sample("b", "two"), MINUTE);
      tier.put(key("c"), new VaryRecord(List.of("accept"), StoredSamples.STAMP), MINUTE);
    }

    @Test
    void carryingCountsResponsesAndKeepsThem() {
      assertThat(tier.carrying(Set.of(students, teachers)))
          .isEqualTo(new MemoryTier.Carrying(2, Set.of(students)));

      assertThat(tier.entries()).isEqualTo(3);
      assertThat(tier.carrying(Set.of(teachers))).isEqualTo(new MemoryTier.Carrying(0, Set.of()));
    }

    @Test
    void invalidatedTagLeavesWithItsVaryRecords() {
      tier.invalidate(Set.of(teachers));
      assertThat(tier.entries()).isEqualTo(3);

      tier.invalidate(Set.of(students));
      assertThat(tier.entries()).isZero();
      assertThat(tier.departures(Departure.EXPLICIT)).isEqualTo(3);
    }

    @Test
    void headsOfResponsesAreShown() {
      List<String> etags = new ArrayList<>();

      tier.forEachResponse(stored -> etags.add(stored.head().head().fields().first("ETag")));

      assertThat(etags).containsExactly("\"v1\"", "\"v1\"");
    }
  }
}
