package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawMessage;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When stale responses answer, over real sockets: RFC 9111, Section 4.2.4; RFC 5861. */
class StaleIT {
  private static Scene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = Scene.start(RULES);
  }

  @AfterAll
  static void stop() throws IOException {
    scene.close();
  }

  private static final String RULES =
      Scene.ROUTES
          + "  - { name: stale, match: { path: \"/stale/**\" }, ttl: origin, scope: shared,"
          + " stale_while_revalidate: 30s, stale_if_error: 30s }\n"
          + "  - { name: stalettl, match: { path: \"/stalettl/**\" }, ttl: 10s, scope: shared,"
          + " stale_while_revalidate: 30s, stale_if_error: 30s }\n";

  /** RFC 9111, Section 4.2.4: without a permission nothing stale is served, not even on failure. */
  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void withoutPermissionNothingStaleIsServed(String route) throws Exception {
    String path = scene.path(route, Scene.ok("old", "Cache-Control: max-age=10"), Scene.CLOSE);
    scene.get(path);
    scene.advance(10);
    assertThat(scene.get(path).status()).isEqualTo(502);
  }

  @ParameterizedTest
  @CsvSource({
    "origin, 'max-age=10, stale-while-revalidate=20', 29, true",
    "origin, 'max-age=10, stale-while-revalidate=20', 30, false",
    "stale, max-age=10, 39, true",
    "stale, max-age=10, 40, false",
    "stale, 'max-age=10, stale-while-revalidate=0', 10, false",
    "stalettl, max-age=100, 39, true",
    "stalettl, max-age=100, 40, false",
    "stale, 'max-age=10, must-revalidate', 10, false",
    "stale, 'max-age=10, proxy-revalidate', 10, false",
    "stale, s-maxage=10, 10, false",
    "stale, 'max-age=10, no-cache', 10, false",
  })
  void staleResponseIsServedWhileItIsRevalidated(
      String route, String directives, int later, boolean stale) throws Exception {
    String line = "Cache-Control: " + directives;
    String path = scene.path(route, Scene.ok("old", line), Scene.ok("new", line));
    scene.get(path);
    scene.advance(later);
    RawMessage answer = scene.get(path);
    assertThat(answer.body()).isEqualTo(stale ? "old" : "new");
    if (stale) {
      assertThat(Scene.status(answer)).contains("hit; ttl=-").contains("detail=stale");
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> scene.get(path).body().equals("new"));
    }
    assertThat(scene.asked(path)).hasSize(2);
  }

  /** RFC 5861, Section 4: 500, 502, 503 and 504 and no answer at all are failures. */
  @ParameterizedTest
  @CsvSource({
    "origin, 'max-age=10, stale-if-error=20', 29, 500, true",
    "origin, 'max-age=10, stale-if-error=20', 29, 502, true",
    "origin, 'max-age=10, stale-if-error=20', 29, 503, true",
    "origin, 'max-age=10, stale-if-error=20', 29, 504, true",
    "origin, 'max-age=10, stale-if-error=20', 29, 0, true",
    "origin, 'max-age=10, stale-if-error=20', 30, 503, false",
    "origin, 'max-age=10, stale-if-error=20', 30, 0, false",
    "origin, 'max-age=10, stale-if-error=20', 29, 404, false",
    "origin, 'max-age=10, stale-if-error=20', 29, 501, false",
    "origin, 'max-age=10, stale-if-error=20, must-revalidate', 10, 503, false",
    "origin, 's-maxage=10, stale-if-error=20', 10, 503, false",
    "stale, 'max-age=10, stale-while-revalidate=0', 39, 503, true",
    "stale, 'max-age=10, stale-while-revalidate=0', 40, 503, false",
    "stalettl, 'max-age=100, stale-while-revalidate=0', 39, 0, true",
    "stalettl, 'max-age=100, stale-while-revalidate=0, stale-if-error=0', 39, 0, false",
  })
  void staleResponseIsServedIfTheOriginFails(
      String route, String directives, int later, int status, boolean stale) throws Exception {
    String failure = status == 0 ? Scene.CLOSE : Scene.response(status + " Word", "failed");
    String path = scene.path(route, Scene.ok("old", "Cache-Control: " + directives), failure);
    scene.get(path);
    scene.advance(later);
    RawMessage answer = scene.get(path);
    assertThat(answer.status()).isEqualTo(stale ? 200 : status == 0 ? 502 : status);
    assertThat(answer.body().equals("old")).isEqualTo(stale);
    if (stale) {
      assertThat(answer.field("Age")).isEqualTo(Integer.toString(later));
    }
  }

  /** RFC 9111, Section 4.2.4: what has a validator is confirmed before, and the failure counts. */
  @Test
  void failureWhileValidatingCountsToo() throws Exception {
    String path =
        scene.path(
            "origin",
            Scene.ok("old", "Cache-Control: max-age=10, stale-if-error=20", "ETag: \"a\""),
            Scene.response("503 Unavailable", "failed"));
    scene.get(path);
    scene.advance(15);
    assertThat(scene.get(path).body()).isEqualTo("old");
    assertThat(scene.lastAsked(path).field("If-None-Match")).isEqualTo("\"a\"");
  }

  /** RFC 9111, Section 5.2.1: a client narrows what is served stale. */
  @ParameterizedTest
  @CsvSource({
    "max-stale=10, old",
    "max-stale=4, new",
    "max-stale, old",
    "max-age=100, new",
    "'max-age=100, max-stale', old",
    "min-fresh=0, new",
    "no-cache, new",
  })
  void clientNarrowsIt(String wish, String expected) throws Exception {
    String line = "Cache-Control: max-age=10, stale-while-revalidate=60";
    String path = scene.path("origin", Scene.ok("old", line), Scene.ok("new", line));
    scene.get(path);
    scene.advance(15);
    assertThat(scene.get(path, "Cache-Control: " + wish).body()).isEqualTo(expected);
  }

  /** RFC 9111, Section 5.2.1.2: max-stale alone does not make the operator's cache serve stale. */
  @Test
  void clientWidensNothing() throws Exception {
    String line = "Cache-Control: max-age=10";
    String path = scene.path("origin", Scene.ok("old", line), Scene.ok("new", line));
    scene.get(path);
    scene.advance(10);
    assertThat(scene.get(path, "Cache-Control: max-stale=1000").body()).isEqualTo("new");
  }

  /** RFC 9111, Section 5.5: Warning is obsolete. */
  @Test
  void warningIsNeverMade() throws Exception {
    String path = scene.path("stale", Scene.ok("old", "Cache-Control: max-age=10"));
    scene.get(path);
    scene.advance(15);
    RawMessage stale = scene.get(path);
    assertThat(Scene.status(stale)).contains("detail=stale");
    assertThat(stale.field("Warning")).isNull();
  }
}
