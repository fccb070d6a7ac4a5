package dev.sidecache.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnlinkedWritesTest {
  private static final Surroundings NOTHING = new Surroundings(Map.of(), Map.of(), 1L << 30);
  private static final String API =
      """
      openapi: 3.1.0
      info: { title: a }
      servers: [{ url: /api }]
      paths:
        /students: { get: {}, post: {} }
        /students/{id}: { get: {}, put: {}, patch: {} }
        /students/import: { post: {} }
        /students/search: { post: {} }
        /companies: { post: {} }
        /auth/login: { post: {} }
      """;
  private static final String ROUTES =
      """
      version: 1
      upstream: { url: http://a }
      routes:
        - { name: list, match: { path: /api/students }, ttl: 1m, tags: [students] }
        - { name: detail, match: { path: "/api/students/{x}" }, ttl: 1m, tags: ["student:{x}"] }
      """;

  private static List<String> unlinked(String api, String yaml) throws ApiDocumentException {
    Result result = ConfigLoader.parse("sidecache.yaml", yaml, NOTHING);
    assertThat(result.errors()).isEmpty();
    return UnlinkedWrites.of(ApiDocument.parse(api), ((Result.Valid) result).config().rules())
        .stream()
        .map(each -> each.words() + " -> " + String.join(", ", each.routes()))
        .toList();
  }

  @Test
  void writeThatNoRuleNamesIsTold() throws Exception {
    assertThat(unlinked(API, ROUTES))
        .containsExactly(
            "PATCH, PUT /api/students/{id} -> list", "POST /api/students/import -> list, detail");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "invalidate: [{ name: a, when: { methods: [PUT, PATCH, POST], path: /api/students/** },"
            + " routes: [list] }] | 0",
        "invalidate: [{ name: a, when: { methods: [PUT], path: '/api/students/{id}' },"
            + " routes: [list] }] | 2",
        "invalidate: [{ name: a, when: { methods: [POST], path: /api/students/* },"
            + " routes: [list] }] | 1",
        "never_cache: { paths: [/api/students/import] } | 1",
        "never_cache: { paths: [/api/companies] } | 2",
      })
  void rulesAndUncachedPathsAccountForWrites(String rules, int left) throws Exception {
    assertThat(unlinked(API, ROUTES + rules + "\n")).hasSize(left);
  }

  @Test
  void routeInBypassAccountsForItsPath() throws Exception {
    String bypass =
        "  - { name: b, match: { path: '/api/students/{x}' }, ttl: 1m, mode: bypass }\n";
    String list = ROUTES.substring(0, ROUTES.indexOf("  - { name: detail"));

    assertThat(unlinked(API, list)).hasSize(2);
    assertThat(unlinked(API, list + bypass)).isEmpty();
  }

  @Test
  void ownUrlNeedsNoRule() throws Exception {
    String detail = ROUTES.replaceAll(" +- \\{ name: list.*\n", "");

    assertThat(unlinked(API, detail)).containsExactly("POST /api/students/import -> detail");
  }

  @Test
  void suggestedRuleIsValidAndAccountsForTheWrite() throws Exception {
    Result before = ConfigLoader.parse("a", ROUTES, NOTHING);
    StringBuilder yaml = new StringBuilder(ROUTES).append("invalidate:\n");
    for (UnlinkedWrites.Unlinked each :
        UnlinkedWrites.of(ApiDocument.parse(API), ((Result.Valid) before).config().rules())) {
      yaml.append("  ").append(each.rule()).append('\n');
    }

    assertThat(unlinked(API, yaml.toString())).isEmpty();
    assertThat(ConfigLoader.parse("a", yaml.toString(), NOTHING).findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/profile: { get: {}, post: {} }\n  /profile/{id}/follow: { post: {} }",
        "/students/{id}: { get: {}, put: {} }\n  /students: { post: {} }",
        "/support/conversations: { get: {} }\n  /support/tickets: { post: {} }",
        "/{slug}: { get: {}, put: {} }\n  /{slug}/x: { get: {}, post: {} }",
        "/a/{x}/b/{y}: { get: {} }\n  /a/{x}/b: { post: {}, delete: {} }\n  /a/c/d: { put: {} }",
        "/me: { get: {} }\n  /me/avatar: { put: {} }\n  /users/{id}: { get: {}, delete: {} }",
        "/n/{i}/stats: { get: {} }\n  /n/{i}/x: { post: {} }\n  /n: { post: {}, put: {} }",
        "/f/{a}.json: { get: {}, put: {} }\n  /f: { get: {}, post: {} }\n  /f/z: { delete: {} }",
      })
  void whatInitWritesLeavesNothingUnlinked(String paths) throws Exception {
    assertLinked("openapi: 3.0.3\ninfo: { title: a }\npaths:\n  " + paths + "\n");
  }

  @Test
  void whatInitWritesForTheTeamsLeavesNothingUnlinked() throws Exception {
    for (Path file : List.of(Documents.propIq(), Documents.crm())) {
      assertLinked(Files.readString(file));
    }
  }

  private static void assertLinked(String document) throws ApiDocumentException {
    String yaml = DraftText.of(ApiDocument.parse(document), "a", "http://a");
    assertThat(ConfigLoader.parse("a", yaml, NOTHING).findings()).as(yaml).isEmpty();
    assertThat(unlinked(document, yaml)).as(yaml).isEmpty();
  }
}
