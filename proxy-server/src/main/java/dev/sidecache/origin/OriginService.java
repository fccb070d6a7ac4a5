package dev.sidecache.origin;

import dev.sidecache.http1.Http1Decoder;
import dev.sidecache.http1.Transport;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Network;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Service;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Forwards requests to the origin and gives its responses, as they stream. A request is served on
 * its own loop, which must be one of Netty's.
 *
 * <p>Fails with an {@link OriginException}; a response that breaks off fails its body with one.
 */
public final class OriginService implements Service, AutoCloseable {
  static final Http1Decoder.Limits SIZES = new Http1Decoder.Limits(8 * 1024, 64 * 1024);

  private final Settings settings;
  private final OriginObserver observer;
  private final OriginAddresses addresses;
  private final int connectionsPerLoop;
  private final int queuePerLoop;
  private final @Nullable SslContext tls;
  private final ByteBudget budget;
  private final Tunnels tunnels;
  private final Map<EventLoop, OriginPool> pools = new ConcurrentHashMap<>();

  /**
   * Where the origin is, and how long to be patient with it.
   *
   * @param url {@code http} or {@code https}, host and port; no path
   * @param maxConnections in all; each loop has its part, at least one
   * @param maxQueue how many requests may wait for a connection in all; each loop has its part
   * @param retries how often a request is sent again on a new connection when a reused one broke
   *     before the answer began; only GET, HEAD and OPTIONS without content, and in the long run at
   *     most one in five requests
   * @param timeouts of an exchange
   * @param trustedProxies whose X-Forwarded fields are kept
   * @param tunnels limits of connections that have left HTTP; they count beside maxConnections
   */
  public record Settings(
      URI url,
      int maxConnections,
      int maxQueue,
      int retries,
      Timeouts timeouts,
      List<Network> trustedProxies,
      TunnelLimits tunnels) {

    public Settings {
      if (problem(url) != null) {
        throw new IllegalArgumentException("upstream.url: " + problem(url));
      }
      if (maxConnections < 1) {
        throw new IllegalArgumentException(
            "upstream.max_connections: " + maxConnections + " (expected: > 0)");
      }
      if (maxQueue < 0) {
        throw new IllegalArgumentException("upstream.max_queue: " + maxQueue + " (expected: >= 0)");
      }
      if (retries < 0) {
        throw new IllegalArgumentException("upstream.retries: " + retries + " (expected: >= 0)");
      }
      trustedProxies = List.copyOf(trustedProxies);
    }

    /** The limits that hold unless something else is configured. */
    public static Settings of(URI url) {
      return new Settings(
          url, 256, 1024, 1, Timeouts.standard(), List.of(), TunnelLimits.standard());
    }

    public Settings withMaxConnections(int connections) {
      return new Settings(url, connections, maxQueue, retries, timeouts, trustedProxies, tunnels);
    }

    public Settings withMaxQueue(int requests) {
      return new Settings(
          url, maxConnections, requests, retries, timeouts, trustedProxies, tunnels);
    }

    public Settings withRetries(int times) {
      return new Settings(url, maxConnections, maxQueue, times, timeouts, trustedProxies, tunnels);
    }

    public Settings withTimeouts(Timeouts other) {
      return new Settings(url, maxConnections, maxQueue, retries, other, trustedProxies, tunnels);
    }

    /** The same, believing these networks, each written as one address or with its bits. */
    public Settings withTrustedProxies(List<String> networks) {
      return new Settings(
          url, maxConnections, maxQueue, retries, timeouts, Network.parseAll(networks), tunnels);
    }

    public Settings withTunnels(TunnelLimits other) {
      return new Settings(url, maxConnections, maxQueue, retries, timeouts, trustedProxies, other);
    }

    Duration shortest() {
      Duration shortest = timeouts.shortest();
      return tunnels.idle.compareTo(shortest) < 0 ? tunnels.idle : shortest;
    }

    /** What is wrong with a URL of an origin, or null. */
    public static @Nullable String problem(URI url) {
      String scheme = url.getScheme();
      if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
        return "not an http or https URL";
      }
      if (url.getHost() == null || url.getRawUserInfo() != null) {
        return "no host name, or more than host and port";
      }
      String path = url.getRawPath();
      boolean bare = path == null || path.isEmpty() || path.equals("/");
      return bare && url.getRawQuery() == null && url.getRawFragment() == null
          ? null
          : "a path (requests keep the path they came with)";
    }

    boolean isTls() {
      return "https".equalsIgnoreCase(url.getScheme());
    }

    /** The host without brackets. */
    String host() {
      String host = url.getHost();
      return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
      return url.getPort() >= 0 ? url.getPort() : isTls() ? 443 : 80;
    }

    /** The value of Host for requests that have none. */
    String authority() {
      String host = url.getHost().toLowerCase(Locale.ROOT);
      return url.getPort() < 0 ? host : host + ":" + url.getPort();
    }

    /**
     * Limits of connections that have left HTTP.
     *
     * @param most how many there may be
     * @param idle how long nothing may pass on one, in either direction
     */
    public record TunnelLimits(int most, Duration idle) {

      public TunnelLimits {
        if (most < 0) {
          throw new IllegalArgumentException("max_tunnels: " + most + " (expected: >= 0)");
        }
        Timeouts.requirePositive("tunnel", idle);
      }

      public static TunnelLimits standard() {
        return new TunnelLimits(1_000, Duration.ofMinutes(5));
      }
    }

    /**
     * How long an exchange may take.
     *
     * @param connect to make a connection, TLS included
     * @param silence to the first octet of the answer, and between two pieces of it
     * @param total for all of it; zero for no limit
     * @param idle how long an unused connection is kept
     * @param queue how long to wait for a connection while all are in use
     */
    public record Timeouts(
        Duration connect, Duration silence, Duration total, Duration idle, Duration queue) {

      public Timeouts {
        requirePositive("connect", connect);
        requirePositive("silence", silence);
        requirePositive("idle", idle);
        requirePositive("queue", queue);
        if (total.isNegative()) {
          throw new IllegalArgumentException("total timeout: " + total + " (expected: >= 0)");
        }
      }

      public static Timeouts standard() {
        return new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ZERO,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10));
      }

      public Timeouts withConnect(Duration other) {
        return new Timeouts(other, silence, total, idle, queue);
      }

      public Timeouts withSilence(Duration other) {
        return new Timeouts(connect, other, total, idle, queue);
      }

      public Timeouts withTotal(Duration other) {
        return new Timeouts(connect, silence, other, idle, queue);
      }

      public Timeouts withIdle(Duration other) {
        return new Timeouts(connect, silence, total, other, queue);
      }

      public Timeouts withQueue(Duration other) {
        return new Timeouts(connect, silence, total, idle, other);
      }

      Duration shortest() {
        Duration shortest = silence.compareTo(idle) < 0 ? silence : idle;
        shortest = queue.compareTo(shortest) < 0 ? queue : shortest;
        return !total.isZero() && total.compareTo(shortest) < 0 ? total : shortest;
      }

      private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
          throw new IllegalArgumentException(name + " timeout: " + duration + " (expected: > 0)");
        }
      }
    }
  }

  /** A service for requests on the loops of this transport. */
  public OriginService(Settings settings, Transport transport, OriginObserver observer) {
    this(settings, transport, observer, new ByteBudget(Long.MAX_VALUE));
  }

  /** The same with a budget for what the origin has not taken. */
  public OriginService(
      Settings settings, Transport transport, OriginObserver observer, ByteBudget budget) {
    this(settings, transport, observer, budget, settings.isTls() ? verifyingTls() : null);
  }

  /** The same with other trust than Java's for an https URL; null for http. */
  public OriginService(
      Settings settings, Transport transport, OriginObserver observer, @Nullable SslContext tls) {
    this(settings, transport, observer, new ByteBudget(Long.MAX_VALUE), tls);
  }

  private OriginService(
      Settings settings,
      Transport transport,
      OriginObserver observer,
      ByteBudget budget,
      @Nullable SslContext tls) {
    this.budget = budget;
    this.settings = settings;
    this.observer = observer;
    this.tls = tls;
    this.tunnels = new Tunnels(settings.tunnels().most());
    this.addresses =
        new OriginAddresses(settings.host(), settings.port(), InetAddress::getAllByName);
    this.connectionsPerLoop = Math.max(1, settings.maxConnections() / transport.size());
    // Rounded up: a queue of one is a queue on each loop.
    this.queuePerLoop = (settings.maxQueue() + transport.size() - 1) / transport.size();
  }

  private static SslContext verifyingTls() {
    try {
      return SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS").build();
    } catch (SSLException unavailable) {
      throw new IllegalStateException("this JDK has no TLS", unavailable);
    }
  }

  @Override
  public void serve(Request request, Responder responder) {
    serve(request, responder, false);
  }

  /**
   * The same for requests that may be carried out twice whatever their method says, with content in
   * memory: they are given any kept connection, and sent again as others without content are.
   */
  public Service repeating() {
    return (request, responder) -> serve(request, responder, true);
  }

  private void serve(Request request, Responder responder, boolean repeatable) {
    if (!(request.loop() instanceof EventLoop loop)) {
      throw new IllegalArgumentException("not a loop that drives sockets");
    }
    OriginPool pool =
        pools.computeIfAbsent(
            loop, own -> new OriginPool(this, own, connectionsPerLoop, queuePerLoop));
    Responder answered = request.upgrade() == null ? responder : tunnels.admit(responder);
    if (answered == null) {
      request.body().cancel();
      observer.failed(OriginException.Kind.TUNNELS, 0);
      responder.fail(new OriginException(OriginException.Kind.TUNNELS, "no tunnel is left"));
      return;
    }
    new OriginExchange(this, pool, request, answered, repeatable).begin();
  }

  /** Stops looking names up. Connections end with the loops. */
  @Override
  public void close() {
    addresses.close();
  }

  Settings settings() {
    return settings;
  }

  OriginObserver observer() {
    return observer;
  }

  OriginAddresses addresses() {
    return addresses;
  }

  Tunnels tunnels() {
    return tunnels;
  }

  ByteBudget budget() {
    return budget;
  }

  @Nullable SslContext tls() {
    return tls;
  }
}
