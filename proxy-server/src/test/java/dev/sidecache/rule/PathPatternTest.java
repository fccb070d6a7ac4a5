package dev.sidecache.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {

  @Nested
  class Parsing {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        textBlock =
            """
            api              | a path begins with /
            ""               | a path begins with /
            **               | a path begins with /
            /a//b            | an empty segment; such paths are never cached
            //               | an empty segment; such paths are never cached
            /a//**           | an empty segment; such paths are never cached
            /a/**/b          | "**" is no segment; * and {name} stand alone, ** at the end
            /a**             | "a**" is no segment; * and {name} stand alone, ** at the end
            /a*              | "a*" is no segment; * and {name} stand alone, ** at the end
            /{id             | "{id" is no segment; * and {name} stand alone, ** at the end
            /id}             | "id}" is no segment; * and {name} stand alone, ** at the end
            /{}              | "{}" is no segment; * and {name} stand alone, ** at the end
            /x{id}           | "x{id}" is no segment; * and {name} stand alone, ** at the end
            /{a b}           | {a b} is no parameter; write a name of letters, digits, _ and -
            /{ä}             | {ä} is no parameter; write a name of letters, digits, _ and -
            /{identity}      | {identity} is the caller; give the segment another name
            /{id}/{id}       | {id} stands twice
            /./a             | a dot segment; such paths are refused
            /a/..            | a dot segment; such paths are refused
            /a%20b           | "a%20b" is no segment; paths are written decoded, without query
            /a;b             | "a;b" is no segment; paths are written decoded, without query
            /a\\b            | "a\\b" is no segment; paths are written decoded, without query
            /a?b             | "a?b" is no segment; paths are written decoded, without query
            /a#b             | "a#b" is no segment; paths are written decoded, without query
            """)
    void refusalSaysWhatToWrite(String text, String message) {
      assertThatThrownBy(() -> PathPattern.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }

    @Test
    void controlCharactersAreRefused() {
      assertThatThrownBy(() -> PathPattern.parse("/a\u0001")).hasMessageContaining("decoded");
      assertThatThrownBy(() -> PathPattern.parse("/a\u007f")).hasMessageContaining("decoded");
    }

    @Test
    void namesAreThoseOfSegmentsInOrder() {
      assertThat(PathPattern.parse("/{b}/x/*/{a-1_Z}/**").names()).containsExactly("b", "a-1_Z");
    }
  }

  @Nested
  class Matching {

    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource(
        quoteCharacter = '"',
        textBlock =
            """
            /,                       /,                      true
            /,                       /a,                     false
            /a,                      /a,                     true
            /a,                      /A,                     false
            /a,                      /a/,                    false
            /a,                      /ab,                    false
            /a,                      /,                      false
            /a,                      /a/b,                   false
            /a/,                     /a/,                    true
            /a/,                     /a,                     false
            /a/,                     /a/b,                   false
            /a/b,                    /a,                     false
            /*,                      /a,                     true
            /*,                      /,                      false
            /*,                      /a/b,                   false
            /a/*/c,                  /a/b/c,                 true
            /a/*/c,                  /a/b/d,                 false
            /a/*/c,                  /a//c,                  false
            /{id}/,                  /a/,                    true
            /**,                     /,                      true
            /**,                     /a/b,                   true
            /a/**,                   /a,                     true
            /a/**,                   /a/,                    true
            /a/**,                   /a/b/c,                 true
            /a/**,                   /ab,                    false
            /a/**,                   /b,                     false
            /*/b/**,                 /a/b/c,                 true
            /*/b/**,                 /b,                     false
            /a b/ü,                  /a b/ü,                 true
            """)
    void segmentBySegment(String pattern, String path, boolean matches) {
      assertThat(PathPattern.parse(pattern).match(path) != null).isEqualTo(matches);
    }

    @Test
    void namedSegmentsHaveValues() {
      PathPattern pattern = PathPattern.parse("/api/{kind}/*/{id}/**");

      assertThat(pattern.match("/api/students/x/7/notes"))
          .isEqualTo(Map.of("kind", "students", "id", "7"));
      assertThat(pattern.match("/api/students/x")).isNull();
      assertThat(PathPattern.parse("/a/*").match("/a/b")).isEmpty();
    }

    @Test
    void withoutCaseOnlyWhereAskedFor() {
      PathPattern pattern = PathPattern.parse("/api/Auth/{who}");

      assertThat(pattern.match("/API/auth/Me")).isNull();
      assertThat(pattern.matchIgnoringCase("/API/auth/Me")).isEqualTo(Map.of("who", "Me"));
      assertThat(pattern.matchIgnoringCase("/API/outh/Me")).isNull();
    }
  }

  @Nested
  class Covering {

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
      "/a,        /a,        true",
      "/a,        /b,        false",
      "/a,        /a/**,     false",
      "/a,        /a/b,      false",
      "/*,        /a,        true",
      "/*,        /{id},     true",
      "/{id},     /*,        true",
      "/a,        /*,        false",
      "/*,        /,         false",
      "/,         /,         true",
      "/a/*,      /a/,       false",
      "/a/*/c,    /a/b/c,    true",
      "/a/*/c,    /a/b/d,    false",
      "/**,       /,         true",
      "/**,       /**,       true",
      "/**,       /a/{b}/**, true",
      "/a/**,     /**,       false",
      "/a/**,     /a,        true",
      "/a/**,     /a/,       true",
      "/a/**,     /a/b/**,   true",
      "/a/b/**,   /a/**,     false",
      "/a/b/**,   /a,        false",
      "/*/**,     /a/**,     true",
      "/*/**,     /,         false",
      "/a/**,     /*/**,     false"
    })
    void everyPathOfTheOther(String one, String other, boolean covers) {
      assertThat(PathPattern.parse(one).covers(PathPattern.parse(other))).isEqualTo(covers);
    }

    @Test
    void meansThatNoPathEscapes() {
      Random random = new Random(3);
      int covered = 0;
      for (int i = 0; i < 20_000; i++) {
        PathPattern one = PathPattern.parse(RandomPaths.pattern(random));
        PathPattern other = PathPattern.parse(RandomPaths.pattern(random));
        String path = RandomPaths.path(random);
        if (one.covers(other) && other.match(path) != null) {
          covered++;
          assertThat(one.match(path)).as("%s %s %s", one, other, path).isNotNull();
        }
      }
      assertThat(covered).isGreaterThan(300);
    }
  }

  @Nested
  class Leads {

    @ParameterizedTest(name = "{0} leads with {1}")
    @CsvSource({
      "/,                          /",
      "/**,                        /",
      "/{id},                      /",
      "/api/students,              /api/students",
      "/api/students/{id},         /api/students",
      "/api/students/{id}/notes,   /api/students",
      "/api/**,                    /api",
      "/api/*/x/**,                /api",
      "/a/,                        /a/"
    })
    void literalSegments(String pattern, String lead) {
      assertThat(PathPattern.parse(pattern).lead()).isEqualTo(lead);
    }

    @ParameterizedTest(name = "{1} of {0} is under {2} {3}")
    @CsvSource(
        nullValues = "-",
        value = {
          "/,                        /,                          -,               -",
          "/api/students,            /api/students,              -,               -",
          "/api/students/{id},       /api/students/7,            -,               -",
          "/api/students/{id}/notes, /api/students/7/notes,      /api/students/7, -",
          "/api/students/{id}/,      /api/students/7/,           /api/students/7, -",
          "/api/**,                  /api,                       -,               -",
          "/api/**,                  /api/,                      -,               -",
          "/api/**,                  /api/a,                     -,               -",
          "/api/**,                  /api/a/b,                   /api/a,          -",
          "/api/**,                  /api/a/b/c,                 /api/a,          /api/a/b",
          "/api/**,                  /api/a/b/c/d,               /api/a,          /api/a/b",
          "/**,                      /a/b/c/d,                   /a,              /a/b",
          "/**,                      /,                          -,               -",
          "/{x}/b,                   /a/b,                       /a,              -"
        })
    void pathsAreUnderOneOrTwoSegmentsAfterTheLead(
        String pattern, String path, String first, String second) {
      PathPattern parsed = PathPattern.parse(pattern);

      assertThat(parsed.match(path)).isNotNull();
      assertThat(parsed.under(path))
          .isEqualTo(
              first == null ? List.of() : second == null ? List.of(first) : List.of(first, second));
    }
  }

  @Nested
  class Reaching {

    @ParameterizedTest(name = "{3}: {1} in {0} reaches {2}")
    @CsvSource({
      "/api/students/{id}/notes, /,                  all,              above the lead",
      "/api/students/{id}/notes, /api,               all,              above the lead",
      "/api/students/{id}/notes, /api/students,      all,              the lead",
      "/api/students/{id}/notes, /api/students/,     all,              the lead with a slash",
      "/api/students,            /api/students/,     all,              'one URL too many'",
      "/api/students/{id}/notes, /api/students/7,    /api/students/7,  continues the lead and fits",
      "/api/students/{id}/notes, /api/students/7/,   /api/students/7,  the same with a slash",
      "/api/students/{id}/notes, /api/students/7/x,  none,             does not fit",
      "/api/students/{id}/notes, /api/students/7/notes,   none,        'the path itself, by its URL'",
      "/api/students/{id}/notes, /api/students/7/notes/1, none,        below every path",
      "/api/students/{id},       /api/students/7,    none,             'the path itself, by its URL'",
      "/api/students,            /api/students/7,    none,             below every path",
      "/api/students,            /api/student,       none,             no segment",
      "/api/students,            /ap,                none,             no segment",
      "/api/students,            /b,                 none,             elsewhere",
      "/api/students,            /API,               none,             paths have case",
      "/api/**,                  /api/a,             /api/a,           open pattern",
      "/api/**,                  /api/a/b,           /api/a/b,         open pattern",
      "/api/**,                  /api/a/b/c/d,       /api/a/b,         cut to two segments",
      "/api/*/x/**,              /api/a/x/b/c,       /api/a/x,         cut to two segments",
      "/api/*/x/**,              /api/a/y/b,         none,             does not fit",
      "/**,                      /a,                 /a,               lead is the root",
      "/**,                      /,                  all,              lead is the root",
      "/{x},                     //a,                none,             empty segment",
      "/,                        /a,                 none,             below every path",
      "/a/,                      /a,                 all,              above the lead",
      "/a/,                      /a/,                all,              above the lead"
    })
    void rowsOfTheMapping(String pattern, String prefix, String reached, String description) {
      PathPattern.Reach reach = PathPattern.parse(pattern).reach(prefix);

      assertThat(reach)
          .isEqualTo(
              switch (reached) {
                case "all" -> new PathPattern.Reach.Everything();
                case "none" -> new PathPattern.Reach.Nothing();
                default -> new PathPattern.Reach.Under(reached);
              });
    }
  }
}
