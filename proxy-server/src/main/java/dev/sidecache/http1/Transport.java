package dev.sidecache.http1;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The event loops of the process and the sockets that fit them. */
public final class Transport {
  private final EventLoopGroup loops;
  private final int size;
  private final Kind kind;

  /** A system interface for sockets. */
  public enum Kind {
    /** Linux's readiness interface. */
    EPOLL(EpollIoHandle.class, EpollSocketChannel.class, EpollServerSocketChannel.class) {
      @Override
      IoHandlerFactory handlers() {
        return EpollHandler.newFactory();
      }

      @Override
      @Nullable Throwable unavailable() {
        return Epoll.unavailabilityCause();
      }
    },
    /** Linux's completion interface: one system call for many reads and writes. */
    IO_URING(IoUringIoHandle.class, IoUringSocketChannel.class, IoUringServerSocketChannel.class) {
      @Override
      IoHandlerFactory handlers() {
        return IoUringIoHandler.newFactory();
      }

      @Override
      @Nullable Throwable unavailable() {
        return IoUring.unavailabilityCause();
      }
    },
    /** Java's own, which every system has. */
    NIO(NioIoHandle.class, NioSocketChannel.class, NioServerSocketChannel.class) {
      @Override
      IoHandlerFactory handlers() {
        return NioIoHandler.newFactory();
      }

      @Override
      @Nullable Throwable unavailable() {
        return null;
      }
    };

    private final Class<? extends IoHandle> handle;
    private final Class<? extends Channel> channel;
    private final Class<? extends ServerSocketChannel> serverChannel;

    Kind(
        Class<? extends IoHandle> handle,
        Class<? extends Channel> channel,
        Class<? extends ServerSocketChannel> serverChannel) {
      this.handle = handle;
      this.channel = channel;
      this.serverChannel = serverChannel;
    }

    abstract IoHandlerFactory handlers();

    abstract @Nullable Throwable unavailable();

    /** Why it cannot be used here; null if it can. */
    public @Nullable String absence() {
      Throwable cause = unavailable();
      while (cause != null && cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause == null ? null : String.valueOf(cause.getMessage());
    }

    /** Its name: {@code epoll}, {@code io_uring} or {@code nio}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What is used unless told otherwise: epoll if the system has it, else NIO. */
    public static Kind usual() {
      return usual(Kind::absence);
    }

    private static Kind usual(Function<Kind, @Nullable String> absences) {
      return absences.apply(EPOLL) == null ? EPOLL : NIO;
    }

    /**
     * What is used here: the wanted one, or the usual one in its place.
     *
     * @param wanted is null for the usual one
     * @param warnings is told which is missing, why, and by what it is replaced
     */
    public static Kind usable(@Nullable Kind wanted, Consumer<String> warnings) {
      return usable(wanted, Kind::absence, warnings);
    }

    static Kind usable(
        @Nullable Kind wanted,
        Function<Kind, @Nullable String> absences,
        Consumer<String> warnings) {
      Kind usual = usual(absences);
      if (wanted == null) {
        return usual;
      }
      String absence = absences.apply(wanted);
      if (absence == null) {
        return wanted;
      }
      warnings.accept(
          "server.transport: %s is not available here, %s is used: %s"
              .formatted(wanted.word(), usual.word(), absence));
      return usual;
    }

    private static Kind of(EventLoop loop) {
      for (Kind kind : values()) {
        if (loop instanceof IoEventLoop io && io.isCompatible(kind.handle)) {
          return kind;
        }
      }
      return NIO;
    }
  }

  private Transport(int size, Kind kind) {
    this.loops =
        new MultiThreadIoEventLoopGroup(
            size, new DefaultThreadFactory("sidecache"), kind.handlers());
    this.size = size;
    this.kind = kind;
  }

  /** Starts this many loops of the usual kind. */
  public static Transport open(int loops) {
    return open(Kind.usual(), loops);
  }

  /**
   * Starts this many loops.
   *
   * @param kind is one that the system has
   */
  public static Transport open(Kind kind, int loops) {
    return new Transport(loops, kind);
  }

  /** The loops; each connection stays on one of them. */
  public EventLoopGroup loops() {
    return loops;
  }

  /** The number of loops. */
  public int size() {
    return size;
  }

  /** The system interface in use. */
  public Kind kind() {
    return kind;
  }

  /** The class of listening sockets. */
  public Class<? extends ServerSocketChannel> serverChannel() {
    return kind.serverChannel;
  }

  /** The class of connecting sockets that this loop can drive. */
  public static Class<? extends Channel> channelFor(EventLoop loop) {
    return Kind.of(loop).channel;
  }

  /** Stops the loops; whatever is still open is closed. The future tells when they have ended. */
  public Future<?> close() {
    return loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
