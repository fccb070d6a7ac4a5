package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111, Section 5.2.1 and Section 5.4. */
class RequestDirectivesTest {
  private static RequestDirectives parse(String line) {
    return RequestDirectives.parse(Fields.of("Cache-Control", line));
  }

  private static Freshness freshness(long age, long lifetime) {
    return new Freshness(Duration.ofSeconds(age), Duration.ofSeconds(lifetime));
  }

  @Nested
  class Reading {
    @Test
    void everyDirectiveIsRead() {
      RequestDirectives directives =
          parse(
              "No-Cache, no-store, only-if-cached, max-age=1, min-fresh=2, max-stale=3, "
                  + "stale-if-error=4, unknown=5");
      assertThat(directives)
          .isEqualTo(
              new RequestDirectives(
                  true,
                  true,
                  true,
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(3),
                  Duration.ofSeconds(4)));
    }

    @Test
    void nothingIsReadFromNothing() {
      assertThat(RequestDirectives.parse(Fields.empty())).isSameAs(RequestDirectives.NONE);
      assertThat(parse("unknown")).isEqualTo(RequestDirectives.NONE);
    }

    @Test
    void ofSeveralTheNarrowestCounts() {
      RequestDirectives directives =
          parse(
              "max-age=5, max-age=3, max-age=4, min-fresh=5, min-fresh=7, min-fresh=x, "
                  + "max-stale, max-stale=9, max-stale=10, stale-if-error=2, stale-if-error=1");
      assertThat(directives.maxAge()).isEqualTo(Duration.ofSeconds(3));
      assertThat(directives.minFresh()).isEqualTo(Duration.ofSeconds(7));
      assertThat(directives.maxStale()).isEqualTo(Duration.ofSeconds(9));
      assertThat(directives.staleIfError()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatCannotBeReadNarrowsOrIsIgnored() {
      RequestDirectives directives = parse("max-age=x, min-fresh=x, max-stale=x, stale-if-error=x");
      assertThat(directives.maxAge()).isEqualTo(Duration.ZERO);
      assertThat(directives.minFresh()).isNull();
      assertThat(directives.maxStale()).isEqualTo(Duration.ZERO);
      assertThat(directives.staleIfError()).isEqualTo(Duration.ZERO);
    }

    @Test
    void maxStaleWithoutArgumentIsAnyAge() {
      assertThat(parse("max-stale").maxStale()).isEqualTo(RequestDirectives.ANY);
    }
  }

  @Nested
  class Section54Pragma {
    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource({"no-cache", "No-Cache", "'x, no-cache'"})
    void countsWithoutCacheControl(String value) {
      assertThat(RequestDirectives.parse(Fields.of("Pragma", value)).noCache()).isTrue();
    }

    @Test
    void countsForNothingBesideCacheControl() {
      Fields fields = Fields.of("Pragma", "no-cache", "Cache-Control", "max-stale");
      assertThat(RequestDirectives.parse(fields).noCache()).isFalse();
    }

    @Test
    void otherValuesCountForNothing() {
      assertThat(RequestDirectives.parse(Fields.of("Pragma", "x-no-cache")).noCache()).isFalse();
    }
  }

  @Nested
  class Accepting {
    @ParameterizedTest(name = "{0}; age {1} of {2}: {3}")
    @CsvSource({
      "x, 0, 60, true",
      "no-cache, 0, 60, false",
      "max-age=10, 9, 60, true",
      "max-age=10, 10, 60, true",
      "max-age=10, 11, 60, false",
      "min-fresh=20, 39, 60, true",
      "min-fresh=20, 40, 60, true",
      "min-fresh=20, 41, 60, false",
      "max-stale, 10, 60, true",
    })
    void freshResponseIsAcceptedUnlessNarrowed(
        String line, long age, long lifetime, boolean accepted) {
      assertThat(parse(line).accept(freshness(age, lifetime))).isEqualTo(accepted);
    }

    @ParameterizedTest(name = "{0}; age {1} of {2}: {3}")
    @CsvSource({
      "x, 70, 60, true",
      "no-cache, 70, 60, false",
      "max-age=100, 70, 60, false",
      "min-fresh=1, 70, 60, false",
      "'min-fresh=1, max-stale', 70, 60, false",
      "'max-age=100, max-stale', 70, 60, true",
      "'max-age=69, max-stale', 70, 60, false",
      "'max-age=70, max-stale', 70, 60, true",
      "'max-age=71, max-stale', 70, 60, true",
      "max-stale, 70, 60, true",
      "max-stale=9, 70, 60, false",
      "max-stale=10, 70, 60, true",
      "max-stale=11, 70, 60, true",
    })
    void staleResponseIsAcceptedUnlessNarrowed(
        String line, long age, long lifetime, boolean accepted) {
      assertThat(parse(line).acceptStale(freshness(age, lifetime))).isEqualTo(accepted);
    }

    @Test
    void reloadIsNoCacheOrAnAgeOfZero() {
      assertThat(parse("no-cache").isReload()).isTrue();
      assertThat(parse("max-age=0").isReload()).isTrue();
      assertThat(parse("max-age=1").isReload()).isFalse();
      RequestDirectives without = parse("no-cache, max-age=0, min-fresh=5").withoutReload();
      assertThat(without).isEqualTo(parse("min-fresh=5"));
      assertThat(parse("no-cache, max-age=5").withoutReload()).isEqualTo(parse("max-age=5"));
    }
  }
}
