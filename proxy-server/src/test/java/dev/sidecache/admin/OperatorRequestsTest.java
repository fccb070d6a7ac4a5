package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.message.Service;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of the proxy as a whole. */
class OperatorRequestsTest {
  private final AdminFixture fixture = new AdminFixture();
  private final Service service = fixture.local();

  private Called ask(String line, String body) {
    String[] words = line.split(" ", 2);
    Called called = Called.of(service, words[0], words[1], body);
    for (Runnable work = fixture.background.poll(); work != null; ) {
      work.run();
      work = fixture.background.poll();
    }
    return called.after(0, TimeUnit.SECONDS);
  }

  private JsonNode told(String line, String body, int status) throws Exception {
    Called called = ask(line, body);
    assertThat(called.status()).as(called.content()).isEqualTo(status);
    return called.json();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/routes, 'GET, HEAD'",
    "POST, /v1/top, 'GET, HEAD'",
    "PUT, /v1/doctor, 'GET, HEAD'",
    "GET, /v1/drain, POST",
    "GET, /v1/warm, POST",
    "POST, /v1/warm/w-1, 'GET, HEAD'",
  })
  void wrongMethodIsToldWhatIsAllowed(String method, String path, String allowed) {
    Called call = ask(method + " " + path, "{}");
    assertThat(call.status()).isEqualTo(405);
    assertThat(call.field("Allow")).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/routes?window=2m, window, bad_window",
    "/v1/routes?series=1m, series, bad_window",
    "/v1/top?by=size, by, bad_word",
    "/v1/top?limit=0, limit, bad_number",
    "/v1/doctor?deep=1, deep, unknown_parameter",
  })
  void wrongParameterIsTold(String target, String path, String code) throws Exception {
    JsonNode error = told("GET " + target, "", 422).at("/errors/0");
    assertThat(error.path("path").asText()).isEqualTo(path);
    assertThat(error.path("code").asText()).isEqualTo(code);
  }

  @Nested
  class Routes {
    @Test
    void topIsTheDocumentOfTheClient() throws Exception {
      fixture.feed();
      fixture.statistics.completed(AdminFixture.sent("profile", CacheResult.MISS, 7));
      fixture.statistics.completed(AdminFixture.sent("-", CacheResult.PASS, 9));
      fixture.lastPurges.invalidated("rule", "-", List.of(new Tag(Tag.Kind.ROUTE, "profile")));
      fixture.lastPurges.invalidated("api", "-", List.of(new Tag(Tag.Kind.URL, "/students-list")));

      JsonNode top = told("GET /v1/top", "", 200);

      ((ObjectNode) top.at("/routes/0")).put("bytes", 5120);
      assertThat(top).isEqualTo(Called.golden("top"));
    }

    @Test
    void rankIsByTheFigureAskedFor() throws Exception {
      fixture.feed();
      fixture.statistics.completed(AdminFixture.sent("profile", CacheResult.MISS, 700));
      fixture.statistics.completed(AdminFixture.sent("profile", CacheResult.MISS, 0));

      assertThat(told("GET /v1/top?by=misses", "", 200).findValuesAsText("name"))
          .containsExactly("profile", "students-list");
      assertThat(told("GET /v1/top?by=misses&limit=1", "", 200).findValuesAsText("name"))
          .containsExactly("profile");
      assertThat(told("GET /v1/top?by=bytes", "", 200).at("/routes/0/bytes").asLong())
          .isEqualTo(700);
      assertThat(told("GET /v1/top?by=saved", "", 200).findValuesAsText("name"))
          .containsExactly("students-list");
    }

    @Test
    void tableHasEveryRouteAndWhatNoneTakes() throws Exception {
      fixture.statistics.completed(AdminFixture.sent("-", CacheResult.PASS, 9));

      JsonNode table = told("GET /v1/routes", "", 200);

      assertThat(table.findValuesAsText("name")).containsExactly("students-list", "profile", "-");
      assertThat(table.at("/routes/2/requests").asLong()).isEqualTo(1);
      assertThat(table.at("/routes/2/path").isNull()).isTrue();
      assertThat(table.at("/routes/0/series").isMissingNode()).isTrue();
    }

    @Test
    void seriesIsOldestFirst() throws Exception {
      fixture.feed();
      fixture.nanoTime += TimeUnit.SECONDS.toNanos(10);
      fixture.statistics.completed(AdminFixture.exchange(CacheResult.MISS, null));

      JsonNode series = told("GET /v1/routes?series=5m&window=5m", "", 200).at("/routes/0/series");

      assertThat(series.path("step_s").asInt()).isEqualTo(5);
      assertThat(series.path("requests")).hasSize(60);
      assertThat(series.at("/requests/57").asLong()).isEqualTo(10);
      assertThat(series.at("/hits/57").asLong()).isEqualTo(7);
      assertThat(series.at("/requests/59").asLong()).isEqualTo(1);
      assertThat(series.at("/hits/59").asLong()).isZero();
      JsonNode hour = told("GET /v1/routes?series=1h", "", 200).at("/routes/0/series");
      assertThat(hour.path("step_s").asInt()).isEqualTo(60);
      assertThat(hour.at("/requests/59").asLong()).isEqualTo(11);
    }
  }

  @Test
  void findingsAreCounted() throws Exception {
    fixture.checks.add(
        Diagnosis.Check.passed("backend", "http://127.0.0.1:3000 answers: status 200"));
    fixture.checks.add(
        Diagnosis.Check.warning(
            "redis",
            "eviction is off: a full database stops storing",
            "switch eviction on (allkeys-lru), or shorten the TTLs"));

    assertThat(told("GET /v1/doctor", "", 200)).isEqualTo(Called.golden("doctor"));
  }

  @Test
  void drainBeginsAndSaysHowItGoesOn() throws Exception {
    assertThat(told("POST /v1/drain", "", 202)).isEqualTo(Called.golden("drain"));
    assertThat(fixture.drains).hasSize(1);
  }

  @Nested
  class Warm {
    @Test
    void listIsFetchedAndItsProgressTold() throws Exception {
      String urls = "{\"urls\":[\"/a?b=c\",\"https://api.example:8443/d\"],\"concurrency\":2}";
      JsonNode begun = told("POST /v1/warm", urls, 202);
      assertThat(fixture.warming.begun).containsExactly("2 null /a?b=c", "2 api.example:8443 /d");
      assertThat(begun.path("done").asInt()).isZero();
      assertThat(begun.path("total").asInt()).isEqualTo(2);

      fixture.warming.state = new Warming.State(12, 12, 10, 2, List.of("/api/a", "/api/b"));

      String id = begun.path("id").asText();
      assertThat(id).matches("w-[0-9a-f]{4}");
      JsonNode ended = told("GET /v1/warm/" + id, "", 200);
      assertThat(((ObjectNode) ended).put("id", "w-7f3a")).isEqualTo(Called.golden("warm"));
    }

    @Test
    void withoutUrlsItIsTheListOfTheConfiguration() throws Exception {
      told("POST /v1/warm", "", 202);
      assertThat(fixture.warming.begun).containsExactly("4 null /configured");
    }

    @Test
    void oneListAtATime() throws Exception {
      told("POST /v1/warm", "{\"urls\":[\"/a\"]}", 202);
      assertThat(told("POST /v1/warm", "{\"urls\":[\"/b\"]}", 409).path("detail").asText())
          .isEqualTo("a list is being fetched already; wait for its end");
      fixture.warming.state = new Warming.State(1, 1, 1, 0, List.of());
      told("POST /v1/warm", "{\"urls\":[\"/b\"]}", 202);
      told("GET /v1/warm/w-none", "", 404);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{                            | ''          | bad_json",
          "[]                           | ''          | bad_json",
          "{\"url\":[]}                 | url         | unknown_member",
          "{\"urls\":\"/a\"}            | urls        | bad_type",
          "{\"urls\":[\"a\"]}           | urls[0]     | bad_url",
          "{\"urls\":[\"/a\",7]}        | urls[1]     | bad_url",
          "{\"urls\":[\"/a b\"]}        | urls[0]     | bad_url",
          "{\"urls\":[\"/\"],\"concurrency\":0}   | concurrency | bad_number",
          "{\"urls\":[\"/\"],\"concurrency\":65}  | concurrency | bad_number",
        })
    void wrongRequestIsRefused(String json, String path, String code) throws Exception {
      JsonNode error = told("POST /v1/warm", json, 422).at("/errors/0");
      assertThat(error.path("path").asText()).isEqualTo(path);
      assertThat(error.path("code").asText()).isEqualTo(code);
      assertThat(fixture.warming.begun).isEmpty();
    }
  }
}
