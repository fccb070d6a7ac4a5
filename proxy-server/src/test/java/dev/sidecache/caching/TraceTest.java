package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.Ttl;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTest {
  private static final Instant NOW = Instant.parse("2026-03-01T09:30:00Z");
  private static final Identity ANN =
      new Identity("7b1cxxxxxx", NOW.plus(Duration.ofMinutes(38)), "header Authorization");

  private final Rules rules =
      new Rules()
          .never("/api/auth/**")
          .route(Rules.changing("ask", "/api/ask").json().build())
          .route(Rules.changing("list", "/api/students").query("page").tags("students").build())
          .route(Rules.changing("off", "/off").mode(Mode.BYPASS).build())
          .rule(Rules.rule("created", "POST", "/api/students", "students"))
          .rule(Rules.rule("other", "POST", "/api/other", "other"));

  private Trace trace(RequestHead head, Identity identity, Trace.Outcome outcome) {
    return trace(rules.build(), head, identity, outcome);
  }

  private Trace trace(RuleSet set, RequestHead head, Identity identity, Trace.Outcome outcome) {
    Plan plan = Plan.of(set.match(head), head, identity, null);
    return Trace.of(set, plan, outcome, NOW);
  }

  @Test
  void requestThatIsAnsweredFromTheCache() {
    Trace trace =
        trace(
            Requests.get("/api/students?page=2&utm_source=x", "Authorization", "Bearer s3cret"),
            ANN,
            new Trace.Outcome("l1 miss, l2 hit (age 21 s)", null, "hit l2, 39 s left", null));

    assertThat(trace.toText())
        .isEqualTo(
            """
            route        list (test.yaml:1, 2nd of 3); never_cache: no rule matches
            identity     header Authorization -> 7b1c… (token expires in 38 min)
            key          GET /api/students?page=2 | user 7b1c…   dropped: utm_source
            lookup       l1 miss, l2 hit (age 21 s)
            ttl          60 s (from the route)   tags: students, route:list
            invalidated  by created (POST /api/students)
            result       hit l2, 39 s left
            """);
    assertThat(trace.reason()).isNull();
    assertThat(trace.dropped()).containsExactly("utm_source");
    assertThat(trace.toString()).doesNotContain("s3cret");
  }

  @Test
  void sentOneTellsWhatCameOfIt() {
    Trace trace = trace(Requests.get("/api/students"), Identity.NONE, null);
    String refused = "sidecache; fwd=uri-miss; fwd-status=200; detail=no_store";

    assertThat(trace.sent(200, refused).reason()).isEqualTo("no_store");
    assertThat(trace.sent(200, refused).cacheStatus()).isEqualTo(refused);
    assertThat(trace.sent(200, "sidecache; hit; detail=l1").reason()).isNull();
    assertThat(trace.sent(200, "sidecache; fwd=stale").reason()).isNull();
    assertThat(trace.sent(0, "").result()).isEqualTo("looked up; sent: no answer");
    assertThat(trace.sent(0, "").cacheStatus()).isNull();
  }

  @Test
  void whatIsForeseenIsTold() {
    RequestHead only = Requests.get("/other", "Cache-Control", "only-if-cached");

    assertThat(trace(Requests.get("/other"), Identity.NONE, null).cacheStatus())
        .isEqualTo("sidecache; fwd=bypass; detail=no_route");
    assertThat(trace(Requests.of("PUT", "/other"), Identity.NONE, null).cacheStatus())
        .isEqualTo("sidecache; fwd=method; detail=method");
    assertThat(trace(only, Identity.NONE, null).cacheStatus())
        .isEqualTo("sidecache; detail=only_if_cached");
    assertThat(trace(only, Identity.NONE, null).result()).isEqualTo("answered 504");
  }

  @Test
  void refusalIsTheReason() {
    Trace trace =
        trace(
            Requests.get("/api/students"),
            Identity.NONE,
            new Trace.Outcome("miss", "none", "not stored", "no_store"));

    assertThat(trace.reason()).isEqualTo("no_store");
    assertThat(trace.ttl()).isEqualTo("none");
    assertThat(trace.toText()).endsWith("result       not stored (no_store)\n");
  }

  @Test
  void bypassHasNoKeyAndItsReason() {
    Trace trace = trace(Requests.get("/api/auth/me"), Identity.NONE, null);

    assertThat(trace.toText())
        .isEqualTo(
            """
            route        none matches; never_cache: path /api/auth/**
            identity     none
            result       forwarded (never_cache)
            """);
  }

  @Nested
  class Reasons {

    @ParameterizedTest(name = "{0} {1}: {4}")
    @CsvSource(
        delimiter = '|',
        nullValues = "-",
        textBlock =
            """
            GET  | /api//students | -  | none: the path can be read in more than one way | forwarded
            GET  | /other         | -  | none matches | forwarded
            GET  | /other         | X-Original-URL | none: a field names another path for the origin | forwarded
            GET  | /off           | -  | off (test.yaml:1, 3rd of 3) | forwarded
            GET  | /api/students  | Content-Length | list (test.yaml:1, 2nd of 3) | forwarded: it has content, which is no part of the key
            POST | /api/ask       | -  | ask (test.yaml:1, 1st of 3) | forwarded: its content is over 65536 bytes or cannot be read
            POST | /other         | -  | none matches | forwarded
            POST | /api/students  | -  | none matches | forwarded, makes invalid: url:/api/students, students (by created)
            PUT  | /api/students  | -  | none matches | forwarded, makes invalid: url:/api/students
            GET  | /api/students  | -  | list (test.yaml:1, 2nd of 3) | looked up
            """)
    void tellMoreThanTheWord(
        String method, String path, String field, String route, String result) {
      RequestHead head =
          field == null ? Requests.of(method, path) : Requests.of(method, path, field, "7");
      Trace trace = trace(head, Identity.NONE, null);

      assertThat(trace.route()).isEqualTo(route);
      assertThat(trace.result()).isEqualTo(result);
    }

    @Test
    void modesAreTold() {
      RuleSet set =
          Rules.of(
              Rules.changing("o", "/o").mode(Mode.OBSERVE).build(),
              Rules.changing("s", "/s").mode(Mode.SHADOW).build());

      Trace observed = trace(set, Requests.get("/o"), Identity.NONE, null);
      Trace.Outcome hit = new Trace.Outcome("l1 hit", null, "hit l1", null);
      Trace shadowed = trace(set, Requests.get("/s"), Identity.NONE, hit);

      assertThat(observed.result()).isEqualTo("forwarded");
      assertThat(observed.reason()).isEqualTo("observe");
      assertThat(observed.key()).isEqualTo("GET /o | no identity");
      assertThat(shadowed.result()).isEqualTo("forwarded; mode serve would: hit l1");
      assertThat(shadowed.reason()).isEqualTo("shadow");
    }
  }

  @Nested
  class Identities {

    @ParameterizedTest
    @CsvSource({
      "0, (token has expired)",
      "-1, (token has expired)",
      "1, (token expires in 1 s)",
      "59, (token expires in 59 s)",
      "60, (token expires in 1 min)"
    })
    void tokensEnd(long seconds, String told) {
      Identity identity = new Identity("abc", NOW.plusSeconds(seconds), "cookie session");

      assertThat(trace(Requests.get("/api/students"), identity, null).identity())
          .isEqualTo("cookie session -> abc… " + told);
    }

    @Test
    void withoutEnd() {
      Identity identity = new Identity("abcdef", null, "cookie session");

      assertThat(trace(Requests.get("/api/students"), identity, null).identity())
          .isEqualTo("cookie session -> abcd…");
    }
  }

  @Nested
  class Keys {

    private String key(Route route, RequestHead head, Identity identity) {
      return trace(Rules.of(route), head, identity, null).key();
    }

    @Test
    void namesNotValues() {
      KeyParts parts =
          new KeyParts(
              new KeyParts.Query.None(), List.of("x-org"), List.of("lang", "b"), true, null);
      Route route = Rules.changing("r", "/a").key(parts).scope(Scope.SHARED).build();

      assertThat(key(route, Requests.of("HEAD", "/a?x", "X-Org", "v", "Cookie", "lang=v"), ANN))
          .isEqualTo("GET /a | headers x-org | cookies lang, b | shared");
    }

    @Test
    void contentIsTold() {
      Route route = Rules.changing("r", "/a").json().build();
      RequestHead head = Requests.of("POST", "/a");
      RuleSet set = Rules.of(route);
      Plan plan = Plan.of(set.match(head), head, Identity.NONE, new byte[1]);

      assertThat(Trace.of(set, plan, null, NOW).key()).isEqualTo("POST /a | content | no identity");
    }
  }

  @Test
  void lifetimeOfTheOrigin() {
    Route route = Rules.changing("r", "/a").ttl(new Ttl.Origin()).build();

    assertThat(trace(Rules.of(route), Requests.get("/a"), ANN, null).ttl())
        .isEqualTo("as the backend says");
  }

  @Test
  void unmatchedRouteHasNoPlace() {
    RuleSet set = new Rules().buildWithUnmatched();

    assertThat(trace(set, Requests.get("/a"), ANN, null).route())
        .isEqualTo("- (defaults.unmatched)");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1st",
    "2, 2nd",
    "3, 3rd",
    "4, 4th",
    "11, 11th",
    "12, 12th",
    "13, 13th",
    "21, 21st"
  })
  void placesAreCounted(int number, String place) {
    Rules many = new Rules();
    for (int i = 1; i <= 21; i++) {
      many.route(Rules.route("r" + i, "/" + i));
    }

    assertThat(trace(many.build(), Requests.get("/" + number), ANN, null).route())
        .isEqualTo("r" + number + " (test.yaml:1, " + place + " of 21)");
  }

  @Test
  void severalMethodsOfARuleAreToldInOrder() {
    InvalidationRule one = Rules.rule("changed", "PUT", "/a", "t");
    InvalidationRule both =
        new InvalidationRule(
            one.name(),
            one.source(),
            Set.of("PUT", "DELETE"),
            one.path(),
            one.statuses(),
            one.tags(),
            one.routes(),
            one.urls(),
            one.prefixes());
    RuleSet set = new Rules().route(Rules.route("r", "/a", "t")).rule(both).build();

    assertThat(trace(set, Requests.get("/a"), ANN, null).invalidatedBy())
        .containsExactly("changed (DELETE, PUT /a)");
  }
}
