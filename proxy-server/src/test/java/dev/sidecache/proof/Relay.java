package dev.sidecache.proof;

import dev.sidecache.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What lies between one sidecar and Redis: it passes on, delays, swallows, or cuts off. */
@SuppressWarnings("FutureReturnValueIgnored") // What is closed or written is not waited for.
final class Relay implements AutoCloseable {
  private static final long FAR_MILLIS = 60;

  private final EventLoops loops = new EventLoops(1);
  private final boolean epoll;
  private final int target;
  private final Channel listener;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final Set<To> held = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  /** How often what was open was held. */
  private final AtomicInteger generation = new AtomicInteger();

  /** What becomes of what passes. */
  enum Mode {
    PASS,
    /** Each piece is delivered 1 to 50 ms late, in order. */
    DELAY,
    /** Each piece is delivered 60 ms late: a Redis in another region. */
    FAR,
    /** What is sent arrives nowhere, and nobody is told. */
    SWALLOW,
    /** The same, but it arrives when this is over, even what was given up meanwhile. */
    HOLD,
    /** As {@link #HOLD} for the connections there are; those to come pass. */
    HOLD_OPEN,
    /** Commands arrive, what Redis replies arrives when this is over. */
    HOLD_REPLIES,
    /** Connections are closed as soon as they are made. */
    CUT
  }

  Relay(int target) {
    this.target = target;
    this.epoll = Epoll.isAvailable();
    this.listener =
        new ServerBootstrap()
            .group(loops.first())
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel client) {
                    accepted(client);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** From now on so; {@link Mode#CUT} ends what is connected. */
  void become(Mode next) {
    if (next == Mode.HOLD_OPEN) {
      generation.incrementAndGet();
    }
    mode = next;
    if (next == Mode.CUT) {
      reset();
    }
    held.forEach(To::carryOnSoon);
  }

  /** Ends what is connected; new connections are made. */
  void reset() {
    open.forEach(Channel::close);
  }

  private void accepted(SocketChannel client) {
    if (mode == Mode.CUT) {
      client.close();
      return;
    }
    Bootstrap bootstrap =
        new Bootstrap()
            .group(client.eventLoop())
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new ChannelInboundHandlerAdapter());
    bootstrap
        .connect(InetAddress.getLoopbackAddress(), target)
        .addListener(
            connected -> {
              Channel server = ((ChannelFuture) connected).channel();
              if (connected.isSuccess()) {
                join(client, server);
              } else {
                client.close();
              }
            });
  }

  private void join(Channel client, Channel server) {
    open.add(client);
    open.add(server);
    client.pipeline().addLast(new To(server, false));
    server.pipeline().addLast(new To(client, true));
    client.config().setAutoRead(true);
    server.config().setAutoRead(true);
  }

  /** What waits to be carried on, and until when. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Piece(byte[] octets, long notBefore) {}

  /** Carries what is read to the other side, always in the order in which it came. */
  private final class To extends ChannelInboundHandlerAdapter {
    private final Channel other;
    private final boolean replies;
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private long notBefore;
    private boolean scheduled;
    private final int born = generation.get();
    private boolean ended;

    To(Channel other, boolean replies) {
      this.other = other;
      this.replies = replies;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      // NB: copied, so that what is under way when the loop ends needs no release.
      byte[] octets = ByteBufUtil.getBytes((ByteBuf) message);
      ((ByteBuf) message).release();
      Mode now = mode;
      if (now != Mode.SWALLOW && now != Mode.CUT) {
        long millis = lateMillis(now);
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        notBefore = Math.max(notBefore, due);
        waiting.add(new Piece(octets, notBefore));
        carryOn();
      }
    }

    private static long lateMillis(Mode mode) {
      return switch (mode) {
        case DELAY -> ThreadLocalRandom.current().nextLong(1, 51);
        case FAR -> FAR_MILLIS;
        case PASS, SWALLOW, HOLD, HOLD_OPEN, HOLD_REPLIES, CUT -> 0;
      };
    }

    private boolean isHeld() {
      return switch (mode) {
        case HOLD -> true;
        case HOLD_REPLIES -> replies;
        case HOLD_OPEN -> born < generation.get();
        default -> false;
      };
    }

    void carryOnSoon() {
      other.eventLoop().execute(this::carryOn);
    }

    private void carryOn() {
      held.add(this);
      if (isHeld()) {
        return;
      }
      held.remove(this);
      long now = System.nanoTime();
      while (!waiting.isEmpty() && waiting.peek().notBefore - now <= 0) {
        other.writeAndFlush(Unpooled.wrappedBuffer(waiting.remove().octets));
      }
      if (waiting.isEmpty() && ended) {
        other.close();
      } else if (!waiting.isEmpty() && !scheduled) {
        scheduled = true;
        other
            .eventLoop()
            .schedule(this::resume, waiting.peek().notBefore - now, TimeUnit.NANOSECONDS);
      }
    }

    private void resume() {
      scheduled = false;
      carryOn();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      open.remove(context.channel());
      ended = true;
      carryOn();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  @Override
  public void close() {
    listener.close();
    reset();
    loops.close();
  }
}
