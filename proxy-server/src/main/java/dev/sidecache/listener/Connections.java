package dev.sidecache.listener;

import dev.sidecache.http1.Outlet;
import dev.sidecache.http1.Sweep;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Problem;
import dev.sidecache.message.Problems;
import dev.sidecache.message.Service;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The open connections of a listener and what they have in common. */
final class Connections {
  private final HttpListener.Settings settings;
  private final Service service;
  private final ListenerObserver observer;
  private final ByteBudget budget;
  private final PeerCounts peers = new PeerCounts();
  private final ResponseWriter writer =
      new ResponseWriter(new DateField(System::currentTimeMillis));
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger admitted = new AtomicInteger();
  private final Map<EventLoop, Sweep> sweeps = new ConcurrentHashMap<>();
  private volatile @Nullable Promise<Void> drained;

  Connections(
      HttpListener.Settings settings,
      Service service,
      ListenerObserver observer,
      ByteBudget budget) {
    this.budget = budget;
    this.settings = settings;
    this.service = service;
    this.observer = observer;
  }

  HttpListener.Settings settings() {
    return settings;
  }

  Service service() {
    return service;
  }

  ResponseWriter responseWriter() {
    return writer;
  }

  /** What all connections of the process together may hold. */
  ByteBudget budget() {
    return budget;
  }

  /** The number of open connections. */
  int count() {
    return open.size();
  }

  /** Counts an accepted channel until it closes; or tells why it is not served. */
  @Nullable Problem admit(Channel channel) {
    Problem refusal = refusal(channel);
    if (refusal == null) {
      observer.connectionOpened();
      ChannelFuture unused =
          channel.closeFuture().addListener(closed -> observer.connectionClosed());
    }
    return refusal;
  }

  private @Nullable Problem refusal(Channel channel) {
    if (admitted.incrementAndGet() > settings.maxConnections()) {
      admitted.decrementAndGet();
      return Problems.CONNECTION_LIMIT;
    }
    ByteBuffer peer = isTrusted(channel) ? null : PeerCounts.peer(channel.remoteAddress());
    if (peer != null && !peers.admit(peer, settings.perPeer())) {
      admitted.decrementAndGet();
      return Problems.PEER_LIMIT;
    }
    ChannelFuture unused =
        channel
            .closeFuture()
            .addListener(
                closed -> {
                  admitted.decrementAndGet();
                  if (peer != null) {
                    peers.closed(peer);
                  }
                });
    return null;
  }

  /** NB: many clients share the address of a proxy. */
  private boolean isTrusted(Channel channel) {
    return Client.of(channel, settings.trustedProxies()).trusted();
  }

  /** Counts a refusal. */
  void refused(String reason) {
    observer.refused(reason);
  }

  /** Counts a refusal and writes it, as the last response on its connection. */
  void refuse(Outlet outlet, Problem problem) {
    observer.refused(problem.reason());
    writer.problem(outlet, problem);
  }

  /** Takes a connection in, which from now on is swept and drained. */
  void opened(ClientConnection connection) {
    open.add(connection);
    sweep(connection).add(connection);
    if (drained != null) {
      connection.drain();
    }
  }

  /** Forgets a connection that has closed, or has become another. */
  void closed(ClientConnection connection) {
    sweep(connection).remove(connection);
    open.remove(connection);
    endIfDrained();
  }

  private Sweep sweep(ClientConnection connection) {
    Duration shortest = settings.timeouts().shortest();
    return sweeps.computeIfAbsent(
        connection.channel().eventLoop(), loop -> new Sweep(loop, shortest));
  }

  void drain(Promise<Void> promise) {
    drained = promise;
    for (ClientConnection connection : open) {
      connection.channel().eventLoop().execute(connection::drain);
    }
    endIfDrained();
  }

  void cutAll(Promise<Void> promise) {
    for (ClientConnection connection : open) {
      connection.channel().eventLoop().execute(connection::cut);
    }
    promise.trySuccess(null);
  }

  private void endIfDrained() {
    Promise<Void> promise = drained;
    if (promise != null && open.isEmpty()) {
      promise.trySuccess(null);
    }
  }
}
