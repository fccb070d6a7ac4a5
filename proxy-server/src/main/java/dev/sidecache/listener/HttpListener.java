package dev.sidecache.listener;

import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Network;
import dev.sidecache.message.Service;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket whose connections speak HTTP/1.1, over TLS or not, and hand their requests to
 * a service. Several may share the loops of one {@link Transport}.
 */
public final class HttpListener {
  private final Connections connections;
  private final Channel socket;
  private @Nullable Promise<Void> drained;

  /**
   * What to listen on, and the limits that keep a client from using up the process.
   *
   * @param address where
   * @param limits of connections
   * @param sizes of request line and header section
   * @param timeouts of a client
   * @param trustedProxies whose X-Forwarded fields are believed
   * @param tls certificate and key; null for plain text
   */
  public record Settings(
      Address address,
      Limits limits,
      Sizes sizes,
      Timeouts timeouts,
      List<Network> trustedProxies,
      @Nullable Tls tls) {

    public Settings {
      trustedProxies = List.copyOf(trustedProxies);
    }

    /** The limits that hold unless something else is configured. */
    public static Settings of(Address address) {
      return new Settings(
          address, Limits.standard(), Sizes.standard(), Timeouts.standard(), List.of(), null);
    }

    public Settings withLimits(Limits other) {
      return new Settings(address, other, sizes, timeouts, trustedProxies, tls);
    }

    public Settings withMaxConnections(int connections) {
      return withLimits(new Limits(connections, limits.perPeer, limits.requestsEach));
    }

    int maxConnections() {
      return limits.connections;
    }

    int perPeer() {
      return limits.perPeer;
    }

    long requestsEach() {
      return limits.requestsEach;
    }

    public Settings withTimeouts(Timeouts other) {
      return new Settings(address, limits, sizes, other, trustedProxies, tls);
    }

    /** The same, believing these networks, each written as one address or with its bits. */
    public Settings withTrustedProxies(List<String> networks) {
      return new Settings(address, limits, sizes, timeouts, Network.parseAll(networks), tls);
    }

    /** The same over TLS. */
    public Settings withTls(Tls other) {
      return new Settings(address, limits, sizes, timeouts, trustedProxies, other);
    }

    Http1Decoder.Limits decoderLimits() {
      return new Http1Decoder.Limits(sizes.requestLineBytes, sizes.headerSectionBytes);
    }

    /**
     * TLS.
     *
     * @param certificate PEM file with the chain, the server's own certificate first
     * @param key PEM file with its private key
     * @param lookAgain how often the files are looked at for changes
     * @param clientCa PEM file with the authorities one of which must vouch for each client; null:
     *     clients show no certificate
     */
    public record Tls(Path certificate, Path key, Duration lookAgain, @Nullable Path clientCa) {

      /**
       * What keeps the files from being used.
       *
       * @param key which of the settings is meant
       * @param hint the remedy
       */
      public record Fault(String key, String message, String hint) {}

      public static Tls of(Path certificate, Path key) {
        return new Tls(certificate, key, Duration.ofSeconds(10), null);
      }

      /** The same for clients that one of these authorities vouches for. */
      public Tls withClientCa(@Nullable Path file) {
        return new Tls(certificate, key, lookAgain, file);
      }

      /** What is wrong with the files as they are now; null if nothing is. Blocks. */
      public @Nullable Fault fault() {
        try {
          SslContext unused = TlsContexts.context(PemPair.read(this));
          return null;
        } catch (PemPair.Unusable unusable) {
          return unusable.fault();
        }
      }
    }

    /**
     * How many connections there may be, and what each may ask for.
     *
     * @param connections more are answered with 503 and closed
     * @param perPeer of these from one address that is no trusted proxy
     * @param requestsEach after so many requests a connection is closed, its last one answered
     */
    public record Limits(int connections, int perPeer, long requestsEach) {

      public Limits {
        requireSome("max_connections", connections);
        requireSome("max_connections_per_peer", perPeer);
        requireSome("max_requests_per_connection", requestsEach);
      }

      public static Limits standard() {
        return new Limits(10_000, 1_000, 100_000);
      }

      private static void requireSome(String name, long number) {
        if (number < 1) {
          throw new IllegalArgumentException(name + ": " + number + " (expected: > 0)");
        }
      }
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

  private HttpListener(Connections connections, Channel socket) {
    this.connections = connections;
    this.socket = socket;
  }

  /**
   * Begins to listen. The future fails if the address cannot be had, or TLS files cannot be used;
   * reading those blocks.
   */
  public static Future<HttpListener> bind(Settings settings, Transport transport, Service service) {
    ByteBudget unlimited = new ByteBudget(Long.MAX_VALUE);
    return bind(settings, transport, service, ListenerObserver.NONE, unlimited);
  }

  /** The same with an observer, and a budget for the output that clients have not taken. */
  public static Future<HttpListener> bind(
      Settings settings,
      Transport transport,
      Service service,
      ListenerObserver observer,
      ByteBudget budget) {
    Promise<HttpListener> bound = GlobalEventExecutor.INSTANCE.newPromise();
    TlsContexts tls;
    try {
      tls = settings.tls() == null ? null : TlsContexts.open(settings.tls());
    } catch (PemPair.Unusable unusable) {
      return bound.setFailure(new IOException("server.tls." + unusable.getMessage(), unusable));
    }
    return bind(settings, transport, new Connections(settings, service, observer, budget), tls);
  }

  private static Future<HttpListener> bind(
      Settings settings, Transport transport, Connections connections, @Nullable TlsContexts tls) {
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
            .childHandler(new Protocols(connections, tls));
    Promise<HttpListener> bound = GlobalEventExecutor.INSTANCE.newPromise();
    ChannelFuture binding = bootstrap.bind(settings.address().toSocketAddress());
    ChannelFuture unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                ChannelFuture unusedEnd =
                    binding.channel().closeFuture().addListener(closed -> close(tls));
                Future<?> unusedStop =
                    transport.loops().terminationFuture().addListener(gone -> close(tls));
                bound.setSuccess(new HttpListener(connections, binding.channel()));
              } else {
                close(tls);
                bound.setFailure(done.cause());
              }
            });
    return bound;
  }

  private static void close(@Nullable TlsContexts tls) {
    if (tls != null) {
      tls.close();
    }
  }

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  private static AdaptiveRecvByteBufAllocator oneReadAtATime() {
    AdaptiveRecvByteBufAllocator sizes = new AdaptiveRecvByteBufAllocator();
    sizes.maxMessagesPerRead(1);
    return sizes;
  }

  /** The port listened on; the one chosen by the system if 0 was asked for. */
  public int port() {
    return ((InetSocketAddress) socket.localAddress()).getPort();
  }

  /** The number of open connections. */
  public int connections() {
    return connections.count();
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
    ChannelFuture unused = socket.close().addListener(closed -> connections.drain(promise));
    Future<?> unusedDeadline =
        GlobalEventExecutor.INSTANCE.schedule(
            () -> connections.cutAll(promise), patience.toNanos(), TimeUnit.NANOSECONDS);
    return promise;
  }

  /** Ends a running {@link #drain} now: connections that are left are cut. */
  public synchronized void cut() {
    Promise<Void> running = drained;
    if (running != null) {
      connections.cutAll(running);
    }
  }
}
