package dev.sidecache.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the measurement runs on. */
final class Machine {
  private Machine() {}

  /** The JDKs in the usual places and this program's own, by feature version. */
  static TreeMap<Integer, Path> jdks() {
    TreeMap<Integer, Path> found = new TreeMap<>();
    List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    for (String parent : List.of("/usr/lib/jvm", "/usr/java", "/opt/java")) {
      if (Files.isDirectory(Path.of(parent))) {
        try (Stream<Path> children = Files.list(Path.of(parent))) {
          homes.addAll(children.sorted().toList());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    for (Path home : homes) {
      String version = release(home).getProperty("JAVA_VERSION", "0").replace("\"", "");
      int feature = Integer.parseInt(version.replaceAll("\\D.*", ""));
      if (feature >= 17 && Files.isExecutable(home.resolve("bin/java"))) {
        found.putIfAbsent(feature, home);
      }
    }
    return found;
  }

  static String javaOf(Path home) {
    Properties release = release(home);
    return (release.getProperty("IMPLEMENTOR", "JDK")
            + " "
            + release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION", "")))
        .replace("\"", "");
  }

  private static Properties release(Path home) {
    Properties release = new Properties();
    Path file = home.resolve("release");
    if (Files.isReadable(file)) {
      try (var in = Files.newInputStream(file)) {
        release.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return release;
  }

  /** The first line that a command says of its version; null if there is no such command. */
  static @Nullable String versionOf(String... command) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String directory : (path + ":/usr/sbin").split(":")) {
      Path file = Path.of(directory, command[0]);
      if (Files.isExecutable(file)) {
        List<String> all = new ArrayList<>(List.of(command));
        all.set(0, file.toString());
        return Load.output(all, Map.of()).lines().findFirst().orElse(command[0]);
      }
    }
    return null;
  }
}
