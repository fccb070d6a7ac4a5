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

  /** Processor, memory, kernel and tools, as a list of Markdown. */
  static String describe() {
    String model = line("/proc/cpuinfo", "model name");
    String memory = line("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
    long cores = Runtime.getRuntime().availableProcessors();
    StringBuilder text = new StringBuilder();
    text.append("- ").append(cores).append(" cores, ").append(model).append(", ");
    text.append(Long.parseLong("0" + memory) >> 20).append(" GiB\n");
    text.append("- Linux ").append(System.getProperty("os.version")).append('\n');
    for (String[] tool : new String[][] {{"wrk", "-v"}, {"h2load", "--version"}}) {
      String version = versionOf(tool);
      text.append("- ").append(version == null ? tool[0] + " is missing" : version).append('\n');
    }
    return text.toString();
  }

  private static String line(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

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
    for (String directory : path.split(":")) {
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
