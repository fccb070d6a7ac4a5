package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.store.SharedStore.State;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to what one sentinel tells of new masters, made anew for as long as it is wanted.
 * What happened while there was none is asked for as soon as there is one again. On one event loop.
 */
final class SentinelWatch {
  private static final byte[] CHANNEL = RedisKeys.ascii("+switch-master");
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MIN_PAUSE_MILLIS = 100;
  private static final int MAX_PAUSE_MILLIS = 1_000;

  private final RespTransport transport;
  private final Sentinels sentinels;
  private final Node sentinel;
  private final EventLoop loop;
  private final LoopTimer timer;
  private final RedisClient client;
  private @Nullable Channel channel;
  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
  private boolean subscribed;
  private boolean closed;

  /** Grows with each attempt; what comes of an earlier one no longer counts. */
  private int attempt;

  SentinelWatch(RespTransport transport, Sentinels sentinels, Node sentinel) {
    this.transport = transport;
    this.sentinels = sentinels;
    this.sentinel = sentinel;
    this.loop = transport.loops().get(0);
    this.timer = new LoopTimer(loop, transport.nanoTime());
    this.client = transport.client(loop, this::prepare);
  }

  void start() {
    loop.execute(this::connect);
  }

  /** Ends for good. */
  void close() {
    loop.execute(
        () -> {
          closed = true;
          end();
          LettuceClient.end(client);
        });
  }

  private void prepare(Channel built) {
    channel = built;
    int current = attempt;
    built.pipeline().addFirst(new LinkHandler(() -> lost(current)));
  }

  private void connect() {
    if (closed) {
      return;
    }
    int current = ++attempt;
    try {
      var unused =
          client
              .connectPubSubAsync(
                  ByteArrayCodec.INSTANCE, LettuceClient.sentinelUri(transport.address(), sentinel))
              .whenComplete(
                  (open, failure) -> loop.execute(() -> connected(current, open, failure)));
    } catch (RuntimeException notEvenTried) {
      again(ConnectFailure.of(notEvenTried));
    }
  }

  private void connected(
      int of,
      @Nullable StatefulRedisPubSubConnection<byte[], byte[]> open,
      @Nullable Throwable failure) {
    if (open == null) {
      if (of == attempt && !closed) {
        again(ConnectFailure.of(failure == null ? new IllegalStateException() : failure));
      }
      return;
    }
    if (of != attempt || closed) {
      var unused = open.closeAsync();
      return;
    }
    connection = open;
    open.addListener(new News());
    var unused =
        open.async()
            .subscribe(CHANNEL)
            .whenComplete((done, refused) -> loop.execute(() -> subscribed(of, refused)));
    timer.after(PATIENCE.toNanos(), () -> expire(of));
  }

  private void subscribed(int of, @Nullable Throwable refused) {
    if (of != attempt || closed) {
      return;
    }
    if (refused != null) {
      again(ConnectFailure.of(refused));
    } else {
      subscribed = true;
      sentinels.ask(sentinel);
    }
  }

  private void expire(int of) {
    if (of == attempt && !subscribed && !closed) {
      again(new LinkCondition(State.DOWN, "no reply"));
    }
  }

  private void lost(int of) {
    if (of == attempt && connection != null && !closed) {
      again(new LinkCondition(State.DOWN, "connection closed"));
    }
  }

  private void again(LinkCondition why) {
    end();
    sentinels.unreachable(why);
    timer.after(Pauses.between(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS).toNanos(), this::connect);
  }

  private void end() {
    attempt++;
    subscribed = false;
    if (channel != null && channel.isOpen()) {
      var unused = channel.close();
    }
    if (connection != null) {
      var unused = connection.closeAsync();
    }
    channel = null;
    connection = null;
  }

  /** Reads {@code name old-host old-port new-host new-port}. */
  private final class News extends RedisPubSubAdapter<byte[], byte[]> {
    @Override
    public void message(byte[] from, byte[] message) {
      String[] words = new String(message, StandardCharsets.UTF_8).split(" ", -1);
      int oldPort = words.length == 5 ? RedisUrl.number(words[2], 65535) : -1;
      int newPort = words.length == 5 ? RedisUrl.number(words[4], 65535) : -1;
      if (oldPort > 0 && newPort > 0 && words[0].equals(sentinels.masterName())) {
        sentinels.switched(new Node(words[1], oldPort), new Node(words[3], newPort));
      }
    }
  }
}
