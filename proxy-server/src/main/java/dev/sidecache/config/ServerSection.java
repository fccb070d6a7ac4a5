package dev.sidecache.config;

import dev.sidecache.listener.HttpListener;
import dev.sidecache.message.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The traffic port.
 *
 * @param listen where it binds
 * @param tls certificate and key, or null for plain text
 * @param healthPrefix under which the health paths are, or null
 * @param metrics whether metrics are answered here too
 * @param trustedProxies networks whose {@code X-Forwarded-*} fields are believed
 * @param maxConnections more are answered with 503 and closed
 * @param maxConnectionsPerPeer of these from one address that is no trusted proxy
 * @param maxRequestsPerConnection after so many a connection is closed
 * @param maxInFlightBytes what the process may hold for exchanges in flight, or null: as its memory
 *     allows
 * @param drainTimeout how long running exchanges may take once told to stop
 * @param transport the system interface for sockets, or null: the usual one
 */
public record ServerSection(
    ListenAddress listen,
    @Nullable Tls tls,
    @Nullable String healthPrefix,
    boolean metrics,
    List<String> trustedProxies,
    int maxConnections,
    int maxConnectionsPerPeer,
    int maxRequestsPerConnection,
    @Nullable Long maxInFlightBytes,
    Duration drainTimeout,
    @Nullable Transport transport) {

  /** The system's interface for sockets. */
  public enum Transport {
    EPOLL,
    IO_URING,
    NIO
  }

  public ServerSection {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /**
   * PEM files, read again when they change.
   *
   * @param clientCa authorities one of which must vouch for each client, or null
   */
  public record Tls(Path certificate, Path key, @Nullable Path clientCa) {
    private static final Key<String> CERTIFICATE =
        Key.of("certificate", Scalars.TEXT, "PEM file with the certificate chain").mandatory();
    private static final Key<String> KEY =
        Key.of("key", Scalars.TEXT, "PEM file with the private key").mandatory();
    private static final Key<String> CLIENT_CA =
        Key.of(
                "client_ca",
                Scalars.TEXT.orNone(),
                "PEM file with authorities: clients must show a certificate of one of them, or none")
            .orElse("none");
    private static final Section<Tls> SHAPE =
        new Section<>(List.of(CERTIFICATE, KEY, CLIENT_CA), Tls::from);

    /** What a listener is told. */
    public HttpListener.Settings.Tls settings() {
      return HttpListener.Settings.Tls.of(certificate, key).withClientCa(clientCa);
    }

    /** What keeps the files from being used as they are now; null if nothing does. Blocks. */
    public @Nullable ConfigError fault() {
      HttpListener.Settings.Tls.Fault fault = settings().fault();
      if (fault == null) {
        return null;
      }
      String path = "server.tls." + fault.key();
      return new ConfigError(
          file(fault.key()).toString(),
          0,
          0,
          path,
          ConfigError.Code.BAD_TLS,
          fault.message(),
          fault.hint(),
          null,
          ConfigError.Severity.ERROR);
    }

    private Path file(String name) {
      Path authorities = clientCa;
      if (name.equals("client_ca") && authorities != null) {
        return authorities;
      }
      return name.equals("key") ? key : certificate;
    }

    private static @Nullable Tls from(Values values) {
      String certificate = values.find(CERTIFICATE);
      String key = values.find(KEY);
      String clientCa = values.find(CLIENT_CA);
      return certificate == null || key == null
          ? null
          : new Tls(
              Path.of(certificate), Path.of(key), clientCa == null ? null : Path.of(clientCa));
    }
  }

  private static final Key<ListenAddress> LISTEN =
      Key.of("listen", ListenAddress.SHAPE, "address and port; a bare \":\" is IPv6 and IPv4")
          .orElse("\":8080\"")
          .flag("--listen")
          .variable("PORT", port -> ":" + port);
  private static final Key<Tls> TLS =
      Key.of("tls", Tls.SHAPE.orNone(), "certificate and key, or none").orElse("none");
  private static final Key<String> HEALTH_PREFIX =
      Key.of("health_prefix", RuleScalars.PREFIX.orNone(), "where the health paths are, or none")
          .orElse("/-");
  private static final Key<Boolean> METRICS =
      Key.of("metrics", Scalars.BOOLEAN, "metrics on this port too, with the admin token")
          .orElse("false");
  private static final Scalar<String> NETWORK =
      Scalars.text(
          "a network such as 10.0.0.0/8", "^[0-9a-fA-F:.]+(/[0-9]+)?$", ServerSection::network);

  private static Parsed<String> network(String text) {
    return Network.parse(text) == null
        ? Parsed.not(
            ConfigError.Code.BAD_NETWORK,
            "is not a network",
            "write an address with a length: 10.0.0.0/8")
        : Parsed.of(text);
  }

  private static final Key<List<String>> TRUSTED_PROXIES =
      Key.of(
              "trusted_proxies",
              new Shape.ListOf<>(NETWORK),
              "networks whose X-Forwarded-* are believed")
          .orElse("[]");
  private static final Key<Integer> MAX_CONNECTIONS =
      Key.of("max_connections", Scalars.integer(1, 1_000_000), "more are answered 503 and closed")
          .orElse("10000");
  private static final Key<Integer> MAX_PER_PEER =
      Key.of(
              "max_connections_per_peer",
              Scalars.integer(1, 1_000_000),
              "of these from one address, or IPv6 /64, that is no trusted proxy")
          .orElse("1000");
  private static final Key<Integer> MAX_REQUESTS =
      Key.of(
              "max_requests_per_connection",
              Scalars.integer(1, 1_000_000_000),
              "then the connection is closed after its answer")
          .orElse("100000");
  private static final Key<Long> MAX_IN_FLIGHT =
      Key.of(
              "max_in_flight",
              Scalars.SIZE.orWord("auto"),
              "memory for exchanges in flight; over it 503, and nothing is stored;"
                  + " auto: a quarter of the heap, 16MiB to 256MiB")
          .orElse("auto");
  private static final Key<Duration> DRAIN_TIMEOUT =
      Key.of("drain_timeout", Scalars.DURATION, "for running requests after SIGTERM").orElse("20s");
  private static final Key<Transport> TRANSPORT =
      Key.of(
              "transport",
              Scalars.word("a transport", List.of(Transport.values())).orWord("auto"),
              "system interface for sockets; auto: epoll, else nio;"
                  + " one that is missing is replaced, and the log says so")
          .orElse("auto");

  static final Section<ServerSection> SHAPE =
      new Section<>(
          List.of(
              LISTEN,
              TLS,
              HEALTH_PREFIX,
              METRICS,
              TRUSTED_PROXIES,
              MAX_CONNECTIONS,
              MAX_PER_PEER,
              MAX_REQUESTS,
              MAX_IN_FLIGHT,
              DRAIN_TIMEOUT,
              TRANSPORT),
          ServerSection::from);

  private static ServerSection from(Values values) {
    return new ServerSection(
        values.get(LISTEN),
        values.find(TLS),
        values.find(HEALTH_PREFIX),
        values.get(METRICS),
        values.get(TRUSTED_PROXIES),
        values.get(MAX_CONNECTIONS),
        values.get(MAX_PER_PEER),
        values.get(MAX_REQUESTS),
        values.find(MAX_IN_FLIGHT),
        values.get(DRAIN_TIMEOUT),
        values.find(TRANSPORT));
  }
}
