package dev.sidecache.demo;

import dev.sidecache.cli.ProxyStarter;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ProxyConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the demonstration runs: Redis, two backends, and a proxy before each. */
final class DemoStage implements Tour.Stage {
  private final @Nullable DemoRedis redis;
  private final CrmBackend crmBackend;
  private final PropIqBackend propiqBackend;
  private final ProxyStarter.Running crm;
  private final ProxyStarter.Running propiq;

  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** A team: its configuration, and the ports it would like. */
  private record Team(String file, int port, int adminPort) {}

  private static final Team CRM = new Team("career-crm.yaml", 8080, 8180);
  private static final Team PROPIQ = new Team("propiq.yaml", 8081, 8181);

  private DemoStage(
      @Nullable DemoRedis redis,
      CrmBackend crmBackend,
      PropIqBackend propiqBackend,
      ProxyStarter.Running crm,
      ProxyStarter.Running propiq) {
    this.redis = redis;
    this.crmBackend = crmBackend;
    this.propiqBackend = propiqBackend;
    this.crm = crm;
    this.propiq = propiq;
  }

  /** Starts everything; on a failure nothing is left running. */
  static DemoStage open(ProxyStarter proxies, boolean withRedis, Map<String, String> environment)
      throws IOException, InterruptedException {
    DemoRedis redis = withRedis ? DemoRedis.start(environment) : null;
    CrmBackend crmBackend = null;
    PropIqBackend propiqBackend = null;
    ProxyStarter.Running crm = null;
    try {
      crmBackend = new CrmBackend();
      propiqBackend = new PropIqBackend();
      crm = proxies.start(config(CRM, crmBackend.address(), redis));
      ProxyStarter.Running propiq = proxies.start(config(PROPIQ, propiqBackend.address(), redis));
      return new DemoStage(redis, crmBackend, propiqBackend, crm, propiq);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      closeAll(crm, null, crmBackend, propiqBackend, redis);
      throw failed;
    }
  }

  private static ProxyConfig config(Team team, URI backend, @Nullable DemoRedis redis)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("UPSTREAM_URL", backend.toString());
    environment.put("PORT", Integer.toString(freePort(team.port())));
    environment.put("SIDECACHE_ADMIN_LISTEN", "127.0.0.1:" + freePort(team.adminPort()));
    if (redis == null) {
      environment.put("SIDECACHE_STORE", "memory");
    } else {
      environment.put("REDIS_URL", "redis://127.0.0.1:" + redis.port());
    }
    ConfigLoader.Result result =
        ConfigLoader.parse(
            team.file(),
            text(team.file()),
            new ConfigLoader.Surroundings(environment, Map.of(), Runtime.getRuntime().maxMemory()));
    if (result instanceof ConfigLoader.Result.Valid valid) {
      return valid.config();
    }
    throw new IOException(team.file() + " is not valid: " + result.errors());
  }

  /** A configuration of a team. */
  static String text(String file) throws IOException {
    try (InputStream in = DemoStage.class.getResourceAsStream("/dev/sidecache/config/" + file)) {
      if (in == null) {
        throw new IOException(file + " is missing in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The port if it is free, else any free one. */
  private static int freePort(int wanted) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket socket = new ServerSocket(wanted, 1, loopback)) {
      return socket.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
        return socket.getLocalPort();
      }
    }
  }

  /**
   * Waits until both proxies use their cache: after a connection to Redis it rests for a second.
   */
  void awaitCaches() throws IOException, InterruptedException {
    for (ProxyStarter.Running proxy : List.of(crm, propiq)) {
      TourClient client = new TourClient(proxy.address());
      long start = System.nanoTime();
      while (!client
          .send(TourClient.Ask.get("/-/health", null))
          .body()
          .contains("\"enabled\":true")) {
        if (System.nanoTime() - start > START_NANOS) {
          throw new IOException("the cache was not ready within 20 s -> look at the log above");
        }
        Outage.pause(50);
      }
    }
  }

  void describe(PrintStream out) {
    out.println("sidecache demo");
    out.println(
        redis == null
            ? "  store    memory"
            : "  redis    127.0.0.1:"
                + redis.port()
                + " ("
                + redis.version()
                + ", started for this)");
    describe(out, "CRM", crm, crmBackend, CRM);
    describe(out, "PropIQ", propiq, propiqBackend, PROPIQ);
  }

  private static void describe(
      PrintStream out, String name, ProxyStarter.Running proxy, SampleBackend backend, Team team) {
    String busy = proxy.address().getPort() == team.port() ? "" : " (" + team.port() + " is busy)";
    out.printf(
        "  %-8s %s%s in front of %s, admin %s, %s%n",
        name, proxy.address(), busy, backend.address(), proxy.admin(), team.file());
  }

  /** What a visitor may do after the tour. */
  void invite(PrintStream out) {
    out.println("Still running; Ctrl-C ends it. Try:");
    out.println("  curl -i " + crm.address() + "/api/students");
    out.println(
        "  curl -i -H 'Authorization: Bearer ines' " + propiq.address() + "/api/v1/users/me");
    out.println("  curl -s " + crm.admin() + "/v1/stats");
    out.println("  ./sidecache purge --admin " + crm.admin() + " --tag students");
  }

  @Override
  public URI crm() {
    return crm.address();
  }

  @Override
  public URI propiq() {
    return propiq.address();
  }

  @Override
  public LongSupplier crmCalls() {
    return crmBackend::calls;
  }

  @Override
  public LongSupplier propiqCalls() {
    return propiqBackend::calls;
  }

  @Override
  public Tour.@Nullable RedisControl redis() {
    return redis;
  }

  /** Stops what was started, and nothing else. */
  void close() throws InterruptedException {
    closeAll(crm, propiq, crmBackend, propiqBackend, redis);
  }

  private static void closeAll(
      ProxyStarter.@Nullable Running crm,
      ProxyStarter.@Nullable Running propiq,
      @Nullable SampleBackend crmBackend,
      @Nullable SampleBackend propiqBackend,
      @Nullable DemoRedis redis)
      throws InterruptedException {
    if (crm != null) {
      crm.drain();
    }
    if (propiq != null) {
      propiq.drain();
    }
    if (crmBackend != null) {
      crmBackend.close();
    }
    if (propiqBackend != null) {
      propiqBackend.close();
    }
    if (redis != null) {
      redis.close();
    }
  }
}
