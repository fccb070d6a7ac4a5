package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RedisServerProcess;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection whose other end vanishes without a word, in network namespaces of its own. */
class NetworkNamespaceIT {
  /** Two namespaces with a cable between; Redis in the inner one, the store in the outer. */
  private static final String SCRIPT =
      """
      set -e
      ip link set lo up
      unshare -n sleep 120 & inner=$!
      trap 'kill $inner $redis 2>/dev/null || true' EXIT
      until [ "$(readlink /proc/$inner/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
      ip link add v0 type veth peer name v1
      ip link set v1 netns $inner
      ip addr add 10.250.0.1/24 dev v0
      ip link set v0 up
      nsenter -t $inner -n ip addr add 10.250.0.2/24 dev v1
      nsenter -t $inner -n ip link set v1 up
      nsenter -t $inner -n "$REDIS" --port 6379 --bind 10.250.0.2 --protected-mode no \\
        --save '' --dir "$DIRECTORY" >/dev/null & redis=$!
      "$JAVA" -cp "$CLASSES" dev.sidecache.redis.VanishingServer
      """;

  @TempDir Path directory;

  @Test
  void serverThatVanishesIsNoticedAndFoundAgain() throws Exception {
    Assumptions.assumeTrue(
        run(List.of("unshare", "-rn", "ip", "link", "set", "lo", "up"), Duration.ofSeconds(10)),
        "this test needs network namespaces: unshare -n is refused here");
    assertThat(run(List.of("unshare", "-rn", "bash", "-c", SCRIPT), Duration.ofSeconds(60)))
        .as(() -> log())
        .isTrue();
    assertThat(log()).contains("noticed", "found again");
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException none) {
      return "";
    }
  }

  private boolean run(List<String> command, Duration limit)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    builder.environment().put("REDIS", RedisServerProcess.binary().path().toString());
    builder.environment().put("DIRECTORY", directory.toString());
    builder
        .environment()
        .put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    builder.environment().put("CLASSES", classPath());
    try {
      Process process = builder.start();
      if (process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      return false;
    } catch (IOException missing) {
      return false;
    }
  }

  private static String classPath() {
    ClassLoader loader = NetworkNamespaceIT.class.getClassLoader();
    return loader instanceof URLClassLoader urls
        ? Arrays.stream(urls.getURLs())
            .map(URL::getPath)
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }
}
