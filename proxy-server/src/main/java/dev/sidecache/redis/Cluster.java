package dev.sidecache.redis;

import dev.sidecache.redis.ClusterSlots.Range;
import dev.sidecache.redis.ClusterSlots.Redirect;
import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.redis.RedisTransport.ReplyHandler;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.store.SharedStore.State;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a cluster, each with connections of its own, opened as soon as it is known. The
 * one with the slot of the version keys decides whether the cache can be used; without another one,
 * its entries are missing and nothing else.
 *
 * <p>Which node has which slot is asked again when a node says that something has moved, when a
 * connection is lost, and every half minute. Source: redis.md, Section 4.
 */
final class Cluster implements Topology {
  /** The place of the connection for large values. */
  static final int LARGE = -1;

  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration WHILE_A_NODE_IS_AWAY = Duration.ofSeconds(1);
  private static final Duration USUALLY = Duration.ofSeconds(30);
  private static final long FORGOTTEN_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MIN_PAUSE_MILLIS = 50;
  private static final int MAX_PAUSE_MILLIS = 250;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Command SLOTS =
      Command.of("cluster", RedisKeys.ascii("CLUSTER"), RedisKeys.ascii("SLOTS"));

  private final RespTransport transport;
  private final List<Node> seeds;
  private final int versionSlot;
  private final LoopTimer timer;
  private final List<ClusterTarget> targets = new ArrayList<>();
  private final ClusterTarget large;
  private final Map<Node, NodeLinks> masters = new ConcurrentHashMap<>();
  private final AtomicReferenceArray<@Nullable NodeLinks> slots =
      new AtomicReferenceArray<>(ClusterSlots.COUNT);

  /** Whether all nodes have been tried once, so that first commands meet open connections. */
  private volatile boolean opened;

  private volatile LinkCondition unknown = new LinkCondition(State.CONNECTING, "");

  // Guarded by this.
  private List<Node> replicas = List.of();
  private long dueNanos;
  private boolean due;
  private boolean asking;
  private boolean closed;
  private int nextAsked;

  /**
   * A cluster whose nodes are not known yet.
   *
   * @param seeds some of the nodes
   * @param versionKey one of the version keys, which lie together
   */
  Cluster(RespTransport transport, List<Node> seeds, byte[] versionKey) {
    this.transport = transport;
    this.seeds = seeds;
    this.versionSlot = ClusterSlots.slot(versionKey);
    List<EventLoop> loops = transport.loops();
    this.timer = new LoopTimer(loops.get(0), transport.nanoTime());
    for (int i = 0; i < transport.connections(); i++) {
      targets.add(target(loops.get(i), i));
    }
    this.large = target(loops.get(loops.size() - 1), LARGE);
  }

  private ClusterTarget target(EventLoop loop, int place) {
    return new ClusterTarget(this, loop, new LoopTimer(loop, transport.nanoTime()), place);
  }

  @Override
  public void start() {
    askAfter(Duration.ZERO);
  }

  @Override
  public synchronized void close() {
    closed = true;
    masters.values().forEach(NodeLinks::close);
    masters.clear();
  }

  @Override
  public LoopLine.Target target(int place) {
    return targets.get(place);
  }

  @Override
  public LoopLine.Target large() {
    return large;
  }

  @Override
  public @Nullable NodeLinks home() {
    return slots.get(versionSlot);
  }

  @Override
  public LinkCondition condition() {
    NodeLinks home = home();
    if (home == null) {
      return unknown;
    }
    LinkCondition condition = home.conditionByName();
    if (!opened && condition.isUp()) {
      if (masters.values().stream().anyMatch(NodeLinks::isConnecting)) {
        return new LinkCondition(State.CONNECTING, "");
      }
      opened = true;
    }
    return condition;
  }

  @Override
  public void changed(NodeLinks server) {
    if (server == home() || !opened) {
      transport.changed();
    }
    if (!server.condition().isUp()) {
      doubt();
    }
  }

  @Override
  public void giveUpSurplus() {
    masters.values().forEach(NodeLinks::giveUpSurplus);
  }

  RedisObserver observer() {
    return transport.observer();
  }

  /** The node that takes a command; null if none is known to have its key. */
  @Nullable NodeLinks of(Command command) {
    byte[] key = command.key();
    return key == null ? home() : slots.get(ClusterSlots.slot(key));
  }

  /** The nodes that have slots, each once. */
  Set<NodeLinks> serving() {
    Set<NodeLinks> serving = new LinkedHashSet<>();
    for (int slot = 0; slot < slots.length(); slot++) {
      NodeLinks node = slots.get(slot);
      if (node != null) {
        serving.add(node);
      }
    }
    return serving;
  }

  /** The connection of a place to a node. */
  LoopLine.Target link(NodeLinks node, int place) {
    return place == LARGE ? node.large() : node.link(place % transport.usedConnections());
  }

  /** The node that a refusal names, from now on the slot's if it is for good. */
  @Nullable NodeLinks redirected(Redirect redirect) {
    NodeLinks node;
    boolean homeMoved = false;
    synchronized (this) {
      node = master(redirect.node());
      if (redirect.forGood() && node != null) {
        homeMoved = redirect.slot() == versionSlot && home() != node;
        slots.set(redirect.slot(), node);
      }
    }
    doubt();
    if (homeMoved) {
      transport.changed();
    }
    return node;
  }

  /** The connections to a master, opened if it is a new one; null once closed. */
  private @Nullable NodeLinks master(Node announced) {
    if (closed) {
      return null;
    }
    NodeLinks master =
        masters.computeIfAbsent(
            transport.address().reached(announced),
            node -> {
              NodeLinks links = new NodeLinks(transport, this, node);
              links.start();
              return links;
            });
    master.named();
    return master;
  }

  /** What is known may no longer be so: asks soon. */
  void doubt() {
    askAfter(SOON);
  }

  private synchronized void askAfter(Duration pause) {
    long at = timer.nanoTime() + pause.toNanos();
    if (!closed && !asking && (!due || at - dueNanos < 0)) {
      due = true;
      dueNanos = at;
      timer.after(pause.toNanos(), () -> askIfDue(at));
    }
  }

  private void askIfDue(long at) {
    synchronized (this) {
      if (closed || !due || dueNanos != at) {
        return;
      }
      due = false;
      asking = true;
    }
    NodeLinks connected = connected();
    if (connected != null) {
      connected.link(0).send(SLOTS, PATIENCE_NANOS, new Answer(connected.node()));
      return;
    }
    Node stranger = stranger();
    Question.ask(
        transport,
        LettuceClient.uri(transport.address(), stranger),
        SLOTS,
        (reply, condition) -> {
          if (condition.isUp()) {
            told(reply, stranger);
          } else {
            unanswered(condition);
          }
        });
  }

  /** A node that can be asked, best the one whose answer matters most: it knows its own slots. */
  private @Nullable NodeLinks connected() {
    NodeLinks home = home();
    if (home != null && home.link(0).condition().isUp()) {
      return home;
    }
    List<NodeLinks> up =
        masters.values().stream().filter(node -> node.link(0).condition().isUp()).toList();
    return up.isEmpty() ? null : up.get(turn(up.size()));
  }

  /** One after the other of all that may be asked and are not connected. */
  private Node stranger() {
    Set<Node> all = new LinkedHashSet<>(seeds);
    synchronized (this) {
      all.addAll(replicas);
    }
    all.addAll(masters.keySet());
    return List.copyOf(all).get(turn(all.size()));
  }

  private synchronized int turn(int of) {
    return Math.floorMod(nextAsked++, of);
  }

  /** Takes the answer of a node that is connected. */
  private final class Answer implements ReplyHandler {
    private final Node asked;

    Answer(Node asked) {
      this.asked = asked;
    }

    @Override
    public void replied(Reply reply, String server) {
      told(reply, asked);
      reply.release();
    }

    @Override
    public void failed(Failure failure) {
      unanswered(new LinkCondition(State.DOWN, "no reply"));
    }
  }

  private void told(Reply reply, Node asked) {
    if (reply instanceof Reply.Refused refused) {
      unanswered(refused(refused.text()));
      return;
    }
    ClusterSlots told = ClusterSlots.parse(reply, asked);
    boolean homeMoved = apply(told.ranges());
    if (home() == null) {
      unanswered(new LinkCondition(State.DOWN, "no node of the cluster has the version keys"));
      return;
    }
    if (homeMoved) {
      transport.changed();
    }
    again();
  }

  private static LinkCondition refused(String text) {
    if (text.contains("cluster support disabled")) {
      return new LinkCondition(State.DOWN, "not part of a cluster");
    }
    return ErrorMeaning.of(text) == ErrorMeaning.NO_PERMISSION
        ? new LinkCondition(State.AUTH, "the user may not run CLUSTER SLOTS")
        : ConnectFailure.refused(text);
  }

  private void unanswered(LinkCondition why) {
    unknown = why;
    if (home() == null) {
      transport.changed();
    }
    again();
  }

  private void again() {
    synchronized (this) {
      asking = false;
    }
    NodeLinks home = home();
    if (home == null || !home.condition().isUp()) {
      askAfter(Pauses.between(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
    } else {
      boolean all = masters.values().stream().allMatch(node -> node.condition().isUp());
      askAfter(all ? USUALLY : WHILE_A_NODE_IS_AWAY);
    }
  }

  /** Takes over who has which slots; tells whether the version keys have another node now. */
  private synchronized boolean apply(List<Range> ranges) {
    NodeLinks before = home();
    List<Node> found = new ArrayList<>();
    boolean[] served = new boolean[ClusterSlots.COUNT];
    for (Range range : ranges) {
      NodeLinks master = master(range.master());
      range.replicas().forEach(replica -> found.add(transport.address().reached(replica)));
      for (int slot = range.first(); slot <= range.last(); slot++) {
        slots.set(slot, master);
        served[slot] = true;
      }
    }
    for (int slot = 0; slot < served.length; slot++) {
      if (!served[slot]) {
        slots.set(slot, null);
      }
    }
    replicas = found;
    // NB: one that is just being given its first slots is named by refusals only.
    for (NodeLinks master : List.copyOf(masters.values())) {
      if (master.forgottenNanos() > FORGOTTEN_NANOS) {
        masters.remove(master.node());
        master.close();
      }
    }
    return before != home();
  }
}
