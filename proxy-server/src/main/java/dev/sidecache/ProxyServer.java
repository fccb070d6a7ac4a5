package dev.sidecache;

import dev.sidecache.admin.AdminService;
import dev.sidecache.admin.HealthService;
import dev.sidecache.admin.OperatorRequests;
import dev.sidecache.cli.ProxyStarter;
import dev.sidecache.config.ListenAddress;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.config.ServerSection;
import dev.sidecache.http1.Transport;
import dev.sidecache.listener.HttpListener;
import dev.sidecache.message.Service;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A running proxy: its parts, its two ports, and the order in which they start and stop. */
final class ProxyServer implements ProxyStarter.Running {
  private static final System.Logger LOG = System.getLogger(ProxyServer.class.getName());
  private static final Duration ADMIN_PATIENCE = Duration.ofMillis(500);

  private final ProxyConfig config;
  private final Transport transport;
  private final Assembly assembly;
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile Runnable whenDrainIsAsked = this::drainByItself;
  private @Nullable HttpListener traffic;
  private @Nullable HttpListener admin;

  private ProxyServer(ProxyConfig config, Output output, Outside outside) {
    this.config = config;
    this.transport = Transport.open(kind(config.server().transport()), loops());
    this.assembly = new Assembly(config, transport, output, outside);
  }

  /** One for each processor that the container may use. */
  private static int loops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors());
  }

  private static Transport.Kind kind(ServerSection.@Nullable Transport configured) {
    Transport.Kind wanted = configured == null ? null : Transport.Kind.valueOf(configured.name());
    return Transport.Kind.usable(wanted, warning -> LOG.log(Level.WARNING, warning));
  }

  /**
   * Where a proxy writes.
   *
   * @param accessLines takes the lines of the access log
   * @param json whether those are JSON
   * @param version of the product
   * @param revision of its source
   * @param level takes the least level of the log when a reload sets one
   */
  record Output(
      Consumer<String> accessLines,
      boolean json,
      String version,
      String revision,
      Consumer<String> level) {

    /** A log whose level stays. */
    Output(Consumer<String> accessLines, boolean json, String version, String revision) {
      this(accessLines, json, version, revision, level -> {});
    }
  }

  /**
   * Starts a proxy; returns when both ports are open.
   *
   * @throws IOException if a port cannot be opened; nothing is left running
   */
  static ProxyServer start(ProxyConfig config, Output output)
      throws IOException, InterruptedException {
    return start(config, output, Outside.REAL);
  }

  static ProxyServer start(ProxyConfig config, Output output, Outside outside)
      throws IOException, InterruptedException {
    List<String> unsupported = UnsupportedYet.errors(config);
    if (!unsupported.isEmpty()) {
      throw new IOException(String.join("\n           ", unsupported));
    }
    ProxyServer server = new ProxyServer(config, output, outside);
    try {
      server.open();
      return server;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      server.release();
      throw failed;
    }
  }

  private void open() throws IOException, InterruptedException {
    assembly.start();
    ConfiguredSettings settings = assembly.settings();
    Service trafficService = trafficAdmin(assembly.gateway());
    String prefix = config.server().healthPrefix();
    if (prefix != null) {
      trafficService =
          new HealthService(assembly.health(), assembly.loops(), prefix, trafficService);
    }
    ListenAddress listen = config.server().listen();
    traffic =
        bind(
            HttpListener.bind(
                settings.traffic(),
                transport,
                trafficService,
                assembly.listenerObserver(),
                assembly.inFlight()),
            listen,
            "set PORT or server.listen");
    ListenAddress adminListen = config.admin().listen();
    if (adminListen != null) {
      String host = adminListen.host() == null ? "" : adminListen.host();
      Service service =
          new AdminService(settings.adminService(host), assembly.adminParts(this::drainAsked));
      String remedy = "stop what uses it, or set SIDECACHE_ADMIN_LISTEN";
      admin =
          bind(
              HttpListener.bind(settings.admin(adminListen), transport, service),
              adminListen,
              remedy);
    }
    assembly.opened(address().getAuthority());
    LOG.log(
        Level.INFO,
        "sidecache {0} listens on {1}, admin on {2}, in front of {3}; transport {4}, store {5}",
        assembly.version(),
        address(),
        admin() == null ? "none" : admin(),
        config.upstream().url(),
        transport.kind().word(),
        config.cache().store().name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Metrics and the admin API on the traffic port, where that is wanted. */
  private Service trafficAdmin(Service next) {
    String prefix = config.server().healthPrefix();
    String metrics =
        config.server().metrics() ? (prefix == null ? "/-" : prefix) + "/metrics" : null;
    String everything = config.admin().trafficPrefix();
    if (metrics == null && everything == null) {
      return next;
    }
    return new TrafficAdmin(
        new TrafficAdmin.Settings(metrics, everything),
        AdminService.onTrafficPort(
            assembly.settings().adminService(""), assembly.adminParts(this::drainAsked)),
        next);
  }

  private static HttpListener bind(
      Future<HttpListener> binding, ListenAddress listen, String remedy)
      throws IOException, InterruptedException {
    Future<HttpListener> bound = binding.await();
    if (bound.isSuccess()) {
      return bound.getNow();
    }
    Throwable cause = bound.cause();
    if (cause instanceof IOException told && cause.getCause() instanceof GeneralSecurityException) {
      throw told;
    }
    String why = isTaken(cause) ? "is taken or not allowed" : String.valueOf(cause);
    throw new IOException("cannot listen on " + listen + ": it " + why + " -> " + remedy, cause);
  }

  /** NB: epoll tells it by an exception of its own, with the system's words. */
  private static boolean isTaken(Throwable cause) {
    return cause instanceof BindException
        || String.valueOf(cause.getMessage())
            .matches(".*(Address already in use|Permission denied).*");
  }

  @Override
  public URI address() {
    String scheme = config.server().tls() == null ? "http://" : "https://";
    return URI.create(scheme + host(config.server().listen()) + ":" + port(traffic));
  }

  @Override
  public @Nullable URI admin() {
    ListenAddress listen = config.admin().listen();
    return listen == null || admin == null
        ? null
        : URI.create("http://" + host(listen) + ":" + port(admin));
  }

  private static String host(ListenAddress listen) {
    String host = listen.host();
    if (host == null) {
      return "localhost";
    }
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  private static int port(@Nullable HttpListener listener) {
    return listener == null ? 0 : listener.port();
  }

  @Override
  public void drain() throws InterruptedException {
    stop(config.server().drainTimeout());
  }

  /** Stops, letting running exchanges end within this time. */
  void stop(Duration patience) throws InterruptedException {
    HttpListener running = traffic;
    if (running == null) {
      return;
    }
    if (draining.compareAndSet(false, true)) {
      assembly.health().draining();
      LOG.log(
          Level.INFO,
          "draining: {0} connections, up to {1} s",
          running.connections(),
          patience.toSeconds());
    }
    Future<Void> unused = running.drain(patience).await();
    release();
  }

  @Override
  public void onDrainAsked(Runnable action) {
    whenDrainIsAsked = action;
  }

  /** NB: not on the event loop that was asked, which is one of those that must end. */
  private OperatorRequests.Draining drainAsked(String by) {
    HttpListener running = traffic;
    LOG.log(Level.INFO, "drain asked for by {0}", by.isEmpty() ? "this process" : by);
    Thread thread = new Thread(whenDrainIsAsked, "sidecache-drain");
    thread.setDaemon(true);
    thread.start();
    return new OperatorRequests.Draining(
        true,
        running == null ? 0 : running.connections(),
        config.server().drainTimeout().toSeconds());
  }

  private void drainByItself() {
    try {
      drain();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void reload(String by) {
    assembly.reloading().reload(null, by, outcome -> {});
  }

  @Override
  public void cut() {
    HttpListener running = traffic;
    if (running != null) {
      running.cut();
    }
  }

  private synchronized void release() throws InterruptedException {
    assembly.stop();
    HttpListener running = admin;
    if (running != null) {
      Future<Void> unused = running.drain(ADMIN_PATIENCE).await();
    }
    Future<?> unused = transport.close().await();
    assembly.letGo();
  }
}
