package dev.sidecache;

import dev.sidecache.testing.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A sidecar with the memory that the image gives it in a container of 256 MiB. */
final class Container implements AutoCloseable {
  static final long MEBIBYTE = 1L << 20;
  static final long LIMIT_BYTES = 256 * MEBIBYTE;

  /** What jvm.options of the image makes of such a container: 30 % of it for the heap. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx76m",
          "-XX:MaxDirectMemorySize=64m",
          "-XX:ReservedCodeCacheSize=32m",
          "-Xss512k",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:TrimNativeHeapInterval=30000",
          "-Dio.netty.leakDetection.level=advanced");

  /** As the Dockerfile says. */
  private static final Map<String, String> VARIABLES = Map.of("MALLOC_ARENA_MAX", "2");

  private final SidecarProcess process;
  private final ProcessMemory memory;
  private final Path errors;

  private Container(SidecarProcess process, Path errors) {
    this.process = process;
    this.memory = ProcessMemory.of(process.pid());
    this.errors = errors;
  }

  /**
   * Starts one on a free port.
   *
   * @param server further keys of the section server, such as tls; or nothing
   * @param rules the YAML after the section upstream
   */
  static Container start(String origin, String server, String rules, Path directory)
      throws IOException {
    return start(origin, server, rules, directory, List.of());
  }

  /** The same with further options of Java, which win. */
  static Container start(
      String origin, String server, String rules, Path directory, List<String> more)
      throws IOException {
    Path errors = directory.resolve("log");
    List<String> options = new ArrayList<>(OPTIONS);
    options.addAll(more);
    String head =
        "version: 1\nserver: { listen: \"127.0.0.1:0\" "
            + (server.isEmpty() ? "" : ", " + server)
            + " }\nadmin: { listen: \"127.0.0.1:0\" }\nupstream: { url: \""
            + origin
            + "\" }\n";
    return new Container(SidecarProcess.start(head + rules, VARIABLES, options, errors), errors);
  }

  int port() {
    return process.address().getPort();
  }

  SidecarProcess process() {
    return process;
  }

  ProcessMemory memory() {
    return memory;
  }

  /** What it complained of. */
  String log() throws IOException {
    return Files.readString(errors);
  }

  @Override
  public void close() {
    process.close();
  }
}
