package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.exchange.TestGateway.Answer;
import dev.sidecache.testing.Requests;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One fetch behind the client's back for each key, a bounded number in all: RFC 5861, Section 3.
 */
class StaleWhileRevalidateTest {
  private static final String RULES =
      """
      routes:
        - { name: post, match: { path: /p, methods: [POST] }, key: { body: { format: raw } },
            ttl: 1m, stale_while_revalidate: 1m }
        - { name: all, match: { path: "/**" }, ttl: 1m, stale_while_revalidate: 1m }
      """;

  private final TestGateway gateway = new TestGateway(RULES, 2).origin(200, "old", "ETag", "\"a\"");

  @AfterEach
  void letGo() {
    gateway.close();
  }

  private void storeAndAge(String... targets) {
    for (String target : targets) {
      gateway.get(target);
    }
    gateway.advance(Duration.ofSeconds(61)).origin(null);
    gateway.forwarded.clear();
  }

  @Test
  void staleResponseIsServedAtOnceAndFetchedOnce() {
    storeAndAge("/a");

    Answer first = gateway.get("/a");
    Answer second = gateway.get("/a");

    assertThat(first.cacheStatus()).isEqualTo("sidecache; hit; ttl=-1; detail=stale");
    assertThat(second.body()).isEqualTo("old");
    assertThat(gateway.forwarded).hasSize(1);
    gateway.release(gateway.response(200, "new"));
    assertThat(gateway.get("/a").body()).isEqualTo("new");
  }

  @Test
  void numberOfFetchesIsBoundedAndTheRestComesLater() {
    storeAndAge("/a", "/b", "/c");

    assertThat(gateway.get("/a").body()).isEqualTo("old");
    assertThat(gateway.get("/b").body()).isEqualTo("old");
    assertThat(gateway.get("/c").body()).isEqualTo("old");
    assertThat(gateway.forwarded).hasSize(2);

    gateway.release(gateway.response(200, "new"));
    assertThat(gateway.get("/c").body()).isEqualTo("old");
    assertThat(gateway.forwarded).hasSize(3);
    gateway.release(gateway.response(304, ""));
    gateway.release(gateway.response(500, ""));
    assertThat(gateway.get("/a").body()).isEqualTo("new");
    assertThat(gateway.get("/b").cacheStatus()).contains("; hit");
  }

  @Test
  void everyEndOfAFetchMakesRoomForAnother() {
    for (String end : new String[] {"fails", "refused", "304", "other 304", "stored"}) {
      storeAndAge("/" + end.replace(' ', '-') + "1", "/" + end.replace(' ', '-') + "2");
      for (int i = 1; i <= 2; i++) {
        gateway.get("/" + end.replace(' ', '-') + i);
      }
      assertThat(gateway.forwarded).as(end).hasSize(2);
      end(end);
      end(end);
      while (gateway.held() > 0) {
        gateway.release(gateway.response(200, "new", "ETag", "\"b\""));
      }
      gateway.origin(200, "old", "ETag", "\"a\"");
    }
  }

  private void end(String how) {
    switch (how) {
      case "refused" -> gateway.release(gateway.response(200, "x", "Cache-Control", "no-store"));
      case "304" -> gateway.release(gateway.response(304, ""));
      case "other 304" -> gateway.release(gateway.response(304, "", "ETag", "\"b\""));
      case "stored" -> gateway.release(gateway.response(200, "new"));
      default -> gateway.release(gateway.response(503, ""));
    }
  }

  @Test
  void postThatIsReadTooIsFetchedOnce() {
    gateway.ask(Requests.of("POST", "/p"), "question");
    gateway.advance(Duration.ofSeconds(61)).origin(null);
    gateway.forwarded.clear();

    assertThat(gateway.ask(Requests.of("POST", "/p"), "question").body()).isEqualTo("old");
    assertThat(gateway.ask(Requests.of("POST", "/p"), "question").body()).isEqualTo("old");

    assertThat(gateway.forwarded).hasSize(1);
    gateway.release(gateway.response(200, "new"));
    assertThat(gateway.ask(Requests.of("POST", "/p"), "question").body()).isEqualTo("new");
  }
}
