package dev.sidecache.redis;

import dev.sidecache.http1.Transport;
import dev.sidecache.origin.OriginObserver;
import dev.sidecache.origin.OriginService;
import dev.sidecache.redis.RedisAddress.Configured;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.State;
import dev.sidecache.testing.StoreClient;
import dev.sidecache.testing.UpstashEmulator;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A store over an HTTP API, on an event loop of its own, with what it told on the way. */
final class RestUnderTest implements AutoCloseable {
  final RedisSharedStore store;
  final StoreClient client;
  final EventLoop loop;
  final List<Availability> changes = new CopyOnWriteArrayList<>();
  final List<String> commands = new CopyOnWriteArrayList<>();
  private final Transport transport = Transport.open(1);
  private final OriginService http;

  RestUnderTest(String url) {
    this(url, UpstashEmulator.TOKEN);
  }

  RestUnderTest(String url, String token) {
    http =
        new OriginService(
            OriginService.Settings.of(URI.create(url)), transport, OriginObserver.NONE);
    loop = transport.loops().next();
    store =
        RedisSharedStore.create(
            new RedisSharedStore.Settings(
                address(url, token), "test", "1", StoreUnderTest.MAX_BODY, 2),
            new RestAccess(RestAccess.Preference.AUTO, http, http.repeating()),
            List.of(loop),
            System::nanoTime,
            (command, outcome, nanos) -> commands.add(command + " " + outcome.word()));
    store.onChange(changes::add);
    client = new StoreClient(store, loop);
  }

  static RedisAddress address(String url, String token) {
    Map<String, String> pair =
        Map.of("UPSTASH_REDIS_REST_URL", url, "UPSTASH_REDIS_REST_TOKEN", token);
    return ((Configured) RedisAddress.of(pair)).address();
  }

  RestUnderTest up() {
    return awaits(State.UP);
  }

  RestUnderTest awaits(State state) {
    Awaitility.await(state.name())
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> store.availability().state() == state);
    return this;
  }

  @Override
  public void close() {
    store.close();
    http.close();
    transport.close().awaitUninterruptibly(10_000);
  }
}
