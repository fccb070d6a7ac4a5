package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.store.SharedStore.State;
import io.lettuce.core.RedisURI;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one server: one on each of a few event loops, and one more for large values.
 * It is UP only while all of them are: they lead to the same server, so what one meets the others
 * are about to meet. Thread-safe.
 */
final class NodeLinks {
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration LARGE_SILENCE = Duration.ofSeconds(10);

  private final RespTransport transport;
  private final Topology topology;
  private final Node node;
  private final RedisURI uri;
  private final List<RespLink> links = new ArrayList<>();
  private final LargeLink large;
  private volatile @Nullable ServerInfo info;
  private volatile long namedNanos;

  /** Connections that are not started yet. */
  NodeLinks(RespTransport transport, Topology topology, Node node) {
    this.transport = transport;
    this.topology = topology;
    this.node = node;
    this.uri = LettuceClient.uri(transport.address(), node);
    List<EventLoop> loops = transport.loops();
    for (int i = 0; i < transport.connections(); i++) {
      links.add(new RespLink(this, loops.get(i), SILENCE));
    }
    RespLink last = new RespLink(this, loops.get(loops.size() - 1), LARGE_SILENCE);
    large = new LargeLink(last, transport.nanoTime());
  }

  void start() {
    for (int i = 0; i < transport.usedConnections(); i++) {
      links.get(i).start();
    }
  }

  void close() {
    for (RespLink link : links) {
      link.loop().execute(link::close);
    }
    large.close();
  }

  RespTransport transport() {
    return transport;
  }

  Node node() {
    return node;
  }

  RedisURI uri() {
    return uri;
  }

  RespLink link(int place) {
    return links.get(place);
  }

  LargeLink large() {
    return large;
  }

  /** What the server last told of itself; null before the first connection. */
  @Nullable ServerInfo info() {
    return info;
  }

  /** The worst of what its connections meet. */
  LinkCondition condition() {
    LinkCondition worst = links.get(0).condition();
    for (int i = 1; i < transport.usedConnections(); i++) {
      LinkCondition condition = links.get(i).condition();
      worst = severity(condition) > severity(worst) ? condition : worst;
    }
    return worst;
  }

  private static int severity(LinkCondition condition) {
    return switch (condition.state()) {
      case UP -> 0;
      case QUOTA -> 1;
      case CONNECTING -> 2;
      case DOWN -> 3;
      case AUTH -> 4;
      case OFF -> 5;
    };
  }

  /** As {@link #condition}, told to those who did not name this server themselves. */
  LinkCondition conditionByName() {
    LinkCondition now = condition();
    return now.reason().isEmpty()
        ? now
        : new LinkCondition(now.state(), "node " + node + ": " + now.reason());
  }

  boolean isConnecting() {
    return condition().state() == State.CONNECTING;
  }

  /** Somebody has named this server just now. */
  void named() {
    namedNanos = transport.nanoTime().getAsLong();
  }

  /** How long nobody has named it. */
  long forgottenNanos() {
    return transport.nanoTime().getAsLong() - namedNanos;
  }

  /** Gives up all connections but the first: the server has too many. */
  void giveUpSurplus() {
    for (int i = 1; i < links.size(); i++) {
      RespLink surplus = links.get(i);
      surplus.loop().execute(surplus::close);
    }
  }

  // What the links tell; on any of their loops.

  /** A link's condition has changed. */
  void changed() {
    topology.changed(this);
  }

  void greeted(ServerInfo told) {
    info = told;
  }

  /** The server is part of a cluster; false if that is known already. */
  boolean clustered() {
    return transport.clustered(topology, node);
  }

  /** The server has too many connections: one is enough for us. */
  void crowded(RespLink link) {
    transport.crowded();
    if (link == links.get(0) || large.is(link)) {
      link.crowdedOut();
    }
  }
}
