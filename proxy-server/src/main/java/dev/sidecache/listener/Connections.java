package dev.sidecache.listener;

import dev.sidecache.http1.Sweep;
import dev.sidecache.message.Service;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
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
  private final ResponseWriter writer =
      new ResponseWriter(new DateField(System::currentTimeMillis));
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger admitted = new AtomicInteger();
  private final Map<EventLoop, Sweep> sweeps = new ConcurrentHashMap<>();
  private volatile @Nullable Promise<Void> drained;

  Connections(HttpListener.Settings settings, Service service) {
    this.settings = settings;
    this.service = service;
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

  /** The number of open connections. */
  int count() {
    return open.size();
  }

  /** Counts an accepted channel until it closes; false if there are too many. */
  boolean admit(Channel channel) {
    if (admitted.incrementAndGet() > settings.maxConnections()) {
      admitted.decrementAndGet();
      return false;
    }
    ChannelFuture unused = channel.closeFuture().addListener(closed -> admitted.decrementAndGet());
    return true;
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
