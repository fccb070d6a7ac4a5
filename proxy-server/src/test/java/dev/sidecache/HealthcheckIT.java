package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.SelfSigned;
import dev.sidecache.testing.TlsFiles;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image's HEALTHCHECK runs, as a process of its own. */
class HealthcheckIT {
  @TempDir Path directory;

  private int healthcheck(int port) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sidecache.Main",
                "healthcheck")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile());
    command.environment().put("PORT", Integer.toString(port));
    Process process = command.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void portIsAskedWhetherItSpeaksTlsOrNot() throws Exception {
    SelfSigned own = SelfSigned.forHost("api.example", directory);
    String tls = ", " + TlsFiles.of(own, directory).yaml();
    try (ScriptedOrigin origin = ScriptedOrigin.answering("a");
        TunnelProxy plain = new TunnelProxy(origin.url(), "", "");
        TunnelProxy secure = new TunnelProxy(origin.url(), tls, "")) {
      assertThat(healthcheck(plain.port())).isZero();
      assertThat(healthcheck(secure.port())).isZero();
    }
  }

  @Test
  void portThatNobodyListensOnIsNotReady() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    assertThat(healthcheck(free)).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("out"))).contains("not ready: http://127.0.0.1");
  }
}
