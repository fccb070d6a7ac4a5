package dev.sidecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.openapi.Documents;
import dev.sidecache.testing.Checkout;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The shell blocks of the documentation, run in order as one script that ends at the first command
 * that fails; only ports are replaced. The backend answers every path, with an OpenAPI document
 * where one is asked for.
 */
class DocumentationIT {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|yaml)\n(.*?)^```$");

  /** What has a test of its own, or is this test. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?m)^(\\./sidecache demo|mvn -B verify).*\n");

  @TempDir private Path directory;

  private static List<String> blocks(String document, String kind) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(Checkout.root().resolve(document)));
    while (matcher.find()) {
      if (matcher.group(1).equals(kind)) {
        blocks.add(matcher.group(2));
      }
    }
    return blocks;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String answer(RawMessage request) throws IOException {
    return switch (request.target()) {
      case "/openapi.json" -> ScriptedOrigin.ok(Files.readString(Documents.propIq()));
      case "/api-docs.json" -> ScriptedOrigin.ok(Files.readString(Documents.crm()));
      default -> ScriptedOrigin.ok("{}");
    };
  }

  /** The launcher as a checkout has it, without a build. */
  private void writeLauncher() throws IOException {
    String command = String.join("' '", new Verb(directory).process().command());
    Path launcher = directory.resolve("sidecache");
    Files.writeString(launcher, "#!/bin/sh\nexec '" + command + "' \"$@\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "README.md, 3000, 2",
    "docs/getting-started-node.md, 3000, 3",
    "docs/getting-started-fastapi.md, 8000, 3"
  })
  void commandsDoWhatTheyShow(String document, String backend, int least) throws Exception {
    Prerequisite.requireProgram("bash", "apt-get install bash");
    Prerequisite.requireProgram("curl", "apt-get install curl");
    writeLauncher();
    for (String yaml : blocks(document, "yaml")) {
      if (yaml.startsWith("# sidecache.yaml\n")) {
        Files.writeString(directory.resolve("sidecache.yaml"), yaml);
      }
    }
    List<String> shell = blocks(document, "sh");
    assertThat(shell).hasSizeGreaterThanOrEqualTo(least);
    String traffic = Integer.toString(freePort());
    try (ScriptedOrigin origin = ScriptedOrigin.answering(DocumentationIT::answer)) {
      String script =
          ELSEWHERE
              .matcher(String.join("\n", shell))
              .replaceAll("")
              .replace(":" + backend, ":" + origin.port())
              .replace(":8080", ":" + traffic);
      Verb.Ended ended = run(script, origin.url(), traffic);
      assertThat(ended.code()).as("%s%n%s", script, ended).isZero();
    }
  }

  private Verb.Ended run(String script, String backend, String traffic) throws Exception {
    String whole = "set -e -o pipefail -x\ntrap 'kill $(jobs -p)' EXIT\n" + script;
    Path file = Files.writeString(directory.resolve("script"), whole);
    Path out = directory.resolve("out");
    ProcessBuilder builder = new Verb(directory).process();
    builder.command("bash", "--norc", file.toString());
    builder.environment().put("UPSTREAM_URL", backend);
    builder.environment().put("PORT", traffic);
    builder.environment().put("SIDECACHE_ADMIN_LISTEN", "127.0.0.1:" + freePort());
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("ended in three minutes").isTrue();
      return new Verb.Ended(process.exitValue(), Files.readString(out, UTF_8), "");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void recipesAreValidConfigurations() throws IOException {
    Surroundings surroundings =
        new Surroundings(Map.of("UPSTREAM_URL", "http://a"), Map.of(), 1L << 30);
    List<String> recipes = blocks("docs/recipes.md", "yaml");

    assertThat(recipes).hasSizeGreaterThanOrEqualTo(4);
    for (String recipe : recipes) {
      assertThat(ConfigLoader.parse("recipes.md", recipe, surroundings).findings())
          .as(recipe)
          .isEmpty();
    }
  }
}
