package dev.sidecache.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.rule.KeyParts.BodyKey;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {

  @Nested
  class Lifetimes {

    @Test
    void statusHasItsOwnLifetimeOrTheRoutesOrNone() {
      Ttl ttl = new Ttl.Fixed(Duration.ofMinutes(1));
      Ttl brief = new Ttl.Fixed(Duration.ofSeconds(1));
      Route base = Rules.route("r", "/a");
      Route route =
          new Route(
              base.name(),
              base.source(),
              base.match(),
              ttl,
              StatusSet.of("200", "404"),
              Map.of(404, brief, 410, brief),
              base.scope(),
              base.mode(),
              base.key(),
              base.tags(),
              base.policy());

      assertThat(route.ttlFor(200)).isEqualTo(ttl);
      assertThat(route.ttlFor(404)).isEqualTo(brief);
      assertThat(route.ttlFor(410)).isEqualTo(brief);
      assertThat(route.ttlFor(500)).isNull();
    }

    @Test
    void lifetimeIsNotNegative() {
      assertThat(new Ttl.Fixed(Duration.ZERO).lifetime()).isZero();
      assertThatThrownBy(() -> new Ttl.Fixed(Duration.ofSeconds(-1)))
          .hasMessage("ttl: PT-1S (expected: 0 or more)");
    }

    @Test
    void unmatchedFollowsTheOriginForEveryStatus() {
      Route unmatched = Route.unmatched(Scope.SHARED, Route.Policy.DEFAULT);

      assertThat(unmatched.ttlFor(200)).isEqualTo(new Ttl.Origin());
      assertThat(unmatched.ttlFor(301)).isEqualTo(new Ttl.Origin());
      assertThat(unmatched.ttlFor(404)).isEqualTo(new Ttl.Origin());
      assertThat(unmatched.ttlFor(500)).isEqualTo(new Ttl.Origin());
      assertThat(unmatched.scope()).isEqualTo(Scope.SHARED);
    }
  }

  @Nested
  class Reading {

    @ParameterizedTest(name = "{0} reads: {1}, with content in the key: {2}")
    @CsvSource({
      "GET, true, true", "HEAD, true, true", "POST, false, true", "QUERY, true, true",
      "REPORT, false, true", "PUT, false, false", "PATCH, false, false", "DELETE, false, false",
      "OPTIONS, false, false", "TRACE, false, false", "CONNECT, false, false"
    })
    void methodsThatRead(String method, boolean plain, boolean keyed) {
      assertThat(Rules.route("r", "/a").reads(method)).isEqualTo(plain);
      assertThat(Rules.changing("r", "/a").json().build().reads(method)).isEqualTo(keyed);
    }
  }

  @Test
  void matcherGivesParametersOfWhatItTakes() {
    Route.Matcher matcher = Rules.route("r", "/a/{id}").match();

    assertThat(matcher.parameters(Requests.get("/a/7"))).isEqualTo(Map.of("id", "7"));
    assertThat(matcher.parameters(Requests.get("/b/7"))).isNull();
    assertThat(matcher.parameters(Requests.of("PUT", "/a/7"))).isNull();
  }

  @Nested
  class Digests {

    @Test
    void sameRuleHasTheSameDigest() {
      assertThat(RouteDigest.of(Rules.route("r", "/a", "t")))
          .isEqualTo(RouteDigest.of(Rules.route("r", "/a", "t")));
    }

    @Test
    void whatDoesNotNameEntriesDoesNotCount() {
      Route one = Rules.route("r", "/a");
      Route other =
          Rules.changing("r", "/a").mode(Mode.SHADOW).ttl(new Ttl.Origin()).host("h").build();

      assertThat(RouteDigest.of(other)).isEqualTo(RouteDigest.of(one));
    }

    @Test
    void digestStaysAsEntriesInSharedStoresHaveIt() {
      assertThat(RouteDigest.of(Rules.route("students", "/api/students", "students")))
          .isEqualTo(new RouteDigest(-5663612946624077300L, 1504796830427873836L));
    }

    static Stream<Route> variations() {
      return Stream.of(
          Rules.route("s", "/a", "t"),
          Rules.route("r", "/b", "t"),
          Rules.route("r", "/a", "u"),
          Rules.route("r", "/a"),
          Rules.route("r", "/a", "t", "t"),
          keyed(new KeyParts.Query.None(), List.of(), List.of(), true, null),
          keyed(new KeyParts.Query.Names(List.of()), List.of(), List.of(), true, null),
          keyed(new KeyParts.Query.Names(List.of("q")), List.of(), List.of(), true, null),
          keyed(new KeyParts.Query.All(), List.of("x"), List.of(), true, null),
          keyed(new KeyParts.Query.All(), List.of(), List.of("x"), true, null),
          keyed(new KeyParts.Query.All(), List.of(), List.of(), false, null),
          keyed(body(BodyKey.Format.JSON, List.of(), List.of())),
          keyed(body(BodyKey.Format.RAW, List.of(), List.of())),
          keyed(body(BodyKey.Format.JSON, List.of("/x"), List.of())),
          keyed(body(BodyKey.Format.JSON, List.of(), List.of("/x"))));
    }

    private static Route keyed(BodyKey body) {
      return keyed(new KeyParts.Query.All(), List.of(), List.of(), true, body);
    }

    private static Route keyed(
        KeyParts.Query query,
        List<String> headers,
        List<String> cookies,
        boolean host,
        BodyKey body) {
      return Rules.changing("r", "/a")
          .tags("t")
          .key(new KeyParts(query, headers, cookies, host, body))
          .build();
    }

    private static BodyKey body(BodyKey.Format format, List<String> only, List<String> ignore) {
      return new BodyKey(format, only, ignore, 1000);
    }

    @Test
    void everyPartCounts() {
      List<Route> all =
          Stream.concat(Stream.of(Rules.route("r", "/a", "t")), variations()).toList();

      assertThat(all.stream().map(RouteDigest::of).distinct()).hasSameSizeAs(all);
    }
  }

  @Nested
  class Pointers {

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "/a/0/b~0c~1d", "/~01"})
    void areRfc6901(String pointer) {
      assertThat(new BodyKey(BodyKey.Format.JSON, List.of(pointer), List.of(pointer), 1).only())
          .containsExactly(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "/~", "/~2", "/a~0~x", "$.a"})
    void anythingElseIsRefused(String pointer) {
      assertThatThrownBy(() -> new BodyKey(BodyKey.Format.JSON, List.of(pointer), List.of(), 1))
          .hasMessage(
              "\""
                  + pointer
                  + "\" is no JSON pointer; write /member/0, with ~1 for / and ~0 for ~");
      assertThatThrownBy(() -> new BodyKey(BodyKey.Format.JSON, List.of(), List.of(pointer), 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Statuses {

    @Test
    void codesAndClasses() {
      StatusSet set = StatusSet.of("2xx", "404");

      assertThat(Stream.of(200, 299, 404)).allMatch(set::contains);
      assertThat(Stream.of(-1, 0, 199, 300, 403, 405)).noneMatch(set::contains);
      assertThat(set)
          .isEqualTo(StatusSet.of("404", "2xx"))
          .hasSameHashCodeAs(StatusSet.of("2xx", "404"));
      assertThat(set).isNotEqualTo(StatusSet.of("2xx")).isNotEqualTo(Set.of(404));
      assertThat(StatusSet.of("404")).hasToString("{404}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6xx", "0xx", "2x", "20", "2000", "abc", "600", "2XX", ""})
    void anythingElseIsRefused(String word) {
      assertThatThrownBy(() -> StatusSet.of("200", word)).hasMessage(word);
    }
  }
}
