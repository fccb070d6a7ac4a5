package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients are told, over real sockets: RFC 9211, RFC 9213; interim responses and trailers. */
class CacheStatusIT {
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
      "never_cache: { paths: [/never/**] }\n"
          + Scene.ROUTES
          + "  - { name: bypassed, match: { path: \"/bypassed/**\" }, ttl: 60s, mode: bypass }\n";

  private static void assertStatus(RawMessage answer, String member) {
    assertThat(answer.fields("Cache-Status")).containsExactly(member);
  }

  /** RFC 9211, Section 2: every reason to go forward. */
  @Test
  void everyReasonToForwardIsTold() throws Exception {
    String path = scene.path("origin", Scene.ok("text", FRESH, "Vary: Foo"));
    assertStatus(scene.get(path), "sidecache; fwd=uri-miss; fwd-status=200; stored; ttl=60");
    assertStatus(scene.get(path), "sidecache; hit; ttl=60; detail=l1");
    assertStatus(
        scene.get(path, "Foo: 1"), "sidecache; fwd=vary-miss; fwd-status=200; stored; ttl=60");
    assertStatus(
        scene.get(path, "Cache-Control: no-cache"),
        "sidecache; fwd=request; fwd-status=200; stored; ttl=60");
    scene.advance(60);
    assertStatus(scene.get(path), "sidecache; fwd=stale; fwd-status=200; stored; ttl=60");
    assertStatus(
        scene.ask("POST", path, ""), "sidecache; fwd=method; fwd-status=200; detail=method");
  }

  @Test
  void everyReasonToStandAsideIsTold() throws Exception {
    String none = Scene.ok("text", FRESH);
    assertStatus(
        scene.get(scene.path("never", none)),
        "sidecache; fwd=bypass; fwd-status=200; detail=never_cache");
    assertStatus(
        scene.get(scene.path("bypassed", none)),
        "sidecache; fwd=bypass; fwd-status=200; detail=route_bypass");
    assertStatus(
        scene.get(scene.path("elsewhere", none)),
        "sidecache; fwd=bypass; fwd-status=200; detail=no_route");
    assertStatus(
        scene.get(scene.path("ttl", none), "Cache-Control: no-store"),
        "sidecache; fwd=bypass; fwd-status=200; detail=client_no_store");
  }

  /** RFC 9211, Section 2: our member comes after those of caches nearer to the origin. */
  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void memberIsAppendedToThoseOfOthers(String route) throws Exception {
    String path = scene.path(route, Scene.ok("text", FRESH, "Cache-Status: upstream; hit"));
    for (RawMessage answer : new RawMessage[] {scene.get(path), scene.get(path)}) {
      assertThat(answer.fields("Cache-Status")).hasSize(2).first().isEqualTo("upstream; hit");
      assertThat(answer.fields("Cache-Status").get(1)).startsWith("sidecache; ");
    }
  }

  /** RFC 9213, Section 2.2: the targeted field alone counts, whatever stands beside it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CDN-Cache-Control: max-age=60 | Cache-Control: no-store | true",
        "CDN-Cache-Control: max-age=60 | Expires: 0 | true",
        "CDN-Cache-Control: no-store | Cache-Control: max-age=60 | false",
        "CDN-Cache-Control: private | Cache-Control: max-age=60 | false",
        "CDN-Cache-Control: max-age=0 | Cache-Control: max-age=60 | false",
        "CDN-Cache-Control: foo | Cache-Control: max-age=60 | false",
        "CDN-Cache-Control: max-age=\"60\" | Cache-Control: max-age=60 | false",
        "CDN-Cache-Control: ) | Cache-Control: max-age=60 | true",
        "CDN-Cache-Control: | Cache-Control: max-age=60 | true",
        "CDN-Cache-Control: ) | Cache-Control: no-store | false",
        "Cdn-Cache-Control: max-age=60 | Cache-Control: no-store | true",
        "Other-Cache-Control: max-age=60 | Cache-Control: no-store | false",
      })
  void targetedFieldBeatsTheOthers(String target, String other, boolean hit) throws Exception {
    String path = scene.path("origin", Scene.ok("text", target, other));
    scene.get(path);
    scene.advance(1);
    assertThat(Scene.isHit(scene.get(path))).isEqualTo(hit);
  }

  /** RFC 8297: interim responses go on at once and are never stored. */
  @Test
  void earlyHintsAreForwardedAndNeverStored() throws Exception {
    String hints =
        "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nCache-Control: max-age=9\r\n\r\n";
    String path = scene.path("ttl", hints + Scene.ok("text", FRESH));
    try (RawClient client = scene.client()) {
      client.get(path);
      RawMessage interim = client.reader().readHead();
      assertThat(interim.status()).isEqualTo(103);
      assertThat(interim.field("Link")).isEqualTo("</a>; rel=preload");
      assertThat(client.readResponse().body()).isEqualTo("text");
      client.get(path);
      RawMessage hit = client.reader().readHead();
      assertThat(hit.status()).isEqualTo(200);
      assertThat(Scene.isHit(hit)).isTrue();
      assertThat(hit.field("Link")).isNull();
      assertThat(hit.field("Cache-Control")).isEqualTo("max-age=60");
    }
  }

  /** RFC 9111, Section 3.1: trailers are not merged into the stored header section. */
  @Test
  void trailersAreNeverStoredAsFields() throws Exception {
    String path =
        scene.path(
            "ttl",
            "HTTP/1.1 200 OK\r\n"
                + FRESH
                + "\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Cache-Control\r\n\r\n"
                + "4\r\ntext\r\n0\r\nX-Sum: 1\r\nCache-Control: max-age=9999\r\nSet-Cookie: a=b\r\n\r\n");
    RawMessage first = scene.get(path, "TE: trailers", "Connection: TE");
    assertThat(first.body()).isEqualTo("text");
    RawMessage hit = scene.get(path, "TE: trailers", "Connection: TE");
    assertThat(Scene.isHit(hit)).isTrue();
    assertThat(hit.body()).isEqualTo("text");
    assertThat(hit.field("X-Sum")).isNull();
    assertThat(hit.fields("Cache-Control")).containsExactly("max-age=60");
    assertThat(hit.field("Set-Cookie")).isNull();
  }

  /** RFC 9112, Section 5.1: an answer whose end is malformed was never complete. */
  @ParameterizedTest
  @ValueSource(strings = {"X-Sum : 1", "X-Sum: 1\r\n 2"})
  void answerWithMalformedTrailersIsNeverStored(String line) throws Exception {
    String chunks = "HTTP/1.1 200 OK\r\n" + FRESH + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    String good = chunks + "4\r\ntext\r\n0\r\nX-Sum: 1\r\n\r\n";
    String bad = chunks + "4\r\nevil\r\n0\r\n" + line + "\r\n\r\n";
    String path = scene.path("ttl", bad, good);
    assertThatThrownBy(() -> scene.get(path)).isInstanceOf(IOException.class);
    RawMessage next = scene.get(path);
    assertThat(Scene.isHit(next)).isFalse();
    assertThat(next.body()).isEqualTo("text");
    assertThat(Scene.isHit(scene.get(path))).isTrue();
    assertThat(scene.asked(path)).hasSize(2);
  }

  /** RFC 9111, Section 5.2: directives go on both ways, known or not. */
  @ParameterizedTest
  @ValueSource(strings = {"never", "ttl"})
  void directivesArePassedOnBothWays(String route) throws Exception {
    String path =
        scene.path(route, Scene.ok("text", "Cache-Control: max-age=60, foo=\"a, b\", bar"));
    RawMessage answer = scene.get(path, "Cache-Control: max-stale=5, no-transform, odd=1");
    assertThat(scene.lastAsked(path).fields("Cache-Control"))
        .containsExactly("max-stale=5, no-transform, odd=1");
    assertThat(answer.fields("Cache-Control")).containsExactly("max-age=60, foo=\"a, b\", bar");
  }
}
