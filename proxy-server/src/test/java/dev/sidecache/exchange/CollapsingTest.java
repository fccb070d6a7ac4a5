package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.exchange.TestGateway.Client;
import dev.sidecache.message.Problem;
import dev.sidecache.message.ProblemException;
import dev.sidecache.testing.Requests;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Equal simultaneous requests: RFC 9111, Section 4; RFC 9211, Section 2.7. */
class CollapsingTest {
  private static final String RULES =
      """
      routes:
        - { name: alone, match: { path: /alone }, ttl: 1m, scope: shared, coalesce: false }
        - { name: mine, match: { path: /mine }, ttl: 1m }
        - { name: all, match: { path: "/**" }, ttl: 1m, scope: shared, stale_if_error: 1m }
      """;

  private static final Problem UNREACHABLE =
      new Problem(502, "Bad Gateway", "the origin refuses connections", "upstream_refused", 0);

  private final TestGateway gateway = new TestGateway(RULES).origin(null);

  @AfterEach
  void letGo() {
    gateway.close();
  }

  private Client ask(String target, String... fields) {
    return gateway.start(Requests.get(target, fields), "");
  }

  private static void assertAnswered(Client client, String body, String status) {
    assertThat(client.answer.body()).isEqualTo(body);
    assertThat(client.answer.cacheStatus()).contains(status);
  }

  @Test
  void followersShareTheAnswerOfTheFirst() {
    Client first = ask("/a");
    Client second = ask("/a");
    Client other = ask("/b");

    assertThat(gateway.forwarded).hasSize(2);
    gateway.release(gateway.response(200, "text"));

    assertAnswered(first, "text", "fwd=uri-miss; fwd-status=200; stored");
    assertAnswered(second, "text", "fwd=uri-miss; collapsed");
    assertThat(other.answer).isNull();
    gateway.release(gateway.response(200, "b"));
  }

  @Test
  void answerThatIsNotStoredSendsEachOnItsOwn() {
    Client first = ask("/a");
    Client second = ask("/a");
    gateway.release(gateway.response(200, "one", "Cache-Control", "no-store"));

    assertAnswered(first, "one", "detail=no_store");
    assertThat(second.answer).isNull();
    gateway.release(gateway.response(200, "two"));
    assertAnswered(second, "two", "fwd=uri-miss; fwd-status=200");
  }

  @Test
  void leaderThatFailsDoesNotFailTheOthers() {
    Client first = ask("/a");
    Client second = ask("/a");
    Client third = ask("/a");
    gateway.fail(new ProblemException(UNREACHABLE, "refused"));

    assertThat(first.answer.status()).isEqualTo(502);
    assertThat(gateway.held()).isEqualTo(2);
    gateway.release(gateway.response(200, "two"));
    gateway.release(gateway.response(200, "three"));
    assertAnswered(second, "two", "fwd=uri-miss");
    assertAnswered(third, "three", "fwd=uri-miss");
  }

  @Test
  void afterAFailureAllMayBeServedWhatIsStale() {
    gateway.origin(200, "old");
    gateway.get("/a");
    gateway.advance(Duration.ofSeconds(61)).origin(null);
    Client first = ask("/a");
    Client second = ask("/a");

    gateway.fail(new ProblemException(UNREACHABLE, "refused"));

    assertAnswered(first, "old", "hit; ttl=-1; detail=stale");
    assertAnswered(second, "old", "hit; ttl=-1; detail=stale");
    assertThat(gateway.held()).isZero();
  }

  @Test
  void leaderWhoseClientLeavesFetchesOnForTheOthers() {
    Client first = ask("/a");
    Client second = ask("/a");
    first.leave();

    gateway.release(gateway.response(200, "text"));

    assertAnswered(second, "text", "collapsed");
    assertThat(first.answer).isNull();
  }

  @Test
  void followerThatLeavesIsNotAnswered() {
    ask("/a");
    Client second = ask("/a");
    second.leave();

    gateway.release(gateway.response(200, "text"));

    assertThat(second.answer).isNull();
  }

  @Test
  void callersNeverShare() {
    ask("/mine", "Authorization", "ann");
    ask("/mine", "Authorization", "bob");
    ask("/mine", "Authorization", "ann");

    assertThat(gateway.forwarded).hasSize(2);
    gateway.release(gateway.response(200, "of ann"));
    gateway.release(gateway.response(200, "of bob"));
  }

  @Test
  void whoArrivedAfterAWriteDoesNotGetWhatWasFetchedBefore() {
    Client before = ask("/a");
    gateway.start(Requests.of("PUT", "/a"), "new");
    Client during = ask("/a");
    assertThat(gateway.forwarded).hasSize(2);

    gateway.release(1, gateway.response(200, "written"));
    Client after = ask("/a");
    assertThat(gateway.forwarded).hasSize(3);
    gateway.release(gateway.response(200, "old"));
    gateway.release(gateway.response(200, "new"));

    assertThat(before.answer.body()).isEqualTo("old");
    assertThat(during.answer.body()).isEqualTo("old");
    assertThat(after.answer.body()).isEqualTo("new");
    assertAnswered(ask("/a"), "new", "; hit");
  }

  @Test
  void varyingAnswerIsSharedOnlyWithThoseItSelects() {
    ask("/a", "Accept-Language", "de");
    Client second = ask("/a", "Accept-Language", "en");
    Client third = ask("/a", "Accept-Language", "DE");

    gateway.release(gateway.response(200, "hallo", "Vary", "Accept-Language"));

    assertAnswered(third, "hallo", "collapsed");
    assertThat(second.answer).isNull();
    gateway.release(gateway.response(200, "hello", "Vary", "Accept-Language"));
    assertThat(second.answer.body()).isEqualTo("hello");
  }

  @Test
  void patienceEndsAndTheFollowerGoesAlone() {
    ask("/a");
    Client second = ask("/a");

    gateway.advance(Duration.ofSeconds(61));
    assertThat(gateway.held()).isEqualTo(2);
    gateway.release(1, gateway.response(200, "two"));

    assertThat(second.answer.body()).isEqualTo("two");
    gateway.release(gateway.response(200, "one"));
  }

  @Test
  void routeMayForbidIt() {
    ask("/alone");
    ask("/alone");

    assertThat(gateway.held()).isEqualTo(2);
    gateway.release(gateway.response(200, "one"));
    gateway.release(gateway.response(200, "two"));
  }

  @Test
  void followersPreconditionsAreTheirOwn() {
    ask("/a");
    Client second = ask("/a", "If-None-Match", "\"a\"");
    Client third = ask("/a", "If-None-Match", "\"b\"");

    gateway.release(gateway.response(200, "text", "ETag", "\"a\""));

    assertThat(second.answer.status()).isEqualTo(304);
    assertThat(third.answer.status()).isEqualTo(200);
  }
}
