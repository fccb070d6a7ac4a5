package dev.sidecache.client.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.client.testing.AdminServer;
import dev.sidecache.client.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The command line as a process of its own: streams, environment and exit codes. */
class ClientProcessIT {
  private final AdminServer server =
      new AdminServer()
          .reply("/v1/stats", 200, Golden.text("stats"))
          .reply("/v1/purge", 200, Golden.text("purge"));

  @AfterEach
  void close() {
    server.close();
  }

  /** What became of a process. */
  private record Ended(int code, String out, String err) {}

  private Ended run(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ClientMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SIDECACHE_ADMIN", server.address().toString());
    builder.environment().remove("SIDECACHE_ADMIN_TOKEN");
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, err);
  }

  @Test
  void documentGoesToStandardOutput() throws Exception {
    Ended ended = run("stats", "-o", "json");
    assertThat(ended.code()).isZero();
    assertThat(Golden.parse(ended.out())).isEqualTo(Golden.json("stats"));
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void purgeOfAllNeedsYesWithoutATerminal() throws Exception {
    Ended ended = run("purge", "--all");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("add --yes");
    assertThat(run("purge", "--all", "--yes").code()).isZero();
  }

  @Test
  void proxyThatIsAwayIsThree() throws Exception {
    server.close();
    Ended ended = run("stats");
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.err()).startsWith("error: no answer from ").doesNotContain("\tat ");
  }
}
