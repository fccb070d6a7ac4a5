package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one server that sentinels name the master, left at once when they name another: the one
 * before may go on for seconds as if nothing had happened. Each sentinel is listened to, since the
 * one that replaces a master knows it first, and all are asked again while the master is away.
 * Source: redis.md, Section 4.
 */
final class Sentinels implements Topology {
  private static final Duration WHILE_AWAY = Duration.ofSeconds(1);
  private static final int ROUNDS_UNTIL_ALL_COUNT = 10;

  private final RespTransport transport;
  private final String masterName;
  private final List<Node> nodes;
  private final List<SentinelWatch> watches;
  private final LoopTimer timer;
  private volatile @Nullable NodeLinks master;
  private volatile LinkCondition unknown = new LinkCondition(State.CONNECTING, "");

  // Guarded by this.
  /** Of the newest configuration that counted; sentinels that lag behind know an older one. */
  private long epoch;

  private int rounds;
  private boolean answered;
  private boolean asking;
  private boolean closed;

  /** Sentinels that are not asked yet. */
  Sentinels(RespTransport transport, RedisAddress address) {
    this.transport = transport;
    this.nodes = address.nodes();
    this.masterName = Objects.requireNonNullElse(address.extras().sentinelMaster(), "");
    this.timer = new LoopTimer(transport.loops().get(0), transport.nanoTime());
    this.watches =
        nodes.stream().map(sentinel -> new SentinelWatch(transport, this, sentinel)).toList();
  }

  String masterName() {
    return masterName;
  }

  @Override
  public void start() {
    watches.forEach(SentinelWatch::start);
  }

  @Override
  public synchronized void close() {
    closed = true;
    watches.forEach(SentinelWatch::close);
    NodeLinks open = master;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public LoopLine.Target target(int place) {
    NodeLinks server = master;
    return server == null ? new Nobody(transport.loops().get(place)) : server.link(place);
  }

  @Override
  public LoopLine.Target large() {
    NodeLinks server = master;
    return server == null ? new Nobody(transport.loops().get(0)) : server.large();
  }

  @Override
  public @Nullable NodeLinks home() {
    return master;
  }

  @Override
  public LinkCondition condition() {
    NodeLinks server = master;
    return server == null ? unknown : server.conditionByName();
  }

  @Override
  public void changed(NodeLinks server) {
    if (server == master) {
      transport.changed();
      if (!server.condition().isUp()) {
        askWhileAway();
      }
    }
  }

  @Override
  public void giveUpSurplus() {
    NodeLinks server = master;
    if (server != null) {
      server.giveUpSurplus();
    }
  }

  private synchronized void askWhileAway() {
    if (!asking && !closed) {
      asking = true;
      timer.after(WHILE_AWAY.toNanos(), this::askIfAway);
    }
  }

  private void askIfAway() {
    synchronized (this) {
      asking = false;
      if (closed) {
        return;
      }
      if (++rounds % ROUNDS_UNTIL_ALL_COUNT == 0) {
        // Sentinels that were set up anew count from the beginning.
        epoch = 0;
      }
    }
    if (!condition().isUp()) {
      nodes.forEach(this::ask);
      askWhileAway();
    }
  }

  /** Asks a sentinel who the master is. On the first loop. */
  void ask(Node sentinel) {
    Command question =
        Command.of(
            "sentinel",
            RedisKeys.ascii("SENTINEL"),
            RedisKeys.ascii("MASTER"),
            masterName.getBytes(StandardCharsets.UTF_8));
    Question.ask(
        transport,
        LettuceClient.sentinelUri(transport.address(), sentinel),
        question,
        (reply, condition) -> {
          if (condition.isUp()) {
            told(reply);
          } else {
            unreachable(condition);
          }
        });
  }

  private void told(Reply reply) {
    if (reply instanceof Reply.Refused refused) {
      refused(refused.text());
      return;
    }
    String host = field(reply, "ip");
    int port = RedisUrl.number(field(reply, "port"), 65535);
    long toldEpoch = RedisUrl.number(field(reply, "config-epoch"), 999_999_999);
    if (!host.isEmpty() && port > 0) {
      named(new Node(host, port), toldEpoch);
    }
  }

  /** A value among names and values that alternate; empty if there is none. */
  private static String field(Reply reply, String name) {
    List<Reply> words = reply instanceof Reply.Many many ? many.elements() : List.of();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      if (text(words.get(i)).equals(name)) {
        return text(words.get(i + 1));
      }
    }
    return "";
  }

  private static String text(Reply reply) {
    return reply instanceof Reply.Bytes bytes
        ? new String(bytes.bytes(), StandardCharsets.UTF_8)
        : "";
  }

  private void refused(String text) {
    boolean unknownMaster = text.contains("No such master");
    boolean noSentinel = text.toLowerCase(java.util.Locale.ROOT).contains("unknown command");
    LinkCondition why =
        unknownMaster
            ? new LinkCondition(State.DOWN, "the sentinels know no master of this name")
            : noSentinel
                ? new LinkCondition(State.DOWN, "not a sentinel")
                : ConnectFailure.refused(text);
    synchronized (this) {
      answered = true;
    }
    withoutMaster(why);
  }

  /** A sentinel cannot be asked: of interest only if none can. */
  void unreachable(LinkCondition why) {
    synchronized (this) {
      if (answered) {
        return;
      }
    }
    withoutMaster(
        why.state() == State.AUTH
            ? new LinkCondition(State.AUTH, "the sentinels refuse the password")
            : new LinkCondition(why.state(), "sentinel: " + why.reason()));
  }

  private void withoutMaster(LinkCondition why) {
    boolean news = !why.equals(unknown);
    unknown = why;
    if (master == null && news) {
      transport.changed();
    }
  }

  /** A sentinel has been asked; one that lags behind names a master that was. */
  private void named(Node node, long toldEpoch) {
    synchronized (this) {
      if (toldEpoch < epoch) {
        return;
      }
      epoch = toldEpoch;
    }
    use(node);
  }

  /** A sentinel tells that the master was replaced. */
  void switched(Node from, Node to) {
    synchronized (this) {
      NodeLinks now = master;
      if (now != null && !now.node().equals(from)) {
        // NB: news of a change that we know of, or late news of one before that.
        nodes.forEach(this::ask);
        return;
      }
      // NB: it is at least the next configuration; its number comes with the next answer.
      epoch++;
    }
    use(to);
  }

  private void use(Node node) {
    NodeLinks before;
    synchronized (this) {
      rounds = 0;
      before = master;
      if (closed || (before != null && before.node().equals(node))) {
        return;
      }
      answered = true;
      NodeLinks now = new NodeLinks(transport, this, node);
      master = now;
      now.start();
    }
    if (before != null) {
      before.close();
    }
    transport.changed();
  }

  /** Takes the place of a master while there is none. */
  private static final class Nobody implements LoopLine.Target {
    private final EventLoop loop;

    Nobody(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public EventLoop loop() {
      return loop;
    }

    @Override
    public String server() {
      return "-";
    }

    @Override
    public void send(Command command, long timeoutNanos, ReplyHandler handler) {
      command.release();
      handler.failed(Failure.REJECTED);
    }

    @Override
    public void sendBy(Command command, long deadlineNanos, ReplyHandler handler) {
      send(command, deadlineNanos, handler);
    }
  }
}
