package dev.sidecache.redis;

import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One question to a server, on a connection of its own that ends with the answer: for those that
 * are asked about others. On one event loop.
 */
final class Question implements RespTraffic.Watcher, ReplyHandler {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RespTransport transport;
  private final EventLoop loop;
  private final RedisClient client;
  private final Command command;
  private final BiConsumer<Reply, LinkCondition> answer;
  private @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private @Nullable RespTraffic traffic;

  private Question(
      RespTransport transport, Command command, BiConsumer<Reply, LinkCondition> answer) {
    this.transport = transport;
    this.loop = transport.loops().get(0);
    this.command = command;
    this.answer = answer;
    this.client = transport.client(loop, channel -> {});
  }

  /**
   * Asks. Called on the transport's first loop.
   *
   * @param answer told once, on the same loop: the reply, which it may read and not keep, and
   *     whether there is one, as {@link LinkCondition#UP}
   */
  static void ask(
      RespTransport transport,
      RedisURI uri,
      Command command,
      BiConsumer<Reply, LinkCondition> answer) {
    new Question(transport, command, answer).connect(uri);
  }

  private void connect(RedisURI uri) {
    try {
      var unused =
          client
              .connectAsync(ByteArrayCodec.INSTANCE, uri)
              .whenComplete((open, failure) -> loop.execute(() -> connected(open, failure)));
    } catch (RuntimeException notEvenTried) {
      end(Reply.Nil.NIL, ConnectFailure.of(notEvenTried));
    }
  }

  private void connected(
      @Nullable StatefulRedisConnection<byte[], byte[]> open, @Nullable Throwable failure) {
    if (open == null) {
      Throwable why = failure == null ? new IllegalStateException() : failure;
      end(Reply.Nil.NIL, ConnectFailure.of(why));
      return;
    }
    connection = open;
    transport.greeted();
    LoopTimer timer = new LoopTimer(loop, transport.nanoTime());
    RespTraffic asked = new RespTraffic(open, timer, PATIENCE, transport.observer(), this);
    traffic = asked;
    asked.send(command, PATIENCE.toNanos(), this);
  }

  @Override
  public void replied(Reply reply, String server) {
    end(reply, LinkCondition.UP);
    reply.release();
  }

  @Override
  public void failed(Failure failure) {
    end(Reply.Nil.NIL, new LinkCondition(State.DOWN, "no reply"));
  }

  private void end(Reply reply, LinkCondition condition) {
    if (traffic != null) {
      traffic.end();
    }
    if (connection != null) {
      var unused = connection.closeAsync();
    }
    LettuceClient.end(client);
    answer.accept(reply, condition);
  }

  @Override
  public void answered() {
    // The reply says it.
  }

  @Override
  public void met(ErrorMeaning meaning, String label) {
    // The reply says it.
  }

  @Override
  public void silent() {
    // The deadline of the only command says it.
  }
}
