package dev.sidecache.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.client.testing.AdminServer;
import dev.sidecache.client.testing.Golden;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that look into a running proxy: requests, entries, its log. */
class LiveVerbsIT {
  private final Screen screen = new Screen();
  private final AdminServer server = new AdminServer();

  @AfterEach
  void close() {
    server.close();
  }

  private int line(String line) {
    String address = server.address().toString();
    return screen.run(Map.of("SIDECACHE_ADMIN", address), line.split(" "));
  }

  @Nested
  class Tailing {
    private static final String HIT =
        "{\"ts\":\"2026-03-01T09:30:00.123Z\",\"method\":\"GET\",\"path\":\"/api/students\","
            + "\"query\":\"page\",\"route\":\"students-list\",\"status\":200,\"cache\":\"hit\","
            + "\"tier\":\"l1\",\"reason\":null,\"dur_ms\":0.42}";
    private static final String MISS =
        "{\"ts\":\"2026-03-01T09:30:01.000Z\",\"method\":\"GET\",\"path\":\"/a\",\"route\":\"-\","
            + "\"status\":502,\"cache\":\"miss\",\"tier\":null,\"reason\":\"no_store\","
            + "\"dur_ms\":12}";

    private void happens(String... events) {
      server.reply("/v1/events", 200, String.join("\n\n", events) + "\n\n");
    }

    @Test
    void requestsAreLinesUntilThereAreEnough() {
      happens(":", "data: " + HIT, ":", "data: " + MISS, "data: " + HIT);
      assertThat(line("tail -n 2")).isZero();
      assertThat(server.lines()).containsExactly("GET /v1/events");
      assertThat(screen.out())
          .isEqualTo(
              """
              09:30:00.123 GET /api/students?page 200 hit l1 students-list 0.4 ms
              09:30:01.000 GET /a 502 miss (no_store) - 12.0 ms
              """);
    }

    @Test
    void filtersAreTheProxys() {
      happens("data: " + HIT);
      assertThat(line("tail --route a+b --cache miss --status 5xx --slow 2s -n 1")).isZero();
      assertThat(server.lines())
          .containsExactly("GET /v1/events?route=a%2Bb&cache=miss&status=5xx&min_ms=2000");
    }

    @Test
    void jsonIsOneDocumentALine() {
      happens("data: " + HIT, "data: " + MISS);
      assertThat(line("tail -n 2 -o json")).isZero();
      assertThat(screen.out()).isEqualTo(HIT + "\n" + MISS + "\n");
    }

    @Test
    void whatIsLeftOutIsTold() {
      happens("data: " + HIT, "event: lost\ndata: {\"lost\":12}", "data: " + HIT);
      assertThat(line("tail -n 2")).isZero();
      assertThat(screen.err()).isEqualTo("too fast to show: 12 left out\n");
    }

    @Test
    void endOfTheStreamIsTold() {
      happens("data: " + HIT);
      assertThat(line("tail")).isEqualTo(3);
      assertThat(screen.err()).startsWith("the proxy has ended the stream");
    }

    @Test
    void refusalIsTheProxys() {
      server.reply("/v1/events", 422, Golden.text("problem-unprocessable"));
      assertThat(line("tail --cache hits")).isEqualTo(6);
      assertThat(screen.err()).startsWith("error: the proxy answered 422: Invalid request");
    }

    @ParameterizedTest
    @CsvSource({
      "tail --slow 200, 'error: --slow: \"200\" is no duration; write 200ms or 2s'",
      "tail -n 0, 'error: --number: 0 is none; give 1 or more'",
    })
    void wrongUseIsTold(String line, String told) {
      assertThat(line(line)).isEqualTo(2);
      assertThat(screen.err()).isEqualTo(told + "\n");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Nested
  class Advising {

    @Test
    void adviceIsYamlBehindWhatShadowFound() {
      server.reply("/v1/advice", 200, Golden.text("advice"));
      assertThat(line("advise --min-requests 50")).isZero();
      assertThat(server.lines()).containsExactly("GET /v1/advice?min_requests=50");
      assertThat(screen.out())
          .startsWith(
              """
              # In shadow 1 of 40 answers differed from what would have been served.
              #   2026-03-01T09:30:00Z  profile  GET /api/profile: content, stored 12 s before
              # 824 requests in 30 min
              """)
          .contains("  - name: \"profile\"\n    ttl: medium   # 412 requests, 31 answers, ")
          .endsWith("    routes: [\"profile\", \"api-prices-id\"]\n");
    }

    @Test
    void jsonIsTheDocument() {
      server.reply("/v1/advice", 200, Golden.text("advice"));
      assertThat(line("advise -o json")).isZero();
      assertThat(screen.out()).isEqualTo(Golden.text("advice") + "\n");
    }

    @Test
    void withoutObservationItSaysHowToBegin() {
      server.reply("/v1/advice", 200, "{\"requests\":0,\"yaml\":\"\"}");
      assertThat(line("advise")).isZero();
      assertThat(screen.out()).startsWith("# Nothing was observed yet: set mode: observe");
    }

    @Test
    void wrongUseIsTold() {
      assertThat(line("advise --min-requests 0")).isEqualTo(2);
      assertThat(screen.err()).contains("--min-requests: 0 is too few; write 1 or more");
    }
  }

  @Nested
  class Inspecting {
    private static final String FIRST = "nJ3x0WqkT2mB7yqS5cVd1g";
    private static final String LINE =
        FIRST
            + "  GET api.example/api/students?page=2 | user 7b1c22d0 | students-list, 5,120 B,"
            + " 21 s old, 39 s left\n";

    @Test
    void keysAreLines() {
      server.reply("/v1/keys", 200, Golden.text("keys"));
      assertThat(line("keys --route students-list --prefix /api --tag student:* -n 2")).isZero();
      assertThat(server.lines())
          .containsExactly(
              "GET /v1/keys?route=students-list&prefix=%2Fapi&tag=student%3A*&limit=2");
      assertThat(screen.out())
          .isEqualTo(
              LINE
                  + "pK3x0WqkT2mB7yqS5cVd1g  GET /api/pricing | everybody | accept-language |"
                  + " pricing, 812 B, 3700 s old, 100 s stale\n"
                  + "2 of 412 in memory\n"
                  + "more   --cursor pK3x0WqkT2mB7yqS5cVd1g\n");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          FIRST,
          "/api/students?page=2",
          "/api/students",
          "https://a.example/api/students"
        })
    void entriesAreFoundByIdAndByUrl(String what) {
      server.reply("/v1/keys", 200, Golden.text("keys"));
      server.reply("/v1/entries/" + FIRST, 200, Golden.text("entry"));
      assertThat(line("inspect " + what)).isZero();
      assertThat(screen.out())
          .isEqualTo(LINE + "  tags    students\n  fields  Content-Type, Date\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/students?page=3", "/api/student"})
    void whatIsNotStoredIsTold(String url) {
      server.reply("/v1/keys", 200, Golden.text("keys"));
      assertThat(line("inspect " + url)).isEqualTo(6);
      assertThat(screen.err())
          .isEqualTo(
              "nothing is stored in this proxy's memory for " + url + "; see sidecache keys\n");
    }
  }

  @Nested
  class Leveling {
    @Test
    void levelIsSent() {
      server.reply("/v1/log-level", 200, "{\"level\":\"debug\"}");
      assertThat(line("log-level debug")).isZero();
      assertThat(server.lines()).containsExactly("PUT /v1/log-level");
      assertThat(server.lastContent()).isEqualTo("{\"level\":\"debug\"}");
      assertThat(screen.out()).isEqualTo("log level debug\n");
    }

    @Test
    void unknownLevelIsWrongUse() {
      assertThat(line("log-level loud")).isEqualTo(2);
      assertThat(screen.err()).contains("loud").contains("error, warn, info, debug, trace");
      assertThat(server.asked()).isEmpty();
    }
  }
}
