package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.exchange.TestGateway.Answer;
import dev.sidecache.testing.Requests;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a client's own fields do on the path: RFC 9111, Sections 4.3.2, 4.3.5 and 5.2.1.7. */
class RequestedReuseTest {
  private static final String RULES =
      """
      never_cache: { paths: [/secret/**] }
      routes:
        - { name: all, match: { path: "/**", methods: [GET, HEAD, QUERY] }, ttl: origin, scope: shared }
      """;

  private final TestGateway gateway =
      new TestGateway(RULES).origin(200, "text", "Cache-Control", "max-age=60", "ETag", "\"a\"");

  @AfterEach
  void letGo() {
    gateway.close();
  }

  @Nested
  class OnlyIfCached {
    private static final String[] ONLY = {"Cache-Control", "only-if-cached"};

    @Test
    void storedResponseAnswers() {
      gateway.get("/a");

      assertThat(gateway.get("/a", ONLY).status()).isEqualTo(200);
      assertThat(gateway.forwarded).hasSize(1);
    }

    @Test
    void withoutOneTheAnswerIs504AndTheOriginIsNotAsked() {
      Answer answer = gateway.get("/a", ONLY);

      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.cacheStatus()).isEqualTo("sidecache; detail=only_if_cached");
      assertThat(answer.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(answer.body()).contains("asks for nothing else");
      assertThat(gateway.forwarded).isEmpty();
      assertThat(gateway.records.get(0).reason()).isEqualTo("only_if_cached");
    }

    @Test
    void soItIsWhereNothingIsLookedUp() {
      assertThat(gateway.get("/secret/a").status()).isEqualTo(200);

      assertThat(gateway.get("/secret/a", ONLY).status()).isEqualTo(504);
      assertThat(gateway.forwarded).hasSize(1);
    }

    @Test
    void soItIsWhereTheResponseIsRememberedAsOneThatMayNotBeStored() {
      gateway.origin(200, "text", "Cache-Control", "no-store");
      gateway.get("/a");

      assertThat(gateway.get("/a", ONLY).status()).isEqualTo(504);
      assertThat(gateway.forwarded).hasSize(1);
    }

    @Test
    void requestThatMayChangeSomethingIsForwarded() {
      Answer answer = gateway.ask(Requests.of("DELETE", "/a", ONLY), "");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(gateway.forwarded).hasSize(1);
    }
  }

  @Nested
  class ConditionalOnAMiss {
    @Test
    void wholeResponseIsFetchedAndTheClientToldThatItHasIt() {
      Answer answer = gateway.get("/a", "If-None-Match", "\"a\"");

      assertThat(gateway.lastForwarded().fields().contains("If-None-Match")).isFalse();
      assertThat(answer.status()).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.cacheStatus()).contains("fwd-status=200; stored");
      assertThat(gateway.get("/a").body()).isEqualTo("text");
      assertThat(gateway.forwarded).hasSize(1);
    }

    @Test
    void anotherValidatorGetsTheWhole() {
      assertThat(gateway.get("/a", "If-None-Match", "\"b\"").body()).isEqualTo("text");
    }

    @Test
    void whatIsNotStoredIsGivenWhole() {
      gateway.origin(200, "text", "Cache-Control", "no-store", "ETag", "\"a\"");

      assertThat(gateway.get("/a", "If-None-Match", "\"a\"").status()).isEqualTo(200);
    }

    @Test
    void cookieThatA304SetsReachesItsClientAndNoOther() {
      gateway.get("/a");
      gateway.advance(Duration.ofSeconds(61));
      gateway.origin(
          304, "", "Cache-Control", "max-age=60", "Set-Cookie", "a=1", "Set-Cookie", "b");

      Answer answer = gateway.get("/a");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.fields().all("Set-Cookie")).containsExactly("a=1", "b");
      assertThat(gateway.get("/a").field("Set-Cookie")).isEmpty();
    }
  }

  @Nested
  class Section435Head {
    private Answer head(String... fields) {
      return gateway.ask(Requests.of("HEAD", "/a", fields), "");
    }

    @Test
    void storedGetAnswers() {
      gateway.get("/a");

      assertThat(head().cacheStatus()).contains("; hit");
      assertThat(gateway.forwarded).hasSize(1);
    }

    @Test
    void staleOneIsConfirmedByAConditionalHead() {
      gateway.get("/a");
      gateway.advance(Duration.ofSeconds(61)).origin(304, "", "Cache-Control", "max-age=60");

      assertThat(head().cacheStatus()).contains("fwd=stale; fwd-status=304; stored");
      assertThat(gateway.lastForwarded().fields().first("If-None-Match")).isEqualTo("\"a\"");
      assertThat(gateway.get("/a").cacheStatus()).contains("; hit");
    }

    @Test
    void answerWithTheSameValidatorFreshensIt() {
      gateway.get("/a");
      gateway.advance(Duration.ofSeconds(61));

      Answer answer = head();

      assertThat(answer.cacheStatus()).contains("fwd=stale; fwd-status=200; stored; ttl=60");
      assertThat(answer.body()).isEmpty();
      assertThat(gateway.get("/a").cacheStatus()).contains("; hit");
      assertThat(gateway.forwarded).hasSize(2);
    }

    @Test
    void answerWithAnotherValidatorOrLengthMakesItAMiss() {
      gateway.get("/a");
      gateway.advance(Duration.ofSeconds(61));
      gateway.origin(200, "other", "Cache-Control", "max-age=60", "ETag", "\"b\"");

      assertThat(head().cacheStatus()).contains("detail=partial");
      assertThat(gateway.get("/a").cacheStatus()).contains("fwd=uri-miss");
    }

    @Test
    void failureProvesNothing() {
      gateway.get("/a");
      gateway.advance(Duration.ofSeconds(61)).origin(500, "", "ETag", "\"b\"");

      assertThat(head().status()).isEqualTo(500);
      gateway.origin(304, "");
      assertThat(gateway.get("/a").cacheStatus()).contains("fwd-status=304");
    }

    @Test
    void headIsNotWaitedForByAGet() {
      gateway.get("/a");
      gateway.advance(Duration.ofSeconds(61)).origin(null);
      gateway.start(Requests.of("HEAD", "/a"), "");

      gateway.start(Requests.get("/a"), "");

      assertThat(gateway.held()).isEqualTo(2);
      gateway.release(gateway.response(304, ""));
      gateway.release(gateway.response(304, ""));
    }
  }

  @Nested
  class Query {
    private Answer query(String content, String... fields) {
      return gateway.ask(Requests.of("QUERY", "/q", fields), content);
    }

    @Test
    void contentIsPartOfTheKeyWithoutBeingConfigured() {
      query("a");

      assertThat(query("a").cacheStatus()).contains("; hit");
      assertThat(query("b").cacheStatus()).contains("fwd=uri-miss");
      assertThat(gateway.get("/q").cacheStatus()).contains("fwd=uri-miss");
    }

    @Test
    void typeOfTheContentIsPartOfTheKey() {
      query("a", "Content-Type", "text/plain");

      assertThat(query("a", "Content-Type", "text/html").cacheStatus()).contains("fwd=uri-miss");
      assertThat(query("a", "Content-Type", "text/plain").cacheStatus()).contains("; hit");
    }

    @Test
    void itIsAnsweredConditionally() {
      query("a");

      assertThat(query("a", "If-None-Match", "\"a\"").status()).isEqualTo(304);
    }

    @Test
    void itInvalidatesNothing() {
      gateway.get("/q");
      query("a");

      assertThat(gateway.get("/q").cacheStatus()).contains("; hit");
    }
  }
}
