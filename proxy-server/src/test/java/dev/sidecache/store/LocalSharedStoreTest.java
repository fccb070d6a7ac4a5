package dev.sidecache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.StoreClient.Acknowledged;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
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

  @Test
  void closedStoreHasForgottenAll() {
    client.init(StoreClient.tags("a"));

    store.close();

    assertThat(client.read(StoreClient.tags("a")).epoch()).isNull();
  }
}
