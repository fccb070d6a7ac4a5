package dev.sidecache.redis;

import dev.sidecache.redis.RedisObserver.Outcome;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.redis.ServerInfo.Stage;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server that is made, and made anew without help, on one event loop.
 *
 * <h2>Life</h2>
 *
 * Connect; ask INFO, whose answer tells who the server is; then {@code UP}, until the connection is
 * lost or given up. Then again after a random pause, the same way each time. Only a server that
 * answers INFO in time counts as there. Commands are refused at once while it is not UP.
 *
 * <p>A server that answers, but not to the point (still loading, refusing all writes), keeps its
 * connection and is tried until it does. One whose quota is used up is given commands all the same,
 * and the first that it answers ends the wait. Source: consistency.md, Section 7, step 4.
 *
 * <p>All runs on the loop, except {@link #condition}, {@link #server} and {@link #start}.
 */
final class RespLink implements LoopLine.Target, RespTraffic.Watcher {
  private static final Duration GREETING = Duration.ofSeconds(1);
  private static final Duration QUOTA_PAUSE = Duration.ofSeconds(60);

  private final NodeLinks node;
  private final RespTransport transport;
  private final EventLoop loop;
  private final LoopTimer timer;
  private final Duration maxSilence;
  private final RedisClient client;
  private Runnable onCondition;
  private volatile LinkCondition condition = new LinkCondition(State.CONNECTING, "");
  private volatile String server = "-";
  private @Nullable Made made;
  private @Nullable Channel channel;
  private boolean madeBefore;
  private boolean closed;

  /** Grows with each attempt to connect; what comes of an earlier one no longer counts. */
  private int attempt;

  /** What the present connection is to be tried with next; null: nothing. */
  private @Nullable Runnable trial;

  /** Whether the server has been asked who it is. */
  private boolean greeting;

  /** A connection and the commands on it. */
  private static final class Made {
    final StatefulRedisConnection<byte[], byte[]> connection;
    final RespTraffic traffic;

    Made(StatefulRedisConnection<byte[], byte[]> connection, RespTraffic traffic) {
      this.connection = connection;
      this.traffic = traffic;
    }
  }

  /**
   * A link that is not started yet.
   *
   * @param maxSilence how long commands may wait without any reply to any of them
   */
  RespLink(NodeLinks node, EventLoop loop, Duration maxSilence) {
    this.node = node;
    this.transport = node.transport();
    this.onCondition = node::changed;
    this.loop = loop;
    this.timer = new LoopTimer(loop, transport.nanoTime());
    this.maxSilence = maxSilence;
    this.client = transport.client(loop, this::prepare);
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public String server() {
    return server;
  }

  LinkCondition condition() {
    return condition;
  }

  /** Names who is told of changes, in place of the transport. Before {@link #start}. */
  void onCondition(Runnable listener) {
    onCondition = listener;
  }

  void start() {
    loop.execute(this::connect);
  }

  private void connect() {
    if (closed) {
      return;
    }
    int current = ++attempt;
    try {
      var unused =
          client
              .connectAsync(ByteArrayCodec.INSTANCE, node.uri())
              .whenComplete((open, failure) -> onLoop(() -> connected(current, open, failure)));
    } catch (RuntimeException notEvenTried) {
      failed(notEvenTried);
    }
  }

  private void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /** The client has built the channel of the current attempt; nothing is connected yet. */
  private void prepare(Channel built) {
    channel = built;
    int current = attempt;
    built.pipeline().addFirst(new LinkHandler(() -> lost(current)));
  }

  private void connected(
      int of,
      @Nullable StatefulRedisConnection<byte[], byte[]> connection,
      @Nullable Throwable failure) {
    if (closed || of != attempt) {
      if (connection != null) {
        var unused = connection.closeAsync();
      }
    } else if (connection == null) {
      failed(failure == null ? new IllegalStateException() : failure);
    } else {
      transport.greeted();
      made =
          new Made(
              connection,
              new RespTraffic(connection, timer, maxSilence, transport.observer(), this));
      greet();
    }
  }

  private void failed(Throwable failure) {
    if (ConnectFailure.meaning(failure) == ErrorMeaning.TOO_MANY_CLIENTS) {
      node.crowded(this);
    } else {
      giveUp(ConnectFailure.of(failure));
    }
  }

  private void greet() {
    greeting = true;
    inquire(Command.of("info", RedisKeys.ascii("INFO")), this::greeted);
  }

  /** Asks something on the present connection; no answer in time ends it. */
  private void inquire(Command command, Consumer<Reply> answered) {
    Made asked = made;
    if (asked == null) {
      return;
    }
    asked.traffic.send(
        command,
        GREETING.toNanos(),
        new ReplyHandler() {
          @Override
          public void replied(Reply reply, String from) {
            if (asked == made) {
              answered.accept(reply);
            }
            reply.release();
          }

          @Override
          public void failed(Failure failure) {
            if (asked == made) {
              giveUp(new LinkCondition(State.DOWN, "no reply"));
            }
          }
        });
  }

  private void greeted(Reply reply) {
    greeting = false;
    if (reply instanceof Reply.Refused refused) {
      // NB: a server that hides INFO from us has an unknown identity, and is used all the same.
      greetedBy(ServerInfo.UNKNOWN, ErrorMeaning.of(refused.text()));
    } else if (reply instanceof Reply.Bytes text) {
      String lines = new String(text.bytes(), StandardCharsets.UTF_8);
      greetedBy(ServerInfo.parse(lines, transport.database()), ErrorMeaning.OTHER);
    }
  }

  private void greetedBy(ServerInfo info, ErrorMeaning error) {
    if (error == ErrorMeaning.QUOTA) {
      become(new LinkCondition(State.QUOTA, "quota used up"));
      tryAfter(QUOTA_PAUSE, this::greet);
    } else if (info.stage() == Stage.LOADING || error == ErrorMeaning.NOT_READY) {
      become(new LinkCondition(State.DOWN, "still loading"));
      tryAfter(Pauses.usual(), this::greet);
    } else if (error == ErrorMeaning.UNAUTHORISED) {
      giveUp(new LinkCondition(State.AUTH, "wrong user or password"));
    } else if (info.stage() == Stage.REPLICA) {
      giveUp(new LinkCondition(State.DOWN, "a replica, no master"));
    } else if (!info.mode().equals("cluster") || !node.clustered()) {
      server = info.identity();
      if (made != null) {
        made.traffic.identify(server);
        if (transport.isSilentlyCutOff()) {
          made.traffic.stayAlive();
        }
      }
      node.greeted(info);
      if (madeBefore) {
        transport.observer().reconnected();
      }
      madeBefore = true;
      // A trial still to come, as over a quota, is no longer needed.
      trial = null;
      become(LinkCondition.UP);
    }
  }

  private void become(LinkCondition now) {
    boolean same = now.equals(condition);
    condition = now;
    if (!same) {
      onCondition.run();
    }
  }

  /** The channel of an attempt is gone. */
  private void lost(int of) {
    if (of == attempt && made != null) {
      giveUp(new LinkCondition(State.DOWN, "connection closed"));
    }
  }

  private void giveUp(LinkCondition why) {
    giveUp(why, why.state() == State.AUTH ? Pauses.REFUSED : Pauses.usual());
  }

  /** Ends the connection, if there is one, and connects again after a pause. */
  private void giveUp(LinkCondition why, Duration pause) {
    attempt++;
    Made ended = made;
    Channel open = channel;
    made = null;
    channel = null;
    trial = null;
    become(why);
    if (ended != null) {
      ended.traffic.end();
    }
    if (open != null && open.isOpen()) {
      // NB: a reset, so that what is still queued in the socket is not carried out later.
      open.config().setOption(ChannelOption.SO_LINGER, 0);
      var unused = open.close();
    }
    if (ended != null) {
      var unused = ended.connection.closeAsync();
    }
    if (!closed) {
      timer.after(pause.toNanos(), this::connect);
    }
  }

  /** The server has too many connections: this one tries again later. */
  void crowdedOut() {
    giveUp(new LinkCondition(State.DOWN, "too many clients"), Pauses.CROWDED);
  }

  @Override
  public void send(Command command, long timeoutNanos, ReplyHandler handler) {
    Made open = made;
    if (open != null && condition.takesCommands()) {
      open.traffic.send(command, timeoutNanos, handler);
    } else {
      refuse(command, handler);
    }
  }

  @Override
  public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
    Made open = made;
    long left = deadlineNanos - timer.nanoTime();
    if (open != null && condition.takesCommands() && left > 0) {
      open.traffic.sendAlone(command, left, handler);
    } else {
      refuse(command, handler);
    }
  }

  private void refuse(Command command, ReplyHandler handler) {
    command.release();
    transport.observer().ended(command.label(), Outcome.REJECTED, 0);
    handler.failed(Failure.REJECTED);
  }

  @Override
  public void answered() {
    if (condition.state() == State.QUOTA && !greeting) {
      greet();
    }
    transport.answered();
  }

  @Override
  public void silent() {
    giveUp(new LinkCondition(State.DOWN, "no reply"));
  }

  @Override
  public void met(ErrorMeaning meaning, String label) {
    if (label.equals("info")) {
      // Who greets reads the error himself; to others it only means that there are no figures.
      return;
    }
    switch (meaning) {
      case FULL -> transport.full();
      case QUOTA -> transport.quotaReached();
      case NOT_READY -> unready("cannot answer yet", transport.readProbe());
      case CLUSTER_DOWN -> unready("the cluster is down", transport.readProbe());
      case WRITES_REFUSED -> unready("refuses writes", transport.writeProbe());
      case DEMOTED -> giveUp(new LinkCondition(State.DOWN, "no longer a master"));
      case UNAUTHORISED -> giveUp(new LinkCondition(State.AUTH, "wrong user or password"));
      case NO_PERMISSION -> forbidden(label);
      case TOO_MANY_CLIENTS -> node.crowded(this);
      case MOVED -> node.clustered();
      case SLOT_UNSERVED, KEYS_APART, CROSS_SLOT, NO_SCRIPT, SCRIPT_UNREADABLE, OTHER -> {
        // Of no meaning for other commands.
      }
    }
  }

  private void forbidden(String label) {
    switch (label) {
      case "mget", "get" -> giveUp(new LinkCondition(State.AUTH, "the user may not read"));
      case "set" -> giveUp(new LinkCondition(State.AUTH, "the user may not write"));
      default -> {} // Scripts and INFO can be done without.
    }
  }

  /** Keeps the connection, takes no commands, and probes until the error is gone. */
  private void unready(String reason, Command probe) {
    become(new LinkCondition(State.DOWN, reason));
    tryAfter(Pauses.usual(), () -> probe(probe));
  }

  private void tryAfter(Duration pause, Runnable task) {
    if (trial != null) {
      return;
    }
    trial = task;
    timer.after(
        pause.toNanos(),
        () -> {
          if (trial == task) {
            trial = null;
            task.run();
          }
        });
  }

  private void probe(Command harmless) {
    inquire(
        harmless,
        reply -> {
          // NB: an error of the same kind has begun the next pause already.
          if (trial == null) {
            become(LinkCondition.UP);
          }
        });
  }

  /** Ends for good. On the loop. */
  void close() {
    closed = true;
    giveUp(new LinkCondition(State.OFF, "closed"));
    LettuceClient.end(client);
  }
}
