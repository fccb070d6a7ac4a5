package dev.sidecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs {@code run}, {@code reload} and {@code config show}, each a process of its own. */
class ReloadProcessIT {
  private static final Pattern ADMIN = Pattern.compile("admin on (http://127\\.0\\.0\\.1:\\d+)");
  private static final String YAML =
      """
      version: 1
      server: { listen: "127.0.0.1:0" }
      admin: { listen: "127.0.0.1:0" }
      upstream: { url: http://127.0.0.1:9 }
      cache: { store: memory }
      log: { format: text }
      routes: [{ name: a, match: { path: /a }, ttl: %s }]
      """;

  @TempDir private Path directory;
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private Path file;
  private Process proxy;
  private String admin;

  private record Ended(int code, String out, String err) {}

  private static List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  @BeforeEach
  void run() throws Exception {
    file = Files.writeString(directory.resolve("sidecache.yaml"), YAML.formatted("1m"));
    proxy =
        new ProcessBuilder(command("run", "-c", file.toString())).redirectErrorStream(true).start();
    Thread reader = new Thread(this::readLog, "log-reader");
    reader.setDaemon(true);
    reader.start();
    Matcher listens = ADMIN.matcher(line("listens on"));
    assertThat(listens.find()).isTrue();
    admin = listens.group(1);
  }

  @AfterEach
  void end() throws InterruptedException {
    proxy.destroyForcibly();
    assertThat(proxy.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private void readLog() {
    try (BufferedReader lines = proxy.inputReader(UTF_8)) {
      lines.lines().forEach(log::add);
    } catch (IOException | UncheckedIOException ended) {
      log.add("ended");
    }
  }

  /** The next line of the log that has this in it. */
  private String line(String part) throws InterruptedException {
    List<String> passed = new ArrayList<>();
    for (String line = log.poll(60, TimeUnit.SECONDS); line != null; ) {
      if (line.contains(part)) {
        return line;
      }
      passed.add(line);
      line = log.poll(60, TimeUnit.SECONDS);
    }
    throw new AssertionError("no line with \"" + part + "\" in " + passed);
  }

  private Ended verb(String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command(arguments));
    builder.environment().put("SIDECACHE_ADMIN", admin);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, err);
  }

  /** What is ignored when a process starts stays so, and Java leaves it. */
  private static boolean isHangUpIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(ignored.split("\\s+", -1)[1], 16) & 1) == 1;
  }

  @Test
  void changedFileIsPutToUse() throws Exception {
    Path next = Files.writeString(directory.resolve("next.yaml"), YAML.formatted("2m"));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

    assertThat(line("Configuration 2"))
        .endsWith("Configuration 2 loaded, asked for by a changed file: routes[0].ttl");
  }

  @Test
  void hangUpReadsTheFileAgain() throws Exception {
    assumeFalse(
        isHangUpIgnored(), "SIGHUP is ignored here and by all that is started, as by nohup");
    // NB: the verb's answer shows that the start is over; a hang-up before it changes nothing.
    assertThat(verb("reload").code()).isZero();
    Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(proxy.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();

    assertThat(line("SIGHUP")).endsWith("asked for by SIGHUP: nothing changed");
    assertThat(proxy.isAlive()).isTrue();
  }

  @Test
  void verbsReloadAndShow() throws Exception {
    Ended same = verb("reload");
    assertThat(same.err()).isEmpty();
    assertThat(same.out()).isEqualTo("loaded   generation 2, nothing changed\n");
    assertThat(same.code()).isZero();

    Ended shown = verb("config", "show", "--effective", "--sources");
    assertThat(shown.code()).isZero();
    assertThat(shown.out())
        .contains("# generation 2, hash ")
        .containsPattern("routes\\[0].ttl: 1m +# " + Pattern.quote(file + ":7") + "\n")
        .containsPattern("cache.l1.lease: 100ms +# default\n");

    Files.writeString(file, YAML.formatted("2 minutes"));
    Ended refused = verb("reload");
    assertThat(refused.code()).isEqualTo(6);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .contains("1 error; the running configuration stays")
        .contains("\n  7:47 routes[0].ttl: \"2 minutes\" is not a TTL; write 2m");
    assertThat(line("Configuration refused")).contains("1 error; generation 2 stays");
    assertThat(line("Configuration: ")).contains(":7:47  error  routes[0].ttl: ");

    Files.writeString(file, YAML.formatted("3m"));
    JsonNode told = new ObjectMapper().readTree(verb("reload", "-o", "json").out());
    assertThat(told.path("generation").asInt()).isGreaterThan(2);
    JsonNode values = new ObjectMapper().readTree(verb("config", "show", "-o", "json").out());
    assertThat(values.path("values").findValuesAsText("path")).contains("routes[0].ttl");
  }
}
