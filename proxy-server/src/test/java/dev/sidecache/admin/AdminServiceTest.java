package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.admin.PurgeRequest.Item;
import dev.sidecache.caching.Purge.Kind;
import dev.sidecache.message.Body;
import dev.sidecache.message.Service;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServiceTest {
  private final AdminFixture fixture = new AdminFixture();
  private final Service service = fixture.local();

  @Nested
  class Paths {
    @ParameterizedTest
    @ValueSource(
        strings = {"/", "/v1", "/v1/", "/v1/nothing", "/v1/info/", "/v1/valuesx", "/-/livez"})
    void unknownPathIsNotFound(String path) throws Exception {
      Called call = Called.get(service, path);
      assertThat(call.status()).isEqualTo(404);
      assertThat(call.json().get("title").asText()).isEqualTo("Not found");
    }

    @ParameterizedTest
    @CsvSource({
      "POST, /metrics, 'GET, HEAD'",
      "DELETE, /v1/info, 'GET, HEAD'",
      "PUT, /v1/stats, 'GET, HEAD'",
      "GET, /v1/purge, POST",
      "POST, /v1/values/a, 'DELETE, GET, HEAD, PUT'",
      "GET, /v1/values, DELETE",
    })
    void wrongMethodIsToldWhatIsAllowed(String method, String path, String allowed) {
      Called call = Called.of(service, method, path, "{}");
      assertThat(call.status()).isEqualTo(405);
      assertThat(call.field("Allow")).isEqualTo(allowed);
    }

    @Test
    void answersAreNeitherStoredNorGuessedAt() {
      Called call = Called.get(service, "/v1/info");
      assertThat(call.field("Cache-Control")).isEqualTo("no-store");
      assertThat(call.field("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(call.field("Content-Type")).isEqualTo("application/json");
    }
  }

  @Nested
  class Reading {
    @Test
    void metricsAreMadeInTheBackground() {
      Called call = Called.get(service, "/metrics", "Accept", "x");
      assertThat(call.isAnswered()).isFalse();
      fixture.background.remove().run();
      call.after(0, java.util.concurrent.TimeUnit.SECONDS);
      assertThat(call.status()).isEqualTo(200);
      assertThat(call.field("Content-Type")).isEqualTo("text/x");
      assertThat(call.content()).isEqualTo("meters");
    }

    @Test
    void infoIsTheDocumentOfTheClient() throws Exception {
      assertThat(Called.get(service, "/v1/info").json()).isEqualTo(Called.golden("info"));
      fixture.health.draining();
      assertThat(Called.get(service, "/v1/info").json().get("draining").asBoolean()).isTrue();
    }

    @Test
    void statisticsAreTheDocumentOfTheClient() throws Exception {
      fixture.feed();
      assertThat(Called.get(service, "/v1/stats?window=5m").json())
          .isEqualTo(Called.golden("stats"));
    }

    @Test
    void statisticsWithoutRedisHaveNulls() throws Exception {
      Running running = fixture.running;
      fixture.running =
          new Running(
              running.version(),
              running.revision(),
              running.java(),
              running.started(),
              "serve",
              "memory",
              null,
              null,
              null,
              running.configHash());
      fixture.figures = new StoreFigures(0, 0, 50_331_648, null, null);
      assertThat(Called.get(service, "/v1/stats").json()).isEqualTo(Called.golden("stats-memory"));
    }

    @Test
    void statisticsOfOneRouteAreItsOwn() throws Exception {
      fixture.feed();
      assertThat(Called.get(service, "/v1/stats?route=students-list").json().get("hits").asInt())
          .isEqualTo(7);
      assertThat(Called.get(service, "/v1/stats?route=profile").json().get("hits").asInt())
          .isZero();
    }

    @ParameterizedTest
    @CsvSource({
      "/v1/stats?window=2m, window, bad_window",
      "/v1/stats?route=none, route, unknown_route",
      "/v1/stats?windows=5m, windows, unknown_parameter",
      "/v1/stats?window=5m&window=1h, window, repeated_parameter",
      "/v1/info?x=1, x, unknown_parameter",
    })
    void wrongParameterIsTold(String target, String path, String code) throws Exception {
      Called call = Called.get(service, target);
      assertThat(call.status()).isEqualTo(422);
      assertThat(call.json().at("/errors/0/path").asText()).isEqualTo(path);
      assertThat(call.json().at("/errors/0/code").asText()).isEqualTo(code);
    }
  }

  @Nested
  class Purging {
    private Called purge(String json) {
      return Called.of(service, "POST", "/v1/purge", json);
    }

    @ParameterizedTest
    @CsvSource({
      "purge-request-tags, TAG, false, false",
      "purge-request-urls, URL, true, false",
      "purge-request-prefixes, PREFIX, false, false",
      "purge-request-routes, ROUTE, false, true",
      "purge-request-all, ALL, false, false",
    })
    void requestsOfTheClientAreUnderstood(String golden, Kind kind, boolean dryRun, boolean count)
        throws Exception {
      assertThat(purge(Called.goldenText(golden)).status()).isEqualTo(200);
      PurgeRequest request = fixture.purges.get(0);
      assertThat(request.kind()).isEqualTo(kind);
      assertThat(request.dryRun()).isEqualTo(dryRun);
      assertThat(request.count()).isEqualTo(count);
      assertThat(request.items().isEmpty()).isEqualTo(kind == Kind.ALL);
    }

    @Test
    void outcomeIsTheDocumentOfTheClient() throws Exception {
      fixture.outcome =
          new Purger.Outcome(
              List.of(
                  new Purger.Item("students", true, List.of()),
                  new Purger.Item("student:a:*", true, List.of("student:*"))),
              5,
              null,
              false,
              null);
      Called call = purge("{\"tags\":[\"students\",\"student:a:*\"]}");
      assertThat(call.status()).isEqualTo(200);
      assertThat(call.json().get("id").asText()).matches("p-[0-9a-f]{4}");
      assertThat(((ObjectNode) call.json()).put("id", "p-7f3a")).isEqualTo(Called.golden("purge"));
    }

    @Test
    void purgeThatWaitsIsAccepted() throws Exception {
      fixture.outcome =
          new Purger.Outcome(
              List.of(new Purger.Item("student-list", false, List.of())),
              0,
              3L,
              true,
              "did you mean students-list?");
      Called call = purge("{\"routes\":[\"student-list\"],\"count\":true}");
      assertThat(call.status()).isEqualTo(202);
      assertThat(((ObjectNode) call.json()).put("id", "p-7f3b"))
          .isEqualTo(Called.golden("purge-pending"));
    }

    @ParameterizedTest
    @CsvSource({
      "/api/students/7, /api/students/7",
      "/api/students/7?page=2, /api/students/7",
      "https://api.example/api/students?x, /api/students",
      "http://api.example, /",
      "/caf%C3%A9, /café",
    })
    void urlIsItsDecodedPath(String given, String name) {
      purge("{\"urls\":[\"" + given + "\"]}");
      assertThat(fixture.purges.get(0).items()).containsExactly(new Item(given, name));
    }

    @Test
    void allErrorsAreToldAtOnce() throws Exception {
      Called call = purge("{\"tags\":[\"*\"],\"tag\":[\"students\"]}");
      assertThat(call.status()).isEqualTo(422);
      assertThat(call.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(call.json()).isEqualTo(Called.golden("problem-unprocessable"));
      assertThat(fixture.purges).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "''                               | ''         | bad_type",
          "{                                | ''         | bad_json",
          "{} {}                            | ''         | bad_json",
          "[]                               | ''         | bad_type",
          "{}                               | ''         | one_kind",
          "{\"all\":false}                  | ''         | one_kind",
          "{\"dry_run\":true}               | ''         | one_kind",
          "{\"all\":true,\"tags\":[\"a\"]}  | ''         | one_kind",
          "{\"tags\":[\"a\"],\"urls\":[\"/\"]} | ''      | one_kind",
          "{\"tags\":[\"a\"],\"tags\":[\"b\"]} | ''      | bad_json",
          "{\"all\":\"true\"}               | all        | bad_type",
          "{\"tags\":\"a\"}                 | tags       | bad_type",
          "{\"tags\":[]}                    | tags       | bad_type",
          "{\"tags\":[\" \"]}               | tags[0]    | bad_type",
          "{\"tags\":[\"a\",7]}             | tags[1]    | bad_type",
          "{\"tags\":[\"a*\"]}              | tags[0]    | bad_tag",
          "{\"tags\":[\":*\"]}              | tags[0]    | bad_tag",
          "{\"tags\":[\"a:*:b\"]}           | tags[0]    | bad_tag",
          "{\"tags\":[\"a:*:*\"]}           | tags[0]    | bad_tag",
          "{\"urls\":[\"api\"]}             | urls[0]    | bad_url",
          "{\"prefixes\":[\"/a/../b\"]}     | prefixes[0]| bad_prefix",
          "{\"all\":true,\"count\":1}       | count      | bad_type",
        })
    void wrongRequestIsRefused(String json, String path, String code) throws Exception {
      Called call = purge(json);
      assertThat(call.status()).isEqualTo(422);
      assertThat(call.json().at("/errors/0/path").asText()).isEqualTo(path);
      assertThat(call.json().at("/errors/0/code").asText()).isEqualTo(code);
      assertThat(fixture.purges).isEmpty();
    }

    @Test
    void itemsAreBounded() {
      String thousand = "\"a\",".repeat(999) + "\"a\"";
      assertThat(purge("{\"tags\":[" + thousand + "]}").status()).isEqualTo(200);
      assertThat(purge("{\"tags\":[" + thousand + ",\"a\"]}").status()).isEqualTo(422);
    }
  }

  @Nested
  class Bodies {
    @Test
    void cutOffBodyIsABadRequest() {
      assertThat(
              Called.of(service, Called.LOOPBACK, "POST /v1/purge", new CutOff(), new String[0])
                  .status())
          .isEqualTo(400);
    }

    @Test
    void tooLargeBodyIsRefused() throws Exception {
      Called call = Called.of(service, "PUT", "/v1/values/a?ttl=5", "[" + "1,".repeat(499) + "1 ]");
      assertThat(call.status()).isEqualTo(413);
      assertThat(call.json().get("detail").asText())
          .isEqualTo("the body is longer than 1,000 bytes");
    }
  }

  /** A body that ends before its time. */
  private static final class CutOff implements Body {
    @Override
    public long lengthBytes() {
      return -1;
    }

    @Override
    public ByteBuf whole() {
      return null;
    }

    @Override
    public void open(Sink sink) {
      sink.fail(new java.io.IOException("closed"));
    }

    @Override
    public void request(int chunks) {}

    @Override
    public void cancel() {}
  }
}
