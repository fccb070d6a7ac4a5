package dev.sidecache.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.client.testing.AdminServer;
import dev.sidecache.client.testing.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientMainIT {
  private final Screen screen = new Screen();
  private final AdminServer server =
      new AdminServer()
          .reply("/v1/purge", 200, Golden.text("purge"))
          .reply("/v1/stats", 200, Golden.text("stats"))
          .reply("/v1/info", 200, Golden.text("info"))
          .reply("/health", 200, Golden.text("health-healthy"));

  @AfterEach
  void close() {
    server.close();
  }

  private int run(String... arguments) {
    return screen.run(Map.of("SIDECACHE_ADMIN", server.address().toString()), arguments);
  }

  /** Words separated by blanks. */
  private int line(String line) {
    return run(line.split(" "));
  }

  @Nested
  class Purging {
    @Test
    void itemsOfOneKindAreSent() {
      assertThat(line("purge --tag students --tag student:*")).isZero();
      assertThat(Golden.parse(server.lastContent())).isEqualTo(Golden.json("purge-request-tags"));
      assertThat(screen.out())
          .isEqualTo(
              """
              purged  tag students
              purged  tag student:a:*  (as student:*)
              removed  5 in memory
              """);
      assertThat(screen.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "purge --url /api/students/7 --dry-run, purge-request-urls",
      "purge --prefix /api/students/, purge-request-prefixes",
      "purge --route students-list --count, purge-request-routes",
      "purge --all --yes, purge-request-all",
    })
    void everyKindIsTheDocumentOfTheServer(String line, String golden) {
      assertThat(line(line)).isZero();
      assertThat(Golden.parse(server.lastContent())).isEqualTo(Golden.json(golden));
    }

    @Test
    void whatWaitsAndWhatIsUnknownIsTold() {
      server.reply("/v1/purge", 202, Golden.text("purge-pending"));
      assertThat(line("purge --route student-list --count")).isZero();
      assertThat(screen.out())
          .isEqualTo(
              """
              purged  route student-list  (nothing known under it)
              removed  0 in memory, 3 in Redis
              hint  did you mean students-list?
              pending  Redis is away; it is delivered before the cache answers again
              """);
    }

    @Test
    void dryRunSaysSo() {
      server.reply("/v1/purge", 200, Golden.text("purge").replace("false,", "true,"));
      assertThat(line("purge --all --dry-run")).isZero();
      assertThat(screen.out()).contains("would purge  tag students", "stored  5 in memory");
    }

    @ParameterizedTest
    @CsvSource({
      "purge, nothing to purge is given",
      "purge --tag a --url /b, more than one kind is given",
      "purge --all --route a, more than one kind is given"
    })
    void otherThanOneKindIsWrongUse(String line, String happened) {
      assertThat(line(line)).isEqualTo(2);
      assertThat(screen.err())
          .isEqualTo(
              "error: "
                  + happened
                  + "; give exactly one of --url, --prefix, --tag, --route, --all\n");
      assertThat(server.asked()).isEmpty();
    }

    @Test
    void blankItemIsWrongUse() {
      assertThat(run("purge", "--tag", " ")).isEqualTo(2);
      assertThat(screen.err()).isEqualTo("error: purge: blank item among tags; leave it out\n");
    }

    @Test
    void nothingThatMatchedIsDone() {
      server.reply("/v1/purge", 200, empty());
      assertThat(line("purge --tag studnts")).isZero();
    }

    @Test
    void nothingThatMatchedFailsIfToldTo() {
      server.reply("/v1/purge", 200, empty());
      assertThat(line("purge --tag studnts --fail-if-empty")).isEqualTo(5);
      server.reply("/v1/purge", 200, Golden.text("purge"));
      assertThat(line("purge --tag students --fail-if-empty")).isZero();
    }

    private static String empty() {
      return "{\"id\":\"p-1\",\"items\":[{\"tag\":\"studnts\",\"known\":false}],"
          + "\"removed\":{\"l1\":0,\"redis\":null}}";
    }
  }

  @Nested
  class PurgingAll {
    @Test
    void asksWhoIsThere() {
      screen.withPerson("yes");
      assertThat(line("purge --all")).isZero();
      assertThat(screen.question())
          .isEqualTo("Purge everything that this namespace has stored? [y/N]");
      assertThat(server.lines()).containsExactly("POST /v1/purge");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "no", "yess"})
    void anythingButYesPurgesNothing(String answer) {
      screen.withPerson(answer);
      assertThat(line("purge --all")).isEqualTo(2);
      assertThat(screen.err()).isEqualTo("nothing was purged\n");
      assertThat(server.asked()).isEmpty();
    }

    @Test
    void needsYesWhereNobodyIs() {
      assertThat(line("purge --all")).isEqualTo(2);
      assertThat(screen.err())
          .isEqualTo("error: --all asks before it purges, and nobody is here; add --yes\n");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Nested
  class Showing {
    @Test
    void statsAreAFewLines() {
      assertThat(line("stats --window 5m --route students-list")).isZero();
      assertThat(server.lines()).containsExactly("GET /v1/stats?window=5m&route=students-list");
      assertThat(screen.out())
          .isEqualTo(
              """
              cache     enabled, store redis rediss://example.upstash.io:6379 (resp), mode serve
              keys      412 in memory, 1,833 in Redis
              memory    9.0M of 48.0M, 4.2M in Redis
              hits      7, misses 1, hit rate 87.5 % in 5m
              saved     6 backend calls, 3.1 s
              commands  182,340 of 500,000 a month spent, forecast 410,200
              bypassed  never_cache 2
              unstored  no_store 1
              """);
    }

    @Test
    void statsWithoutRedisLeaveItOut() {
      server.reply("/v1/stats", 200, Golden.text("stats-memory"));
      assertThat(line("stats")).isZero();
      assertThat(server.lines()).containsExactly("GET /v1/stats?window=all");
      assertThat(screen.out())
          .isEqualTo(
              """
              cache     enabled, store memory, mode serve
              keys      0 in memory
              memory    0B of 48.0M
              hits      0, misses 0, hit rate 0.0 % since the start
              saved     0 backend calls, 0.0 s
              """);
    }

    @Test
    void statsAreShownAgainWhileSomebodyWatches() {
      screen.withPictures(3);
      assertThat(line("stats --watch")).isZero();
      assertThat(server.asked()).hasSize(3);
    }

    @Test
    void statusIsHealthAndInfo() {
      assertThat(line("status")).isZero();
      assertThat(screen.out())
          .isEqualTo(
              """
              status   healthy
              cache    enabled, hit rate 87.5 %, 4.2M used
              version  0.1.0 (10d0af5), Java 17.0.15+6
              up       30 min 0 s, since 2026-03-01T09:00:00Z
              config   9f2c41d0, mode serve, store redis
              """);
    }

    @Test
    void statusTellsWhyTheCacheIsNotUsed() {
      server.reply("/health", 200, Golden.text("health-disabled"));
      assertThat(line("status")).isZero();
      assertThat(screen.out())
          .contains("cache    disabled (redis_down): every request goes to the backend\n");
    }

    @Test
    void statusOfAProxyThatIsNotReadyIsShown() {
      server.reply("/health", 503, Golden.text("health-draining"));
      assertThat(line("status")).isZero();
      assertThat(screen.out()).startsWith("status   draining\n");
    }

    @Test
    void healthIsShownEvenIfTheRestIsRefused() {
      server.reply("/v1/info", 401, Golden.text("problem-unauthorized"));
      assertThat(line("status")).isEqualTo(6);
      assertThat(screen.out()).startsWith("status   healthy\n");
      assertThat(screen.err()).contains("401: Unauthorized");
    }

    @ParameterizedTest
    @CsvSource({"PT59S, 0 min 59 s", "PT1H, 1 h 0 min", "PT25H5M, 1 d 1 h", "PT0S, 0 min 0 s"})
    void timesAreForPeople(Duration duration, String text) {
      assertThat(StatusCommand.forPeople(duration)).isEqualTo(text);
    }
  }

  @Nested
  class Outputs {
    @Test
    void jsonIsTheDocumentOfTheServer() {
      assertThat(line("stats -o json")).isZero();
      assertThat(Golden.parse(screen.out())).isEqualTo(Golden.json("stats"));
    }

    @Test
    void jsonOfAPurgeIsTheDocumentOfTheServer() {
      assertThat(line("purge --tag students -o json")).isZero();
      assertThat(Golden.parse(screen.out())).isEqualTo(Golden.json("purge"));
    }

    @Test
    void jsonOfTheStatusIsBothDocuments() {
      assertThat(line("status -o json")).isZero();
      assertThat(Golden.parse(screen.out()).get("health")).isEqualTo(Golden.json("health-healthy"));
      assertThat(Golden.parse(screen.out()).get("info")).isEqualTo(Golden.json("info"));
    }

    @Test
    void coloursAreForPeopleWhoWantThem() {
      screen.withPerson("");
      line("status");
      assertThat(screen.out()).contains("\u001b[32m");
      Screen plain = new Screen().withPerson("");
      plain.run(Map.of("SIDECACHE_ADMIN", server.address().toString()), "status", "--no-color");
      assertThat(plain.out()).doesNotContain("\u001b");
      Screen unwanted = new Screen().withPerson("");
      unwanted.run(
          Map.of("SIDECACHE_ADMIN", server.address().toString(), "NO_COLOR", "1"), "status");
      assertThat(unwanted.out()).doesNotContain("\u001b");
    }
  }

  @Nested
  class Tokens {
    @TempDir Path directory;

    private List<String> tokens() {
      List<String> tokens = new ArrayList<>();
      server.asked().forEach(asked -> tokens.add(asked.authorization()));
      return tokens;
    }

    @Test
    void optionBeatsTheEnvironment() {
      Map<String, String> environment =
          Map.of(
              "SIDECACHE_ADMIN", "http://127.0.0.1:1",
              "SIDECACHE_ADMIN_TOKEN", "of-the-environment");
      String address = server.address().toString();
      screen.run(environment, "stats", "--admin", address, "--token", "of-the-option");
      screen.run(environment, "stats", "--admin", address);
      assertThat(tokens()).containsExactly("Bearer of-the-option", "Bearer of-the-environment");
    }

    @Test
    void fileHoldsTheToken() throws Exception {
      Path file = Files.writeString(directory.resolve("token"), "of-the-file\n");
      assertThat(run("stats", "--token-file", file.toString())).isZero();
      assertThat(tokens()).containsExactly("Bearer of-the-file");
    }

    @Test
    void fileThatCannotBeReadIsWrongUse() {
      assertThat(run("stats", "--token-file", "/nowhere/token")).isEqualTo(2);
      assertThat(screen.err())
          .isEqualTo(
              "error: --token-file: /nowhere/token cannot be read; check its path and"
                  + " permissions\n");
    }

    @Test
    void twoTokensAreWrongUse() {
      assertThat(line("stats --token a --token-file b")).isEqualTo(2);
      assertThat(screen.err())
          .isEqualTo("error: --token and --token-file exclude each other; give one\n");
    }
  }

  @Nested
  class Failures {
    @Test
    void proxyThatIsAwayIsThree() {
      server.close();
      assertThat(line("stats")).isEqualTo(3);
      assertThat(screen.err())
          .isEqualTo(
              "error: no answer from "
                  + server.address()
                  + " (connection refused); is the proxy running there?"
                  + " Check --admin or SIDECACHE_ADMIN.\n");
    }

    @Test
    void somebodyElsesAnswerIsThree() {
      server.replyToAll(200, "<html>");
      assertThat(line("status")).isEqualTo(3);
    }

    @Test
    void proxyThatRefusesIsSixWithItsProblem() {
      server.reply("/v1/purge", 422, Golden.text("problem-unprocessable"));
      assertThat(line("purge --tag a*")).isEqualTo(6);
      assertThat(screen.err())
          .isEqualTo(
              """
              error: the proxy answered 422: Invalid request; 2 errors
                tags[0]: "*" is no tag; write a name, or name:* for all that begin with name:
                tag: unknown field; known are urls, prefixes, tags, routes, all, dry_run, count
              """);
    }

    @Test
    void addressThatIsNoneIsWrongUse() {
      assertThat(line("stats --admin 127.0.0.1:8180")).isEqualTo(2);
      assertThat(screen.err())
          .isEqualTo(
              "error: --admin: \"127.0.0.1:8180\" is no address; write it as"
                  + " http://127.0.0.1:8180\n");
    }

    @ParameterizedTest
    @CsvSource({
      "purgee, unknown word purgee; did you mean purge?",
      "stat, unknown word stat; did you mean stats?",
      "zzz, unknown word zzz; see sidecache --help",
      "purge --tga students, unknown option --tga; did you mean --tag?",
      "stats --windw=5m, unknown option --windw=5m; did you mean --window?",
      "stats --quite-another, unknown option --quite-another; see sidecache stats --help",
      "stats now, unknown word now; see sidecache stats --help",
    })
    void unknownWordHasTheNearestName(String line, String message) {
      assertThat(line(line)).isEqualTo(2);
      assertThat(screen.err()).isEqualTo("error: " + message + "\n");
    }

    @Test
    void unknownOutputIsWrongUse() {
      assertThat(line("stats -o xml")).isEqualTo(2);
      assertThat(screen.err()).contains("'xml'").contains("text").contains("json");
    }

    @Test
    void withoutAVerbTheVerbsAreShown() {
      assertThat(run()).isEqualTo(2);
      assertThat(screen.err()).contains("purge", "stats", "status");
    }

    @Test
    void helpIsNoFailure() {
      assertThat(line("purge --help")).isZero();
      assertThat(screen.out())
          .contains("--fail-if-empty", "--admin=URL", "--token-file=FILE", "--no-color");
      assertThat(Arrays.asList(screen.out().split("\n"))).allMatch(row -> row.length() <= 80);
    }
  }
}
