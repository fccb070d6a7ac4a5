package dev.sidecache.advice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sidecache.advice.Advice.Kind;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.testing.Patch;
import dev.sidecache.testing.Requests;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdvisorTest {
  private static final String FILE =
      """
      version: 1
      mode: observe
      upstream: { url: "http://127.0.0.1:9" }
      cache: { store: memory }
      routes:
        - { name: list, match: { path: /list }, ttl: 10s, scope: shared }
        - { name: fine, match: { path: /fine }, ttl: 1h, scope: shared }
      """;
  private static final Map<String, Duration> PRESETS =
      Map.of("short", Duration.ofMinutes(1), "medium", Duration.ofMinutes(5));

  private final RuleSet rules = rules(FILE);
  private final Traffic traffic = new Traffic(rules, 8 << 20);

  private static RuleSet rules(String yaml) {
    ConfigLoader.Surroundings nothing = new ConfigLoader.Surroundings(Map.of(), Map.of(), 1L << 30);
    ConfigLoader.Result result = ConfigLoader.parse("test.yaml", yaml, nothing);
    assertThat(result.findings()).isEmpty();
    return ((ConfigLoader.Result.Valid) result).config().rules();
  }

  private Advice advice(long minRequests) {
    return Advisor.of(traffic.trial.evidence(traffic.now), rules, PRESETS, minRequests);
  }

  /** Half an hour: a list that lives ten minutes, prices that a write changes, and the rest. */
  private void play() {
    for (int i = 0; i < 300; i++) {
      traffic.get("/list", "list " + i / 100);
      traffic.get("/fine", "fine");
      traffic.get("/prices/" + i % 3, "price " + i / 30, "Cache-Control", "max-age=3600");
      traffic.get("/cookies", "x", "Set-Cookie", "a=b");
      traffic.get("/clock", "now " + i);
      if (i % 30 == 29) {
        traffic.write("PATCH", "/prices/" + i % 3);
        traffic.write("PATCH", "/admin/" + i);
      }
      traffic.later(6);
    }
  }

  @Test
  void lifetimesRoutesAndRulesAreSuggestedWhereTheyHelp() {
    play();

    Advice advice = advice(100);

    assertThat(advice.suggestions())
        .extracting(Advice.Suggestion::kind, Advice.Suggestion::route, Advice.Suggestion::ttl)
        .contains(tuple(Kind.TTL, "list", "medium"), tuple(Kind.NEW_ROUTE, "prices-id", "30m"));
    assertThat(advice.suggestions())
        .filteredOn(each -> each.kind() == Kind.INVALIDATE)
        .extracting(Advice.Suggestion::path)
        .contains("/admin/{id}");
    assertThat(advice.yaml()).doesNotContain("cookies", "clock", "fine");
    assertThat(advice.expected().hitRate()).isBetween(0.5, 1.0);
    assertThat(advice.expected().originSecondsSaved()).isPositive();
    assertThat(advice.expected().redisCommands()).isPositive();
  }

  @Test
  void patchIsValidWhenItIsApplied() {
    play();
    String yaml = advice(100).yaml();

    RuleSet patched = rules(Patch.apply(FILE, yaml));

    assertThat(patched.routes()).extracting("name").containsExactly("list", "fine", "prices-id");
    assertThat(patched.routes().get(0).ttl().toString()).contains("PT5M");
    assertThat(patched.invalidations()).isNotEmpty();
    assertThat(yaml).contains("300 requests, ", "would hit ", "Redis commands at most in 30 days");
  }

  @Test
  void lifetimeThatServesOldAnswersIsShortened() {
    for (int i = 0; i < 400; i++) {
      traffic.get("/fine", "fine " + i / 20);
      traffic.later(60);
    }

    Advice.Suggestion suggestion = advice(100).suggestions().get(0);

    assertThat(suggestion.route()).isEqualTo("fine");
    assertThat(suggestion.kind()).isEqualTo(Kind.TTL);
    assertThat(suggestion.evidence()).contains("20 answers", "each lived 21 min on average");
  }

  @Test
  void tooLittleIsNoGround() {
    traffic.get("/list", "x");
    traffic.get("/list", "x");

    assertThat(advice(100).suggestions()).isEmpty();
    assertThat(advice(100).yaml()).contains("# Nothing to suggest");
    assertThat(rules(Patch.apply(FILE, advice(100).yaml())).routes()).hasSize(2);
  }

  @Test
  void whatTrafficNamesCannotBreakTheFile() {
    String[] paths = {"/a\"b", "/x: y", "/${HOME}", "/a#b", "/caf\u00e9", "/a'b", "/-"};
    for (int i = 0; i < 120; i++) {
      for (String path : paths) {
        traffic.answers(traffic.trial.arrived(traffic.plan(encoded(path)), traffic.now), 200, "x");
      }
      traffic.later(1);
    }
    String yaml = advice(100).yaml();

    List<String> taken =
        rules(Patch.apply(FILE, yaml)).routes().stream()
            .map(route -> route.match().path().text())
            .toList();

    assertThat(taken).contains("/a\"b", "/x: y", "/caf\u00e9", "/a'b");
  }

  private static RequestHead encoded(String path) {
    StringBuilder target = new StringBuilder();
    for (byte octet : path.getBytes(UTF_8)) {
      boolean plain = (octet >= 'a' && octet <= 'z') || octet == '/' || octet == '-';
      target.append(plain ? String.valueOf((char) octet) : String.format("%%%02X", octet & 0xff));
    }
    return Requests.get(target.toString());
  }

  /** What is told of the scope of a path that no route takes. */
  private String scopeOf(String name) {
    return advice(30).suggestions().stream()
        .filter(each -> each.route().equals(name))
        .findFirst()
        .orElseThrow()
        .scope();
  }

  @Test
  void oneAnswerForAllCallersIsSharedWithAWarning() {
    traffic.callers(4, 20, (who, time) -> "prices", "/prices");
    traffic.callers(4, 20, (who, time) -> "mine " + who, "/mine");

    assertThat(scopeOf("prices")).isEqualTo("shared");
    assertThat(scopeOf("mine")).isEqualTo("user");
    assertThat(advice(30).yaml())
        .contains(
            "scope: shared   # 79 of 79 answers to another caller were the same (4 callers)."
                + " CHECK FIRST: everybody gets the stored answer then, also who may not ask at all")
        .contains("scope: user   # 0 of 79 answers to another caller were the same");
    assertThat(rules(Patch.apply(FILE, advice(30).yaml())).routes()).hasSize(4);
  }

  @Test
  void anAnswerThatChangesForAllStaysOneForAll() {
    traffic.callers(4, 20, (who, time) -> "prices " + time / 10, "/prices");

    Evidence.Shared seen = traffic.seen("-").shared();
    assertThat(seen).isEqualTo(new Evidence.Shared(4, 79, 78, 0, false));
    assertThat(seen.isForAll()).isTrue();
  }

  @Test
  void aRouteOfTheFileIsToldThatItsScopeMayBeWider() {
    RuleSet own = rules(FILE.replace("/fine }, ttl: 1h, scope: shared", "/fine }, ttl: 1h"));
    Traffic seen = new Traffic(own, 8 << 20);
    seen.callers(4, 20, (who, time) -> "same", "/fine");

    Advice advice = Advisor.of(seen.trial.evidence(seen.now), own, PRESETS, 30);

    assertThat(advice.suggestions())
        .extracting(Advice.Suggestion::kind, Advice.Suggestion::route, Advice.Suggestion::scope)
        .containsExactly(tuple(Kind.SCOPE, "fine", "shared"));
    assertThat(rules(Patch.apply(FILE, advice.yaml())).routes().get(1).scope())
        .isEqualTo(Scope.SHARED);
  }

  @Test
  void oneCallerOfManyWithAnAnswerOfHisOwnIsEnough() {
    traffic.callers(20, 8, (who, time) -> who == 7 ? "admin" : "all", "/almost");

    assertThat(scopeOf("almost")).isEqualTo("user");
  }

  @Test
  void whatTheBackendMarksAsOneCallersIsNot() {
    traffic.callers(4, 20, (who, time) -> "same", "/marked");
    assertThat(scopeOf("marked")).as("before").isEqualTo("shared");
    traffic.get("/marked", "same", "Cache-Control", "max-age=60, private");

    assertThat(scopeOf("marked")).isEqualTo("user");
    traffic.callers(4, 20, (who, time) -> "same", "/refused");
    traffic.answers(traffic.arrives("/refused"), 403, "no");
    assertThat(scopeOf("refused")).isEqualTo("user");
  }

  @Test
  void fewCallersAndFewAnswersTellNothing() {
    traffic.callers(2, 30, (who, time) -> "same", "/two");
    traffic.callers(4, 4, (who, time) -> "same", "/seldom");
    traffic.callers(1, 30, (who, time) -> "same", "/seldom");

    assertThat(scopeOf("two")).isEmpty();
    assertThat(scopeOf("seldom")).isEmpty();
  }
}
