package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.store.SharedStore.Availability;
import dev.sidecache.store.SharedStore.State;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Redis protocol over Lettuce: to each server a few connections, each on an event loop, and one
 * more for large values. Loops without connections of their own use another's and hop there and
 * back. Which servers there are is a matter of the {@link Topology}. Thread-safe.
 */
final class RespTransport implements RedisTransport {
  private static final int FLUSH_AFTER_READS = 256;
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private final Parts parts;
  private final HashedWheelTimer timer;
  private final OffLoopResolver resolver;
  private final List<EventLoop> loops;
  private final int connections;
  private final ServerLimits limits;

  /** All that is open or being opened; what comes after the end is closed at once. */
  private final ChannelGroup channels =
      new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Availability availability = new Availability(State.CONNECTING, "", false);
  private volatile Topology topology;
  private volatile int usedConnections;
  private boolean connectedBefore;

  /**
   * What a transport is made of.
   *
   * @param keys for probes
   * @param blocking runs what may block
   * @param nanoTime the monotonic clock
   */
  record Parts(
      RedisAddress address,
      RedisKeys keys,
      Executor blocking,
      LongSupplier nanoTime,
      RedisObserver observer) {

    /** The same at another address. */
    Parts at(RedisAddress other) {
      return new Parts(other, keys, blocking, nanoTime, observer);
    }
  }

  /**
   * A transport that is not started yet.
   *
   * @param loops those that will ask for lines; the first of them carry the connections
   */
  RespTransport(Parts parts, List<EventLoop> loops, int connections) {
    this.parts = parts;
    this.loops = List.copyOf(loops);
    this.loops.forEach(LettuceClient::requireUsable);
    this.timer = new HashedWheelTimer(new DefaultThreadFactory("sidecache-redis-timer", true));
    this.resolver = new OffLoopResolver(parts.blocking());
    this.connections = Math.min(connections, loops.size());
    this.usedConnections = this.connections;
    LoopTimer alarms = new LoopTimer(loops.get(0), parts.nanoTime());
    this.limits = new ServerLimits(alarms, this::changed, this::askDespiteQuota);
    this.topology = topology(parts.address());
  }

  private Topology topology(RedisAddress address) {
    return switch (address.kind()) {
      case CLUSTER -> new Cluster(this, address.nodes(), parts.keys().epoch());
      case SENTINEL -> new Sentinels(this, address);
      case STANDALONE, REST -> new SingleServer(this, address.nodes().get(0));
    };
  }

  @Override
  public void start() {
    topology.start();
  }

  @Override
  public Line line(ScheduledExecutorService loop) {
    int index = Math.max(0, loops.indexOf(loop));
    return new LoopLine(loop, () -> topology.target(index % usedConnections));
  }

  @Override
  public Line largeLine(ScheduledExecutorService loop) {
    return new LoopLine(loop, () -> topology.large());
  }

  @Override
  public List<Line> servers(ScheduledExecutorService loop) {
    if (!(topology instanceof Cluster cluster)) {
      return List.of(line(loop));
    }
    List<Line> lines = new ArrayList<>();
    for (NodeLinks master : cluster.serving()) {
      lines.add(new LoopLine(loop, () -> master.link(0)));
    }
    return lines;
  }

  @Override
  public boolean isClustered() {
    return topology instanceof Cluster;
  }

  @Override
  public Availability availability() {
    return availability;
  }

  @Override
  public @Nullable ServerInfo info() {
    NodeLinks home = topology.home();
    return home == null ? null : home.info();
  }

  @Override
  public String endpoint() {
    return parts.address().endpoint();
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    topology.close();
    var unused = channels.close();
    timer.stop();
  }

  // What the links ask for and tell; on any of their loops.

  RedisClient client(EventLoop loop, Consumer<Channel> onChannel) {
    NettyCustomizer customizer =
        new NettyCustomizer() {
          @Override
          public void afterChannelInitialized(Channel channel) {
            channel.pipeline().addFirst(new FlushConsolidationHandler(FLUSH_AFTER_READS, true));
            channels.add(channel);
            onChannel.accept(channel);
          }
        };
    return LettuceClient.of(parts.address(), loop, timer, resolver, customizer);
  }

  RedisAddress address() {
    return parts.address();
  }

  List<EventLoop> loops() {
    return loops;
  }

  /** The most connections to one server, besides one for large values. */
  int connections() {
    return connections;
  }

  /** How many of them are in use. */
  int usedConnections() {
    return usedConnections;
  }

  int database() {
    return parts.address().login().database();
  }

  /** A connection stands: AUTH or PING was sent, and SELECT where there is a database. */
  void greeted() {
    observer().greeted(database() == 0 ? 1 : 2);
  }

  LongSupplier nanoTime() {
    return parts.nanoTime();
  }

  RedisObserver observer() {
    return parts.observer();
  }

  /** Whether idle connections are dropped on the way without a word. */
  boolean isSilentlyCutOff() {
    return parts.address().provider() == RedisAddress.Provider.AZURE_CACHE;
  }

  Command readProbe() {
    return Command.of("get", RedisKeys.ascii("GET"), parts.keys().epoch());
  }

  Command writeProbe() {
    return Command.of(
        "set",
        RedisKeys.ascii("SET"),
        parts.keys().probe(),
        RedisKeys.ascii("1"),
        RedisKeys.ascii("PX"),
        RedisKeys.ascii("1000"));
  }

  /**
   * A server tells that it is part of a cluster.
   *
   * @return whether that is news, and the connections to it are about to be replaced
   */
  boolean clustered(Topology told, Node server) {
    synchronized (this) {
      if (told != topology || !(told instanceof SingleServer)) {
        return false;
      }
      topology = new Cluster(this, List.of(server), parts.keys().epoch());
    }
    told.close();
    topology.start();
    return true;
  }

  /** The condition of the connections has changed. */
  void changed() {
    synchronized (this) {
      availability = current();
    }
    listeners.forEach(Runnable::run);
  }

  private Availability current() {
    LinkCondition now = topology.condition();
    boolean full = limits.isFull();
    connectedBefore |= now.isUp();
    if (connectedBefore && now.state() == State.CONNECTING) {
      return new Availability(State.DOWN, "changing to another server", full);
    }
    return now.isUp() && limits.isQuotaUsedUp()
        ? new Availability(State.QUOTA, "quota used up", full)
        : new Availability(now.state(), now.reason(), full);
  }

  /** The server has no memory left: nothing is stored for a while. */
  void full() {
    limits.full();
  }

  /** The quota is used up, as a command was told. */
  void quotaReached() {
    limits.quotaReached();
  }

  private void askDespiteQuota() {
    topology.target(0).send(readProbe(), SILENCE.toNanos(), ReplyHandler.NOBODY);
  }

  /** A command was answered: whatever the quota was, it is not used up. */
  void answered() {
    if (limits.answered()) {
      changed();
    }
  }

  /** A server has too many connections: one to each is enough for us. */
  void crowded() {
    boolean first;
    synchronized (this) {
      first = usedConnections > 1;
      usedConnections = 1;
    }
    if (first) {
      topology.giveUpSurplus();
    }
  }
}
