package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.RequestHead;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static final Identity ANN = new Identity("ann", null, "header Authorization");
  private static final byte[] CONTENT = {1, 2, 3};

  private final Rules rules =
      new Rules()
          .never("/never/**")
          .route(Rules.changing("ask", "/ask").json().build())
          .route(Rules.changing("plain-post", "/plain").methods("GET", "POST").build())
          .route(Rules.changing("off", "/off").mode(Mode.BYPASS).build())
          .route(Rules.changing("observed", "/observed").mode(Mode.OBSERVE).build())
          .route(Rules.changing("shadowed", "/shadowed").mode(Mode.SHADOW).build())
          .route(Rules.route("all", "/**"))
          .rule(Rules.rule("logout", "GET", "/logout", "x"))
          .rule(Rules.rule("asked", "POST", "/ask", "x"));

  private Plan plan(RequestHead head) {
    return Plan.of(rules.build().match(head), head, ANN, null);
  }

  @Nested
  class LookedUp {

    @Test
    void cacheableRequestHasKeyAndTags() {
      Plan plan = plan(Requests.get("/a"));

      assertThat(plan.bypass()).isNull();
      assertThat(plan.key()).isNotNull();
      assertThat(plan.tags()).isNotEmpty();
      assertThat(plan.routeName()).isEqualTo("all");
      assertThat(plan.identity()).isSameAs(ANN);
    }

    @ParameterizedTest(name = "{4}")
    @CsvSource(
        nullValues = "-",
        value = {
          "HEAD, /a,        -,              -,             'HEAD uses what GET stored'",
          "GET,  /a,        Range,          bytes=0-1,     'ranges are cut from a stored response'",
          "GET,  /a,        If-None-Match,  x,             'conditions are answered from it'",
          "GET,  /a,        Cache-Control,  no-cache,      'no-cache is decided with the lookup'",
          "GET,  /a,        Cache-Control,  only-if-cached, 'so is only-if-cached'",
          "GET,  /a,        Content-Length, 0,             'no content'",
          "GET,  /a,        Upgrade,        websocket,     'upgrade without connection means nothing'",
          "GET,  /a,        Authorization,  Bearer x,      'credentials are the identity'"
        })
    void although(String method, String path, String name, String value, String description) {
      RequestHead head =
          name == null ? Requests.of(method, path) : Requests.of(method, path, name, value);

      assertThat(plan(head).bypass()).isNull();
    }

    @Test
    void modesKeepTheKeyOfWhatTheyDoNotServe() {
      Plan observed = plan(Requests.get("/observed"));

      assertThat(observed.bypass()).isEqualTo(Bypass.OBSERVE);
      assertThat(plan(Requests.get("/shadowed")).bypass()).isEqualTo(Bypass.SHADOW);
      assertThat(observed.key()).isNotNull();
      assertThat(observed.tags()).isNotEmpty();
      assertThat(observed.asServed().bypass()).isNull();
      assertThat(observed.asServed().key()).isSameAs(observed.key());
      assertThat(plan(Requests.of("POST", "/observed")).bypass()).isEqualTo(Bypass.METHOD);
    }

    @Test
    void lifetimeIsNoPartOfTheKey() {
      Plan plan = plan(Requests.get("/a"));
      Plan longer = plan.withTtl(new Ttl.Fixed(Duration.ofDays(1)));

      assertThat(longer.key()).isSameAs(plan.key());
      assertThat(longer.route().ttl()).isEqualTo(new Ttl.Fixed(Duration.ofDays(1)));
      Plan without = plan(Requests.get("/never/a"));
      assertThat(without.withTtl(new Ttl.Origin()).bypass()).isEqualTo(Bypass.NEVER_CACHE);
    }

    @Test
    void offerOfHttp2IsNoUpgrade() {
      RequestHead head =
          Requests.get("/a", "Connection", "Upgrade, HTTP2-Settings", "Upgrade", "h2c");

      assertThat(plan(head).bypass()).isNull();
    }
  }

  @Nested
  class Bypassed {

    @ParameterizedTest(name = "{4}: {5}")
    @CsvSource(
        nullValues = "-",
        value = {
          "GET,    /never/x, -,                      -,        never_cache, 'path'",
          "POST,   /never/x, -,                      -,        never_cache, 'whatever the method'",
          "POST,   /a,       -,                      -,        method, 'write'",
          "PUT,    /a,       -,                      -,        method, 'write'",
          "OPTIONS, /a,      -,                      -,        method, 'not cacheable'",
          "get,    /a,       -,                      -,        method, 'methods have case'",
          "POST,   /plain,   -,                      -,        method, 'POST route without key'",
          "GET,    /a,       X-HTTP-Method-Override, DELETE,   method, 'another method inside'",
          "GET,    /logout,  -,                      -,        method, 'a rule says that it writes'",
          "GET,    /off,     -,                      -,        route_bypass, 'mode'",
          "GET,    /a,       Cache-Control,          no-store, client_no_store, 'client'",
          "GET,    /a,       Cache-Control,          'a, No-Store', client_no_store, 'any place'",
          "GET,    /a,       Content-Length,         1,        body_too_large, 'content not in key'",
          "HEAD,   /a,       Transfer-Encoding,      chunked,  body_too_large, 'content not in key'",
          "GET,    //a,      -,                      -,        no_route, 'doubtful path'",
          "POST,   //a,      -,                      -,        method, 'doubtful path of a write'",
          "GET,    /a,       X-Original-URL,         /b,       no_route, 'another path inside'",
          "POST,   /ask,     -,                      -,        body_too_large, 'content not at hand'"
        })
    void forOneReason(
        String method, String path, String name, String value, String word, String description) {
      RequestHead head =
          name == null ? Requests.of(method, path) : Requests.of(method, path, name, value);
      Plan plan = plan(head);

      assertThat(plan(Requests.get("/a")).bypass()).isNull();
      assertThat(plan.bypass()).isNotNull();
      assertThat(plan.bypass().word()).isEqualTo(word);
      assertThat(plan.key()).isNull();
      assertThat(plan.tags()).isEmpty();
    }

    @Test
    void upgrade() {
      RequestHead head = Requests.get("/a", "Connection", "upgrade", "Upgrade", "h2c, websocket");

      assertThat(plan(head).bypass()).isEqualTo(Bypass.UPGRADE_REFUSED);
    }

    @Test
    void withoutRoute() {
      RuleSet none = Rules.of();
      RequestHead get = Requests.get("/a");
      RequestHead post = Requests.of("POST", "/a");

      assertThat(Plan.of(none.match(get), get, ANN, null).bypass()).isEqualTo(Bypass.NO_ROUTE);
      assertThat(Plan.of(none.match(get), get, ANN, null).routeName()).isEqualTo("-");
      assertThat(Plan.of(none.match(post), post, ANN, null).bypass()).isEqualTo(Bypass.METHOD);
    }
  }

  @Nested
  class Content {
    private final RequestHead ask = Requests.of("POST", "/ask", "Content-Length", "3");

    @Test
    void isAskedForWhereItCounts() {
      KeyParts.BodyKey key = Plan.bodyKey(rules.build().match(ask), ask);

      assertThat(key).isNotNull();
      assertThat(key.maxSizeBytes()).isEqualTo(64 << 10);
    }

    @Test
    void isNotAskedForWhereItDoesNotCount() {
      RequestHead get = Requests.get("/a");
      RequestHead post = Requests.of("POST", "/a");
      RequestHead noStore = Requests.of("POST", "/ask", "Cache-Control", "no-store");
      RuleSet both = Rules.of(Rules.changing("both", "/ask").json().methods("GET", "POST").build());
      RequestHead getOfBoth = Requests.get("/ask");

      assertThat(Plan.bodyKey(rules.build().match(get), get)).isNull();
      assertThat(Plan.bodyKey(rules.build().match(post), post)).isNull();
      assertThat(Plan.bodyKey(rules.build().match(noStore), noStore)).isNull();
      assertThat(Plan.bodyKey(both.match(getOfBoth), getOfBoth)).isNull();
      assertThat(Plan.bodyKey(Rules.of().match(ask), ask)).isNull();
      assertThat(Plan.of(both.match(getOfBoth), getOfBoth, ANN, null).bypass()).isNull();
    }

    @Test
    void makesAKeyAlthoughARuleMatches() {
      Plan plan = Plan.of(rules.build().match(ask), ask, ANN, CONTENT);

      assertThat(plan.bypass()).isNull();
      assertThat(plan.key())
          .isNotEqualTo(Plan.of(rules.build().match(ask), ask, ANN, new byte[] {1}).key());
    }
  }

  @Nested
  class Identities {

    @Test
    void neverShareInScopeUser() {
      RequestHead head = Requests.get("/a");
      Identity bob = new Identity("bob", Instant.EPOCH, "header Authorization");
      Identity annElsewhere = new Identity("ann", Instant.EPOCH, "cookie session");

      assertThat(keyFor(ANN, Scope.USER, head))
          .isEqualTo(keyFor(annElsewhere, Scope.USER, head))
          .isNotEqualTo(keyFor(bob, Scope.USER, head))
          .isNotEqualTo(keyFor(Identity.NONE, Scope.USER, head));
    }

    @Test
    void shareInScopeShared() {
      RequestHead head = Requests.get("/a");

      assertThat(keyFor(ANN, Scope.SHARED, head))
          .isEqualTo(keyFor(Identity.NONE, Scope.SHARED, head))
          .isNotEqualTo(keyFor(Identity.NONE, Scope.USER, head));
    }

    private CacheKey keyFor(Identity identity, Scope scope, RequestHead head) {
      Route route = Rules.changing("r", "/a").scope(scope).build();
      return Plan.of(Rules.of(route).match(head), head, identity, null).key();
    }
  }
}
