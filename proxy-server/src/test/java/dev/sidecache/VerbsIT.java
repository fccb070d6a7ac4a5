package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.openapi.Documents;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import dev.sidecache.testing.Verb.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/**
 * Each verb of the server as a process of its own: its normal use, its error with the remedy, its
 * JSON. Those of {@code healthcheck}, {@code completion} and {@code man} have tests of their own;
 * the tour of {@code demo} is one of {@link TerminalIT}.
 */
class VerbsIT {
  private static final String YAML =
      """
      version: 1
      server: { listen: "127.0.0.1:0" }
      admin: { listen: "127.0.0.1:0" }
      upstream: { url: http://127.0.0.1:9 }
      cache: { store: memory }
      routes: [{ name: list, match: { path: /api/students }, ttl: 1m }]
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Verb verb;

  @BeforeEach
  void writeConfiguration() throws IOException {
    verb = new Verb(directory);
    configure(YAML);
  }

  private void configure(String yaml) throws IOException {
    Files.writeString(directory.resolve("sidecache.yaml"), yaml);
  }

  private static void assertTold(Ended ended, int code, String... parts) {
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.out() + ended.err()).contains(parts).doesNotContain("\tat ");
  }

  @Test
  @Execution(CONCURRENT)
  void unknownVerbAndOptionAreToldWithTheNearest() throws Exception {
    assertTold(verb.run("valdate"), 2, "valdate", "validate");
    assertTold(verb.run("validate", "--strickt"), 2, "--strickt", "--strict");
  }

  @Test
  @Execution(CONCURRENT)
  void withoutAVerbEveryVerbIsNamed() throws Exception {
    assertTold(verb.run(), 0, "run", "init", "completion", "stats", "purge");
  }

  @Test
  @Execution(CONCURRENT)
  void runThatCannotStartSaysWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();

      assertTold(verb.run("run", "--listen", address), 1, address, "taken");
    }
    configure(YAML.replace("1m", "2 minutes"));
    assertTold(verb.run("run"), 2, "sidecache.yaml:6:", "\"2 minutes\" is not a TTL; write 2m");
    assertTold(verb.run("run", "-c", "none.yaml"), 2, "there is no such file", "sidecache init");
  }

  @Test
  @Execution(CONCURRENT)
  void demoRefusesAStoreThatIsNone() throws Exception {
    assertTold(verb.run("demo", "--store", "disk"), 2, "is not a store; write redis or memory");
  }

  /** A process that a signal ends leaves no cache for Java, so it has to end by itself. */
  @Test
  @Execution(CONCURRENT)
  void trainUsesAProxyAndEnds() throws Exception {
    Verb.Ended trained = verb.run("train");

    assertThat(trained.err()).isEmpty();
    assertThat(trained.code()).isZero();
    assertThat(trained.out()).contains("store memory", "store redis", "\"cache\":\"hit\"");
    assertThat(verb.run().out()).as("the image's, not an operator's").doesNotContain("train");
    assertThat(verb.run("man").out()).doesNotContain("sidecache train");
  }

  @Test
  @Execution(CONCURRENT)
  void initWritesOnceOnly() throws Exception {
    assertTold(verb.run("init", "-o", "new.yaml", "--template", "node"), 0, "new.yaml is written");
    assertTold(verb.run("validate", "new.yaml", "--strict"), 0, "valid: ");
    assertTold(verb.run("init"), 2, "sidecache.yaml exists already; give --force");
    assertTold(
        verb.run("init", "--from-openapi", "none.json", "-o", "other.yaml"),
        2,
        "none.json is not there; name a file, or a URL");
    assertThat(directory.resolve("other.yaml")).doesNotExist();
    assertTold(
        verb.run("init", "--from-openapi", "a", "--template", "node", "--force"),
        2,
        "exclude each other; give one");
  }

  @Test
  @Execution(CONCURRENT)
  void initTakesADocumentFromAUrlAndItsServerForTheBackend() throws Exception {
    String document = Files.readString(Documents.propIq());
    try (ScriptedOrigin origin = ScriptedOrigin.answering(document)) {
      String url = origin.url() + "/openapi.json";

      assertTold(verb.run("init", "--from-openapi", url, "--force"), 0, "10 cached routes");
      assertThat(Files.readString(directory.resolve("sidecache.yaml")))
          .contains("url: \"${UPSTREAM_URL:-" + origin.url() + "}\"");
      assertTold(verb.run("validate", "--strict", "--openapi", url), 0, "valid: 11 routes");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void validateReportsForPeopleAndPrograms() throws Exception {
    assertTold(verb.run("validate"), 0, "valid: 1 route, 0 invalidate rules");
    configure(YAML.replace("1m", "2 minutes"));
    assertTold(verb.run("validate"), 2, "sidecache.yaml:6:", "; write 2m", "1 error");
    JsonNode report = JSON.readTree(verb.run("validate", "--format", "json").out());
    assertThat(report.path("errors").path(0).path("code").asText()).isEqualTo("bad_ttl");
  }

  @Test
  @Execution(CONCURRENT)
  void validateWarnsOfWritesThatNoRuleNames() throws Exception {
    String document = Documents.crm().toString();
    Ended warned = verb.run("validate", "--openapi", document);

    assertTold(
        warned,
        0,
        "sidecache.yaml:6:10  warn   routes[0] \"list\" may answer what DELETE, PATCH, PUT"
            + " /api/students/{id} has changed: no rule names it; add under invalidate: - { name:"
            + " student-changed, when: { methods: [DELETE, PATCH, PUT], path:"
            + " \"/api/students/{id}\" }, routes: [list] }\n");
    assertThat(verb.run("validate", "--openapi", document, "--strict").code()).isEqualTo(2);
    JsonNode report =
        JSON.readTree(verb.run("validate", "--openapi", document, "--format", "json").out());
    assertThat(report.path("warnings").path(0).path("code").asText()).isEqualTo("unlinked_write");
    assertTold(
        verb.run("validate", "--openapi", "none.json"),
        2,
        "none.json  ",
        "error  is not there; name a file, or a URL such as http://…/openapi.json");
  }

  @Test
  @Execution(CONCURRENT)
  void schemaIsJson() throws Exception {
    Ended ended = verb.run("schema");

    assertTold(ended, 0, "$schema");
    assertThat(JSON.readTree(ended.out()).path("properties").has("routes")).isTrue();
    assertTold(verb.run("schema", "now"), 2, "now");
  }

  @Test
  @Execution(CONCURRENT)
  void doctorTellsWhatFails() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.answering("a")) {
      assertTold(
          verb.run("doctor", "--upstream", origin.url()),
          0,
          "config   1 routes",
          "backend  " + origin.url() + " answers 200",
          "0 failed");
    }
    JsonNode report = JSON.readTree(verb.run("doctor", "-o", "json").out());
    assertThat(report.path("failed").asInt()).isEqualTo(1);
    assertThat(report.at("/checks/1/name").asText()).isEqualTo("backend");
    assertThat(report.at("/checks/1/state").asText()).isEqualTo("failed");
    assertThat(report.at("/checks/1/remedy").asText()).startsWith("start the backend");
    assertTold(
        verb.run("doctor"), 4, "does not answer", "-> start the backend, or set UPSTREAM_URL");
  }

  @Test
  @Execution(CONCURRENT)
  void verbsAgainstARunningProxyAndItsEnd() throws Exception {
    Process proxy = verb.process("run").redirectErrorStream(true).start();
    try (BufferedReader log = proxy.inputReader(StandardCharsets.UTF_8)) {
      String admin = adminOf(log);
      Ended top = verb.run("top", "--admin", admin, "-o", "json");
      assertTold(top, 0, "window");
      assertThat(JSON.readTree(top.out()).path("by").asText()).isEqualTo("hits");
      assertTold(verb.run("warm", "--admin", admin), 0, "warmed  0 URLs", "hint  ");
      assertTold(verb.run("warm", "none", "--admin", admin), 2, "none cannot be read");
      assertTold(verb.run("drain", "--admin", admin), 0, "draining  ", "up to 20 s");
      assertThat(proxy.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(proxy.exitValue()).isZero();
      assertTold(verb.run("drain", "--admin", admin), 3, "is the proxy running there?");
    } finally {
      proxy.destroyForcibly();
    }
  }

  private static String adminOf(BufferedReader log) throws IOException {
    Pattern told = Pattern.compile("admin on (http://[^,\"]+)");
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher matcher = told.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    throw new AssertionError("it ended before it listened");
  }

  @Test
  @Execution(CONCURRENT)
  void explainTellsTheDecision() throws Exception {
    assertTold(
        verb.run("explain", "GET", "/api/students?page=1", "-c", "sidecache.yaml"),
        0,
        "list",
        "/api/students?page=1",
        "60 s");
    assertTold(
        verb.run("explain", "GET", "/a b", "-c", "sidecache.yaml"),
        2,
        "is no request target",
        "-> write /path?query");
    assertTold(
        verb.run("explain", "GET", "/a", "-H", "b"), 2, "is no field -> write 'Name: value'");
    assertTold(verb.run("explain", "POST", "/a", "-d", "@none"), 2, "none cannot be read");
    assertTold(
        verb.run("explain", "GET", "/a", "--send", "-c", "sidecache.yaml"), 2, "leave out -c");
    assertTold(
        verb.run("explain", "GET", "/a", "--admin", "http://127.0.0.1:9"),
        3,
        "no answer from http://127.0.0.1:9",
        "start it, set --admin, or give a file with -c");
  }

  @Test
  @Execution(CONCURRENT)
  void explainAsksTheProxyThatRuns() throws Exception {
    String rules = "routes: [{ name: list, match: { path: /api/students }, ttl: 1m }]\n";
    try (ScriptedOrigin origin = ScriptedOrigin.answering("[]");
        RunningProxy proxy = RunningProxy.start(origin.url(), rules, Map.of()).awaitCache()) {
      proxy.get("/api/students", "s3cr3t");
      String[] asked = {
        "explain",
        "GET",
        "/api/students",
        "-H",
        "Authorization: Bearer s3cr3t",
        "--admin",
        proxy.admin().toString()
      };

      Ended told = verb.run(asked);
      Ended json = verb.run(with(asked, "--output", "json"));
      Ended offline = verb.run(with(asked, "--output", "json", "-c", "sidecache.yaml"));

      assertTold(
          told, 0, "lookup       l1 hit (age ", "result       hit l1, ", "list (test.yaml:5");
      assertThat(JSON.readTree(json.out()).get("cache_status").asText()).contains("; hit; ttl=");
      assertThat(JSON.readTree(offline.out()).get("result").asText()).isEqualTo("looked up");
      assertThat(JSON.readTree(offline.out()).fieldNames())
          .toIterable()
          .containsExactlyElementsOf(() -> fields(json.out()));
      assertThat(told.out() + json.out() + offline.out()).doesNotContain("s3cr3t");
      assertThat(origin.requests()).hasSize(1);
      String[] refused = {"explain", "G T", "/", "--admin", proxy.admin().toString()};
      assertTold(verb.run(refused), 6, "method: is no method; write GET");
      assertTold(verb.run(with(asked, "--send")), 0, "; sent: 200, sidecache; hit");
    }
  }

  private static Iterator<String> fields(String json) {
    try {
      return JSON.readTree(json).fieldNames();
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  @Execution(CONCURRENT)
  void versionNamesTheJava() throws Exception {
    assertTold(verb.run("version"), 0, "sidecache ", "Java " + Runtime.version());
  }
}
