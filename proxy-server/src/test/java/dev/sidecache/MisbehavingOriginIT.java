package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins that break the rules: nothing is stored wrongly, no connection gets out of step. */
class MisbehavingOriginIT {
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
  private static final String OK = "HTTP/1.1 200 OK\r\n" + FRESH + "\r\n";

  /** What the client gets, up to the end of the answer or of the connection. */
  private static String octets(String path) throws IOException {
    try (RawClient client = scene.client()) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
          .readToEnd();
    }
  }

  /** After the origin's odd answer the next request gets the good one, from the origin. */
  private static void assertNotKept(String path) throws IOException {
    RawMessage next = scene.get(path);
    assertThat(next.body()).as(next.toString()).isEqualTo("good");
    assertThat(Scene.isHit(next)).isFalse();
    assertThat(Scene.isHit(scene.get(path))).as("the good one is stored").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\nshort",
        "Content-Length: 5, 5\r\n\r\nshort",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nshort!",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n0\r\n\r\n",
        "Content-Length: -1\r\n\r\nshort",
        "Content-Length: +5\r\n\r\nshort",
        "Content-Length: 0x5\r\n\r\nshort",
        "Content-Length: 99999999999999999999\r\n\r\nshort",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nshor",
        "Transfer-Encoding: chunked\r\n\r\nz\r\nshort\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-5\r\nshort\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nshort\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nshortXX0\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nshort\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\nshort",
      })
  void contentWithoutASureEndIsNeverStored(String rest) throws Exception {
    for (String route : new String[] {"origin", "ttl"}) {
      String path = scene.path(route, OK + rest + Scene.CLOSE, OK + rest + Scene.CLOSE);
      octets(path);
      scene.answers(path, Scene.ok("good", FRESH));
      assertNotKept(path);
    }
  }

  /** RFC 9112, Section 6.3: octets after the content are no answer to the next request. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "junk",
        "\r\n",
        "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
      })
  void octetsAfterAnAnswerReachNobody(String extra) throws Exception {
    String path = scene.path("ttl", Scene.wire("200 OK", "good", FRESH) + extra);
    assertThat(scene.get(path).body()).isEqualTo("good");
    for (int i = 0; i < 5; i++) {
      String other = scene.path("ttl", Scene.ok("other", FRESH));
      assertThat(scene.get(other).body()).isEqualTo("other");
    }
    assertThat(scene.get(path).body()).isEqualTo("good");
  }

  /** RFC 9110, Section 15.4.5: there is nothing to confirm; it must not become what is stored. */
  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void answer304ThatNobodyAskedForIsNotStored(String route) throws Exception {
    String path =
        scene.path(
            route,
            Scene.response("304 Not Modified", "", FRESH, "ETag: \"a\""),
            Scene.ok("good", FRESH));
    RawMessage odd = scene.get(path);
    assertThat(Scene.isStored(odd)).isFalse();
    assertNotKept(path);
  }

  @Test
  void partNobodyAskedForIsNotTheWhole() throws Exception {
    String part = Scene.response("206 Partial Content", "go", FRESH, "Content-Range: bytes 0-1/4");
    assertNotKeptAfter(part);
    assertNotKeptAfter(Scene.response("206 Partial Content", "go", FRESH));
    assertNotKeptAfter(Scene.ok("go", FRESH, "Content-Range: bytes 0-1/4"));
  }

  private static void assertNotKeptAfter(String odd) throws IOException {
    for (String route : new String[] {"origin", "ttl"}) {
      String path = scene.path(route, odd, Scene.ok("good", FRESH));
      assertThat(Scene.isStored(scene.get(path))).isFalse();
      RawMessage next = scene.get(path);
      assertThat(next.body()).isEqualTo("good");
      assertThat(Scene.isHit(next)).isFalse();
    }
  }

  /** Contradictory fields: the one that narrows counts. */
  @ParameterizedTest
  @CsvSource({
    "'Cache-Control: max-age=60\r\nCache-Control: no-store'",
    "'Cache-Control: no-store\r\nCache-Control: max-age=60'",
    "'Cache-Control: public, no-store, max-age=60'",
    "'Cache-Control: private, public, max-age=60'",
    "'Cache-Control: max-age=60, max-age=0, no-store'",
    "'Cache-Control: max-age=60\r\nVary: A\r\nVary: *'",
    "'Cache-Control: max-age=60\r\nSet-Cookie: a=b\r\nPragma: public'",
  })
  void ofContradictoryFieldsTheNarrowerCounts(String lines) throws Exception {
    String path = scene.path("origin", Scene.ok("text", lines));
    assertThat(Scene.isStored(scene.get(path))).isFalse();
    assertThat(Scene.isHit(scene.get(path))).isFalse();
  }

  /** Two Dates, two entity tags, two Expires: never served beyond what one of them allows. */
  @Test
  void duplicateFieldsDoNoHarm() throws Exception {
    String twice =
        Scene.wire(
            "200 OK",
            "text",
            FRESH,
            "Date: " + scene.date(0),
            "Date: " + scene.date(5000),
            "ETag: \"a\"",
            "ETag: \"b\"",
            "Age: 10",
            "Age: 0");
    String path = scene.path("origin", twice);
    scene.get(path);
    scene.advance(49);
    assertThat(Scene.isHit(scene.get(path))).isTrue();
    scene.advance(1);
    assertThat(Scene.isHit(scene.get(path))).isFalse();
  }

  @Test
  void fieldsThatConnectionNamesGoNoFurther() throws Exception {
    String path =
        scene.path(
            "ttl",
            Scene.ok(
                "text",
                FRESH,
                "Connection: close, X-One",
                "Connection: X-Two",
                "X-One: 1",
                "X-Two: 2",
                "ETag: \"a\""));
    for (RawMessage answer : new RawMessage[] {scene.get(path), scene.get(path)}) {
      assertThat(answer.field("X-One")).isNull();
      assertThat(answer.field("X-Two")).isNull();
      assertThat(answer.field("ETag")).isEqualTo("\"a\"");
    }
  }

  /** Naming Cache-Control itself must not lift what it says. */
  @Test
  void cacheControlNamedByConnectionStillForbids() throws Exception {
    String path =
        scene.path("ttl", Scene.ok("text", "Connection: Cache-Control", "Cache-Control: no-store"));
    RawMessage first = scene.get(path);
    assertThat(Scene.status(first)).contains("detail=no_store");
    assertThat(Scene.isHit(scene.get(path))).isFalse();
  }

  @Test
  void headOverTheLimitIsRefusedAndTheConnectionDropped() throws Exception {
    String huge = OK + "X-Big: " + "x".repeat(300_000) + "\r\nContent-Length: 4\r\n\r\nevil";
    String path = scene.path("ttl", huge);
    RawMessage refused = scene.get(path);
    assertThat(refused.status()).isEqualTo(502);
    scene.answers(path, Scene.ok("good", FRESH));
    assertNotKept(path);
  }

  @Test
  void closeDelimitedContentIsStoredWholeOrNotAtAll() throws Exception {
    String path = scene.path("ttl", OK + "\r\nall of it" + Scene.CLOSE);
    try (RawClient client = scene.client()) {
      assertThat(client.get(path).readResponse().body()).isEqualTo("all of it");
    }
    assertThat(scene.get(path).body()).isEqualTo("all of it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ETag: a",
        "ETag: \"",
        "ETag: W/",
        "Last-Modified: soon",
        "Vary: ,",
        "Vary: \"",
        "Expires: \"",
        "Cache-Control: \"",
        "Cache-Control: =",
        "Cache-Control: ,=,\"=\"",
        "Age: \u00ff",
        "Date: 0",
        "CDN-Cache-Control: )(",
        "Cache-Groups: \"",
        "Cache-Tag: ,,",
        "Content-Type: /",
        "Cache-Status: \"",
      })
  void junkInAFieldBreaksNothing(String line) throws Exception {
    for (String route : new String[] {"origin", "ttl"}) {
      String path = scene.path(route, Scene.wire("200 OK", "good", line, "X-A: 1"));
      for (int i = 0; i < 3; i++) {
        RawMessage answer = scene.get(path, "If-None-Match: \"x\"");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("good");
        scene.advance(61);
      }
    }
  }
}
