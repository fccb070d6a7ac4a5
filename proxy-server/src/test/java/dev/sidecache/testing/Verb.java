package dev.sidecache.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /**
   * What all processes start with. Where the product is a jar, as in a whole build, they share an
   * archive of classes, as those of the launcher do: most of the time of a short verb is loading.
   */
  private static final class Java {
    static final List<String> COMMAND = command();

    private static List<String> command() {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      List<String> quick =
          List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable");
      String classPath = System.getProperty("java.class.path");
      String jars =
          Stream.of(classPath.split(File.pathSeparator, -1))
              .filter(entry -> entry.endsWith(".jar"))
              .collect(Collectors.joining(File.pathSeparator));
      List<String> options = new ArrayList<>(quick);
      if (jars.contains("sidecache.jar")) {
        archive(quick, jars).ifPresent(made -> options.add("-XX:SharedArchiveFile=" + made));
        classPath = jars;
      }
      options.addAll(List.of("-cp", classPath, "dev.sidecache.Main"));
      return List.copyOf(options);
    }

    /** An archive knows no directories of classes, so it is of the jars alone. */
    private static Optional<Path> archive(List<String> quick, String jars) {
      try {
        Path directory = Files.createTempDirectory("verbs-");
        Path made = directory.resolve("verbs.jsa");
        directory.toFile().deleteOnExit();
        made.toFile().deleteOnExit();
        List<String> command = new ArrayList<>(quick);
        command.addAll(
            List.of("-XX:ArchiveClassesAtExit=" + made, "-cp", jars, "dev.sidecache.Main"));
        command.add("schema");
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended && Files.exists(made) ? Optional.of(made) : Optional.empty();
      } catch (IOException | InterruptedException failed) {
        throw new AssertionError("no archive of classes could be made", failed);
      }
    }
  }

  /** A process that is not started yet. */
  public ProcessBuilder process(String... arguments) {
    List<String> command = new ArrayList<>(Java.COMMAND);
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
