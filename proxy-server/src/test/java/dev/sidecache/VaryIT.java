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

/** Which stored response answers, over real sockets: RFC 9111, Section 4.1. */
class VaryIT {
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
  private static final String FRESH = "Cache-Control: max-age=60";

  private static boolean hits(String path, String... lines) throws IOException {
    return Scene.isHit(scene.get(path, lines));
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void nominatedFieldMustMatch(String route) throws Exception {
    String path = scene.path(route, Scene.ok("text", FRESH, "Vary: Foo"));
    scene.get(path, "Foo: 1");
    assertThat(hits(path, "Foo: 1")).isTrue();
    RawMessage other = scene.get(path, "Foo: 2");
    assertThat(Scene.status(other)).contains("fwd=vary-miss").contains("; stored");
    assertThat(hits(path, "Foo: 2")).isTrue();
    assertThat(hits(path, "Foo: 1")).as("both are kept").isTrue();
  }

  @Test
  void absentMatchesAbsentAlone() throws Exception {
    String path = scene.path("origin", Scene.ok("text", FRESH, "Vary: Foo"));
    scene.get(path);
    assertThat(hits(path)).isTrue();
    assertThat(hits(path, "Foo: ")).isFalse();
    assertThat(hits(path, "Foo: 1")).isFalse();
  }

  @Test
  void fieldsNotNominatedDoNotCount() throws Exception {
    String path = scene.path("origin", Scene.ok("text", FRESH, "Vary: Foo"));
    scene.get(path, "Foo: 1", "Other: 2");
    assertThat(hits(path, "Foo: 1", "Other: 3")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'Vary: Foo, Bar'",
    "'Vary: foo, BAR'",
    "'Vary: Foo\r\nVary: Bar'",
    "'Vary: , Foo,, Bar,'",
  })
  void everyNominatedFieldOfEveryLineCounts(String lines) throws Exception {
    String path = scene.path("origin", Scene.ok("text", FRESH, lines));
    scene.get(path, "Foo: 1", "Bar: a");
    assertThat(hits(path, "Foo: 1", "Bar: a")).isTrue();
    assertThat(hits(path, "Foo: 2", "Bar: a")).isFalse();
    assertThat(hits(path, "Foo: 1", "Bar: b")).isFalse();
  }

  /** RFC 9111, Section 4.1: lines may be combined, white space changed. */
  @ParameterizedTest
  @ValueSource(strings = {"Foo: 1, 2", "foo:   1, 2  ", "Foo: 1\r\nFoo: 2"})
  void valuesMatchHoweverTheyAreWritten(String lines) throws Exception {
    String path = scene.path("origin", Scene.ok("text", FRESH, "Vary: Foo"));
    scene.get(path, "Foo: 1, 2");
    assertThat(hits(path, lines)).isTrue();
    assertThat(hits(path, "Foo: 2, 1")).isFalse();
  }

  @Test
  void languagesMatchHoweverTheyAreWritten() throws Exception {
    String path = scene.path("origin", Scene.ok("text", FRESH, "Vary: Accept-Language"));
    scene.get(path, "Accept-Language: en, de;q=0.5");
    assertThat(hits(path, "Accept-Language: EN,de;q=0.500")).isTrue();
    assertThat(hits(path, "Accept-Language: de, en;q=0.5")).isFalse();
  }

  /** RFC 9111, Section 4.1: a star fails to match always. */
  @ParameterizedTest
  @ValueSource(strings = {"Vary: *", "Vary: Foo, *", "Vary: *, Foo", "Vary: Foo\r\nVary: *"})
  void starMatchesNever(String line) throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH, line));
    assertThat(Scene.status(scene.get(path, "Foo: 1"))).contains("detail=vary_star");
    assertThat(hits(path, "Foo: 1")).isFalse();
  }

  @Test
  void responseThatBeginsToVaryDoesNotAnswerForAll() throws Exception {
    String path =
        scene.path(
            "origin",
            Scene.ok("plain", "Cache-Control: max-age=5"),
            Scene.ok("first", FRESH, "Vary: Foo"),
            Scene.ok("second", FRESH, "Vary: Foo"));
    scene.get(path, "Foo: 1");
    scene.advance(5);
    assertThat(scene.get(path, "Foo: 1").body()).isEqualTo("first");
    assertThat(scene.get(path, "Foo: 2").body()).isEqualTo("second");
    assertThat(scene.get(path, "Foo: 1").body()).isEqualTo("first");
  }

  @Test
  void headSelectsAsGetDoes() throws Exception {
    String path = scene.path("origin", Scene.ok("text", FRESH, "Vary: Foo"));
    scene.get(path, "Foo: 1");
    assertThat(Scene.isHit(scene.ask("HEAD", path, "", "Foo: 1"))).isTrue();
    assertThat(Scene.isHit(scene.ask("HEAD", path, "", "Foo: 2"))).isFalse();
  }

  /** RFC 9111, Section 4: the target URI must match, all of it. */
  @Test
  void targetUriMustMatch() throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH));
    scene.get(path + "?a=1");
    assertThat(hits(path + "?a=1")).isTrue();
    assertThat(hits(path + "?a=2")).isFalse();
    assertThat(hits(path)).isFalse();
    assertThat(hits(path + "?A=1")).isFalse();
  }
}
