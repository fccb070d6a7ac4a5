package dev.sidecache.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.TagTemplate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DraftTextTest {
  private static final Surroundings NOTHING =
      new Surroundings(Map.of("SECRET", "told"), Map.of(), 1L << 30);
  private static final String SCHEMES =
      "components: { securitySchemes: { b: { type: http, scheme: bearer } } }\n";

  private static String document(String paths) {
    return "openapi: 3.1.0\ninfo: { title: An API, version: '1' }\npaths:\n" + paths;
  }

  private static String draft(String document) throws ApiDocumentException {
    return DraftText.of(ApiDocument.parse(document), "openapi.yaml", "http://127.0.0.1:3000");
  }

  /** What is made of a document: valid, and without a doubt. */
  private static Result.Valid valid(String document) throws ApiDocumentException {
    String text = draft(document);
    Result result = ConfigLoader.parse("sidecache.yaml", text, NOTHING);
    assertThat(result.findings()).as(text).isEmpty();
    return (Result.Valid) result;
  }

  private static List<Route> routes(String document) throws ApiDocumentException {
    return valid(document).config().rules().routes();
  }

  private static List<String> emptied(String paths, String rule) throws ApiDocumentException {
    for (InvalidationRule each : valid(document(paths)).config().rules().invalidations()) {
      if (each.name().equals(rule)) {
        return each.tags().stream().map(TagTemplate::text).toList();
      }
    }
    throw new AssertionError("no rule " + rule + " in\n" + draft(document(paths)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ security: [{ b: [] }] } | USER | asks for a credential",
        "{ security: [{ b: [] }, {}] } | USER | a credential counts if it is sent",
        "{ security: [] } | SHARED | asks for no credential",
        "{ } | SHARED | asks for no credential",
        "{ parameters: [{ in: header, name: Authorization }] } | USER | but the header"
            + " Authorization",
        "{ parameters: [{ in: header, name: X-User-Id }] } | USER | but the header X-User-Id",
        "{ parameters: [{ in: header, name: X-Trace }] } | SHARED | asks for no credential",
        "{ parameters: [{ in: cookie, name: sid }] } | USER | but a cookie",
        "{ responses: { '401': { description: a } } } | USER | but an answer that refuses",
      })
  void inDoubtAnAnswerIsForItsCallerAlone(String operation, Scope scope, String why)
      throws Exception {
    String document = document("  /things: { get: " + operation + " }\n") + SCHEMES;

    assertThat(routes(document).get(0).scope()).isEqualTo(scope);
    assertThat(draft(document)).contains(why);
  }

  @ParameterizedTest
  @CsvSource({"/me/x", "/profile", "/api/v1/subscription", "/usage", "/account"})
  void whatSoundsPersonalIsForItsCallerAlone(String path) throws Exception {
    assertThat(routes(document("  " + path + ": { get: {} }\n") + SCHEMES).get(0).scope())
        .isEqualTo(Scope.USER);
  }

  @Test
  void securityThatWasForgottenOnOneOperationIsNoPermission() throws Exception {
    String kin = "  /things/{id}: { get: {}, put: { security: [{ b: [] }] } }\n";

    assertThat(routes(document(kin) + SCHEMES).get(0).scope()).isEqualTo(Scope.USER);
    assertThat(routes(document(kin.replace("get: {}", "get: { security: [] }"))).get(0).scope())
        .isEqualTo(Scope.SHARED);
  }

  @Test
  void documentWithoutSecuritySharesOnlyWhatIsPublicByNature() throws Exception {
    List<Route> routes =
        routes(document("  /things: { get: {} }\n  /pricing: { get: {} }\n  /health: { get: {} }"));

    assertThat(routes)
        .extracting(Route::scope)
        .containsExactly(Scope.USER, Scope.SHARED, Scope.SHARED);
  }

  @Test
  void credentialsAreToldWhereTheDocumentHasThem() throws Exception {
    String schemes =
        "security: [{ k: [] }]\n"
            + "components: { securitySchemes: { k: { type: apiKey, in: header, name: X-Key },"
            + " c: { type: apiKey, in: cookie, name: sid },"
            + " q: { type: apiKey, in: query, name: key } },"
            + " schemas: { HTTPValidationError: {} } }\n";
    String text = draft(document("  /things: { get: {} }\n") + schemes);

    assertThat(text).contains("from: [header:X-Key, cookie:sid]\n");
    assertThat(text).contains("key: { query: [key] }");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /students, student-added, ''",
    "PUT, /students/{id}, student-changed, 'students, student:{id}'",
    "POST, /students/{sid}/archive, student-archive, 'students, student:{sid}'",
    "POST, /students/import, students-import, 'students, student:*'",
    "DELETE, /students, students-changed, 'students, student:*'",
    "POST, /students/{id}/notes, student-notes-added, 'students, student:{id}, notes'",
    "PATCH, /users/me, users-me-changed, 'me:{identity}, user:*'",
    "PATCH, /users/{id}, user-changed, 'user:{id}, me:*'",
  })
  void writeEmptiesItsListItsItemAndWhatIsAbove(
      String method, String path, String rule, String tags) throws Exception {
    String reads =
        """
          /students: { get: {}, %s }
          /students/{id}: { get: {}, %s }
          /students/{id}/notes: { get: {}, %s }
          /notes: { get: {} }
          /users/me: { get: {}, %s }
          /users/{id}: { get: {}, %s }
        """;
    String write = method.toLowerCase(Locale.ROOT) + ": {}";
    String paths =
        reads.replace(
            "  " + path + ": { get: {}, %s }", "  " + path + ": { get: {}, " + write + " }");
    paths = paths.replace(", %s", "");
    if (!paths.contains(write)) {
      paths += "  " + path + ": { " + write + " }\n";
    }
    if (tags.isEmpty()) {
      assertThat(emptied(paths, "students-added")).containsExactly("students");
    } else {
      assertThat(String.join(", ", emptied(paths, rule))).isEqualTo(tags);
    }
  }

  @Test
  void figuresAreEmptiedByEveryWriteButSignIn() throws Exception {
    String reads = "  /dashboard/stats: { get: {} }\n";

    assertThat(emptied(reads + "  /a/b: { post: {} }\n", "a-b")).containsExactly("statistics");
    assertThat(valid(document(reads + "  /auth/login: { post: {} }\n")).config().rules())
        .satisfies(rules -> assertThat(rules.invalidations()).isEmpty());
  }

  @Test
  void literalStandsBeforeTheParameterThatWouldTakeIt() throws Exception {
    List<Route> routes =
        routes(
            document(
                """
                  /{tenant}/things: { get: {} }
                  /things/{id}: { get: {} }
                  /things/latest: { get: {} }
                  /things/export: { get: {} }
                  /api/things: { get: {} }
                """));

    assertThat(routes)
        .extracting(route -> route.match().path().text())
        .containsExactly(
            "/things/latest", "/things/export", "/things/{id}", "/api/things", "/{tenant}/things");
  }

  @Test
  void nothingInADocumentCanBreakTheFileOrReadAVariable() throws Exception {
    String hostile =
        "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"a\\n"
            + "\\u2028b: ${SECRET} \\u0085\"},\"servers\":[{\"url\":\"https://${SECRET}/x"
            + " ${SECRET}/\"}],\"paths\":{\"/it's \\\"so\\\" ${SECRET}\":{\"get\":{},\"post\":{}},"
            + "\"/{identity}/a\":{\"get\":{},\"put\":{}},\"/f/{a}.json\":{\"get\":{},\"put\":{}},\"/g/{a"
            + " b}/{a b}\":{\"get\":{},\"delete\":{}},\"/\u00fcber/\u540d\":{\"get\":{}},"
            + "\"/\u540d\":{\"get\":{},\"post\":{}},\"/slash/\":{\"get\":{},\"post\":{}},\"/\":{\"get\":{},\"post\":{}},\"/a//b\":{\"get\":{}},\"/%41#\\n"
            + "- x: y\":{\"get\":{}},\"/none\":{\"get\":{\"parameters\":[{\"in\":\"query\",\"name\":\"a]:"
            + " ${SECRET}\"},{\"in\":\"header\",\"name\":\"b"
            + " c\"},{\"$ref\":\"#/components/parameters/none\"}]}},"
            + "\"/null\":{\"get\":null},\"/list\":[],\"/text\":\"x\",\"x-y\":{}}}";
    String text = draft(hostile);

    assertThat(valid(hostile).config().rules().routes()).hasSizeGreaterThan(8);
    assertThat(text).contains("# Left out, since no rule can name it: ").doesNotContain("told");
    assertThat(valid(hostile).config().settings().toString()).doesNotContain("told");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swagger: '2.0' | is a Swagger 2.0 document; convert it: npx swagger2openapi",
        "openapi: 2.9.1 | is of version 2.9.1; name an OpenAPI 3.0 or 3.1 document",
        "info: {} | has no key openapi; name",
        "<!doctype html> | is a page, not a document; name the document that it shows",
        "{\"openapi\": | is neither JSON nor YAML; name",
        "a: [ | is neither JSON nor YAML; name",
        "[] | is no mapping; name",
      })
  void whatIsNoDocumentIsToldWithARemedy(String line) {
    int bar = line.indexOf(" | ");

    assertThatThrownBy(() -> ApiDocument.parse(line.substring(0, bar)))
        .isInstanceOf(ApiDocumentException.class)
        .hasMessageStartingWith(line.substring(bar + 3));
  }

  @Test
  void referencesThatTurnInCirclesEnd() throws Exception {
    String circle = "  /a: { $ref: '#/paths/~1b' }\n  /b: { $ref: '#/paths/~1a' }\n";

    assertThat(routes(document(circle + "  /c: { get: {} }\n"))).hasSize(1);
  }
}
