package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.EventLoops;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is sent over a connection on which nobody has anything to say. */
class IdleConnectionTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<String> sent = new ArrayList<>();
  private final LoopTimer timer;
  private final RespTraffic traffic;
  private long nanos;

  IdleConnectionTest() {
    channel.freezeTime();
    timer = new LoopTimer(channel.eventLoop(), () -> nanos);
    traffic =
        new RespTraffic(
            answering(), timer, Duration.ofSeconds(1), RedisObserver.NONE, new NobodyWatches());
  }

  /** A connection that answers each command at once. */
  @SuppressWarnings("unchecked")
  private StatefulRedisConnection<byte[], byte[]> answering() {
    return (StatefulRedisConnection<byte[], byte[]>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {StatefulRedisConnection.class},
            (proxy, method, arguments) -> {
              RespCommand command = (RespCommand) arguments[0];
              sent.add(command.label());
              command.complete();
              return command;
            });
  }

  private static final class NobodyWatches implements RespTraffic.Watcher {
    @Override
    public void answered() {}

    @Override
    public void met(ErrorMeaning meaning, String label) {}

    @Override
    public void silent() {}
  }

  private void pass(Duration time) {
    long until = nanos + time.toNanos();
    while (nanos < until) {
      long step = Math.min(until - nanos, Duration.ofSeconds(1).toNanos());
      nanos += step;
      channel.advanceTimeBy(step, TimeUnit.NANOSECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  @Test
  void atAzureItIsKeptOpenByAPingAfterFourMinutes() {
    traffic.stayAlive();
    pass(Duration.ofMinutes(4).minusSeconds(1));
    assertThat(sent).isEmpty();
    pass(Duration.ofMinutes(1));
    assertThat(sent).containsExactly("ping");
  }

  @Test
  void aDayOfSilenceCostsAtMost360Pings() {
    traffic.stayAlive();
    pass(Duration.ofDays(1));

    assertThat(sent).containsOnly("ping").hasSizeBetween(288, 360);
  }

  @Test
  void trafficMakesPingsNeedless() {
    traffic.stayAlive();
    for (int i = 0; i < 20; i++) {
      pass(Duration.ofMinutes(3));
      traffic.send(
          Command.of("get", RedisKeys.ascii("GET")),
          1_000_000_000,
          RedisTransport.ReplyHandler.NOBODY);
    }

    assertThat(sent).containsOnly("get").hasSize(20);
  }

  @Test
  void endedConnectionIsNotPinged() {
    traffic.stayAlive();
    traffic.end();
    pass(Duration.ofHours(1));

    assertThat(sent).isEmpty();
  }

  @Test
  void onlyAzuresConnectionsNeedIt() {
    assertThat(isKeptOpen("rediss://n.redis.cache.windows.net")).isTrue();
    assertThat(isKeptOpen("rediss://n.upstash.io")).as("each command is billed").isFalse();
    assertThat(isKeptOpen("redis://127.0.0.1")).isFalse();
  }

  private static boolean isKeptOpen(String url) {
    try (EventLoops loops = new EventLoops(1)) {
      RespTransport transport =
          new RespTransport(
              new RespTransport.Parts(
                  StoreUnderTest.address(url),
                  new RedisKeys("test", "1"),
                  Runnable::run,
                  System::nanoTime,
                  RedisObserver.NONE),
              loops.all(),
              1);
      boolean kept = transport.isSilentlyCutOff();
      transport.close();
      return kept;
    }
  }
}
