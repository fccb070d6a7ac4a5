package dev.sidecache.cli;

import dev.sidecache.cli.Check.State;
import dev.sidecache.config.ConfigError;
import dev.sidecache.config.ListenAddress;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.config.ServerSection;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks what a proxy needs: settings, backend, Redis, ports. Needs no running proxy. */
@Command(
    name = "doctor",
    description = "Checks settings, backend, Redis and ports, and says what to do.")
public final class DoctorCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = 5_000;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--strict", description = "Warnings and a missing Redis fail too.")
  private boolean strict;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Ask this URL of a running proxy twice and expect a hit.")
  private @Nullable String url;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text, or the document of GET /v1/doctor.")
  private Output output = Output.text;

  private final RedisCheck redis;

  /** Checks the Redis of a configuration; blocks. */
  @FunctionalInterface
  public interface RedisCheck {
    List<Finding> check(ProxyConfig config) throws InterruptedException;
  }

  /**
   * What a check of Redis found.
   *
   * @param ok null: not checked, since none is configured
   * @param remedy empty if nothing is to be done
   */
  public record Finding(@Nullable Boolean ok, String detail, String remedy) {}

  public DoctorCommand(RedisCheck redis) {
    this.redis = redis;
  }

  @Override
  public Integer call() throws InterruptedException {
    ProxyConfig config = options.load();
    if (config == null) {
      return ExitCodes.USAGE;
    }
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.passed(
            "config",
            config.rules().routes().size()
                + " routes, "
                + config.rules().invalidations().size()
                + " invalidate rules"));
    Check tls = tls(config);
    if (tls != null) {
      checks.add(tls);
    }
    checks.add(backend(config));
    for (Finding finding : redis.check(config)) {
      checks.add(redisLine(finding));
    }
    checks.add(admin(config.admin().listen()));
    String asked = url;
    if (asked != null) {
      checks.add(hit(asked));
    }
    return tell(checks);
  }

  /** The files of {@code server.tls}; null: none are named. Blocks. */
  static @Nullable Check tls(ProxyConfig config) {
    ServerSection.Tls tls = config.server().tls();
    if (tls == null) {
      return null;
    }
    ConfigError fault = tls.fault();
    if (fault == null) {
      return Check.passed("tls", "certificate and key can be used");
    }
    String remedy = fault.hint();
    return Check.failed("tls", fault.path() + ": " + fault.message(), remedy == null ? "" : remedy);
  }

  private static Check redisLine(Finding finding) {
    Boolean ok = finding.ok();
    State state =
        ok == null
            ? State.SKIPPED
            : !ok ? State.FAILED : finding.remedy().isEmpty() ? State.PASSED : State.WARNING;
    return new Check("redis", state, finding.detail(), finding.remedy());
  }

  private static Check backend(ProxyConfig config) {
    String address = config.upstream().url().toString();
    String path = config.upstream().healthPath() == null ? "/" : config.upstream().healthPath();
    long start = System.nanoTime();
    try {
      int status = status(address + path);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      String detail = address + " answers " + status + " in " + millis + " ms";
      return status < 500
          ? Check.passed("backend", detail)
          : new Check("backend", State.WARNING, detail, "look into the backend's log");
    } catch (IOException failed) {
      return Check.failed(
          "backend",
          address + " does not answer (" + failed.getMessage() + ")",
          "start the backend, or set UPSTREAM_URL");
    }
  }

  private static int status(String address) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }

  private static Check admin(@Nullable ListenAddress listen) {
    if (listen == null) {
      return new Check("admin", State.SKIPPED, "switched off", "");
    }
    String host = listen.host();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(
          host == null
              ? new InetSocketAddress(listen.port())
              : new InetSocketAddress(InetAddress.getByName(host), listen.port()));
      return Check.passed("admin", listen + " is free");
    } catch (IOException taken) {
      return Check.failed(
          "admin",
          listen + " cannot be bound (" + taken.getMessage() + ")",
          "stop what uses it, or set SIDECACHE_ADMIN_LISTEN");
    }
  }

  private static Check hit(String address) {
    try {
      String first = cacheStatus(address);
      String second = cacheStatus(address);
      return second.contains("; hit")
          ? Check.passed("url", address + " is a hit the second time")
          : Check.failed(
              "url",
              address + " is no hit: first " + first + ", second " + second,
              "the detail says why; sidecache explain tells more");
    } catch (IOException failed) {
      return Check.failed(
          "url",
          address + " does not answer (" + failed.getMessage() + ")",
          "start the proxy, or correct the URL");
    }
  }

  private static String cacheStatus(String address) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS * 12);
    try {
      connection.getResponseCode();
      String status = connection.getHeaderField("Cache-Status");
      return status == null ? "without Cache-Status" : "\"" + status + "\"";
    } finally {
      connection.disconnect();
    }
  }

  private int tell(List<Check> checks) {
    long warnings = Check.count(checks, State.WARNING);
    long failures = Check.count(checks, State.FAILED);
    if (output == Output.json) {
      System.out.println(Check.toJson(checks));
    } else {
      boolean signs = Charset.defaultCharset().equals(StandardCharsets.UTF_8);
      checks.forEach(check -> System.out.println(check.toLine(signs)));
      System.out.println(
          Check.count(checks, State.PASSED)
              + " passed, "
              + warnings
              + (warnings == 1 ? " warning, " : " warnings, ")
              + failures
              + " failed");
    }
    boolean withoutRedis =
        checks.stream()
            .anyMatch(check -> check.name().equals("redis") && check.state() == State.SKIPPED);
    return failures > 0 || (strict && (warnings > 0 || withoutRedis))
        ? ExitCodes.CHECK_FAILED
        : ExitCodes.DONE;
  }
}
