package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MutationTest {
  private static final Identity ANN = new Identity("ann", null, "header Authorization");

  private static Mutation of(RuleSet rules, RequestHead head) {
    return Mutation.of(rules, rules.match(head), head, ANN);
  }

  private static List<String> texts(List<Tag> tags) {
    return tags.stream().map(Tag::text).toList();
  }

  @Nested
  class Recognised {
    private final RuleSet rules =
        new Rules()
            .never("/never/**")
            .route(Rules.changing("ask", "/ask").json().build())
            .route(Rules.changing("ask-never", "/never/ask").json().build())
            .route(Rules.changing("ask-off", "/off").json().mode(Mode.BYPASS).build())
            .route(Rules.route("all", "/**"))
            .rule(Rules.rule("logout", "GET", "/logout", "x"))
            .rule(Rules.rule("asked", "POST", "/ask", "x"))
            .build();

    @ParameterizedTest(name = "{0} {1}: {3}")
    @CsvSource({
      "GET,     /a,         false, 'safe'",
      "HEAD,    /a,         false, 'safe'",
      "OPTIONS, /a,         false, 'safe'",
      "GET,     /logout,    true,  'a rule names it'",
      "HEAD,    /logout,    false, 'a rule names GET only'",
      "POST,    /a,         true,  'unsafe'",
      "PUT,     /a,         true,  'unsafe'",
      "PURGE,   /a,         true,  'unknown'",
      "POST,    /ask,       false, 'its route caches it as a read, whatever rules match'",
      "PUT,     /ask,       true,  'unsafe'",
      "POST,    /never/ask, true,  'not cached'",
      "POST,    /off,       true,  'not cached'",
      "POST,    //ask,      true,  'not certain to be that route'"
    })
    void requestThatMayChangeData(
        String method, String path, boolean mutation, String description) {
      assertThat(of(rules, Requests.of(method, path)) != null).isEqualTo(mutation);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void requestWithAnotherMethodInside(String method) {
      RequestHead plain = Requests.of("GET", "/a");
      RequestHead head = Requests.of(method, "/ask", "X-HTTP-Method-Override", "DELETE");

      assertThat(of(rules, plain)).isNull();
      assertThat(texts(of(rules, head).tags())).contains("url:/ask");
    }

    @Test
    void withoutRouteEveryUnsafeMethod() {
      assertThat(of(Rules.of(), Requests.of("POST", "/a"))).isNotNull();
      assertThat(of(Rules.of(), Requests.of("GET", "/a"))).isNull();
    }
  }

  @Nested
  class Rfc9111Section44 {

    @Test
    void touchesItsOwnUrlWhereARouteCachesIt() {
      RuleSet rules = Rules.of(Rules.route("r", "/a/{id}"));
      Mutation mutation = of(rules, Requests.of("POST", "/a/1?x=y"));

      assertThat(mutation.needsMark()).isTrue();
      assertThat(texts(mutation.tags())).containsExactly("url:/a/1", "any-mutation");
      assertThat(texts(mutation.changedBy(200))).containsExactly("url:/a/1", "any-mutation");
      assertThat(mutation.actingOn(200)).isEmpty();
    }

    @Test
    void needsNoMarkWhereNothingCachesIt() {
      RuleSet rules = Rules.of(Rules.route("r", "/a/{id}"));
      Mutation mutation = of(rules, Requests.of("POST", "/b"));

      assertThat(mutation.needsMark()).isFalse();
      assertThat(mutation.tags()).isEmpty();
      assertThat(mutation.changedBy(200)).isEmpty();
      assertThat(mutation.changedBy(500)).isEmpty();
    }

    @Test
    void touchesEveryReadingOfItsUrl() {
      RuleSet rules = Rules.of(Rules.route("r", "/a/{id}"));

      assertThat(texts(of(rules, Requests.of("PUT", "/a/1/")).tags()))
          .containsExactly("url:/a/1/", "url:/a/1", "any-mutation");
      assertThat(texts(of(rules, Requests.of("PUT", "/a//1")).tags()))
          .contains("url:/a//1", "url:/a/1");
      assertThat(texts(of(rules, Requests.of("PUT", "/b", "X-Original-URL", "/a/1")).tags()))
          .contains("url:/b", "url:/a/1");
    }

    @Test
    void safeMethodThatARuleNamesTouchesOnlyWhatTheRuleSays() {
      RuleSet rules =
          new Rules()
              .route(Rules.route("r", "/**"))
              .rule(Rules.rule("logout", "GET", "/logout", "session"))
              .build();

      assertThat(texts(of(rules, Requests.get("/logout")).tags()))
          .containsExactly("session", "any-mutation");
    }

    @ParameterizedTest(name = "{0}: URL {1}, rule for 2xx {2}, rule for 409 {3}")
    @CsvSource({
      "200, true,  true,  false",
      "201, true,  true,  false",
      "204, true,  true,  false",
      "302, true,  false, false",
      "399, true,  false, false",
      "400, false, false, false",
      "401, false, false, false",
      "403, false, false, false",
      "404, false, false, false",
      "405, false, false, false",
      "409, false, false, true",
      "412, false, false, false",
      "422, false, false, false",
      "429, false, false, false",
      "402, true,  true,  true",
      "408, true,  true,  true",
      "410, true,  true,  true",
      "500, true,  true,  true",
      "503, true,  true,  true"
    })
    void statusTellsWhatHasChanged(int status, boolean url, boolean success, boolean conflict) {
      RuleSet rules =
          new Rules()
              .route(Rules.route("r", "/a/{id}"))
              .rule(withStatuses(Rules.rule("success", "PUT", "/a/{id}", "s:{id}"), "2xx"))
              .rule(withStatuses(Rules.rule("conflict", "PUT", "/a/*", "c"), "409"))
              .build();
      Mutation mutation = of(rules, Requests.of("PUT", "/a/7"));
      List<String> changed = texts(mutation.changedBy(status));

      assertThat(texts(mutation.tags())).containsExactly("url:/a/7", "s:7", "c", "any-mutation");
      assertThat(changed.contains("url:/a/7")).isEqualTo(url);
      assertThat(changed.contains("s:7")).isEqualTo(success);
      assertThat(changed.contains("c")).isEqualTo(conflict);
      assertThat(changed.contains("any-mutation")).isEqualTo(url || success || conflict);
      assertThat(mutation.actingOn(status))
          .extracting(touch -> touch.rule().rule().name())
          .isEqualTo(
              List.of("success", "conflict").stream()
                  .filter(name -> name.equals("success") ? success : conflict)
                  .toList());
    }

    private InvalidationRule withStatuses(InvalidationRule rule, String... statuses) {
      return new InvalidationRule(
          rule.name(),
          rule.source(),
          rule.methods(),
          rule.path(),
          StatusSet.of(statuses),
          rule.tags(),
          rule.routes(),
          rule.urls(),
          rule.prefixes());
    }
  }
}
