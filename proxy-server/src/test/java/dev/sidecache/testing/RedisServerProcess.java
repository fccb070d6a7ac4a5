package dev.sidecache.testing;

import dev.sidecache.redis.LocalRedis;
import dev.sidecache.redis.RedisBinary;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real redis-server for one test class: {@link #start} skips the test where there is no program
 * to run (with {@code CI=true}: fails it).
 *
 * <p>Use it in try-with-resources or close it in {@code @AfterAll}.
 */
public final class RedisServerProcess implements AutoCloseable {
  private static final class Found {
    static final Optional<RedisBinary> BINARY = find();

    private static Optional<RedisBinary> find() {
      try {
        Path directory = Files.createTempDirectory("sidecache-redis-binary-");
        directory.toFile().deleteOnExit();
        Optional<RedisBinary> binary = RedisBinary.find(System.getenv(), directory);
        // NB: only what was unpacked here is ours to delete: the program may be the machine's own.
        binary
            .map(RedisBinary::path)
            .filter(path -> path.startsWith(directory))
            .ifPresent(path -> path.toFile().deleteOnExit());
        return binary;
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  private final LocalRedis redis;

  private RedisServerProcess(LocalRedis redis) {
    this.redis = redis;
  }

  /** The program that tests run; skips (in CI fails) the test if there is none. */
  public static RedisBinary binary() {
    String message =
        "no redis-server runs here: set " + RedisBinary.VARIABLE + " or install redis-server";
    if (Found.BINARY.isEmpty() && "true".equals(System.getenv("CI"))) {
      Assertions.fail(message);
    }
    Assumptions.assumeTrue(Found.BINARY.isPresent(), message);
    return Found.BINARY.orElseThrow();
  }

  /** A server that accepts connections. Options as in {@link LocalRedis#start}. */
  public static RedisServerProcess start(String... options) {
    try {
      return new RedisServerProcess(LocalRedis.start(binary(), options));
    } catch (IOException e) {
      throw new AssertionError("redis-server does not start", e);
    }
  }

  /** A server that this program of the machine's is; the test is skipped if there is none. */
  public static RedisServerProcess startProgram(String program) {
    Optional<Path> path =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(path.isPresent(), "this test needs " + program + " on the PATH");
    Map<String, String> named = Map.of(RedisBinary.VARIABLE, path.orElseThrow().toString());
    Optional<RedisBinary> binary = RedisBinary.find(named, path.orElseThrow());
    Assumptions.assumeTrue(binary.isPresent(), program + " does not run here");
    try {
      return new RedisServerProcess(LocalRedis.start(binary.orElseThrow()));
    } catch (IOException e) {
      throw new AssertionError(program + " does not start", e);
    }
  }

  /** A server that is not started yet: connections to its port are refused. */
  public static RedisServerProcess reserved(String... options) {
    try {
      return new RedisServerProcess(LocalRedis.reserved(binary(), List.of(options)));
    } catch (IOException e) {
      throw new AssertionError("no port for redis-server", e);
    }
  }

  /** As {@link #reserved(String...)}, for a port that is known to be free. */
  static RedisServerProcess reservedAt(int port, String... options) {
    try {
      return new RedisServerProcess(LocalRedis.reserved(binary(), List.of(options), port));
    } catch (IOException e) {
      throw new AssertionError("no directory for redis-server", e);
    }
  }

  public int port() {
    return redis.port();
  }

  /** {@code redis://127.0.0.1:port}. */
  public String url() {
    return redis.url();
  }

  public Path directory() {
    return redis.directory();
  }

  public boolean isRunning() {
    return redis.isRunning();
  }

  /** As kill -9. */
  public void kill() {
    redis.kill();
  }

  /** As SIGTERM. */
  public void stop() {
    redis.stop();
  }

  /** Starts it after {@link #kill}, {@link #stop} or {@link #reserved}. */
  public void startAgain() {
    try {
      redis.start();
    } catch (IOException e) {
      throw new AssertionError("redis-server does not start again", e);
    }
  }

  /** As SIGSTOP: connections stay, nothing answers. */
  public void pause() {
    redis.pause();
  }

  /** As SIGCONT. */
  public void resume() {
    redis.resume();
  }

  /**
   * Runs one command over a connection of its own, without credentials or TLS; the reply in
   * protocol form, its lines joined by newlines. For set-up and for looking behind the product's
   * back.
   */
  public String command(String... words) {
    return commandAt(port(), "", words);
  }

  /** As {@link #command}, with the password of the default user; empty: none. */
  public String commandAs(String password, String... words) {
    return commandAt(port(), password, words);
  }

  static String commandAt(int port, String password, String... words) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      if (!password.isEmpty()) {
        send(socket, "AUTH", password);
        reply(in);
      }
      send(socket, words);
      return reply(in);
    } catch (IOException e) {
      throw new AssertionError(String.join(" ", words), e);
    }
  }

  static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  /** Starts recording the commands that clients send. */
  public RedisMonitor monitor() {
    try {
      return new RedisMonitor(new Socket(InetAddress.getLoopbackAddress(), port()));
    } catch (IOException e) {
      throw new AssertionError("MONITOR", e);
    }
  }

  static void send(Socket socket, String... words) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
      request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      request.writeBytes(bytes);
      request.writeBytes(new byte[] {'\r', '\n'});
    }
    OutputStream out = socket.getOutputStream();
    out.write(request.toByteArray());
    out.flush();
  }

  private static String reply(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("connection closed");
    }
    int number = line.charAt(0) == '$' || line.charAt(0) == '*' ? integer(line) : 0;
    if (line.charAt(0) == '$') {
      return number < 0 ? "(nil)" : bulk(in, number);
    }
    if (line.charAt(0) != '*') {
      return line.substring(line.charAt(0) == '-' ? 0 : 1);
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < number; i++) {
      all.append(i == 0 ? "" : "\n").append(reply(in));
    }
    return all.toString();
  }

  private static int integer(String line) {
    return Integer.parseInt(line.substring(1));
  }

  private static String bulk(BufferedReader in, int length) throws IOException {
    char[] text = new char[length + 2];
    int read = 0;
    while (read < text.length) {
      int more = in.read(text, read, text.length - read);
      if (more < 0) {
        throw new IOException("cut off");
      }
      read += more;
    }
    return new String(text, 0, length);
  }

  @Override
  public void close() {
    redis.close();
  }

  /** The commands a server has carried out since this was made, as MONITOR tells them. */
  public static final class RedisMonitor implements AutoCloseable {
    private static final String END = "end-of-recording";
    private final Socket socket;
    private final BufferedReader lines;

    RedisMonitor(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(10_000);
      send(socket, "MONITOR");
      InputStream in = socket.getInputStream();
      this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
      lines.readLine();
    }

    /**
     * The names of the commands since the last call, upper case, in order; without those a script
     * ran.
     */
    public List<String> commands() {
      try (Socket other = new Socket(InetAddress.getLoopbackAddress(), socket.getPort())) {
        send(other, "ECHO", END);
        List<String> names = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.contains(END)) {
            return names;
          }
          int name = line.indexOf("] \"") + 3;
          if (!line.contains(" lua] ")) {
            names.add(line.substring(name, line.indexOf('"', name)).toUpperCase(Locale.ROOT));
          }
        }
        throw new AssertionError("the server closed the recording");
      } catch (IOException e) {
        throw new AssertionError("MONITOR", e);
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException alreadyClosed) {
        // Nothing to do: the server may have been killed.
      }
    }
  }
}
