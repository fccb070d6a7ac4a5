package dev.sidecache.http1;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The event loops of the process and the sockets that fit them: epoll where it works, else NIO. */
public final class Transport {
  private final EventLoopGroup loops;
  private final int size;
  private final boolean epoll;

  private Transport(int size, boolean epoll) {
    IoHandlerFactory handlers = epoll ? EpollHandler.newFactory() : NioIoHandler.newFactory();
    this.loops =
        new MultiThreadIoEventLoopGroup(size, new DefaultThreadFactory("sidecache"), handlers);
    this.size = size;
    this.epoll = epoll;
  }

  /** Starts this many loops, on epoll if the system has it. */
  public static Transport open(int loops) {
    return new Transport(loops, Epoll.isAvailable());
  }

  /** Starts this many loops on NIO, which every system has. */
  public static Transport openNio(int loops) {
    return new Transport(loops, false);
  }

  /** The loops; each connection stays on one of them. */
  public EventLoopGroup loops() {
    return loops;
  }

  /** The number of loops. */
  public int size() {
    return size;
  }

  /** The name of the system interface in use: {@code epoll} or {@code nio}. */
  public String word() {
    return epoll ? "epoll" : "nio";
  }

  /** The class of listening sockets. */
  public Class<? extends ServerSocketChannel> serverChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** The class of connecting sockets that this loop can drive. */
  public static Class<? extends Channel> channelFor(EventLoop loop) {
    boolean epoll = loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Stops the loops; whatever is still open is closed. The future tells when they have ended. */
  public Future<?> close() {
    return loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
