package dev.sidecache.proof;

import dev.sidecache.testing.ImageContainer;
import dev.sidecache.testing.ProcessMemory;
import dev.sidecache.testing.Verb;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The product as it is started and stopped in a deployment: {@code sidecache run} as a process, or
 * the image in a container of the suggested size where one was built.
 */
abstract class Replica implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile(" listens on (http://[^ ,]+)");
  private static final String MEMORY = "256m";
  private static final String CPUS = "1";

  /**
   * Starts one; returns when it listens.
   *
   * @param yaml the whole configuration
   * @param variables of its environment
   * @param directory for what it writes
   */
  static Replica start(String yaml, Map<String, String> variables, Path directory)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(variables);
    all.put("SIDECACHE_CONFIG_YAML", yaml);
    return ImageContainer.isThere()
        ? new InContainer(ImageContainer.start(all, MEMORY, CPUS).awaitListening())
        : new AsProcess(all, directory);
  }

  abstract URI address();

  /** Its process, as this machine numbers it. */
  abstract ProcessHandle handle();

  /** Its exit code, once it has ended. */
  abstract int exitCode() throws IOException, InterruptedException;

  /** Sends SIGTERM. */
  final void terminate() {
    handle().destroy();
  }

  /** Waits for the end of its process. */
  final void awaitEnd() throws InterruptedException {
    try {
      handle().onExit().get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException running) {
      throw new AssertionError("it does not end", running);
    }
  }

  /** The most that it had resident, in octets. */
  abstract long peakBytes() throws IOException, InterruptedException;

  /** Whether the kernel ended it for its memory; a process has no limit. */
  abstract boolean isOutOfMemory() throws IOException, InterruptedException;

  @Override
  public abstract void close();

  private static final class AsProcess extends Replica {
    private final Process process;
    private final URI address;

    AsProcess(Map<String, String> variables, Path directory) throws IOException {
      Verb verb = new Verb(directory).with("SIDECACHE_ADMIN_LISTEN", "127.0.0.1:0");
      variables.forEach(verb::with);
      Path log = Files.createTempFile(directory, "replica-", ".log");
      process =
          verb.process("run", "--listen", "127.0.0.1:0")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Matcher listens =
          Awaitility.await("listens")
              .atMost(Duration.ofSeconds(60))
              .pollInterval(Duration.ofMillis(50))
              .until(() -> LISTENS.matcher(Files.readString(log)), Matcher::find);
      address = URI.create(listens.group(1));
    }

    @Override
    URI address() {
      return address;
    }

    @Override
    ProcessHandle handle() {
      return process.toHandle();
    }

    @Override
    int exitCode() {
      return process.exitValue();
    }

    @Override
    long peakBytes() throws IOException {
      return ProcessMemory.of(process.pid()).peakBytes();
    }

    @Override
    boolean isOutOfMemory() {
      return false;
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static final class InContainer extends Replica {
    private final ImageContainer container;
    private final ProcessHandle handle;

    InContainer(ImageContainer container) throws IOException, InterruptedException {
      this.container = container;
      this.handle = ProcessHandle.of(container.pid()).orElseThrow();
    }

    @Override
    URI address() {
      return container.address();
    }

    @Override
    ProcessHandle handle() {
      return handle;
    }

    @Override
    int exitCode() throws IOException, InterruptedException {
      return container.awaitEnd();
    }

    @Override
    long peakBytes() throws IOException {
      return ProcessMemory.of(handle.pid()).peakBytes();
    }

    @Override
    boolean isOutOfMemory() throws IOException, InterruptedException {
      return container.isOutOfMemory();
    }

    @Override
    public void close() {
      container.close();
    }
  }
}
