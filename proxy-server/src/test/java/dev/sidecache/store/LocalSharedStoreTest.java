package dev.sidecache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.StoreClient.Acknowledged;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalSharedStoreTest extends SharedStoreContract {
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private final LocalSharedStore store = new LocalSharedStore(nanos::get, 1_000);
  private final StoreClient client = new StoreClient(store, loop);

  @AfterEach
  void stop() {
    loop.shutdown();
  }

  @Override
  protected StoreClient client() {
    return client;
  }

  @Override
  protected void pass(long millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Override
  protected void evict(Tag.Id tag) {
    store.evict(tag);
  }

  @Test
  void itIsAlwaysThereAndMarksWork() {
    assertThat(store.availability().state()).isEqualTo(State.UP);
    assertThat(store.supportsMarks()).isTrue();
    assertThat(store.session(loop)).isSameAs(store.session(loop));
    assertThat(store.session(loop).ordered()).isTrue();
  }

  @Test
  void formsAreLetGo() {
    ByteBuf form = Unpooled.directBuffer().writeZero(10);

    StoreClient.expect(Acknowledged.class, client.store(StoreClient.key("k"), form, 1000));

    assertThat(form.refCnt()).isZero();
  }

  @Test
  void tagUnusedForLongestGoesFirst() {
    List<Tag.Id> first = StoreClient.tags("first");
    List<Tag.Id> second = StoreClient.tags("second");
    client.init(first);
    client.init(second);
    for (int i = 0; i < 999; i++) {
      client.init(StoreClient.tags("t" + i));
      client.read(first);
    }

    assertThat(client.read(first).versions()).doesNotContainNull();
    assertThat(client.read(second).versions()).containsExactly((SharedStore.Version) null);
  }

  private static Stamp stamp(List<Tag.Id> tags, SharedStore.Versions versions) {
    List<Tag.Id> all = new ArrayList<>(List.of(Tag.ALL.id()));
    List<String> uids = new ArrayList<>(List.of(versions.epoch().uid()));
    for (int i = 0; i < tags.size(); i++) {
      all.add(tags.get(i));
      uids.add(versions.versions().get(i).uid());
    }
    return Stamp.of(all, uids);
  }

  private boolean confirms(Stamp stamp) {
    return store.session(loop).confirms(stamp);
  }

  @Test
  void stampIsConfirmedWhileItIsCurrentAndUnmarked() {
    List<Tag.Id> tags = StoreClient.tags("a", "b");
    client.init(tags);
    Stamp stamp = stamp(tags, client.read(tags));
    assertThat(confirms(stamp)).isTrue();

    client.mark("m", StoreClient.tags("b"), 1_000);
    assertThat(confirms(stamp)).as("marked").isFalse();
    client.finish("m", StoreClient.tags("b"));
    assertThat(confirms(stamp)).as("changed").isFalse();

    stamp = stamp(tags, client.read(tags));
    assertThat(confirms(stamp)).isTrue();
    client.finish(
        new SharedStore.Finish(
            "n", List.of(), List.of(), StoreClient.uid(), 100, StoreClient.TTL_MILLIS));
    assertThat(confirms(stamp)).as("another epoch").isFalse();
  }

  @Test
  void absentVersionsConfirmNothing() {
    List<Tag.Id> tags = StoreClient.tags("a");
    client.init(tags);
    Stamp stamp = stamp(tags, client.read(tags));
    evict(tags.get(0));
    assertThat(confirms(stamp)).as("evicted").isFalse();
    client.init(tags);
    stamp = stamp(tags, client.read(tags));
    pass(StoreClient.TTL_MILLIS);
    assertThat(confirms(stamp)).as("expired").isFalse();
  }

  @Test
  void closedStoreHasForgottenAll() {
    client.init(StoreClient.tags("a"));

    store.close();

    assertThat(client.read(StoreClient.tags("a")).epoch()).isNull();
  }
}
