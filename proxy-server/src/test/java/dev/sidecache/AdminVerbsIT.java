package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verbs that ask a running proxy, each as a process of its own: its text where {@link TerminalIT}
 * does not show it, its JSON, and what it says where no proxy answers.
 */
class AdminVerbsIT {
  private static final String RULES =
      "routes: [{ name: list, match: { path: /list }, ttl: 60s, scope: shared, tags: [all] }]\n";

  /** Each verb, and what its text and its JSON have; null: shown elsewhere. */
  private static final List<Asked> VERBS =
      List.of(
          new Asked("stats", null, "hit_rate"),
          new Asked("status", "healthy", "status"),
          new Asked("keys", "/list", "keys"),
          new Asked("inspect /list", "/list", "tags"),
          new Asked("purge --tag all --dry-run", null, "dry_run"),
          new Asked("advise", null, "yaml"),
          new Asked("config show", "list", "values"),
          new Asked("warm", null, "total"),
          new Asked("log-level info", "info", "level"));

  @TempDir private Path directory;

  /** A verb with its arguments. */
  private record Asked(String words, String text, String member) {
    String[] with(String... more) {
      return Stream.concat(Stream.of(words.split(" ", -1)), Stream.of(more)).toArray(String[]::new);
    }
  }

  private Verb.Ended run(String... words) {
    try {
      return new Verb(directory).run(words);
    } catch (Exception failed) {
      throw new AssertionError(String.join(" ", words), failed);
    }
  }

  @Test
  void textJsonAndRemedyOfEach() throws Exception {
    try (ScriptedOrigin origin = ScriptedOrigin.answering("text");
        RunningProxy proxy = RunningProxy.start(origin.url(), RULES, Map.of()).awaitCache()) {
      proxy.get("/list", null);
      proxy.get("/list", null);
      String admin = proxy.admin().toString();
      VERBS.parallelStream()
          .forEach(
              asked -> {
                if (asked.text() != null) {
                  Verb.Ended text = run(asked.with("--admin", admin));
                  assertThat(text.code()).as(asked + " " + text).isZero();
                  assertThat(text.out()).as(asked.words()).contains(asked.text());
                }
                Verb.Ended json = run(asked.with("--admin", admin, "-o", "json"));
                assertThat(json.code()).as(asked + " " + json).isZero();
                assertThat(read(json.out()).findValue(asked.member()))
                    .as(asked + " " + json.out())
                    .isNotNull();

                Verb.Ended nobody = run(asked.with("--admin", "http://127.0.0.1:9"));
                assertThat(nobody.code()).as(asked + " " + nobody).isEqualTo(3);
                assertThat(nobody.err()).contains("is the proxy running there?");
              });
      Verb.Ended drained = run("drain", "--admin", admin, "-o", "json");
      assertThat(drained.code()).as("%s", drained).isZero();
      assertThat(read(drained.out()).path("draining").asBoolean()).isTrue();
    }
  }

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException notJson) {
      throw new AssertionError(json, notJson);
    }
  }
}
