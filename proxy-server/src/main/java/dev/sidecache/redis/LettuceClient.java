package dev.sidecache.redis;

import dev.sidecache.redis.RedisAddress.Node;
import dev.sidecache.redis.RedisAddress.Verify;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.IOUringProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.util.Timer;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.File;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The Lettuce client as it is set up here: fail at once, never repeat, never queue without bound,
 * send nothing that was not asked for. Each setting has its reason in redis.md, Section 3.
 */
final class LettuceClient {
  /** How many commands a connection may have under way. */
  static final int MAX_UNDER_WAY = 4096;

  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(2);
  static final Duration USER_TIMEOUT = Duration.ofSeconds(5);

  /** What tells the client which transports to leave alone. */
  private static final String EPOLL = "io.lettuce.core.epoll";

  private static final String IO_URING = "io.lettuce.core.iouring";

  private LettuceClient() {}

  /**
   * A client whose connections live on one event loop.
   *
   * @param timer for the handshake's timeout
   */
  static RedisClient of(
      RedisAddress address,
      EventLoop loop,
      Timer timer,
      OffLoopResolver resolver,
      NettyCustomizer customizer) {
    ClientResources resources =
        ClientResources.builder()
            .eventLoopGroupProvider(new GivenLoop(loop))
            .eventExecutorGroup(loop)
            .timer(timer)
            .addressResolverGroup(resolver)
            .nettyCustomizer(customizer)
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled())
            .build();
    RedisClient client = RedisClient.create(resources);
    client.setOptions(options(address));
    return client;
  }

  /** Ends a client and what belongs to it alone. */
  static void end(RedisClient client) {
    var unused =
        client
            .shutdownAsync(0, 0, TimeUnit.SECONDS)
            .thenRun(
                () -> {
                  var unusedToo = client.getResources().shutdown(0, 0, TimeUnit.SECONDS);
                });
  }

  /**
   * Throws if the client could not open its kind of channel on this loop. It has one kind for the
   * whole process, that of the first loop.
   */
  static void requireUsable(EventLoop loop) {
    if (!(loop instanceof IoEventLoop io)) {
      throw new IllegalArgumentException("event loops of another transport");
    }
    boolean epoll = io.isCompatible(EpollIoHandle.class);
    boolean uring = io.isCompatible(IoUringIoHandle.class);
    choose(EPOLL, epoll);
    choose(IO_URING, uring);
    if (EpollProvider.isAvailable() != epoll || IOUringProvider.isAvailable() != uring) {
      throw new IllegalArgumentException(
          "event loops of another transport (expected: "
              + Transports.socketChannelClass().getSimpleName()
              + ")");
    }
  }

  private static void choose(String transport, boolean wanted) {
    if (System.getProperty(transport) == null) {
      System.setProperty(transport, Boolean.toString(wanted));
    }
  }

  static ClientOptions options(RedisAddress address) {
    return ClientOptions.builder()
        // We connect anew by ourselves: the same way the first time and every other.
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .suspendReconnectOnProtocolFailure(false)
        .requestQueueSize(MAX_UNDER_WAY)
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .useHashIndexQueue(false)
        .protocolVersion(ProtocolVersion.RESP2)
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .pingBeforeActivateConnection(true)
        .socketOptions(socketOptions())
        .sslOptions(sslOptions(address))
        .build();
  }

  private static SocketOptions socketOptions() {
    SocketOptions.Builder options =
        SocketOptions.builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .tcpNoDelay(true)
            .keepAlive(
                SocketOptions.KeepAliveOptions.builder()
                    .enable()
                    .idle(Duration.ofSeconds(15))
                    .interval(Duration.ofSeconds(5))
                    .count(3)
                    .build());
    // NB: with NIO every connect would fail.
    if (EpollProvider.isAvailable() || IOUringProvider.isAvailable()) {
      options.tcpUserTimeout(
          SocketOptions.TcpUserTimeoutOptions.builder()
              .enable()
              .tcpUserTimeout(USER_TIMEOUT)
              .build());
    }
    return options.build();
  }

  private static SslOptions sslOptions(RedisAddress address) {
    SslOptions.Builder options =
        SslOptions.builder().jdkSslProvider().handshakeTimeout(HANDSHAKE_TIMEOUT);
    String caFile = address.tls().caFile();
    if (caFile != null) {
      options.trustManager(new File(caFile));
    }
    return options.build();
  }

  /** One of the address's servers, or another that is spoken to in the same way. */
  static RedisURI uri(RedisAddress address, Node node) {
    RedisURI.Builder uri = base(node).withDatabase(address.login().database());
    String password = address.login().password();
    String username = address.login().username();
    if (username != null) {
      uri.withAuthentication(username, (password == null ? "" : password).toCharArray());
    } else if (password != null) {
      uri.withPassword(password.toCharArray());
    }
    return secured(uri, address).build();
  }

  /** A sentinel of the address: it has a password of its own, and no database. */
  static RedisURI sentinelUri(RedisAddress address, Node sentinel) {
    RedisURI.Builder uri = base(sentinel);
    String password = address.extras().sentinelPassword();
    if (password != null) {
      uri.withPassword(password.toCharArray());
    }
    return secured(uri, address).build();
  }

  private static RedisURI.Builder base(Node node) {
    return RedisURI.builder()
        .withHost(node.host())
        .withPort(node.port())
        .withTimeout(HANDSHAKE_TIMEOUT)
        .withLibraryName("")
        .withLibraryVersion("");
  }

  private static RedisURI.Builder secured(RedisURI.Builder uri, RedisAddress address) {
    return address.tls().isOn()
        ? uri.withSsl(true).withVerifyPeer(verifyMode(address.tls().verify()))
        : uri;
  }

  private static SslVerifyMode verifyMode(Verify verify) {
    return switch (verify) {
      case OFF, NONE -> SslVerifyMode.NONE;
      case CA -> SslVerifyMode.CA;
      case FULL -> SslVerifyMode.FULL;
    };
  }

  /** Hands out one event loop that is not the client's to end. */
  private static final class GivenLoop implements EventLoopGroupProvider {
    private final EventLoop loop;

    GivenLoop(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    @SuppressWarnings("unchecked") // An event loop is a group of one; the class is only a wish.
    public <T extends EventLoopGroup> T allocate(Class<T> type) {
      return (T) loop;
    }

    @Override
    public int threadPoolSize() {
      return 1;
    }

    @Override
    public Future<Boolean> release(
        EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
      return done();
    }

    @Override
    public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
      return done();
    }

    private Promise<Boolean> done() {
      return loop.<Boolean>newPromise().setSuccess(true);
    }
  }
}
