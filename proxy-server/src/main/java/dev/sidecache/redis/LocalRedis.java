package dev.sidecache.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A redis-server process of our own on the loopback address, for the demonstration and for tests:
 * started, killed, paused and started again on the same port and directory.
 *
 * <p>Its directory is temporary and goes with {@link #close}. Not thread-safe. Methods block.
 */
public final class LocalRedis implements AutoCloseable {
  private static final long START_SECONDS = 20;
  private static final int LOG_LINES = 200;
  private static final int PORT_ATTEMPTS = 5;

  private final RedisBinary binary;
  private final List<String> options;
  private final Path directory;
  private final int port;
  private final Deque<String> log = new ArrayDeque<>();
  private @Nullable Process process;

  private LocalRedis(RedisBinary binary, List<String> options, Path directory, int port) {
    this.binary = binary;
    this.options = List.copyOf(options);
    this.directory = directory;
    this.port = port;
  }

  /**
   * A running server on a free port.
   *
   * @param options further command line options, such as {@code --maxmemory 1mb}; those of a later
   *     place win; {@code {port}} stands for the port, {@code {dir}} for the directory
   * @throws IOException if it does not answer in time; with the end of its log
   */
  public static LocalRedis start(RedisBinary binary, String... options) throws IOException {
    IOException last = null;
    for (int i = 0; i < PORT_ATTEMPTS; i++) {
      // NB: another process may take the port between our closing it and the server's opening it.
      LocalRedis redis = reserved(binary, List.of(options));
      try {
        redis.start();
        return redis;
      } catch (IOException taken) {
        redis.close();
        last = taken;
      }
    }
    throw last == null ? new IOException("no attempt") : last;
  }

  /** A server on a free port, not started yet: nothing listens there. */
  public static LocalRedis reserved(RedisBinary binary, List<String> options) throws IOException {
    return reserved(binary, options, freePort());
  }

  /** A server that is not started yet, for a port that is known to be free. */
  public static LocalRedis reserved(RedisBinary binary, List<String> options, int port)
      throws IOException {
    Path directory = Files.createTempDirectory("sidecache-redis-");
    return new LocalRedis(binary, options, directory, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    }
  }

  public int port() {
    return port;
  }

  /** Its working directory, where a snapshot is written and read. */
  public Path directory() {
    return directory;
  }

  /** The address without credentials. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public RedisBinary binary() {
    return binary;
  }

  /** The process id; only while it runs. */
  public long pid() {
    return running().pid();
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** The last lines it has printed. */
  public List<String> log() {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  /** Starts it again after {@link #kill} or {@link #stop}; returns once it accepts connections. */
  public void start() throws IOException {
    if (isRunning()) {
      throw new IllegalStateException("already running");
    }
    Process started =
        new ProcessBuilder(command())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    process = started;
    started.getOutputStream().close();
    // NB: an ended output does not say that it started: it may come before the process is seen
    // dead.
    CompletableFuture<Boolean> accepting = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(started, accepting), "local-redis-" + port);
    reader.setDaemon(true);
    reader.start();
    try {
      if (!accepting.completeOnTimeout(false, START_SECONDS, TimeUnit.SECONDS).get()
          || !started.isAlive()) {
        throw new IOException("redis-server does not start: " + String.join("\n", log()));
      }
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while redis-server was starting", interrupted);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(binary.path().toString());
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--daemonize", "no"));
    command.addAll(List.of("--dir", directory.toString()));
    for (String option : options) {
      command.add(
          option.replace("{port}", Integer.toString(port)).replace("{dir}", directory.toString()));
    }
    return command;
  }

  private void read(Process from, CompletableFuture<Boolean> accepting) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (log) {
          log.add(line);
          if (log.size() > LOG_LINES) {
            log.remove();
          }
        }
        if (line.contains("eady to accept connections")) {
          accepting.complete(true);
        }
      }
    } catch (IOException ended) {
      // The stream breaks when the process is killed: nothing more to read.
    } finally {
      accepting.complete(false);
    }
  }

  /** Ends it like a power cut: nothing is saved, no connection is closed in order. */
  public void kill() {
    end(running().destroyForcibly());
  }

  /** Asks it to end; it saves if it was told to. */
  public void stop() {
    Process asked = running();
    asked.destroy();
    end(asked);
  }

  /** Freezes it: its connections stay open and nothing answers, until {@link #resume}. */
  public void pause() {
    signal("-STOP");
  }

  public void resume() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", name, Long.toString(pid())).start();
      end(kill);
      if (kill.exitValue() != 0) {
        throw new IllegalStateException("kill " + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process ending) {
    try {
      if (!ending.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
        ending.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      ending.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private Process running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException("not running");
    }
    return process;
  }

  /** Ends the process and removes its directory. */
  @Override
  public void close() {
    if (process != null) {
      end(process.destroyForcibly());
    }
    deleteRecursively(directory);
  }

  /** Removes a directory and all below it, as far as that is possible. */
  static void deleteRecursively(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException gone) {
      // A temporary directory: what is left goes with the machine.
    }
  }
}
