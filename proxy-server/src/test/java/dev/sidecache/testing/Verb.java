package dev.sidecache.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A verb as a process of its own, in a directory of its own, with no configuration from outside.
 */
public final class Verb {
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  public Verb(Path directory) {
    this.directory = directory;
  }

  /** What became of a process. */
  public record Ended(int code, String out, String err) {}

  /** The same with a variable. */
  public Verb with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** A process that is not started yet. */
  public ProcessBuilder process(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sidecache.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("(SIDECACHE|REDIS|UPSTASH|CACHE_TTL)_.*|PORT|UPSTREAM_URL"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** Runs it to its end. */
  public Ended run(String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile("verb-", ".out");
    Path err = Files.createTempFile("verb-", ".err");
    Process process =
        process(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in two minutes").isTrue();
      return new Ended(
          process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    } finally {
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }
}
