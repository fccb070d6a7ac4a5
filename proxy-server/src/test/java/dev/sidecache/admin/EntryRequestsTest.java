package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.caching.Purge;
import dev.sidecache.consistency.Settings;
import dev.sidecache.message.Service;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.store.LocalSharedStore;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryRequestsTest {
  private static final String TOKEN = "a-token-of-enough-characters";
  private static final RuleSet RULES =
      new Rules()
          .route(Rules.route("students-list", "/api/students", "students"))
          .route(Rules.route("profile", "/api/students/{id}", "student:{id}"))
          .build();

  private final ManualClock clock = new ManualClock();
  private final LocalSharedStore shared = new LocalSharedStore(clock::nanoTime);
  private final OneInstance one = new OneInstance(clock, shared, Settings.memory()).started();
  private final AdminFixture fixture = new AdminFixture();

  @BeforeEach
  void threeResponses() {
    fixture.rules = RULES;
    fixture.memory = one.memory;
    one.keep(RULES, "/api/students?page=2");
    one.keep(RULES, "/api/students/7", "Cache-Tag", "campus:north", "Content-Type", "text/plain");
    one.keep(RULES, "/api/students/8");
  }

  @AfterEach
  void nothingLeaks() {
    one.memory.clear();
  }

  private Called ask(Service service, String line, String... fields) {
    String[] words = line.split(" ", 2);
    Called called = Called.of(service, words[0], words[1], "", fields);
    for (Runnable work = fixture.background.poll(); work != null; ) {
      work.run();
      work = fixture.background.poll();
    }
    return called.after(0, TimeUnit.SECONDS);
  }

  private JsonNode keys(String query) throws Exception {
    Called called = ask(fixture.local(), "GET /v1/keys" + query);
    assertThat(called.status()).isEqualTo(200);
    return called.json();
  }

  private static List<String> urls(JsonNode page) {
    List<String> urls = new ArrayList<>();
    page.get("keys").forEach(key -> urls.add(key.get("url").asText().replace("api.example", "")));
    return urls;
  }

  @Test
  void entriesAreListed() throws Exception {
    JsonNode page = keys("");
    assertThat(urls(page))
        .containsExactlyInAnyOrder("/api/students?page=2", "/api/students/7", "/api/students/8");
    assertThat(page.get("entries").asLong()).isEqualTo(3);
    assertThat(page.get("next").isNull()).isTrue();
    JsonNode key = keys("?route=students-list").at("/keys/0");
    assertThat(key.get("id").asText()).hasSize(22);
    assertThat(key.get("method").asText()).isEqualTo("GET");
    assertThat(key.get("status").asInt()).isEqualTo(200);
    assertThat(key.get("bytes").asInt()).isEqualTo(2);
    assertThat(key.get("user").isNull()).isTrue();
  }

  private static List<String> names(JsonNode document) {
    List<String> names = new ArrayList<>();
    document.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void documentsAreThoseOfTheReference() throws Exception {
    JsonNode page = keys("");
    assertThat(names(page)).isEqualTo(names(Called.golden("keys")));
    assertThat(names(page.at("/keys/0"))).isEqualTo(names(Called.golden("keys").at("/keys/0")));
    Called shown = ask(fixture.local(), "GET /v1/entries/" + id("students"));
    assertThat(names(shown.json())).isEqualTo(names(Called.golden("entry")));
  }

  @ParameterizedTest
  @CsvSource({
    "?route=profile, 2",
    "?prefix=/api/students/, 2",
    "?prefix=/api/students/8, 1",
    "?tag=students, 1",
    "?tag=student:*, 2",
    "?tag=campus:north, 1",
    "?tag=campus:*&route=profile, 1",
    "?tag=campus:*&route=students-list, 0",
    "?tag=nothing, 0",
  })
  void conditionsChoose(String query, int found) throws Exception {
    assertThat(keys(query).get("keys")).hasSize(found);
  }

  @Test
  void pagesFollowEachOther() throws Exception {
    List<String> seen = new ArrayList<>();
    String cursor = "";
    for (int page = 1; page <= 3; page++) {
      JsonNode found = keys("?limit=1" + cursor);
      seen.addAll(urls(found));
      assertThat(found.get("next").isNull()).isEqualTo(page == 3);
      cursor = "&cursor=" + found.get("next").asText();
    }
    assertThat(seen).hasSize(3).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/keys?route=nobody, unknown_route",
    "/v1/keys?prefix=api, bad_path",
    "/v1/keys?limit=0, bad_number",
    "/v1/keys?limit=1001, bad_number",
    "/v1/keys?path=/a, unknown_parameter",
    "/v1/entries/x?body=yes, bad_word",
  })
  void wrongConditionsAreTold(String target, String code) throws Exception {
    Called refused = ask(fixture.local(), "GET " + target);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().at("/errors/0/code").asText()).isEqualTo(code);
  }

  private String id(String tag) throws Exception {
    return keys("?tag=" + tag).at("/keys/0/id").asText();
  }

  @Test
  void entryIsShownWithoutAnyValue() throws Exception {
    Called shown = ask(fixture.local(), "GET /v1/entries/" + id("campus:north"));
    assertThat(shown.json().get("url").asText()).isEqualTo("api.example/api/students/7");
    assertThat(shown.json().get("tags"))
        .map(JsonNode::asText)
        .containsExactly("student:7", "campus:north");
    assertThat(shown.json().get("fields"))
        .map(JsonNode::asText)
        .contains("Cache-Tag", "Content-Type", "Date");
    assertThat(shown.content()).doesNotContain("text/plain").doesNotContain("body");
  }

  @Test
  void contentNeedsAToken() throws Exception {
    String target = "GET /v1/entries/" + id("students") + "?body=true";
    assertThat(ask(fixture.local(), target).status()).isEqualTo(403);
    Service guarded = fixture.service("127.0.0.1", TOKEN);
    Called shown = ask(guarded, target, "Authorization", "Bearer " + TOKEN);
    assertThat(shown.json().get("body").asText()).isEqualTo("{}");
  }

  @Test
  void deletingPurgesTheUrl() throws Exception {
    Called deleted = ask(fixture.local(), "DELETE /v1/entries/" + id("campus:north"));
    assertThat(deleted.status()).isEqualTo(200);
    PurgeRequest purge = fixture.purges.get(0);
    assertThat(purge.kind()).isEqualTo(Purge.Kind.URL);
    assertThat(purge.items().get(0).name()).isEqualTo("/api/students/7");
  }

  @Test
  void unknownEntryIsNotFound() {
    assertThat(ask(fixture.local(), "GET /v1/entries/AAAAAAAAAAAAAAAAAAAAAA").status())
        .isEqualTo(404);
    assertThat(ask(fixture.local(), "DELETE /v1/entries/AAAAAAAAAAAAAAAAAAAAAA").status())
        .isEqualTo(404);
  }
}
