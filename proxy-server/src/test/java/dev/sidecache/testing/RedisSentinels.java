package dev.sidecache.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A real master with one replica, and three sentinels that replace it after a second's absence. */
public final class RedisSentinels implements AutoCloseable {
  public static final String MASTER = "main";
  private static final Duration READY = Duration.ofSeconds(40);
  private static final int SENTINELS = 3;

  private final List<RedisServerProcess> servers = new ArrayList<>();
  private final List<Sentinel> sentinels = new ArrayList<>();
  private final Path directory;
  private final String password;
  private final String sentinelPassword;

  private record Sentinel(int port, Process process) {}

  private RedisSentinels(String password, String sentinelPassword) throws IOException {
    this.password = password;
    this.sentinelPassword = sentinelPassword;
    this.directory = Files.createTempDirectory("sidecache-sentinel-");
  }

  /** Nobody needs a password. */
  public static RedisSentinels start() {
    return start("", "");
  }

  /** With passwords for the servers and for the sentinels; empty: none. */
  public static RedisSentinels start(String password, String sentinelPassword) {
    try {
      RedisSentinels started = new RedisSentinels(password, sentinelPassword);
      try {
        started.begin();
        return started;
      } catch (IOException | RuntimeException | Error notReady) {
        started.close();
        throw notReady;
      }
    } catch (IOException e) {
      throw new AssertionError("sentinels do not start", e);
    }
  }

  private void begin() throws IOException {
    servers.add(server());
    RedisServerProcess master = servers.get(0);
    servers.add(server("--replicaof", "127.0.0.1", Integer.toString(master.port())));
    await(() -> command(servers.get(1), "INFO").contains("master_link_status:up"));
    for (int i = 0; i < SENTINELS; i++) {
      sentinels.add(sentinel(i, master.port()));
    }
    for (int i = 0; i < SENTINELS; i++) {
      int index = i;
      // NB: before it knows the others and the replica, a sentinel refuses or fails a failover.
      await(
          () -> {
            String told = ask(index, "SENTINEL", "MASTER", MASTER);
            return told.contains("num-slaves\n1\nnum-other-sentinels\n" + (SENTINELS - 1))
                && ask(index, "SENTINEL", "REPLICAS", MASTER).contains("master-link-status\nok");
          });
    }
  }

  private RedisServerProcess server(String... options) {
    List<String> all = new ArrayList<>(List.of("--repl-diskless-sync-delay", "0"));
    all.addAll(List.of(options));
    if (!password.isEmpty()) {
      all.addAll(List.of("--requirepass", password, "--masterauth", password));
    }
    return RedisServerProcess.start(all.toArray(String[]::new));
  }

  private Sentinel sentinel(int number, int masterPort) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path file = directory.resolve("sentinel-" + number + ".conf");
    List<String> lines = new ArrayList<>();
    lines.add("port " + port);
    lines.add("bind 127.0.0.1");
    lines.add("dir " + directory);
    lines.add("sentinel monitor " + MASTER + " 127.0.0.1 " + masterPort + " 2");
    lines.add("sentinel down-after-milliseconds " + MASTER + " 1000");
    lines.add("sentinel failover-timeout " + MASTER + " 10000");
    if (!password.isEmpty()) {
      lines.add("sentinel auth-pass " + MASTER + " " + password);
    }
    if (!sentinelPassword.isEmpty()) {
      lines.add("requirepass " + sentinelPassword);
      lines.add("sentinel sentinel-pass " + sentinelPassword);
    }
    Files.write(file, lines);
    Process process =
        new ProcessBuilder(
                RedisServerProcess.binary().path().toString(), file.toString(), "--sentinel")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("sentinel-" + number + ".log").toFile())
            .start();
    await(() -> !process.isAlive() || RedisServerProcess.accepts(port));
    if (!process.isAlive()) {
      throw new IOException(Files.readString(directory.resolve("sentinel-" + number + ".log")));
    }
    return new Sentinel(port, process);
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(READY).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  /** The address with all sentinels and whatever passwords are needed. */
  public String url() {
    String query = sentinelPassword.isEmpty() ? "" : "&sentinelPassword=" + sentinelPassword;
    return "redis-sentinel://"
        + (password.isEmpty() ? "" : ":" + password + "@")
        + hosts()
        + "?sentinelMasterId="
        + MASTER
        + query;
  }

  /** Host and port of each sentinel, with commas between. */
  public String hosts() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port)
        .collect(Collectors.joining(","));
  }

  /** The servers: first the one that was the master at the beginning. */
  public List<RedisServerProcess> servers() {
    return servers;
  }

  /** Asks a server. */
  public String command(RedisServerProcess server, String... words) {
    return server.commandAs(password, words);
  }

  /** Asks a sentinel. */
  public String ask(int sentinel, String... words) {
    return RedisServerProcess.commandAt(sentinels.get(sentinel).port, sentinelPassword, words);
  }

  /** Makes a sentinel replace the master, which stays alive and for seconds knows nothing of it. */
  public void failOver() {
    String answer = ask(0, "SENTINEL", "FAILOVER", MASTER);
    if (!answer.equals("OK")) {
      throw new AssertionError(answer);
    }
  }

  /** Until all sentinels name the second server, so that none takes the first for the master. */
  public void awaitReplaced() {
    String port = "\n" + servers.get(1).port();
    for (int i = 0; i < SENTINELS; i++) {
      int index = i;
      await(() -> ask(index, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER).endsWith(port));
    }
  }

  public void killSentinel(int number) {
    sentinels.get(number).process.destroyForcibly();
  }

  @Override
  public void close() {
    try {
      for (Sentinel sentinel : sentinels) {
        sentinel.process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      }
      servers.forEach(RedisServerProcess::close);
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    } catch (IOException left) {
      // A temporary directory: what is left goes with the machine.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
