package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.client.AdminApi;
import dev.sidecache.client.cli.ClientMain;
import dev.sidecache.client.cli.Terminal;
import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests seen live, over the admin port and by the command line. */
class TailIT {
  private static final String RULES =
      "routes: [{ name: list, match: { path: /list }, ttl: 60s, scope: shared }]";

  private ScriptedOrigin origin;
  private RunningProxy proxy;

  @BeforeEach
  void start() throws Exception {
    origin = ScriptedOrigin.answering(request -> ScriptedOrigin.ok("text"));
    proxy = RunningProxy.start(origin.url(), RULES, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    origin.close();
  }

  /** Asks again until it is told of, since the stream may begin later than the first request. */
  private void askUntil(List<?> told) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              proxy.get("/list", null);
              return !told.isEmpty();
            });
  }

  private CompletableFuture<Void> events(String target, List<AdminApi.Event> told) {
    AdminApi api = new AdminApi(proxy.admin(), "", Duration.ofSeconds(5));
    return CompletableFuture.runAsync(() -> api.events(target, Duration.ofSeconds(5), told::add));
  }

  @Test
  void linesOfTheAccessLogComeAsTheyAre() throws Exception {
    List<AdminApi.Event> told = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> watching = events("/v1/events?cache=hit", told);
    askUntil(told);
    var line = new ObjectMapper().readTree(told.get(0).data());
    assertThat(told.get(0).type()).isEqualTo("message");
    assertThat(line.get("route").asText()).isEqualTo("list");
    assertThat(line.get("cache").asText()).isEqualTo("hit");
    assertThat(line.get("path").asText()).isEqualTo("/list");
    assertThat(line.get("request_id").asText()).isNotEmpty();
    proxy.close();
    assertThat(watching)
        .as("the end of the proxy ends the stream")
        .succeedsWithin(5, TimeUnit.SECONDS);
  }

  @Test
  void commandLineShowsThem() throws Exception {
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out, true);
    Terminal.People nobody =
        new Terminal.People() {
          @Override
          public boolean present() {
            return false;
          }

          @Override
          public String ask(String question) {
            return "";
          }

          @Override
          public boolean waitForNext() {
            return false;
          }

          @Override
          public boolean waitShortly() {
            return false;
          }
        };
    Terminal terminal =
        new Terminal(Map.of("SIDECACHE_ADMIN", proxy.admin().toString()), printer, printer, nobody);
    CompletableFuture<Integer> ended =
        CompletableFuture.supplyAsync(
            () -> ClientMain.run(terminal, "tail", "--route", "list", "-n", "2"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> proxy.get("/list", null).statusCode() == 200 && ended.isDone());
    assertThat(ended).succeedsWithin(1, TimeUnit.SECONDS).isEqualTo(0);
    assertThat(out.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("[0-9:.]{12} GET /list 200 (miss|hit l1) list [0-9.]+ ms"));
  }

  @Test
  void processShowsThemAsJson(@TempDir Path directory) throws Exception {
    Verb verb = new Verb(directory);
    String admin = proxy.admin().toString();
    Process tail = verb.process("tail", "--admin", admin, "-n", "2", "-o", "json").start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> proxy.get("/list", null).statusCode() == 200 && !tail.isAlive());
    assertThat(tail.exitValue()).isZero();
    List<String> lines = tail.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(2);
    for (String line : lines) {
      assertThat(new ObjectMapper().readTree(line).path("route").asText()).isEqualTo("list");
    }
  }

  @Test
  void processSaysWhereNobodyAnswers(@TempDir Path directory) throws Exception {
    Verb.Ended nobody = new Verb(directory).run("tail", "--admin", "http://127.0.0.1:9");
    assertThat(nobody.code()).isEqualTo(3);
    assertThat(nobody.err()).contains("is the proxy running there?");
  }

  /** That a reader has left shows at what is written next. */
  @Test
  void whoLeavesMakesRoom() {
    for (int i = 0; i < 40; i++) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                proxy.get("/list", null);
                try (RawClient client = RawClient.connect(proxy.admin().getPort())) {
                  client.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
                  return client.reader().readHead().startLine().contains("200");
                }
              });
    }
  }
}
