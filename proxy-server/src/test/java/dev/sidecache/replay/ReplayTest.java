package dev.sidecache.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.advice.Evidence;
import dev.sidecache.identity.Credentials;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.testing.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-03-01T09:30:00Z");
  private static final RuleSet RULES =
      new RuleSet(
          new NeverCache(
              List.of(PathPattern.parse("/login")), List.of(), Set.of(), Set.of("password")),
          List.of(
              Rules.changing("all", "/all/**").scope(Scope.SHARED).tags("things").build(),
              Rules.changing("own", "/own/**").build(),
              Rules.changing("ask", "/ask").json().build()),
          List.of(Rules.rule("changed", "PUT", "/change", "things")),
          false);

  @TempDir private Path directory;

  private Replay.Outcome replay(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("recording"), text);
    Credentials credentials = new Credentials(Credentials.Settings.DEFAULT, "test");
    return Replay.of(Recording.of(file), RULES, credentials);
  }

  private static Evidence.OfRoute of(Replay.Outcome outcome, String route) {
    return outcome.evidence().routes().stream()
        .filter(each -> each.route().equals(route))
        .findFirst()
        .orElseThrow();
  }

  @Nested
  class HarFiles {
    private final ArrayNode entries = JSON.createArrayNode();

    private ObjectNode add(double seconds, String method, String path, String content) {
      ObjectNode entry = entries.addObject();
      entry.put("startedDateTime", START.plusMillis((long) (seconds * 1000)).toString());
      entry.put("time", 50);
      ObjectNode request = entry.putObject("request");
      request.put("method", method).put("url", "http://a.example" + path);
      request.putArray("headers");
      ObjectNode response = entry.putObject("response").put("status", 200);
      response.putArray("headers").addObject().put("name", ":status").put("value", "200");
      response.putObject("content").put("size", content.length()).put("text", content);
      return entry;
    }

    private void field(ObjectNode entry, String message, String name, String value) {
      ((ArrayNode) entry.at("/" + message + "/headers"))
          .addObject()
          .put("name", name)
          .put("value", value);
    }

    private Replay.Outcome replay() throws IOException {
      ObjectNode har = JSON.createObjectNode();
      ObjectNode log = har.putObject("log");
      log.putObject("creator").putArray("entries").add(1);
      log.putArray("pages");
      log.set("entries", entries);
      return ReplayTest.this.replay(har.toPrettyString());
    }

    @Test
    void hitsMissesAndWhatWouldHaveBeenOld() throws Exception {
      add(0, "GET", "/all/1#part", "old");
      add(10, "GET", "/all/1", "old");
      add(20, "GET", "/all/1", "new");
      add(70, "GET", "/all/1", "new");

      Replay.Outcome outcome = replay();

      Evidence.OfRoute seen = of(outcome, "all");
      assertThat(seen.hits()).isEqualTo(2);
      assertThat(seen.misses()).isEqualTo(2);
      assertThat(seen.staleHits()).isEqualTo(1);
      assertThat(seen.savedNanos()).isEqualTo(100_000_000);
      assertThat(outcome.requests()).isEqualTo(4);
      assertThat(outcome.first()).isEqualTo(START);
    }

    @Test
    void orderIsThatOfTheirTimes() throws Exception {
      add(70, "GET", "/all/1", "x");
      add(0, "GET", "/all/1", "x");
      add(0.01, "GET", "/all/1", "x");

      assertThat(of(replay(), "all").hits()).as("one waits, one is too late").isEqualTo(1);
    }

    @Test
    void callersAreToldByTheirCredentials() throws Exception {
      for (String user : List.of("ann", "bob", "ann")) {
        field(add(1, "GET", "/own/1", user), "request", "Authorization", "Bearer " + user);
      }
      add(2, "GET", "/own/1", "");

      assertThat(of(replay(), "own").misses()).isEqualTo(3);
    }

    @Test
    void whatIsNotStoredHasItsReason() throws Exception {
      field(add(0, "GET", "/all/1", "x"), "response", "Set-Cookie", "a=b");
      field(
          add(1, "GET", "/all/2", "{\"password\":1}"),
          "response",
          "Content-Type",
          "application/json");
      field(add(2, "GET", "/all/3", "{"), "response", "Content-Type", "application/json");
      add(3, "GET", "/login", "x");
      add(4, "GET", "/elsewhere", "x");

      Replay.Outcome outcome = replay();

      assertThat(of(outcome, "all").notStored())
          .containsOnlyKeys("set_cookie", "sensitive_field", "unreadable");
      assertThat(outcome.bypassed()).containsOnlyKeys("never_cache", "no_route");
    }

    @Test
    void writesAndQuestionsInTheContent() throws Exception {
      add(0, "GET", "/all/1", "old");
      add(1, "PUT", "/change", "done");
      add(2, "GET", "/all/1", "new");
      for (int i = 0; i < 2; i++) {
        ObjectNode asked = add(3 + i, "POST", "/ask", "answer");
        ((ObjectNode) asked.get("request")).putObject("postData").put("text", "{\"q\": 1}");
      }

      Replay.Outcome outcome = replay();

      assertThat(of(outcome, "all").hits()).isZero();
      assertThat(of(outcome, "ask").hits()).isEqualTo(1);
      assertThat(outcome.writes()).isEqualTo(1);
    }

    @Test
    void entriesOfTheBrowsersCacheAreLeftOut() throws Exception {
      add(0, "GET", "/all/1", "x").put("_fromCache", "disk");
      ((ObjectNode) add(1, "GET", "/all/1", "x").get("response")).put("status", 0);
      ((ObjectNode) add(2, "GET", "/all/1", "x").get("request")).put("url", "data:text/plain,x");
      add(3, "GET", "/all/1", "x").put("startedDateTime", "yesterday");
      ObjectNode kept = add(4, "GET", "/all/1", "eA==");
      ((ObjectNode) kept.at("/response/content")).put("encoding", "base64");

      Replay.Outcome outcome = replay();

      assertThat(outcome.requests()).isEqualTo(1);
      assertThat(outcome.skipped()).isEqualTo(4);
    }
  }

  @Nested
  class AccessLogs {

    @Test
    void linesOfNginx() throws Exception {
      Replay.Outcome outcome =
          replay(
              """
              10.0.0.1 - - [01/Mar/2026:09:30:00 +0000] "GET /own/1?a=1 HTTP/1.1" 200 10 "-" "curl/8"
              10.0.0.1 - - [01/Mar/2026:09:30:10 +0000] "GET /own/1?a=1 HTTP/1.1" 200 10 "-" "curl/8" 0.250
              10.0.0.2 - - [01/Mar/2026:09:30:11 +0000] "GET /own/1?a=1 HTTP/1.1" 200 10 "-" "curl/8"
              10.0.0.2 - ann [01/Mar/2026:10:30:12 +0100] "GET /own/1?a=1 HTTP/1.1" 200 10 "-" "curl/8"
              10.0.0.1 - - [01/Mar/2026:09:30:13 +0000] "GET /own/1?a=1 HTTP/1.1" 200 12 "-" "a \\"b\\""
              10.0.0.1 - - [01/Mar/2026:09:30:14 +0000] "GET /own/1?a=1 HTTP/1.1" 200 12 "-" "curl/8"
              10.0.0.1 - - [01/Mar/2026:09:30:15 +0000] "DELETE /own/1 HTTP/1.1" 204 0 "-" "curl/8"
              10.0.0.1 - - [01/Mar/2026:09:30:16 +0000] "GET /own/1?a=1 HTTP/1.1" 200 12 "-" "curl/8"
              not a line
              """);

      Evidence.OfRoute seen = of(outcome, "own");
      assertThat(seen.hits()).isEqualTo(2);
      assertThat(seen.misses()).isEqualTo(5);
      assertThat(seen.staleHits()).as("another length").isEqualTo(1);
      assertThat(seen.savedNanos()).isEqualTo(250_000_000);
      assertThat(outcome.writes()).isEqualTo(1);
      assertThat(outcome.skipped()).isEqualTo(1);
    }

    private static String line(int second, String path, String key, String more) {
      return "{\"ts\":\"2026-03-01T09:30:%02dZ\",\"level\":\"info\",\"msg\":\"request\","
              .formatted(second)
          + "\"method\":\"GET\",\"path\":\""
          + path
          + "\",\"status\":200,\"bytes\":3,\"dur_ms\":1.5,\"upstream_ms\":20.0,\"key\":"
          + key
          + more
          + "}\n";
    }

    @Test
    void linesOfSidecache() throws Exception {
      Replay.Outcome outcome =
          replay(
              "{\"ts\":\"2026-03-01T09:29:59Z\",\"level\":\"info\",\"msg\":\"starts\"}\n"
                  + line(0, "/own/1", "\"9f2c41d0\"", "")
                  + line(1, "/own/1", "\"00000000\"", "")
                  + line(2, "/own/1", "\"9f2c41d0\"", "")
                  + line(3, "/all/1", "\"11111111\"", ",\"query\":\"a=1\"")
                  + line(4, "/all/1", "\"11111111\"", ",\"query\":\"a=1\"")
                  + line(5, "/else", "null", "")
                  + "{\"broken\n");

      assertThat(of(outcome, "own").hits()).isEqualTo(1);
      assertThat(of(outcome, "own").misses()).isEqualTo(2);
      assertThat(of(outcome, "all").hits()).isEqualTo(1);
      assertThat(outcome.bypassed()).containsEntry("no_route", 1L);
      assertThat(outcome.skipped()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[1]", "hello", "<html>"})
  void whatIsNoRecordingIsSaid(String text) {
    assertThatThrownBy(() -> replay(text))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("is none of the recordings that can be read");
  }

  @Test
  void recordingWithoutRequestsHasNoOutcome() throws Exception {
    assertThat(replay("{\"log\":{\"entries\":[]}}")).isNull();
  }
}
