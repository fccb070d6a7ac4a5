package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking the origin, over real sockets: RFC 9111, Sections 3.2, 4.3.1, 4.3.3 to 4.3.5. */
class ValidatingIT {
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
  private static final String SHORT = "Cache-Control: max-age=10";
  private static final String TAG = "ETag: \"a\"";

  /** A stale response with these lines, asked for again after the origin's next answers. */
  private static String stale(String route, String first, String... next) throws IOException {
    String[] all = new String[next.length + 1];
    all[0] = first;
    System.arraycopy(next, 0, all, 1, next.length);
    String path = scene.path(route, all);
    scene.get(path);
    scene.advance(60);
    return path;
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void staleResponseIsConfirmedByItsEntityTag(String route) throws Exception {
    String path =
        stale(
            route, Scene.ok("old", SHORT, TAG), Scene.response("304 Not Modified", "", TAG, FRESH));
    RawMessage confirmed = scene.get(path);
    assertThat(scene.lastAsked(path).fields("If-None-Match")).containsExactly("\"a\"");
    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(confirmed.body()).isEqualTo("old");
    assertThat(Scene.status(confirmed)).contains("fwd=stale; fwd-status=304; stored; ttl=60");
    scene.advance(59);
    assertThat(Scene.isHit(scene.get(path))).isTrue();
  }

  @Test
  void staleResponseIsConfirmedByItsDate() throws Exception {
    String modified = scene.date(-1000);
    String line = "Last-Modified: " + modified;
    String path =
        stale(
            "origin", Scene.ok("old", SHORT, line), Scene.response("304 Not Modified", "", FRESH));
    assertThat(scene.get(path).body()).isEqualTo("old");
    assertThat(scene.lastAsked(path).fields("If-Modified-Since")).containsExactly(modified);
    assertThat(Scene.isHit(scene.get(path))).isTrue();
  }

  @Test
  void weakEntityTagConfirmsToo() throws Exception {
    String weak = "ETag: W/\"a\"";
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, weak),
            Scene.response("304 Not Modified", "", weak, FRESH));
    assertThat(scene.get(path).body()).isEqualTo("old");
    assertThat(scene.lastAsked(path).field("If-None-Match")).isEqualTo("W/\"a\"");
  }

  @Test
  void responseWithoutValidatorIsFetchedAnew() throws Exception {
    String path = stale("origin", Scene.ok("old", SHORT), Scene.ok("new", FRESH));
    assertThat(scene.get(path).body()).isEqualTo("new");
    assertThat(scene.lastAsked(path).field("If-None-Match")).isNull();
    assertThat(scene.lastAsked(path).field("If-Modified-Since")).isNull();
  }

  /** RFC 9111, Section 4.3.3: a full response replaces the stored one. */
  @Test
  void fullResponseReplacesTheStoredOne() throws Exception {
    String path =
        stale("origin", Scene.ok("old", SHORT, TAG), Scene.ok("new", FRESH, "ETag: \"b\""));
    RawMessage replaced = scene.get(path);
    assertThat(replaced.body()).isEqualTo("new");
    assertThat(Scene.status(replaced)).contains("fwd=stale; fwd-status=200; stored");
    RawMessage hit = scene.get(path);
    assertThat(Scene.isHit(hit)).isTrue();
    assertThat(hit.body()).isEqualTo("new");
    assertThat(hit.field("ETag")).isEqualTo("\"b\"");
  }

  /** RFC 9111, Section 4.3.3: an error while validating is told on. */
  @Test
  void errorWhileValidatingIsTold() throws Exception {
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, TAG),
            Scene.response("500 Error", "broken"),
            Scene.ok("new"));
    assertThat(scene.get(path).status()).isEqualTo(500);
    assertThat(scene.get(path).body()).isEqualTo("new");
  }

  /** RFC 9111, Section 3.2: fields of the 304 replace stored ones; the others stay. */
  @Test
  void fieldsOfThe304ReplaceStoredOnes() throws Exception {
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, TAG, "X-A: 1", "X-A: 2", "X-B: 3", "Content-Location: /one"),
            Scene.response(
                "304 Not Modified", "", TAG, FRESH, "X-A: 4", "Content-Location: /two", "X-C: 5"));
    for (RawMessage answer : new RawMessage[] {scene.get(path), scene.get(path)}) {
      assertThat(answer.fields("X-A")).containsExactly("4");
      assertThat(answer.fields("X-B")).containsExactly("3");
      assertThat(answer.fields("X-C")).containsExactly("5");
      assertThat(answer.fields("Content-Location")).containsExactly("/two");
      assertThat(answer.fields("Cache-Control")).containsExactly("max-age=60");
      assertThat(answer.fields("Date")).containsExactly(scene.date(0));
    }
  }

  /** RFC 9111, Section 3.2: what describes the stored content is not updated. */
  @Test
  void fieldsThatDescribeTheContentAreNotUpdated() throws Exception {
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, TAG, "Content-Encoding: identity"),
            Scene.response(
                "304 Not Modified",
                "",
                TAG,
                FRESH,
                "Content-Encoding: gzip",
                "Content-Length: 999",
                "Content-Range: bytes 0-1/2"));
    for (RawMessage answer : new RawMessage[] {scene.get(path), scene.get(path)}) {
      assertThat(answer.body()).isEqualTo("old");
      assertThat(answer.fields("Content-Length")).containsExactly("3");
      assertThat(answer.fields("Content-Encoding")).containsExactly("identity");
      assertThat(answer.field("Content-Range")).isNull();
    }
  }

  @Test
  void cookieOfA304IsForItsClientAlone() throws Exception {
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, TAG),
            Scene.response("304 Not Modified", "", TAG, FRESH, "Set-Cookie: a=b"));
    assertThat(scene.get(path).field("Set-Cookie")).isEqualTo("a=b");
    RawMessage hit = scene.get(path);
    assertThat(Scene.isHit(hit)).isTrue();
    assertThat(hit.field("Set-Cookie")).isNull();
  }

  @Test
  void noStoreOfA304EndsTheStoredResponse() throws Exception {
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, TAG),
            Scene.response("304 Not Modified", "", TAG, "Cache-Control: no-store"),
            Scene.ok("new", FRESH));
    RawMessage confirmed = scene.get(path);
    assertThat(confirmed.body()).isEqualTo("old");
    assertThat(Scene.status(confirmed)).contains("detail=no_store");
    assertThat(Scene.isHit(scene.get(path))).isFalse();
  }

  /** RFC 9111, Section 4.3.4: a 304 with another validator does not speak of what is stored. */
  @ParameterizedTest
  @ValueSource(strings = {"ETag: \"other\"", "ETag: W/\"other\""})
  void otherValidatorConfirmsNothing(String other) throws Exception {
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, TAG),
            Scene.response("304 Not Modified", "", other, FRESH),
            Scene.ok("new", FRESH, "ETag: \"c\""));
    assertThat(scene.get(path).body()).isEqualTo("new");
    assertThat(scene.asked(path)).hasSize(3);
    assertThat(scene.lastAsked(path).field("If-None-Match")).isNull();
  }

  /** RFC 9111, Section 5.2.2.4: stored, and confirmed at each use. */
  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void noCacheIsConfirmedAtEachUse(String route) throws Exception {
    String line = "Cache-Control: no-cache, max-age=60";
    String path =
        scene.path(
            route, Scene.ok("old", line, TAG), Scene.response("304 Not Modified", "", line, TAG));
    scene.get(path);
    assertThat(Scene.status(scene.get(path))).contains("fwd-status=304");
    assertThat(Scene.status(scene.get(path))).contains("fwd-status=304");
    assertThat(scene.asked(path)).hasSize(3);
  }

  /** RFC 9111, Section 4.3.5: HEAD confirms, changes, or ends what is stored. */
  @Test
  void headConfirmsAStaleResponse() throws Exception {
    String path =
        stale("origin", Scene.ok("old", SHORT, TAG), Scene.ok("old", FRESH, TAG, "X-New: 1"));
    RawMessage head = scene.ask("HEAD", path, "");
    assertThat(head.status()).isEqualTo(200);
    RawMessage hit = scene.get(path);
    assertThat(Scene.isHit(hit)).isTrue();
    assertThat(hit.body()).isEqualTo("old");
    assertThat(hit.field("X-New")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ETag: \"b\"", "Last-Modified: Sun, 01 Mar 2026 00:00:00 GMT"})
  void headThatShowsAnotherResponseEndsTheStoredOne(String validator) throws Exception {
    String path = stale("origin", Scene.ok("old", SHORT, TAG), Scene.ok("new", FRESH, validator));
    scene.ask("HEAD", path, "");
    RawMessage next = scene.get(path);
    assertThat(Scene.isHit(next)).isFalse();
    assertThat(next.body()).isEqualTo("new");
  }

  @Test
  void headThatShowsAnotherLengthEndsTheStoredResponse() throws Exception {
    String path = stale("origin", Scene.ok("old", SHORT, TAG), Scene.ok("longer", FRESH, TAG));
    scene.ask("HEAD", path, "");
    assertThat(scene.get(path).body()).isEqualTo("longer");
  }

  @Test
  void headOfAFreshResponseIsAnsweredFromTheCache() throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH));
    scene.get(path);
    RawMessage head = scene.ask("HEAD", path, "");
    assertThat(Scene.isHit(head)).isTrue();
    assertThat(head.field("Content-Length")).isEqualTo("4");
    assertThat(scene.asked(path)).hasSize(1);
  }

  @Test
  void answerToHeadIsNoAnswerToGet() throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH));
    scene.ask("HEAD", path, "");
    RawMessage get = scene.get(path);
    assertThat(Scene.isHit(get)).isFalse();
    assertThat(get.body()).isEqualTo("text");
  }

  /** RFC 9111, Section 4.3.2: the client's own list is not what the origin confirmed. */
  @Test
  void clientWithAnotherEntityTagGetsTheWholeThatWasConfirmed() throws Exception {
    String path =
        stale(
            "origin",
            Scene.ok("old", SHORT, TAG),
            Scene.response("304 Not Modified", "", TAG, FRESH));
    RawMessage answer = scene.get(path, "If-None-Match: \"other\"");
    assertThat(scene.lastAsked(path).fields("If-None-Match")).containsExactly("\"a\"");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("old");
  }
}
