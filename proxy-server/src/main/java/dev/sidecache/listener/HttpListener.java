package dev.sidecache.listener;

import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.Sweep;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.Network;
import dev.sidecache.message.Service;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket whose connections speak HTTP/1.1 and hand their requests to a service. Several
 * may share the loops of one {@link Transport}.
 */
public final class HttpListener {
  private final Shared shared;
  private final Channel socket;
  private @Nullable Promise<Void> drained;

  /**
   * What to listen on, and the limits that keep a client from using up the process.
   *
   * @param address where
   * @param maxConnections more are answered with 503 and closed
   * @param sizes of request line and header section
   * @param timeouts of a client
   * @param trustedProxies whose X-Forwarded fields are believed
   */
  public record Settings(
      Address address,
      int maxConnections,
      Sizes sizes,
      Timeouts timeouts,
      List<Network> trustedProxies) {

    public Settings {
      if (maxConnections < 1) {
        throw new IllegalArgumentException(
            "max_connections: " + maxConnections + " (expected: > 0)");
      }
      trustedProxies = List.copyOf(trustedProxies);
    }

    /** The limits that hold unless something else is configured. */
    public static Settings of(Address address) {
      return new Settings(address, 10_000, Sizes.standard(), Timeouts.standard(), List.of());
    }

    public Settings withMaxConnections(int connections) {
      return new Settings(address, connections, sizes, timeouts, trustedProxies);
    }

    public Settings withTimeouts(Timeouts other) {
      return new Settings(address, maxConnections, sizes, other, trustedProxies);
    }

    /** The same, believing these networks, each written as one address or with its bits. */
    public Settings withTrustedProxies(List<String> networks) {
      return new Settings(address, maxConnections, sizes, timeouts, Network.parseAll(networks));
    }

    Http1Decoder.Limits decoderLimits() {
      return new Http1Decoder.Limits(sizes.requestLineBytes, sizes.headerSectionBytes);
    }

    /**
     * How large a head may be.
     *
     * @param requestLineBytes method, target and version
     * @param headerSectionBytes all field lines; of a trailer section, too
     */
    public record Sizes(int requestLineBytes, int headerSectionBytes) {

      public static Sizes standard() {
        return new Sizes(8 * 1024, 32 * 1024);
      }
    }

    /**
     * How long a client may take.
     *
     * @param head for a whole header section, from its first octet
     * @param body between two pieces of content that are waited for
     * @param write between two pieces of a response that it takes
     * @param idle between two requests, and before the first
     */
    public record Timeouts(Duration head, Duration body, Duration write, Duration idle) {

      public Timeouts {
        requirePositive("head", head);
        requirePositive("body", body);
        requirePositive("write", write);
        requirePositive("idle", idle);
      }

      public static Timeouts standard() {
        return new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(75));
      }

      Duration shortest() {
        Duration shortest = head;
        for (Duration other : List.of(body, write, idle)) {
          shortest = other.compareTo(shortest) < 0 ? other : shortest;
        }
        return shortest;
      }

      private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
          throw new IllegalArgumentException(name + " timeout: " + duration + " (expected: > 0)");
        }
      }
    }

    /**
     * Where to listen.
     *
     * @param host a name or an address; empty for all addresses of both families
     * @param port 0 lets the system choose
     */
    public record Address(String host, int port) {
      private static final int HIGHEST_PORT = 65_535;

      public Address {
        if (port < 0 || port > HIGHEST_PORT) {
          throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
      }

      /**
       * The address written {@code host:port}, {@code [::1]:port} or {@code :port}; null if it is
       * written otherwise.
       */
      public static @Nullable Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
          return null;
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
          host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
          return null;
        }
        int port = port(text.substring(colon + 1));
        return port < 0 ? null : new Address(host, port);
      }

      private static int port(String digits) {
        if (digits.isEmpty() || digits.length() > 5) {
          return -1;
        }
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
          char c = digits.charAt(i);
          if (c < '0' || c > '9') {
            return -1;
          }
          port = 10 * port + c - '0';
        }
        return port > HIGHEST_PORT ? -1 : port;
      }

      InetSocketAddress toSocketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
      }

      @Override
      public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
      }
    }
  }

  private HttpListener(Shared shared, Channel socket) {
    this.shared = shared;
    this.socket = socket;
  }

  /** Begins to listen. The future fails if the address cannot be had. */
  public static Future<HttpListener> bind(Settings settings, Transport transport, Service service) {
    Shared shared = new Shared(settings, service);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, oneReadAtATime())
            .childHandler(initializer(shared));
    Promise<HttpListener> bound = GlobalEventExecutor.INSTANCE.newPromise();
    ChannelFuture binding = bootstrap.bind(settings.address().toSocketAddress());
    ChannelFuture unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                bound.setSuccess(new HttpListener(shared, binding.channel()));
              } else {
                bound.setFailure(done.cause());
              }
            });
    return bound;
  }

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  private static AdaptiveRecvByteBufAllocator oneReadAtATime() {
    AdaptiveRecvByteBufAllocator sizes = new AdaptiveRecvByteBufAllocator();
    sizes.maxMessagesPerRead(1);
    return sizes;
  }

  private static ChannelInitializer<Channel> initializer(Shared shared) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        Http1Connection connection = new Http1Connection(shared, channel);
        channel.pipeline().addLast(connection.decoder(), connection);
      }
    };
  }

  /** The port listened on; the one chosen by the system if 0 was asked for. */
  public int port() {
    return ((InetSocketAddress) socket.localAddress()).getPort();
  }

  /** The number of open connections. */
  public int connections() {
    return shared.connections.size();
  }

  /**
   * Stops: takes no new connections, answers running requests with {@code Connection: close},
   * closes idle connections. The future ends when all are closed; after the given time those left
   * are cut. Later calls give the same future.
   */
  public synchronized Future<Void> drain(Duration patience) {
    Promise<Void> running = drained;
    if (running != null) {
      return running;
    }
    Promise<Void> promise = GlobalEventExecutor.INSTANCE.newPromise();
    drained = promise;
    ChannelFuture unused = socket.close().addListener(closed -> shared.drain(promise));
    Future<?> unusedDeadline =
        GlobalEventExecutor.INSTANCE.schedule(
            () -> shared.cutAll(promise), patience.toNanos(), TimeUnit.NANOSECONDS);
    return promise;
  }

  /** Ends a running {@link #drain} now: connections that are left are cut. */
  public synchronized void cut() {
    Promise<Void> running = drained;
    if (running != null) {
      shared.cutAll(running);
    }
  }

  /** What the connections of a listener have in common. */
  static final class Shared {
    private final Settings settings;
    private final Service service;
    private final ResponseWriter writer =
        new ResponseWriter(new DateField(System::currentTimeMillis));
    private final Set<Http1Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger admitted = new AtomicInteger();
    private final Map<EventLoop, Sweep> sweeps = new ConcurrentHashMap<>();
    private volatile @Nullable Promise<Void> drained;

    Shared(Settings settings, Service service) {
      this.settings = settings;
      this.service = service;
    }

    Settings settings() {
      return settings;
    }

    Service service() {
      return service;
    }

    ResponseWriter responseWriter() {
      return writer;
    }

    /** Takes a connection in; false if there are too many. */
    boolean opened(Http1Connection connection) {
      connections.add(connection);
      sweep(connection).add(connection);
      if (drained != null) {
        connection.drain();
      }
      if (admitted.incrementAndGet() <= settings.maxConnections()) {
        return true;
      }
      admitted.decrementAndGet();
      return false;
    }

    void closed(Http1Connection connection, boolean wasAdmitted) {
      if (wasAdmitted) {
        admitted.decrementAndGet();
      }
      sweep(connection).remove(connection);
      connections.remove(connection);
      endIfDrained();
    }

    private Sweep sweep(Http1Connection connection) {
      Duration shortest = settings.timeouts().shortest();
      return sweeps.computeIfAbsent(
          connection.channel().eventLoop(), loop -> new Sweep(loop, shortest));
    }

    private void drain(Promise<Void> promise) {
      drained = promise;
      for (Http1Connection connection : connections) {
        connection.channel().eventLoop().execute(connection::drain);
      }
      endIfDrained();
    }

    private void cutAll(Promise<Void> promise) {
      for (Http1Connection connection : connections) {
        connection.channel().eventLoop().execute(() -> connection.abort(true));
      }
      promise.trySuccess(null);
    }

    private void endIfDrained() {
      Promise<Void> promise = drained;
      if (promise != null && connections.isEmpty()) {
        promise.trySuccess(null);
      }
    }
  }
}
