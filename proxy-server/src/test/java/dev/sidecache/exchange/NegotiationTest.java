package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Preferences in the words that the origin distinguishes: RFC 9111, Section 4.1. */
class NegotiationTest {
  private static final String RULES =
      """
      defaults: { scope: shared, accept_encoding: [br, gzip] }
      routes:
        - { name: en, match: { path: /en/** }, ttl: 1m, accept_language: [en, de] }
        - { name: raw, match: { path: /raw/** }, ttl: 1m, accept_encoding: any }
        - { name: all, match: { path: "/**" }, ttl: 1m }
      """;

  private final TestGateway gateway =
      new TestGateway(RULES).origin(200, "text", "Vary", "Accept-Encoding, Accept-Language");

  @AfterEach
  void letGo() {
    gateway.close();
  }

  @Test
  void clientsThatLikeTheSameCodingBestShareAResponse() {
    gateway.get("/a", "Accept-Encoding", "gzip, deflate, br");

    assertThat(gateway.lastForwarded().fields().all("Accept-Encoding")).containsExactly("br");
    assertThat(gateway.get("/a", "Accept-Encoding", "zstd, br, gzip;q=0.5").cacheStatus())
        .contains("; hit");
    assertThat(gateway.get("/a", "Accept-Encoding", "gzip").cacheStatus())
        .contains("fwd=vary-miss");
    assertThat(gateway.get("/a", "Accept-Encoding", "deflate").cacheStatus())
        .contains("fwd=vary-miss");
    assertThat(gateway.lastForwarded().fields().first("Accept-Encoding")).isEqualTo("identity");
    assertThat(gateway.get("/a").cacheStatus()).contains("; hit");
  }

  @Test
  void clientThatForbidsAllOfThemKeepsItsOwnWords() {
    gateway.get("/a", "Accept-Encoding", "zstd, *;q=0");

    assertThat(gateway.lastForwarded().fields().first("Accept-Encoding")).isEqualTo("zstd, *;q=0");
  }

  @Test
  void languageIsChosenWhereTheRouteNamesSome() {
    gateway.get("/en/a", "Accept-Language", "de-CH, en;q=0.8", "Accept-Encoding", "br");

    assertThat(gateway.lastForwarded().fields().first("Accept-Language")).isEqualTo("de");
    assertThat(
            gateway
                .get("/en/a", "Accept-Language", "fr, de;q=0.3", "Accept-Encoding", "br")
                .cacheStatus())
        .contains("; hit");
    gateway.get("/a", "Accept-Language", "de-CH, en;q=0.8");
    assertThat(gateway.lastForwarded().fields().first("Accept-Language"))
        .isEqualTo("de-CH, en;q=0.8");
  }

  @Test
  void routeMayLeaveTheClientsWords() {
    gateway.get("/raw/a", "Accept-Encoding", "gzip, deflate, br");

    assertThat(gateway.lastForwarded().fields().first("Accept-Encoding"))
        .isEqualTo("gzip, deflate, br");
    assertThat(gateway.get("/raw/a", "Accept-Encoding", "br, deflate, gzip").cacheStatus())
        .contains("; hit");
  }
}
