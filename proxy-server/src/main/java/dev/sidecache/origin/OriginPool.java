package dev.sidecache.origin;

import dev.sidecache.http.ResponseHead;
import dev.sidecache.http1.HeldOutput;
import dev.sidecache.http1.Sweep;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Response;
import dev.sidecache.message.Tunnel;
import dev.sidecache.origin.OriginException.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One loop's connections to the origin: the idle ones, the youngest used first, and the exchanges
 * that wait for one. All methods on the loop.
 */
final class OriginPool implements Sweep.Timed {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  /**
   * How long a connection may have been idle to be given a request that must not be sent twice: the
   * longer, the likelier the origin is just closing it.
   */
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final OriginService service;
  private final EventLoop loop;
  private final int maxConnections;
  private final int maxWaiting;
  private final RetryBudget retryBudget;
  private final Sweep sweep;
  private final Deque<OriginConnection> idle = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int open;

  private record Waiting(OriginExchange exchange, long sinceNanos) {}

  /**
   * An empty pool.
   *
   * @param maxConnections at least one
   * @param maxWaiting how many exchanges may wait for one
   */
  OriginPool(OriginService service, EventLoop loop, int maxConnections, int maxWaiting) {
    this.service = service;
    this.loop = loop;
    this.maxConnections = maxConnections;
    this.maxWaiting = maxWaiting;
    this.retryBudget = new RetryBudget(maxConnections);
    this.sweep = new Sweep(loop, service.settings().shortest());
  }

  OriginService.Settings settings() {
    return service.settings();
  }

  /** The loop's clock, in nanoseconds. */
  long now() {
    return loop.ticker().nanoTime();
  }

  /** Gives the exchange a connection, an idle one if it may have one, now or later. */
  void acquire(OriginExchange exchange) {
    retryBudget.requested();
    OriginConnection young = takeIdle(exchange.isRepeatable());
    if (young != null) {
      service.observer().connectionReused();
      exchange.connected(young);
    } else {
      acquireNew(exchange);
    }
  }

  /** Whether one more request may be sent a second time. */
  boolean mayRetry() {
    return retryBudget.take();
  }

  /** Gives the exchange a connection that served nobody before, now or later. */
  void acquireNew(OriginExchange exchange) {
    if (open >= maxConnections && !idle.isEmpty()) {
      idle.removeLast().outlet().close();
    }
    if (open < maxConnections) {
      connect(exchange);
    } else if (waiting.size() < maxWaiting) {
      waiting.add(new Waiting(exchange, now()));
      sweep.add(this);
    } else {
      exchange.refused(new OriginException(Kind.BUSY, "too many requests wait for a connection"));
    }
  }

  private @Nullable OriginConnection takeIdle(boolean repeatable) {
    while (!idle.isEmpty()) {
      OriginConnection youngest = idle.peek();
      boolean stale = !repeatable && youngest.idleNanos(now()) > YOUNG_NANOS;
      if (stale) {
        return null;
      }
      idle.pop();
      if (youngest.isUsable(now()) && service.addresses().isCurrent(youngest.address())) {
        return youngest;
      }
      youngest.outlet().close();
    }
    return null;
  }

  /** Stops waiting. */
  void forget(OriginExchange exchange) {
    waiting.removeIf(entry -> entry.exchange == exchange);
  }

  /** Takes back a connection whose exchange is complete. */
  void giveBack(OriginConnection connection, int keepAliveSeconds) {
    connection.becomeIdle(now(), keepAliveSeconds);
    if (!connection.isUsable(now())) {
      connection.outlet().close();
      return;
    }
    Waiting next = waiting.poll();
    if (next != null) {
      service.observer().connectionReused();
      next.exchange.connected(connection);
    } else {
      idle.push(connection);
    }
  }

  /** A connection is gone. */
  void closed(OriginConnection connection) {
    sweep.remove(connection);
    idle.remove(connection);
    service.observer().connectionClosed();
    vacated();
  }

  /** Lets a connection go that has left HTTP: it takes no place here any more. */
  Tunnel leave(OriginConnection connection, String protocol, ResponseHead head) {
    sweep.remove(connection);
    service.observer().tunnelOpened();
    OriginTunnel tunnel = connection.leave(this::tunnelClosed);
    if (tunnel.isOpen()) {
      sweep.add(tunnel);
    }
    vacated();
    Response switched = Response.of(head, tunnel.end().incoming());
    return new Tunnel(protocol, switched, tunnel.end()::send);
  }

  private void tunnelClosed(OriginTunnel tunnel) {
    sweep.remove(tunnel);
    service.tunnels().release();
    service.observer().tunnelClosed();
    service.observer().connectionClosed();
  }

  private void vacated() {
    open--;
    Waiting next = open < maxConnections ? waiting.poll() : null;
    if (next != null) {
      connect(next.exchange);
    }
  }

  private void connect(OriginExchange exchange) {
    open++;
    service
        .addresses()
        .lookUp(
            loop,
            new OriginAddresses.Callback() {
              @Override
              public void resolved(List<InetSocketAddress> addresses) {
                tryNext(exchange, addresses.iterator());
              }

              @Override
              public void unresolved() {
                vacated();
                exchange.refused(new OriginException(Kind.UNRESOLVED, "no address"));
              }
            });
  }

  /**
   * Tries the next address. NB: not in the turn that closed a connection. What epoll still has to
   * tell of that socket Netty would tell of a new one, as the system uses its number again.
   */
  private void tryNext(OriginExchange exchange, Iterator<InetSocketAddress> addresses) {
    loop.execute(() -> tryOne(exchange, addresses.next(), addresses));
  }

  private void tryOne(
      OriginExchange exchange, InetSocketAddress address, Iterator<InetSocketAddress> addresses) {
    ChannelFuture connecting = bootstrap(address).connect(address);
    ChannelFuture unused =
        connecting.addListener(
            done -> {
              if (done.isSuccess()) {
                secure(exchange, connecting.channel());
              } else if (addresses.hasNext() && exchange.isWanted()) {
                tryNext(exchange, addresses);
              } else {
                vacated();
                boolean late = done.cause() instanceof ConnectTimeoutException;
                exchange.refused(
                    new OriginException(
                        late ? Kind.CONNECT_TIMEOUT : Kind.REFUSED, "cannot connect"));
              }
            });
  }

  private Bootstrap bootstrap(InetSocketAddress address) {
    AdaptiveRecvByteBufAllocator oneReadAtATime = new AdaptiveRecvByteBufAllocator();
    oneReadAtATime.maxMessagesPerRead(1);
    return new Bootstrap()
        .group(loop)
        .channel(Transport.channelFor(loop))
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings().timeouts().connect().toMillis())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .option(ChannelOption.RECVBUF_ALLOCATOR, oneReadAtATime)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                HeldOutput.install(channel, service.budget());
                SslContext tls = service.tls();
                if (tls != null) {
                  channel.pipeline().addLast(tlsHandler(tls, channel));
                }
                OriginConnection connection =
                    new OriginConnection(OriginPool.this, address, channel);
                channel.pipeline().addLast(connection.decoder(), connection);
              }
            });
  }

  private SslHandler tlsHandler(SslContext tls, Channel channel) {
    SslHandler handler = tls.newHandler(channel.alloc(), settings().host(), settings().port());
    handler.setHandshakeTimeoutMillis(settings().timeouts().connect().toMillis());
    return handler;
  }

  private void secure(OriginExchange exchange, Channel channel) {
    service.observer().connectionOpened();
    OriginConnection connection = channel.pipeline().get(OriginConnection.class);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      ready(exchange, connection);
      return;
    }
    Future<Channel> unused =
        tls.handshakeFuture()
            .addListener(
                done -> {
                  if (done.isSuccess()) {
                    ready(exchange, connection);
                  } else {
                    connection.outlet().close();
                    exchange.refused(new OriginException(done.cause()));
                  }
                });
    channel.read();
  }

  private void ready(OriginExchange exchange, OriginConnection connection) {
    sweep.add(connection);
    if (exchange.isWanted()) {
      exchange.connected(connection);
    } else {
      giveBack(connection, -1);
    }
  }

  @Override
  public void sweep(long nowNanos) {
    long limit = settings().timeouts().queue().toNanos();
    Waiting eldest = waiting.peek();
    while (eldest != null && nowNanos - eldest.sinceNanos >= limit) {
      waiting.remove();
      eldest.exchange.refused(new OriginException(Kind.BUSY, "no connection became free"));
      eldest = waiting.peek();
    }
    if (eldest == null) {
      sweep.remove(this);
    }
  }
}
