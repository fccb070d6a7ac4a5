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

/** What a request asks for: RFC 9111, Sections 5.2.1 and 5.4; RFC 9110, Sections 13 and 14. */
class RequestedIT {
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

  private static final String RULES =
      Scene.ROUTES
          + "  - { name: ignoring, match: { path: \"/ignoring/**\" }, ttl: 60s, scope: shared,"
          + " client_no_cache: ignore }\n";

  /** What a second request with these lines gets, so many seconds after the first. */
  private static RawMessage second(String route, long later, String... lines) throws IOException {
    String path = scene.path(route, Scene.ok("old", FRESH), Scene.ok("new", FRESH));
    scene.get(path);
    scene.advance(later);
    return scene.get(path, lines);
  }

  @ParameterizedTest
  @CsvSource({
    "origin, 0, max-age=0, true",
    "origin, 1, max-age=0, false",
    "origin, 10, max-age=10, true",
    "origin, 11, max-age=10, false",
    "origin, 10, min-fresh=50, true",
    "origin, 11, min-fresh=50, false",
    "origin, 0, no-cache, false",
    "ttl, 0, no-cache, false",
    "ttl, 11, max-age=10, false",
    "ttl, 11, min-fresh=50, false",
    "ttl, 0, no-store, false",
    "ttl, 0, 'foo, bar=1', true",
    "ttl, 0, 'foo=\"no-cache\"', true",
    "ignoring, 1, no-cache, true",
    "ignoring, 1, max-age=0, true",
  })
  void clientNarrowsWhatIsFreshEnough(String route, int later, String wish, boolean hit)
      throws Exception {
    RawMessage answer = second(route, later, "Cache-Control: " + wish);
    assertThat(Scene.isHit(answer)).as(Scene.status(answer)).isEqualTo(hit);
    assertThat(answer.body()).isEqualTo(hit ? "old" : "new");
  }

  /** RFC 9111, Section 5.4: Pragma counts in a request without Cache-Control. */
  @Test
  void pragmaCountsWithoutCacheControl() throws Exception {
    assertThat(Scene.isHit(second("ttl", 0, "Pragma: no-cache"))).isFalse();
    assertThat(Scene.isHit(second("ttl", 0, "Pragma: foo"))).isTrue();
    assertThat(Scene.isHit(second("ttl", 0, "Pragma: no-cache", "Cache-Control: max-age=60")))
        .isTrue();
  }

  /** RFC 9111, Section 5.2.1.7. */
  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void onlyIfCachedNeverAsksTheOrigin(String route) throws Exception {
    String path = scene.path(route, Scene.ok("text", FRESH));
    RawMessage none = scene.get(path, "Cache-Control: only-if-cached");
    assertThat(none.status()).isEqualTo(504);
    assertThat(scene.asked(path)).isEmpty();
    scene.get(path);
    assertThat(scene.get(path, "Cache-Control: only-if-cached").body()).isEqualTo("text");
    scene.advance(60);
    assertThat(scene.get(path, "Cache-Control: only-if-cached").status()).isEqualTo(504);
    assertThat(scene.asked(path)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'If-None-Match: \"a\"', 304",
    "'If-None-Match: W/\"a\"', 304",
    "'If-None-Match: \"b\"', 200",
    "'If-None-Match: \"b\", \"a\"', 304",
    "'If-None-Match: \"b\"\r\nIf-None-Match: \"a\"', 304",
    "'If-None-Match: *', 304",
    "'If-None-Match: a', 200",
    "'If-Modified-Since: Sun, 01 Mar 2026 00:00:00 GMT', 304",
    "'If-Modified-Since: Sun, 01 Mar 2026 00:00:01 GMT', 304",
    "'If-Modified-Since: Sat, 28 Feb 2026 23:59:59 GMT', 200",
    "'If-Modified-Since: soon', 200",
    "'If-None-Match: \"b\"\r\nIf-Modified-Since: Sun, 01 Mar 2026 00:00:01 GMT', 200",
  })
  void storedResponseAnswersPreconditions(String line, int status) throws Exception {
    String modified = "Last-Modified: Sun, 01 Mar 2026 00:00:00 GMT";
    String path = scene.path("ttl", Scene.ok("text", FRESH, "ETag: \"a\"", modified, "X-A: 1"));
    scene.get(path);
    RawMessage answer = scene.get(path, line);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(Scene.isHit(answer)).isTrue();
    assertThat(answer.field("ETag")).isEqualTo("\"a\"");
    assertThat(answer.field("Cache-Control")).isEqualTo("max-age=60");
    assertThat(answer.body()).isEqualTo(status == 304 ? "" : "text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Match: \"a\"", "If-Unmodified-Since: Sun, 01 Mar 2026 00:00:00 GMT"})
  void preconditionsForTheOriginGoThere(String line) throws Exception {
    String path =
        scene.path(
            "ttl",
            Scene.ok("text", FRESH, "ETag: \"a\""),
            Scene.response("412 Precondition Failed", ""));
    scene.get(path);
    assertThat(scene.get(path, line).status()).isEqualTo(412);
    String name = line.substring(0, line.indexOf(':'));
    assertThat(scene.lastAsked(path).field(name)).isEqualTo(line.substring(name.length() + 2));
  }

  /** A client's own validators must not become those of what is stored for others. */
  @Test
  void missWithPreconditionsFetchesTheWhole() throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH, "ETag: \"a\""));
    RawMessage answer = scene.get(path, "If-None-Match: \"a\"");
    assertThat(scene.lastAsked(path).field("If-None-Match")).isNull();
    assertThat(answer.status()).isEqualTo(304);
    assertThat(scene.get(path).body()).isEqualTo("text");
    assertThat(scene.asked(path)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-1, 206, ab, bytes 0-1/6",
    "bytes=2-, 206, cdef, bytes 2-5/6",
    "bytes=-2, 206, ef, bytes 4-5/6",
    "bytes=-100, 206, abcdef, bytes 0-5/6",
    "bytes=4-100, 206, ef, bytes 4-5/6",
    "bytes=6-, 416, '', bytes */6",
    "bytes=3-2, 200, abcdef, ",
    "lines=0-1, 200, abcdef, ",
    "bytes=x, 200, abcdef, ",
  })
  void rangeIsCutFromTheStoredWhole(String range, int status, String body, String place)
      throws Exception {
    String path = scene.path("ttl", Scene.ok("abcdef", FRESH, "ETag: \"a\""));
    scene.get(path);
    RawMessage answer = scene.get(path, "Range: " + range);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.field("Content-Range")).isEqualTo(place);
    assertThat(scene.asked(path)).hasSize(1);
  }

  /** RFC 9110, Section 13.1.5. */
  @ParameterizedTest
  @CsvSource({"'\"a\"', 206", "'\"b\"', 200", "'W/\"a\"', 200"})
  void ifRangeComparesStrongly(String tag, int status) throws Exception {
    String path = scene.path("ttl", Scene.ok("abcdef", FRESH, "ETag: \"a\""));
    scene.get(path);
    assertThat(scene.get(path, "Range: bytes=0-1", "If-Range: " + tag).status()).isEqualTo(status);
  }

  @Test
  void rangeOfWhatIsNotStoredIsPassedOn() throws Exception {
    String part = Scene.response("206 Partial Content", "ab", FRESH, "Content-Range: bytes 0-1/6");
    String path = scene.path("ttl", part);
    RawMessage answer = scene.get(path, "Range: bytes=0-1");
    assertThat(answer.status()).isEqualTo(206);
    assertThat(scene.lastAsked(path).field("Range")).isEqualTo("bytes=0-1");
    assertThat(answer.body()).isEqualTo("ab");
  }
}
