package dev.sidecache.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.Spellings;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleSetTest {

  @Nested
  class Routes {

    @Test
    void firstMatchWins() {
      RuleSet rules =
          Rules.of(
              Rules.route("one", "/api/students/me"),
              Rules.route("two", "/api/students/{id}"),
              Rules.route("three", "/api/students/me"));

      assertThat(name(rules.match(Requests.get("/api/students/me")))).isEqualTo("one");
      assertThat(name(rules.match(Requests.get("/api/students/7")))).isEqualTo("two");
      assertThat(name(rules.match(Requests.get("/api/students")))).isEqualTo("none");
    }

    @Test
    void earlierPatternWinsOverAMoreSpecialOne() {
      RuleSet rules = Rules.of(Rules.route("wide", "/api/**"), Rules.route("narrow", "/api/a"));

      assertThat(name(rules.match(Requests.get("/api/a")))).isEqualTo("wide");
    }

    @Test
    void methodCounts() {
      RuleSet rules =
          Rules.of(
              Rules.changing("write", "/a").methods("POST").build(),
              Rules.changing("read", "/a").methods("GET").build());

      assertThat(name(rules.match(Requests.of("POST", "/a")))).isEqualTo("write");
      assertThat(name(rules.match(Requests.of("GET", "/a")))).isEqualTo("read");
      assertThat(name(rules.match(Requests.of("HEAD", "/a")))).isEqualTo("read");
      assertThat(name(rules.match(Requests.of("PUT", "/a")))).isEqualTo("none");
      assertThat(name(rules.match(Requests.of("get", "/a")))).isEqualTo("none");
    }

    @ParameterizedTest(name = "host {0} takes {1}: {2}")
    @CsvSource({
      "api.example,      api.example,      true",
      "api.example,      api.example:8443, true",
      "api.example:8443, api.example:8443, true",
      "api.example:8443, api.example,      false",
      "api.example,      api.example.org,  false",
      "api.example,      xapi.example,     false",
      "api,              api:80:90,        false",
      "[::1],            [::1]:8080,       true"
    })
    void hostCounts(String host, String authority, boolean taken) {
      RuleSet rules = Rules.of(Rules.changing("r", "/a").host(host).build());
      RequestHead get = Requests.get("/a");
      RequestHead head =
          new RequestHead("GET", "http", authority, get.target(), "1.1", get.fields());

      assertThat(rules.match(head).route() != null).isEqualTo(taken);
    }

    @Test
    void parametersAreThoseOfTheRoute() {
      RuleSet rules = Rules.of(Rules.route("r", "/{kind}/{id}"));

      assertThat(rules.match(Requests.get("/students/7%20b")).parameters())
          .isEqualTo(Map.of("kind", "students", "id", "7 b"));
    }

    @Test
    void spellingMakesNoDifference() {
      RuleSet rules = Rules.of(Rules.route("r", "/api/students"));

      assertThat(name(rules.match(Requests.get("/%61pi/students?x")))).isEqualTo("r");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//a", "/a%2Fb", "/a;x", "/%2561", "/a\\b"})
    void doubtfulTargetHasNoRoute(String target) {
      RuleSet rules = new Rules().route(Rules.route("r", "/**")).buildWithUnmatched();

      assertThat(name(rules.match(Requests.get("/a")))).isEqualTo("r");
      assertThat(name(rules.match(Requests.get(target)))).isEqualTo("none");
    }

    @Test
    void targetThatAFieldReplacesHasNoRoute() {
      RuleSet rules = Rules.of(Rules.route("r", "/**"));

      assertThat(name(rules.match(Requests.get("/a", "X-Original", "/b")))).isEqualTo("r");
      assertThat(name(rules.match(Requests.get("/a", "X-Original-URL", "/b")))).isEqualTo("none");
    }

    @Test
    void unmatchedHasARouteOfItsOwnWhereWanted() {
      Rules rules = new Rules().route(Rules.route("r", "/a"));

      assertThat(name(rules.build().match(Requests.get("/b")))).isEqualTo("none");
      assertThat(rules.build().unmatchedFollowsOrigin()).isFalse();
      RuleSet following = rules.buildWithUnmatched();
      assertThat(following.unmatchedFollowsOrigin()).isTrue();
      assertThat(name(following.match(Requests.get("/b")))).isEqualTo("-");
      assertThat(name(following.match(Requests.get("/a")))).isEqualTo("r");
      assertThat(name(following.match(Requests.of("POST", "/b")))).isEqualTo("none");
      assertThat(following.routes()).hasSize(1);
      assertThat(following.allRoutes()).extracting(Route::name).containsExactly("r", "-");
    }

    @Test
    void matchCarriesTheDigestOfTheRoute() {
      Route route = Rules.route("r", "/a");

      RuleSet rules = Rules.of(route);
      assertThat(rules.match(Requests.get("/a")).requireDigest())
          .isEqualTo(RouteDigest.of(route, rules.neverCache(), ""));
      RuleSet byCookie = new RuleSet(rules.neverCache(), rules.routes(), List.of(), null, "cookie");
      assertThat(byCookie.match(Requests.get("/a")).requireDigest())
          .isEqualTo(RouteDigest.of(route, rules.neverCache(), "cookie"))
          .isNotEqualTo(RouteDigest.of(route, rules.neverCache(), ""));
      assertThat(rules.match(Requests.get("/b")).digest()).isNull();
      assertThat(new Match(null, Map.of(), null, List.of()).digest()).isNull();
    }

    @Test
    void treeFindsWhatAskingEachRouteFinds() {
      Random random = new Random(5);
      int found = 0;
      for (int i = 0; i < 500; i++) {
        List<Route> routes = randomRoutes(random);
        RuleSet rules = new RuleSet(noNever(), routes, List.of(), false);
        for (int j = 0; j < 20; j++) {
          RequestHead head = randomHead(random);
          Match match = rules.match(head);
          found += match.route() == null ? 0 : 1;
          assertThat(match.route()).isSameAs(linear(routes, head));
          assertThat(match.route() == null || match.parameters().equals(parameters(match, head)))
              .isTrue();
        }
      }
      assertThat(found).isGreaterThan(2000);
    }

    private List<Route> randomRoutes(Random random) {
      List<Route> routes = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        String host = random.nextBoolean() ? null : randomAuthority(random);
        routes.add(
            Rules.changing("r" + i, RandomPaths.pattern(random))
                .methods(randomMethod(random))
                .host(host)
                .build());
      }
      return routes;
    }

    private RequestHead randomHead(Random random) {
      RequestHead head = Requests.of(randomMethod(random), RandomPaths.path(random));
      String authority = randomAuthority(random);
      return new RequestHead(head.method(), "http", authority, head.target(), "1.1", head.fields());
    }

    private String randomMethod(Random random) {
      return random.nextInt(3) == 0 ? "POST" : "GET";
    }

    private String randomAuthority(Random random) {
      return (random.nextBoolean() ? "a" : "b") + (random.nextBoolean() ? "" : ":81");
    }

    private Route linear(List<Route> routes, RequestHead head) {
      for (Route route : routes) {
        if (route.match().parameters(head) != null) {
          return route;
        }
      }
      return null;
    }

    private Map<String, String> parameters(Match match, RequestHead head) {
      return match.route().match().parameters(head);
    }
  }

  @Nested
  class NeverCached {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/api/auth/me",
          "/api/auth",
          "/api/auth/",
          "/API/Auth/me",
          "/%61pi/auth/me",
          "/api//auth/me",
          "/api;x/auth/me",
          "/api%2Fauth%2Fme",
          "/api/%2561uth/me",
          "/api\\auth"
        })
    void pathBeatsEveryRouteInEverySpelling(String target) {
      RuleSet rules = new Rules().never("/api/auth/**").route(Rules.route("r", "/**")).build();

      assertThat(rules.match(Requests.get("/api/authors")).neverCache()).isNull();
      assertThat(rules.match(Requests.get(target)).neverCache()).isEqualTo("path /api/auth/**");
    }

    @Test
    void exactPathIsNotDodgedByAFinalSlash() {
      RuleSet rules = new Rules().never("/login").build();

      assertThat(rules.match(Requests.get("/login/")).neverCache()).isEqualTo("path /login");
      assertThat(rules.match(Requests.get("/login/x")).neverCache()).isNull();
    }

    @Test
    void requestHeaderBeatsEveryRoute() {
      RuleSet rules = new Rules().neverWithHeader("x-debug").route(Rules.route("r", "/**")).build();

      assertThat(rules.match(Requests.get("/a")).neverCache()).isNull();
      assertThat(rules.match(Requests.get("/a", "X-Debug", "")).neverCache())
          .isEqualTo("header x-debug");
    }

    @Test
    void noSpellingDodgesARule() {
      RuleSet rules =
          new Rules()
              .never("/api/auth/**")
              .route(Rules.route("r", "/**"))
              .rule(Rules.rule("changed", "PUT", "/api/auth/{who}", "who:{who}"))
              .build();
      Random random = new Random(11);
      int tried = 0;
      for (int i = 0; i < 20_000; i++) {
        String spelling = Spellings.of("/api/auth/me", random);
        if (RequestTarget.parse(spelling) != null) {
          tried++;
          Match match = rules.match(Requests.of("PUT", spelling));
          assertThat(match.neverCache()).as(spelling).isNotNull();
          assertThat(match.invalidations())
              .as(spelling)
              .anyMatch(triggered -> triggered.parameters().equals(Map.of("who", "me")));
        }
      }
      assertThat(tried).isGreaterThan(5000);
    }
  }

  @Nested
  class Invalidations {
    private final RuleSet rules =
        new Rules()
            .never("/api/hidden/**")
            .rule(Rules.rule("one", "PUT", "/api/students/{id}"))
            .rule(Rules.rule("two", "PUT", "/api/**"))
            .rule(Rules.rule("three", "DELETE", "/api/**"))
            .build();

    @Test
    void everyRuleThatMatchesActs() {
      Match match = rules.match(Requests.of("PUT", "/api/students/7"));

      assertThat(names(match)).containsExactly("one", "two");
      assertThat(match.invalidations().get(0).parameters()).isEqualTo(Map.of("id", "7"));
      assertThat(names(rules.match(Requests.of("POST", "/api/students/7")))).isEmpty();
      assertThat(names(rules.match(Requests.of("PUT", "/b")))).isEmpty();
    }

    @Test
    void actAlsoUnderNeverCache() {
      assertThat(names(rules.match(Requests.of("PUT", "/api/hidden/x")))).containsExactly("two");
    }

    @Test
    void actForTheMethodThatAFieldNames() {
      RequestHead post = Requests.of("POST", "/api/students/7", "X-HTTP-Method-Override", "delete");
      RequestHead same = Requests.of("PUT", "/api/students/7", "X-HTTP-Method", "PUT");
      RequestHead both = Requests.of("PUT", "/api/students/7", "X-HTTP-Method", "DELETE");

      assertThat(names(rules.match(post))).containsExactly("three");
      assertThat(names(rules.match(same))).containsExactly("one", "two");
      assertThat(names(rules.match(both))).containsExactly("one", "two", "three");
    }

    @Test
    void actForTheTargetThatAFieldNames() {
      assertThat(names(rules.match(Requests.of("PUT", "/b", "X-Original-URL", "/api/x?y"))))
          .containsExactly("two");
      assertThat(names(rules.match(Requests.of("PUT", "/b", "X-Original-URL", "junk")))).isEmpty();
    }

    @Test
    void everyReadingGivesItsParameters() {
      Match match = rules.match(Requests.of("PUT", "/api/students/7;v=1"));

      assertThat(match.invalidations())
          .filteredOn(triggered -> triggered.rule().name().equals("one"))
          .extracting(Match.Triggered::parameters)
          .containsExactly(Map.of("id", "7;v=1"), Map.of("id", "7"));
    }
  }

  @Nested
  class MayCache {

    @Test
    void whereARouteHasThePathAndNothingForbidsIt() {
      RuleSet rules =
          new Rules()
              .never("/a/never")
              .route(Rules.changing("off", "/off").mode(Mode.BYPASS).build())
              .route(Rules.route("r", "/a/{id}"))
              .build();

      assertThat(rules.mayCache(List.of("/a/1"))).isTrue();
      assertThat(rules.mayCache(List.of("/x", "/a/1"))).isTrue();
      assertThat(rules.mayCache(List.of("/a/never"))).isFalse();
      assertThat(rules.mayCache(List.of("/b"))).isFalse();
      assertThat(rules.mayCache(List.of("/off"))).isFalse();
    }
  }

  @Nested
  class Covering {

    @Test
    void hostAndMethodsCount() {
      Route any = Rules.route("any", "/a");
      Route one = Rules.changing("one", "/a").host("x").build();
      Route head = Rules.changing("head", "/a").methods("HEAD").build();

      assertThat(any.match().covers(one.match())).isTrue();
      assertThat(one.match().covers(any.match())).isFalse();
      assertThat(one.match().covers(one.match())).isTrue();
      assertThat(any.match().covers(head.match())).isTrue();
      assertThat(head.match().covers(any.match())).isFalse();
    }
  }

  private static NeverCache noNever() {
    return Rules.of().neverCache();
  }

  private static String name(Match match) {
    return match.route() == null ? "none" : match.route().name();
  }

  private static List<String> names(Match match) {
    return match.invalidations().stream().map(triggered -> triggered.rule().name()).toList();
  }
}
