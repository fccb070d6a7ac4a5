package dev.sidecache.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.Architecture;
import redis.embedded.model.OS;
import redis.embedded.model.OsArchitecture;

/**
 * A redis-server program that runs on this machine.
 *
 * @param path the program
 * @param version what it says of itself, such as {@code 7.0.15}
 * @param source where it was found, for people
 */
public record RedisBinary(Path path, String version, String source) {
  /** Names the program to use, before all others. */
  public static final String VARIABLE = "EMBEDDED_REDIS_EXECUTABLE";

  /** Runs on any Linux of this architecture, whatever its libraries. */
  private static final String STATIC_LINUX_RESOURCE = "/redis-server-6.2.7-linux-386";

  private static final long VERSION_SECONDS = 10;

  /**
   * The first program that runs, of: the one {@value #VARIABLE} names; the bundled one; the bundled
   * static one; {@code redis-server} or {@code valkey-server} on the PATH. Empty if none does, or
   * if the named one does not: a name given is never passed over.
   *
   * @param directory where a bundled program is unpacked; the caller removes it
   */
  public static Optional<RedisBinary> find(Map<String, String> environment, Path directory) {
    String named = environment.getOrDefault(VARIABLE, "").trim();
    if (!named.isEmpty()) {
      return tried(Path.of(named), VARIABLE);
    }
    Optional<RedisBinary> bundled =
        unpacked(ExecutableProvider.newJarResourceProvider(directory.toFile()), "bundled");
    if (bundled.isEmpty()) {
      bundled = unpacked(staticLinux(directory), "bundled, static");
    }
    return bundled.isPresent() ? bundled : onPath(environment.getOrDefault("PATH", ""));
  }

  private static ExecutableProvider staticLinux(Path directory) {
    Map<OsArchitecture, String> resources =
        Map.of(
            new OsArchitecture(OS.UNIX, Architecture.x86_64), STATIC_LINUX_RESOURCE,
            new OsArchitecture(OS.UNIX, Architecture.x86), STATIC_LINUX_RESOURCE);
    return ExecutableProvider.newJarResourceProvider(directory::toFile, resources);
  }

  private static Optional<RedisBinary> unpacked(ExecutableProvider provider, String source) {
    try {
      return tried(provider.get().toPath(), source);
    } catch (IOException | RuntimeException unsupported) {
      // NB: for a platform it has no program for, the provider throws whatever comes.
      return Optional.empty();
    }
  }

  private static Optional<RedisBinary> onPath(String path) {
    List<Path> candidates = new ArrayList<>();
    for (String name : List.of("redis-server", "valkey-server")) {
      for (String folder : path.split(System.getProperty("path.separator"), -1)) {
        if (!folder.isEmpty()) {
          candidates.add(Path.of(folder, name));
        }
      }
    }
    return candidates.stream()
        .filter(Files::isExecutable)
        .flatMap(candidate -> tried(candidate, "PATH").stream())
        .findFirst();
  }

  private static Optional<RedisBinary> tried(Path program, String source) {
    String version = versionOf(program);
    return version == null
        ? Optional.empty()
        : Optional.of(new RedisBinary(program, version, source));
  }

  /** Null unless the program starts, ends by itself and tells its version. */
  private static @Nullable String versionOf(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readNBytes(1024), StandardCharsets.UTF_8);
      if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      int version = output.indexOf("v=");
      return process.exitValue() != 0 || version < 0
          ? null
          : output.substring(version + 2).split("\\s", 2)[0];
    } catch (IOException doesNotStart) {
      return null;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
