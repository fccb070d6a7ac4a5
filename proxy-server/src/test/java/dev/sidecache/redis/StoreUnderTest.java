package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Configured;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.EventLoops;
import dev.sidecache.testing.StoreClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A store on event loops of its own, with what it told on the way. */
final class StoreUnderTest implements AutoCloseable {
  static final int MAX_BODY = 4 << 20;

  final EventLoops loops;
  final RedisSharedStore store;
  final StoreClient client;
  final List<Availability> changes = new CopyOnWriteArrayList<>();
  final List<String> commands = new CopyOnWriteArrayList<>();

  StoreUnderTest(String url) {
    this(address(url), 1);
  }

  StoreUnderTest(RedisAddress address, int loopCount) {
    loops = new EventLoops(loopCount);
    store =
        RedisSharedStore.create(
            new RedisSharedStore.Settings(address, "test", "1", MAX_BODY, 2),
            loops.all(),
            System::nanoTime,
            (command, outcome, nanos) -> commands.add(command + " " + outcome.word()));
    store.onChange(changes::add);
    client = new StoreClient(store, loops.first());
  }

  static RedisAddress address(String url) {
    return ((Configured) RedisAddress.of(Map.of("REDIS_URL", url))).address();
  }

  StoreUnderTest up() {
    return awaits(State.UP, Duration.ofSeconds(10));
  }

  StoreUnderTest awaits(State state, Duration atMost) {
    Awaitility.await(state.name())
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> store.availability().state() == state);
    return this;
  }

  @Override
  public void close() {
    store.close();
    loops.close();
  }
}
