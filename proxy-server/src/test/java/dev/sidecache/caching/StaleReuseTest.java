package dev.sidecache.caching;

import static dev.sidecache.caching.ReuseTest.decide;
import static dev.sidecache.caching.ReuseTest.found;
import static dev.sidecache.caching.ReuseTest.minute;
import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.after;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Reuse.Serve;
import dev.sidecache.caching.Reuse.ServeWhileRevalidating;
import dev.sidecache.caching.Reuse.Validate;
import dev.sidecache.testing.Plans;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5861; RFC 9111, Section 4.2.4. */
class StaleReuseTest {
  @Nested
  class Rfc5861StaleWhileRevalidate {
    private final StoredHead stored = minute("stale-while-revalidate=10");

    @ParameterizedTest(name = "after {0} ms: {1}")
    @CsvSource({
      "59999, Serve", "60000, ServeWhileRevalidating", "60001, ServeWhileRevalidating",
      "69999, ServeWhileRevalidating", "70000, Validate", "70001, Validate"
    })
    void staleResponseIsServedWithinTheWindow(long millis, String decision) {
      assertThat(decide(Plans.origin(), stored, millis).getClass().getSimpleName())
          .isEqualTo(decision);
    }

    @Test
    void negativeTtlIsTold() {
      assertThat(decide(Plans.origin(), stored, 65_000))
          .isEqualTo(new ServeWhileRevalidating(stored, -5, true));
    }

    @Test
    void routePermitsWhereTheResponseSaysNothing() {
      Plans plan = Plans.origin().staleWhileRevalidate(10);
      assertThat(decide(plan, minute(), 69_999)).isInstanceOf(ServeWhileRevalidating.class);
      assertThat(decide(plan, minute(), 70_000)).isInstanceOf(Validate.class);
    }

    @Test
    void responseBeatsTheRouteBothWays() {
      Plans longer = Plans.origin().staleWhileRevalidate(100);
      assertThat(decide(longer, stored, 71_000)).isInstanceOf(Validate.class);
      assertThat(decide(longer, minute("stale-while-revalidate=0"), 61_000))
          .isInstanceOf(Validate.class);
      Plans shorter = Plans.origin().staleWhileRevalidate(1);
      assertThat(decide(shorter, stored, 65_000)).isInstanceOf(ServeWhileRevalidating.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "s-maxage=60"})
    void isForbiddenBy(String directive) {
      StoredHead strict = minute("stale-while-revalidate=10", directive);
      Plans plan = Plans.origin().staleWhileRevalidate(10);
      assertThat(decide(plan, strict, 59_000)).isInstanceOf(Serve.class);
      assertThat(decide(plan, strict, 61_000)).isInstanceOf(Validate.class);
    }

    @ParameterizedTest(name = "[{index}] {0}: {1}")
    @CsvSource({
      "max-stale, true",
      "max-stale=5, true",
      "max-stale=4, false",
      "no-cache, false",
      "max-age=1000, false",
      "min-fresh=0, false",
      "'max-age=1000, max-stale', true"
    })
    void clientMayNarrowIt(String directive, boolean served) {
      Plans plan = Plans.origin().request("Cache-Control", directive);
      assertThat(decide(plan, stored, 65_000))
          .isInstanceOf(served ? ServeWhileRevalidating.class : Validate.class);
    }
  }

  @Nested
  class Rfc5861StaleIfError {
    private static boolean served(Plans plan, StoredHead stored, long millis) {
      return Reuse.onOriginFailure(plan.build(), found(stored), after(millis));
    }

    @ParameterizedTest(name = "after {0} ms: {1}")
    @CsvSource({"59999, true", "60000, true", "69999, true", "70000, false", "70001, false"})
    void responseIsServedWithinTheWindow(long millis, boolean expected) {
      assertThat(served(Plans.origin(), minute("stale-if-error=10"), millis)).isEqualTo(expected);
    }

    @Test
    void withoutPermissionNothingStaleIsServed() {
      assertThat(served(Plans.origin(), minute(), 60_000)).isFalse();
      assertThat(served(Plans.origin(), minute("stale-while-revalidate=100"), 60_000)).isFalse();
    }

    @Test
    void routePermitsAndTheResponseBeatsIt() {
      Plans plan = Plans.origin().staleIfError(10);
      assertThat(served(plan, minute(), 65_000)).isTrue();
      assertThat(served(plan, minute("stale-if-error=1"), 65_000)).isFalse();
      assertThat(served(Plans.origin().staleIfError(1), minute("stale-if-error=10"), 65_000))
          .isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "s-maxage=60"})
    void isForbiddenBy(String directive) {
      Plans plan = Plans.origin().staleIfError(100);
      assertThat(served(plan, minute("stale-if-error=100", directive), 61_000)).isFalse();
    }

    @ParameterizedTest(name = "[{index}] {0}: {1}")
    @CsvSource({
      "max-stale, true", "max-stale=5, true", "max-stale=4, false", "stale-if-error=4, false",
      "stale-if-error=5, true", "stale-if-error=6, true", "no-cache, false", "max-age=99, false"
    })
    void clientMayNarrowIt(String directive, boolean expected) {
      Plans plan = Plans.origin().request("Cache-Control", directive);
      assertThat(served(plan, minute("stale-if-error=10"), 65_000)).isEqualTo(expected);
    }

    @Test
    void freshResponseIsServedUnlessTheClientWantedItConfirmed() {
      assertThat(served(Plans.origin(), minute(), 0)).isTrue();
      assertThat(served(Plans.origin().request("Cache-Control", "no-cache"), minute(), 0))
          .isFalse();
    }

    @Test
    void noCacheUnderAnOverridingRuleIsServed() {
      Plans plan = Plans.ttl(60).overridingOrigin().staleIfError(10);
      assertThat(served(plan, minute("no-cache"), 65_000)).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
      "500, true",
      "502, true",
      "503, true",
      "504, true",
      "501, false",
      "505, false",
      "404, false",
      "200, false",
      "599, false"
    })
    void failuresOfTheOriginAre(int status, boolean failure) {
      assertThat(Reuse.isOriginFailure(status)).isEqualTo(failure);
    }
  }

  @Nested
  class ExpiredCredential {
    @ParameterizedTest(name = "ends after {0} s")
    @CsvSource({"1, true", "0, false", "-1, false"})
    void nothingIsServedAfterItsEnd(long end, boolean served) {
      Plans plan = Plans.origin().credentialEnds(end).user();
      StoredHead stored = minute("stale-while-revalidate=100", "stale-if-error=100");
      assertThat(decide(plan, stored, 0)).isInstanceOf(served ? Serve.class : Validate.class);
      assertThat(Reuse.onOriginFailure(plan.build(), found(stored), NOW)).isEqualTo(served);
    }

    @Test
    void itMattersNotInScopeShared() {
      assertThat(decide(Plans.origin().credentialEnds(-1), minute(), 0)).isInstanceOf(Serve.class);
    }
  }
}
