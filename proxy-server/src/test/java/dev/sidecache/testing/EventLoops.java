package dev.sidecache.testing;

import dev.sidecache.http1.EpollHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Event loops of the transport that the product uses here: epoll's where there is one. */
public final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final List<EventLoop> loops = new ArrayList<>();

  public EventLoops(int count) {
    IoHandlerFactory transport =
        Epoll.isAvailable() ? EpollHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(count, transport);
    for (int i = 0; i < count; i++) {
      loops.add(group.next());
    }
  }

  public List<EventLoop> all() {
    return loops;
  }

  public EventLoop first() {
    return loops.get(0);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
  }
}
