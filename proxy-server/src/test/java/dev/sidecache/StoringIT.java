package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored, over real sockets: RFC 9111, Section 3. */
class StoringIT {
  private static final String FRESH = "Cache-Control: max-age=60";

  private static Scene scene;

  @BeforeAll
  static void start() throws Exception {
    scene =
        Scene.start(
            Scene.ROUTES
                + """
                  - { name: user, match: { path: "/user/**" }, ttl: 60s }
                  - { name: small, match: { path: "/small/**" }, ttl: 60s, scope: shared, max_entry_size: 1KiB }
                """);
  }

  @AfterAll
  static void stop() throws IOException {
    scene.close();
  }

  /** The reason of the first answer, after which the second must come from the origin again. */
  private static String refusal(String path, String... lines) throws IOException {
    RawMessage first = scene.get(path, lines);
    RawMessage second = scene.get(path, lines);
    assertThat(Scene.isHit(second)).isFalse();
    assertThat(scene.asked(path)).hasSize(2);
    String status = Scene.status(first);
    assertThat(Scene.isStored(first)).as(status).isFalse();
    int detail = status.indexOf("detail=");
    return detail < 0 ? "" : status.substring(detail + 7);
  }

  private static void assertStored(String path, String... lines) throws IOException {
    RawMessage first = scene.get(path, lines);
    RawMessage second = scene.get(path, lines);
    assertThat(Scene.isStored(first)).as(Scene.status(first)).isTrue();
    assertThat(Scene.isHit(second)).as(Scene.status(second)).isTrue();
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(scene.asked(path)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void plainResponseIsStored(String route) throws Exception {
    assertStored(scene.path(route, Scene.ok("text", FRESH)));
  }

  /** RFC 9111, Section 3: GET is understood; other methods are not answered from the cache. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO"})
  void methodThatIsNotUnderstoodIsNotStored(String method) throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH));
    RawMessage first = scene.ask(method, path, "");
    RawMessage second = scene.ask(method, path, "");

    assertThat(Scene.status(first)).contains("fwd=").doesNotContain("stored");
    assertThat(Scene.status(second)).contains("fwd=").doesNotContain("hit");
    assertThat(Scene.isHit(scene.get(path))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "origin, no-store",
    "ttl, no-store",
    "ttl, 'no-store, max-age=60'",
    "origin, 'max-age=60, No-Store'",
    "ttl, 'foo=\"a, b\", no-store'",
    "ttl, 'max-age=60,,,no-store'",
  })
  void noStoreIsNeverStored(String route, String directives) throws Exception {
    String path = scene.path(route, Scene.ok("text", "Cache-Control: " + directives));
    assertThat(refusal(path)).isEqualTo("no_store");
  }

  /** RFC 9111, Section 5.2.2.5: also in a later line. */
  @Test
  void noStoreInALaterLineIsNeverStored() throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH, "Cache-Control: no-store"));
    assertThat(refusal(path)).isEqualTo("no_store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void privateIsNotStoredForAll(String route) throws Exception {
    String path = scene.path(route, Scene.ok("text", "Cache-Control: private, max-age=60"));
    assertThat(refusal(path)).isEqualTo("private");
  }

  /** RFC 9111, Section 5.2.2.7: private responses may be kept where the entry is one user's. */
  @Test
  void privateIsStoredForTheOneUserAlone() throws Exception {
    String path = scene.path("user", Scene.ok("mine", "Cache-Control: private, max-age=60"));
    assertStored(path, "Authorization: Bearer one");
    assertThat(Scene.isHit(scene.get(path, "Authorization: Bearer two"))).isFalse();
    assertThat(Scene.isHit(scene.get(path))).isFalse();
  }

  @Test
  void privateWithFieldNamesLeavesThoseFieldsOut() throws Exception {
    String path =
        scene.path(
            "origin",
            Scene.ok("text", "Cache-Control: max-age=60, private=\"X-A\"", "X-A: 1", "X-B: 2"));
    assertThat(scene.get(path).field("X-A")).isEqualTo("1");
    RawMessage hit = scene.get(path);
    assertThat(Scene.isHit(hit)).isTrue();
    assertThat(hit.field("X-A")).isNull();
    assertThat(hit.field("X-B")).isEqualTo("2");
  }

  /** RFC 9111, Section 3: 206 and Content-Range are not stored as a whole. */
  @Test
  void partialContentIsNotStoredAsAWhole() throws Exception {
    String part = Scene.response("206 Partial Content", "ab", FRESH, "Content-Range: bytes 0-1/4");
    String path = scene.path("ttl", part, Scene.ok("abcd", FRESH));
    scene.get(path, "Range: bytes=0-1");
    RawMessage whole = scene.get(path);
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo("abcd");
  }

  /** RFC 9111, Section 3: nothing without a lifetime, explicit or guessed. */
  @Test
  void withoutAnyLifetimeItIsNotStored() throws Exception {
    assertThat(refusal(scene.path("origin", Scene.ok("text")))).isEqualTo("no_lifetime");
    assertStored(scene.path("ttl", Scene.ok("text")));
  }

  @ParameterizedTest
  @CsvSource({
    "200, true", "203, true", "300, true", "301, true", "308, true", "404, true", "405, true",
    "410, true", "414, true", "501, true", "201, true", "302, true", "307, true", "403, true",
    "500, true", "503, true", "599, true", "499, true",
  })
  void explicitLifetimeMakesAnyFinalStatusStorable(int status, boolean stored) throws Exception {
    String path = scene.path("origin", Scene.response(status + " Word", "text", FRESH));
    RawMessage first = scene.get(path);
    assertThat(Scene.isStored(first)).as(Scene.status(first)).isEqualTo(stored);
    assertThat(Scene.isHit(scene.get(path))).isEqualTo(stored);
  }

  @ParameterizedTest
  @CsvSource({
    "200, true",
    "404, true",
    "301, true",
    "201, false",
    "302, false",
    "403, false",
    "500, false"
  })
  void lifetimeIsGuessedForSomeStatusesOnly(int status, boolean stored) throws Exception {
    String modified = "Last-Modified: " + scene.date(-100_000);
    String path = scene.path("origin", Scene.response(status + " Word", "text", modified));
    assertThat(Scene.isStored(scene.get(path))).isEqualTo(stored);
    assertThat(Scene.isHit(scene.get(path))).isEqualTo(stored);
  }

  @Test
  void ttlRouteStoresOnlyTheStatusesItNames() throws Exception {
    String path = scene.path("ttl", Scene.response("404 Not Found", "text", FRESH));
    assertThat(refusal(path)).isEqualTo("status");
  }

  /** RFC 9111, Section 5.2.2.3. */
  @Test
  void mustUnderstandLiftsNoStoreForAKnownStatusOnly() throws Exception {
    String line = "Cache-Control: max-age=60, must-understand, no-store";
    assertStored(scene.path("origin", Scene.ok("text", line)));
    assertThat(refusal(scene.path("origin", Scene.response("299 Odd", "text", line))))
        .isEqualTo("no_store");
    String alone = "Cache-Control: max-age=60, must-understand";
    assertThat(refusal(scene.path("origin", Scene.response("299 Odd", "text", alone))))
        .isEqualTo("status");
  }

  @Nested
  class Authorised {
    private static final String WHO = "Authorization: Bearer one";

    @Test
    void isNotSharedWithoutPermission() throws Exception {
      assertThat(refusal(scene.path("origin", Scene.ok("text", FRESH)), WHO))
          .isEqualTo("authorization");
    }

    /** RFC 9111, Section 3.5. */
    @ParameterizedTest
    @ValueSource(strings = {"public, max-age=60", "s-maxage=60", "must-revalidate, max-age=60"})
    void isSharedWithPermission(String directives) throws Exception {
      assertStored(scene.path("origin", Scene.ok("text", "Cache-Control: " + directives)), WHO);
    }

    @Test
    void isSharedWhereTheOperatorSaysSo() throws Exception {
      assertStored(scene.path("ttl", Scene.ok("text", FRESH)), WHO);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void cookieIsNeverStored(String route) throws Exception {
    String path = scene.path(route, Scene.ok("text", FRESH, "Set-Cookie: a=b"));
    assertThat(refusal(path)).isEqualTo("set_cookie");
  }

  @Test
  void tooLargeIsStreamedAndNotStored() throws Exception {
    String path = scene.path("small", Scene.ok("x".repeat(1025), FRESH));
    assertThat(refusal(path)).isEqualTo("too_large");
    assertStored(scene.path("small", Scene.ok("x".repeat(1024), FRESH)));
  }

  /** RFC 9111, Section 5.2.1.5. */
  @Test
  void requestWithNoStoreIsNotStored() throws Exception {
    String path = scene.path("ttl", Scene.ok("text", FRESH));
    assertThat(refusal(path, "Cache-Control: no-store")).isEqualTo("client_no_store");
  }

  /** RFC 9111, Section 3.1: unknown fields too, hop-by-hop ones not. */
  @Test
  void allFieldsButThoseForTheNextHopAreStored() throws Exception {
    String path =
        scene.path(
            "ttl",
            Scene.ok(
                "text",
                FRESH,
                "X-Unknown: 1",
                "X-Unknown: 2",
                "Connection: X-Nominated, keep-alive",
                "X-Nominated: 3",
                "Keep-Alive: timeout=5",
                "Proxy-Authenticate: Basic",
                "Proxy-Authentication-Info: a=b",
                "Proxy-Authorization: Basic x",
                "Proxy-Connection: keep-alive",
                "Upgrade: foo"));
    RawMessage first = scene.get(path);
    RawMessage hit = scene.get(path);
    assertThat(first.field("X-Nominated")).isNull();
    assertThat(Scene.isHit(hit)).isTrue();
    assertThat(hit.fields("X-Unknown")).containsExactly("1", "2");
    assertThat(hit.field("X-Nominated")).isNull();
    assertThat(hit.field("Keep-Alive")).isNull();
    assertThat(hit.field("Proxy-Authenticate")).isNull();
    assertThat(hit.field("Proxy-Authentication-Info")).isNull();
    assertThat(hit.field("Proxy-Authorization")).isNull();
    assertThat(hit.field("Proxy-Connection")).isNull();
    assertThat(hit.field("Upgrade")).isNull();
  }

  /** RFC 9111, Section 3.3: what breaks off is incomplete and not stored. */
  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void incompleteResponseIsNotStored(String route) throws Exception {
    String cut = "HTTP/1.1 200 OK\r\n" + FRESH + "\r\nContent-Length: 10\r\n\r\nabc" + Scene.CLOSE;
    String path = scene.path(route, cut, Scene.ok("whole", FRESH));
    try (var client = scene.client()) {
      assertThat(client.get(path).readToEnd()).doesNotContain("whole");
    }
    RawMessage next = scene.get(path);
    assertThat(next.body()).isEqualTo("whole");
    assertThat(Scene.isHit(next)).isFalse();
  }

  @Test
  void chunkedResponseWithoutItsLastChunkIsNotStored() throws Exception {
    String cut =
        "HTTP/1.1 200 OK\r\n"
            + FRESH
            + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
            + Scene.CLOSE;
    String path = scene.path("ttl", cut, Scene.ok("whole", FRESH));
    try (var client = scene.client()) {
      assertThat(client.get(path).readToEnd()).doesNotEndWith("0\r\n\r\n");
    }
    assertThat(scene.get(path).body()).isEqualTo("whole");
  }
}
