package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What unsafe requests make invalid, over real sockets: RFC 9111, Section 4.4; RFC 9875. */
class InvalidatingIT {
  private static final String FRESH = "Cache-Control: max-age=60";

  private static Scene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = Scene.start(RULES);
  }

  @AfterAll
  static void stop() throws IOException {
    scene.close();
  }

  private static final String RULES = Scene.ROUTES;

  private static String stored(String route, String... lines) throws IOException {
    String[] all = new String[lines.length + 1];
    all[0] = FRESH;
    System.arraycopy(lines, 0, all, 1, lines.length);
    String path = scene.path(route, Scene.ok("text", all));
    scene.get(path);
    assertThat(Scene.isHit(scene.get(path))).isTrue();
    return path;
  }

  private static void write(String method, String path, String status, String... lines)
      throws IOException {
    scene.answers(path, Scene.response(status, "", lines), Scene.ok("new", FRESH));
    scene.ask(method, path, "");
  }

  /** RFC 9111, Section 4.4: unsafe and unknown methods, with a 2xx or 3xx answer. */
  @ParameterizedTest
  @CsvSource({
    "origin, POST, 200 OK, false",
    "origin, PUT, 201 Created, false",
    "origin, DELETE, 204 No Content, false",
    "origin, PATCH, 200 OK, false",
    "origin, M-SEARCH, 200 OK, false",
    "origin, POST, 302 Found, false",
    "origin, POST, 303 See Other, false",
    "ttl, POST, 200 OK, false",
    "ttl, POST, 500 Error, false",
    "ttl, POST, 400 Bad Request, true",
    "ttl, PUT, 404 Not Found, true",
    "ttl, DELETE, 409 Conflict, true",
    "ttl, OPTIONS, 200 OK, true",
  })
  void targetIsInvalidAfterAChange(String route, String method, String status, boolean kept)
      throws Exception {
    String path = stored(route);
    write(method, path, status);
    assertThat(Scene.isHit(scene.get(path))).isEqualTo(kept);
  }

  @Test
  void everyQueryOfTheTargetIsInvalid() throws Exception {
    String path = stored("ttl");
    scene.get(path + "?a=1");
    assertThat(Scene.isHit(scene.get(path + "?a=1"))).isTrue();
    write("POST", path, "200 OK");
    assertThat(Scene.isHit(scene.get(path + "?a=1"))).isFalse();
  }

  @Test
  void otherTargetsStay() throws Exception {
    String other = stored("ttl");
    write("POST", stored("ttl"), "200 OK");
    assertThat(Scene.isHit(scene.get(other))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"Location", "Content-Location"})
  void locationsOfTheSameOriginAreInvalid(String field) throws Exception {
    String named = stored("ttl");
    write("POST", scene.path("ttl"), "201 Created", field + ": " + named);
    assertThat(Scene.isHit(scene.get(named))).isFalse();
    String absolute = stored("ttl");
    write("POST", scene.path("ttl"), "201 Created", field + ": http://a.example" + absolute);
    assertThat(Scene.isHit(scene.get(absolute))).isFalse();
  }

  /** RFC 9111, Section 4.4: never what lies elsewhere. */
  @ParameterizedTest
  @CsvSource({"Location", "Content-Location"})
  void locationsOfOtherOriginsStay(String field) throws Exception {
    String named = stored("ttl");
    write("POST", scene.path("ttl"), "201 Created", field + ": http://b.example" + named);
    write("POST", scene.path("ttl"), "201 Created", field + ": https://a.example" + named);
    write("POST", scene.path("ttl"), "201 Created", field + ": http://a.example:81" + named);
    assertThat(Scene.isHit(scene.get(named))).isTrue();
  }

  @Test
  void locationOfARefusalNamesNothing() throws Exception {
    String named = stored("ttl");
    write("POST", scene.path("ttl"), "400 Bad Request", "Location: " + named);
    assertThat(Scene.isHit(scene.get(named))).isTrue();
  }

  @Test
  void locationOnASafeAnswerNamesNothing() throws Exception {
    String named = stored("ttl");
    scene.get(scene.path("ttl", Scene.ok("text", FRESH, "Location: " + named)));
    assertThat(Scene.isHit(scene.get(named))).isTrue();
  }

  /** RFC 9875, Sections 2 and 3. */
  @Test
  void groupIsInvalidWhereAnUnsafeAnswerNamesIt() throws Exception {
    String first = stored("ttl", "Cache-Groups: \"one\", \"two\"");
    String second = stored("ttl", "Cache-Groups: \"two\"");
    String third = stored("ttl", "Cache-Groups: \"TWO\"");
    write("POST", scene.path("ttl"), "200 OK", "Cache-Group-Invalidation: \"two\"");
    assertThat(Scene.isHit(scene.get(first))).isFalse();
    assertThat(Scene.isHit(scene.get(second))).isFalse();
    assertThat(Scene.isHit(scene.get(third))).as("names are compared exactly").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"two", "\"two\" \"three\"", "\"two\", x", "(\"two\")"})
  void groupsThatAreNoListOfStringsAreIgnored(String value) throws Exception {
    String path = stored("ttl", "Cache-Groups: \"two\"");
    write("POST", scene.path("ttl"), "200 OK", "Cache-Group-Invalidation: " + value);
    boolean partly = value.endsWith(", x");
    assertThat(Scene.isHit(scene.get(path))).isEqualTo(!partly);
  }

  @Test
  void groupsOnASafeAnswerInvalidateNothing() throws Exception {
    String path = stored("ttl", "Cache-Groups: \"four\"");
    scene.get(scene.path("ttl", Scene.ok("text", FRESH, "Cache-Group-Invalidation: \"four\"")));
    assertThat(Scene.isHit(scene.get(path))).isTrue();
  }

  /** What was asked before the change must not be stored after it. */
  @Test
  void changeIsInvalidBeforeItsAnswerIsOut() throws Exception {
    String path = stored("ttl");
    scene.answers(path, Scene.ok("done"), Scene.ok("new", FRESH));
    RawMessage written = scene.ask("PUT", path, "content");
    assertThat(written.body()).isEqualTo("done");
    assertThat(scene.get(path).body()).isEqualTo("new");
  }
}
