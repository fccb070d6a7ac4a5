package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Ttl;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeseenTest {
  private static final Instant NOW = Instant.parse("2026-03-01T09:30:00Z");
  private static final Ttl MINUTE = new Ttl.Fixed(Duration.ofMinutes(1));

  private final RuleSet rules = Rules.of(Rules.changing("a", "/a").ttl(MINUTE).build());

  private Plan plan(RequestHead head, Identity identity) {
    return Plan.of(rules.match(head), head, identity, null);
  }

  private Trace.Outcome after(RequestHead head, Lookup lookup) {
    return Foreseen.after(plan(head, Identity.NONE), lookup, NOW);
  }

  private static StoredHead stored(int status, long ageSeconds, String... fields) {
    ResponseHead head = new ResponseHead(status, Fields.of(fields));
    return new StoredHead(head, NOW.minusSeconds(ageSeconds), Duration.ZERO);
  }

  private static Lookup found(long ageSeconds, String... fields) {
    return new Lookup.Found(stored(200, ageSeconds, fields), Tier.L2, true);
  }

  @Test
  void hit() {
    Trace.Outcome outcome = after(Requests.get("/a"), found(21, "Cache-Tag", "shop:7"));

    assertThat(outcome.result()).isEqualTo("hit l2, 39 s left");
    assertThat(outcome.lookup()).isEqualTo("l1 miss, l2 hit (age 21 s)");
    assertThat(outcome.status()).isEqualTo(CacheStatus.hit(39, Tier.L2));
    assertThat(outcome.declared()).extracting(Tag::text).contains("shop:7");
    assertThat(outcome.reason()).isNull();
  }

  @Test
  void tooManyTagsAreNotTold() {
    assertThat(after(Requests.get("/a"), found(1, "Cache-Tag", "x".repeat(200))).declared())
        .isEmpty();
  }

  @Test
  void staleForWhoeverTakesThat() {
    RequestHead head = Requests.get("/a", "Cache-Control", "max-stale");
    Trace.Outcome outcome = after(head, found(70, "Cache-Control", "stale-while-revalidate=60"));

    assertThat(outcome.result())
        .isEqualTo("hit l2, stale for 10 s; a new one is fetched behind it");
    assertThat(outcome.status()).isEqualTo(CacheStatus.staleHit(-10));
  }

  @Test
  void storeThatCannotBeAsked() {
    Lookup lookup = new Lookup.Unavailable(Bypass.REDIS_DOWN);
    Trace.Outcome outcome = after(Requests.get("/a"), lookup);
    RequestHead only = Requests.get("/a", "Cache-Control", "only-if-cached");

    assertThat(outcome.reason()).isEqualTo("redis_down");
    assertThat(outcome.status().toField()).isEqualTo("sidecache; fwd=bypass; detail=redis_down");
    assertThat(after(only, lookup).result()).isEqualTo("answered 504");
    assertThat(after(only, lookup).lookup()).contains("(redis_down)");
  }

  @Test
  void missesOfBothKinds() {
    assertThat(after(Requests.get("/a"), new Lookup.UriMiss()).status().toField())
        .isEqualTo("sidecache; fwd=uri-miss");
    assertThat(after(Requests.get("/a"), new Lookup.VaryMiss()).lookup()).contains("Vary");
  }

  @Test
  void invalidatedOneIsValidatedByItsEtag() {
    Lookup changed = new Lookup.Found(stored(200, 5, "ETag", "\"1\""), Tier.L1, false);
    Trace.Outcome outcome = after(Requests.get("/a"), changed);

    assertThat(outcome.lookup())
        .isEqualTo("l1 hit (age 5 s), but what it is made from has changed since");
    assertThat(outcome.result()).contains("fwd=stale; the backend is asked");
  }

  @Test
  void rememberedRefusal() {
    Trace.Outcome outcome = Foreseen.remembered(Refusal.SET_COOKIE);

    assertThat(outcome.reason()).isEqualTo("set_cookie");
    assertThat(outcome.status().toField()).isEqualTo("sidecache; fwd=miss; detail=set_cookie");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          route  | -             | 60 s (from the route; the backend gives none)
          route  | max-age=30    | 30 s (from the backend; the route's 60 s is longer)
          route  | max-age=90    | 60 s (from the route; the backend's 90 s is longer)
          route  | no-cache      | 0 s (no-cache from the backend: each use is validated)
          over   | max-age=30    | 60 s (from the route, over the backend's 30 s)
          over   | no-cache      | 60 s (from the route; the backend gives none)
          origin | max-age=30    | 30 s (from the backend)
          origin | -             | 0 s (the backend gives none)
          """)
  void lifetimesAndWhereTheyComeFrom(String kind, String directives, String told) {
    StoredHead stored =
        directives == null ? stored(200, 5) : stored(200, 5, "Cache-Control", directives);

    assertThat(lifetime(kind, stored, Identity.NONE)).isEqualTo(told);
  }

  @Test
  void guessedLifetime() {
    StoredHead stored =
        stored(
            200,
            0,
            "Last-Modified",
            "Sun, 01 Mar 2026 08:30:00 GMT",
            "Date",
            "Sun, 01 Mar 2026 09:30:00 GMT");

    assertThat(lifetime("origin", stored, Identity.NONE))
        .isEqualTo("360 s (a tenth of the time since Last-Modified)");
  }

  @Test
  void statusThatTheRouteNoLongerTakes() {
    assertThat(lifetime("route", stored(404, 0), Identity.NONE))
        .isEqualTo("none: the route takes no status 404 any more");
  }

  @Test
  void tokenEndsItEarlier() {
    Identity ann = new Identity("ann", NOW.plusSeconds(10), "header Authorization");

    assertThat(lifetime("route", stored(200, 5), ann)).endsWith("; it ends with the token");
    assertThat(lifetime("route", stored(200, 55), ann)).endsWith("gives none)");
  }

  private static String lifetime(String kind, StoredHead stored, Identity identity) {
    Route route =
        Rules.changing("a", "/a").ttl(kind.equals("origin") ? new Ttl.Origin() : MINUTE).build();
    RuleSet set = Rules.of(route);
    if (kind.equals("over")) {
      set = set.withPolicies(ForeseenTest::overriding);
    }
    RequestHead head = Requests.get("/a");
    return Foreseen.lifetime(Plan.of(set.match(head), head, identity, null), stored, NOW);
  }

  private static Route.Policy overriding(Route.Policy policy) {
    return new Route.Policy(
        policy.staleWhileRevalidate(),
        policy.staleIfError(),
        policy.coalesce(),
        true,
        policy.honourClientNoCache(),
        policy.maxEntrySizeBytes(),
        policy.targets(),
        policy.upgrades(),
        policy.negotiation());
  }
}
