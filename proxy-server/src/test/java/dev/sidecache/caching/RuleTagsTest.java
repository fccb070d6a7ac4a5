package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.RandomPaths;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mapping of consistency.md, Section 4, row by row. */
class RuleTagsTest {
  private static final Identity ANN = new Identity("ann", null, "header Authorization");

  private static List<String> carried(Route route, String target, Identity identity) {
    RequestHead head = Requests.get(target);
    return texts(RuleTags.carried(Rules.of(route).match(head), head, identity));
  }

  private static List<String> texts(Iterable<Tag> tags) {
    List<String> texts = new ArrayList<>();
    tags.forEach(tag -> texts.add(tag.text()));
    return texts;
  }

  @Nested
  class Carried {

    @Test
    void epochRouteAndUrl() {
      assertThat(carried(Rules.route("students", "/api/students"), "/api/%73tudents?page=2", ANN))
          .containsExactly("all", "route:students", "url:/api/students");
    }

    @Test
    void prefixesAfterTheLead() {
      assertThat(carried(Rules.route("r", "/api/**"), "/api/a/b/c", ANN))
          .containsExactly("all", "route:r", "url:/api/a/b/c", "under:/api/a", "under:/api/a/b");
    }

    @Test
    void configuredTagsAndTheirFamilies() {
      Route route =
          Rules.route(
              "r", "/a/{id}", "list", "s:{id}", "s:all", "p:{identity}", "x:{id}:y", "list");

      assertThat(carried(route, "/a/7", ANN))
          .containsExactly(
              "all",
              "route:r",
              "url:/a/7",
              "list",
              "s:7",
              "s:*",
              "s:all",
              "p:ann",
              "p:*",
              "x:7:y",
              "x:*");
      assertThat(carried(route, "/a/7", Identity.NONE)).contains("p:", "p:*");
      assertThat(carried(route, "/a/q:7", ANN)).contains("s:q:7", "s:*");
    }

    @Test
    void starInAValueIsText() {
      assertThat(carried(Rules.route("r", "/a/{id}", "s:{id}"), "/a/*", ANN))
          .contains("s:*")
          .hasSize(5);
    }
  }

  @Nested
  class Touched {
    private final RuleSet rules =
        Rules.of(
            Rules.route("list", "/api/students"),
            Rules.route("notes", "/api/students/{id}/notes"),
            Rules.route("any", "/files/**"));

    private List<Tag> tags(InvalidationRule rule, Identity identity, Map<String, String> values) {
      return RuleTags.touched(rules, new Match.Triggered(rule, values), identity);
    }

    private List<String> touched(InvalidationRule rule) {
      return texts(tags(rule, ANN, Map.of("id", "7")));
    }

    @Test
    void tagsAndFamilies() {
      InvalidationRule rule =
          Rules.rule("x", "PUT", "/a/{id}", "list", "s:{id}", "s:*", "p:{identity}", "{id}:*");

      assertThat(touched(rule)).containsExactly("list", "s:7", "s:*", "p:ann", "7:*");
      assertThat(texts(tags(rule, Identity.NONE, Map.of("id", "7")))).contains("p:");
    }

    @Test
    void familyIsWrittenNotGivenByTheClient() {
      InvalidationRule rule = Rules.rule("x", "PUT", "/a/{id}", "s:{id}");

      assertThat(tags(rule, ANN, Map.of("id", "*"))).containsExactly(Tag.named("s:*"));
    }

    @Test
    void furtherColonIsWidened() {
      assertThat(tags(Rules.rule("x", "PUT", "/a/{id}", "a:b:*"), ANN, Map.of()))
          .containsExactly(new Tag(Tag.Kind.FAMILY, "a"));
    }

    @Test
    void routesUrlsAndPrefixes() {
      assertThat(
              touched(
                  Rules.touching(
                      List.of("list"), List.of("/api/students/{id}"), List.of("/files/{id}"))))
          .containsExactly("route:list", "url:/api/students/7", "under:/files/7", "url:/files/7");
    }
  }

  @Nested
  class Prefixes {
    private final Rules base =
        new Rules()
            .route(Rules.route("list", "/api/students"))
            .route(Rules.route("detail", "/api/students/{id}"))
            .route(Rules.route("notes", "/api/students/{id}/notes"))
            .route(Rules.route("files", "/files/**"));

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            /              | route:list route:detail route:notes route:files | all leads are below
            /api           | route:list route:detail route:notes url:/api    | above the leads
            /api/          | route:list route:detail route:notes             | only what is below
            /api/students  | route:list route:detail route:notes url:/api/students | the leads
            /api/students/ | route:list route:detail route:notes             | one URL too many
            /api/students/7 | under:/api/students/7 url:/api/students/7      | continues a lead
            /api/students/7/ | under:/api/students/7                         | only what is below
            /api/students/7/x | url:/api/students/7/x                        | fits no pattern
            /files/a/b/c   | under:/files/a/b url:/files/a/b/c               | cut to two segments
            /other         | url:/other                                      | no route
            """)
    void mapToRoutesPrefixesAndTheUrl(String prefix, String tags, String description) {
      assertThat(texts(RuleTags.below(base.build(), prefix)))
          .isEqualTo(List.of(tags.trim().split(" ")));
    }

    @Test
    void reachWhatNoRouteTakes() {
      assertThat(texts(RuleTags.below(base.buildWithUnmatched(), "/other/x/y/z/")))
          .containsExactly("under:/other/x");
      assertThat(texts(RuleTags.below(base.buildWithUnmatched(), "/"))).contains("route:-");
    }

    @Test
    void hitEveryPathBelow() {
      Random random = new Random(9);
      int below = 0;
      for (int i = 0; i < 4000; i++) {
        RuleSet rules = randomRules(random);
        for (int j = 0; j < 20; j++) {
          String path = RandomPaths.path(random);
          String prefix = RandomPaths.path(random);
          below += holds(rules, path, prefix) ? 1 : 0;
        }
      }
      assertThat(below).isGreaterThan(3000);
    }

    private RuleSet randomRules(Random random) {
      Rules rules = new Rules();
      for (int i = random.nextInt(4); i >= 0; i--) {
        rules.route(Rules.route("r" + i, RandomPaths.pattern(random)));
      }
      return random.nextInt(3) == 0 ? rules.buildWithUnmatched() : rules.build();
    }

    private boolean holds(RuleSet rules, String path, String prefix) {
      RequestHead head = Requests.get(path);
      Match match = rules.match(head);
      boolean slash = prefix.endsWith("/");
      String start = slash ? prefix : prefix + "/";
      boolean isBelow = path.startsWith(start) && (!slash || path.length() > start.length());
      boolean covered = match.route() != null && (isBelow || (!slash && path.equals(prefix)));
      if (covered) {
        List<Tag> carried = RuleTags.carried(match, head, Identity.NONE);
        Set<Tag> purged = RuleTags.below(rules, prefix);
        assertThat(Collections.disjoint(carried, purged))
            .as("%s under %s in %s: %s, %s", path, prefix, rules.routes(), carried, purged)
            .isFalse();
      }
      return covered;
    }
  }

  @Nested
  class MayTouch {
    private final RequestHead head = Requests.get("/api/students/7/notes");
    private final List<Tag> tags =
        RuleTags.carried(
            Rules.of(Rules.route("notes", "/api/students/{id}/notes", "student:{id}", "notes"))
                .match(head),
            head,
            ANN);

    private boolean may(InvalidationRule rule) {
      return RuleTags.mayTouch(rule, tags, "/api/students/7/notes");
    }

    @ParameterizedTest(name = "tag {0}: {1}")
    @CsvSource({
      "notes, true",
      "other, false",
      "student:{id}, true",
      "student:8, false",
      "student:*, true",
      "teacher:*, false",
      "{kind}:*, true",
      "student:x:*, true",
      "{x}, true"
    })
    void byTag(String tag, boolean may) {
      assertThat(may(Rules.rule("x", "PUT", "/{id}/{kind}/{x}", tag))).isEqualTo(may);
    }

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(
        nullValues = "-",
        value = {
          "notes, -, -, true",
          "other, -, -, false",
          "-, /api/students/7/notes,    -, true",
          "-, /api/students/{id}/notes, -, true",
          "-, /api/students/{id},       -, false",
          "-, -, /,                     true",
          "-, -, /api,                  true",
          "-, -, /api/,                 true",
          "-, -, /api/students/{id},    true",
          "-, -, /api/students/8,       false",
          "-, -, /api/students/7/notes,  true",
          "-, -, /api/students/7/notes/, false",
          "-, -, /api/students/7/notes/x, false",
          "-, -, /other,                false"
        })
    void byRouteUrlAndPrefix(String route, String url, String prefix, boolean may) {
      InvalidationRule rule = Rules.touching(list(route), list(url), list(prefix));

      assertThat(may(rule)).isEqualTo(may);
    }

    private List<String> list(String one) {
      return one == null ? List.of() : List.of(one);
    }
  }
}
