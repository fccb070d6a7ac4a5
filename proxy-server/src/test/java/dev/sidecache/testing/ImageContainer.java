package dev.sidecache.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * The product's image in a container of podman: nothing writable, no capability, no new privileges,
 * no swap. The network is the host's, so that backends and Redis of tests are on loopback. {@code
 * .ci/image} builds the image and says by two properties what to run.
 */
public final class ImageContainer implements AutoCloseable {
  private static final String PODMAN = System.getProperty("sidecache.podman", "");
  private static final String IMAGE = System.getProperty("sidecache.image", "");

  private final String id;
  private final int port;
  private final int adminPort;

  private ImageContainer(String id, int port, int adminPort) {
    this.id = id;
    this.port = port;
    this.adminPort = adminPort;
  }

  /** Whether an image was named. */
  public static boolean isThere() {
    return !PODMAN.isEmpty() && !IMAGE.isEmpty();
  }

  /** Skips the test where none was. */
  public static void require() {
    Assumptions.assumeTrue(
        isThere(), "no image of sidecache here; .ci/image builds one and runs this");
  }

  /**
   * Starts a container; does not wait until it listens.
   *
   * @param variables of its environment, beside the ports
   * @param memory its limit, such as {@code 192m}
   * @param cpus how many it may use
   */
  public static ImageContainer start(Map<String, String> variables, String memory, String cpus)
      throws IOException, InterruptedException {
    int port = freePort();
    int adminPort = freePort();
    List<String> words =
        new ArrayList<>(
            List.of("run", "-d", "--network", "host", "--read-only", "--read-only-tmpfs=false"));
    words.addAll(List.of("--no-healthcheck", "--cap-drop", "ALL"));
    words.addAll(List.of("--security-opt", "no-new-privileges"));
    words.addAll(List.of("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"));
    words.addAll(List.of("--memory", memory, "--memory-swap", memory, "--cpus", cpus));
    words.addAll(List.of("-e", "PORT=" + port));
    words.addAll(List.of("-e", "SIDECACHE_ADMIN_LISTEN=127.0.0.1:" + adminPort));
    variables.forEach((name, value) -> words.addAll(List.of("-e", name + "=" + value)));
    words.add(IMAGE);
    String out = podman(words.toArray(String[]::new)).expect(0).out().strip();
    return new ImageContainer(out.substring(out.lastIndexOf('\n') + 1), port, adminPort);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What became of a command of podman. */
  public record Ended(List<String> words, int code, String out) {
    /** Itself, if it ended so. */
    public Ended expect(int expected) {
      assertThat(code).as("%s: %s", words, out).isEqualTo(expected);
      return this;
    }
  }

  /** Runs a command of podman to its end; both streams are its output. */
  public static Ended podman(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PODMAN.split(" ", -1)));
    command.addAll(Arrays.asList(words));
    Path out = Files.createTempFile("podman-", ".out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
      return new Ended(List.of(words), process.exitValue(), Files.readString(out, UTF_8));
    } finally {
      process.destroyForcibly();
      Files.delete(out);
    }
  }

  /** What podman knows of the image, in this form of a template of Go. */
  public static String inspectImage(String format) throws IOException, InterruptedException {
    return podman("image", "inspect", "--format", format, IMAGE).expect(0).out().strip();
  }

  /** The same of the container. */
  public String inspect(String format) throws IOException, InterruptedException {
    return podman("inspect", "--format", format, id).expect(0).out().strip();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public URI admin() {
    return URI.create("http://127.0.0.1:" + adminPort);
  }

  /** Waits until it says so itself. */
  public ImageContainer awaitListening() {
    Awaitility.await("listens")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> log().contains(" listens on "));
    return this;
  }

  /** The process of Java, as the host numbers it. */
  public long pid() throws IOException, InterruptedException {
    return Long.parseLong(inspect("{{.State.Pid}}"));
  }

  /** What it has written. */
  public String log() throws IOException, InterruptedException {
    return podman("logs", id).out();
  }

  /** Runs a program in it beside the server, with further variables {@code NAME=value}. */
  public Ended exec(List<String> variables, List<String> program)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("exec"));
    variables.forEach(variable -> words.addAll(List.of("-e", variable)));
    words.add(id);
    words.addAll(program);
    return podman(words.toArray(String[]::new));
  }

  /** Copies a file of it to the host. */
  public void copyOut(String from, Path to) throws IOException, InterruptedException {
    podman("cp", id + ":" + from, to.toString()).expect(0);
  }

  /** Sends SIGTERM to the server. */
  public void terminate() throws IOException, InterruptedException {
    podman("kill", "--signal", "TERM", id).expect(0);
  }

  /** Waits for its end and returns its exit code. */
  public int awaitEnd() throws IOException, InterruptedException {
    String out = podman("wait", id).expect(0).out().strip();
    return Integer.parseInt(out.substring(out.lastIndexOf('\n') + 1));
  }

  /** Whether the kernel ended it for its memory. */
  public boolean isOutOfMemory() throws IOException, InterruptedException {
    return !inspect("{{.State.OOMKilled}}").equals("false");
  }

  @Override
  public void close() {
    try {
      podman("rm", "-f", id);
    } catch (IOException e) {
      throw new AssertionError("podman rm", e);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
