package dev.sidecache.caching;

import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.after;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.Plans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111, Section 4.2; contract.md, Section 2. */
class FreshnessTest {
  private static StoredHead stored(ResponseHead head) {
    return new StoredHead(head, NOW, Duration.ZERO);
  }

  private static StoredHead stored(String... fields) {
    return stored(Heads.ok(fields));
  }

  private static long lifetime(StoredHead stored, Plans plan) {
    return Freshness.of(stored, plan.build(), NOW).freshnessLifetime().toSeconds();
  }

  @Nested
  class Section421Lifetime {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "s-maxage before max-age      | s-maxage=10, max-age=60 | 600 | 10",
          "the same in other order      | max-age=60, s-maxage=10 | 600 | 10",
          "longer s-maxage too          | max-age=10, s-maxage=60 | 600 | 60",
          "max-age before Expires       | max-age=10              | 600 | 10",
          "even past Expires            | max-age=10              | -60 | 10",
          "even if it cannot be read    | max-age=x               | 600 | 0",
          "s-maxage that cannot be read | s-maxage=x, max-age=60  | 600 | 0",
          "Expires minus Date           | no-transform            | 600 | 600",
          "Expires now                  | no-transform            | 0   | 0",
          "Expires past                 | no-transform            | -60 | 0",
        })
    void firstRuleThatMatchesCounts(String what, String directives, long expires, long seconds) {
      StoredHead stored = stored("Cache-Control", directives, "Expires", date(expires));
      assertThat(lifetime(stored, Plans.origin())).as(what).isEqualTo(seconds);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource({
      "0",
      "-1",
      "''",
      "never",
      "'Sun, 01 Mar 2026 10:30:00 UTC'",
      "'Sun, 01 Mar 2099'",
      "'Sun 01 Mar 2099 10:30:00 GMT'",
      "4095379200"
    })
    void expiresThatCannotBeReadIsPast(String expires) {
      assertThat(stored("Expires", date(60)).explicitLifetime()).isEqualTo(Duration.ofMinutes(1));
      assertThat(stored("Expires", expires).explicitLifetime()).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource({"'Sunday, 01-Mar-26 09:31:00 GMT'", "'Sun Mar  1 09:31:00 2026'"})
    void obsoleteFormsOfExpiresAreRead(String expires) {
      assertThat(stored("Expires", expires).explicitLifetime()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void firstExpiresOfSeveralCounts() {
      StoredHead stored = stored("Expires", date(60), "Expires", date(600));
      assertThat(stored.explicitLifetime()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void expiresIsMeasuredByTheClockOfTheOrigin() {
      Fields fields = Fields.of("Date", date(-3600), "Expires", date(-3540));
      StoredHead stored = stored(new ResponseHead(200, fields));
      assertThat(stored.explicitLifetime()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void expiresIsMeasuredFromArrivalWithoutASingleReadableDate() {
      for (Fields dates :
          new Fields[] {
            Fields.empty(),
            Fields.of("Date", "yesterday"),
            Fields.of("Date", date(-10), "Date", date(-20))
          }) {
        StoredHead stored = stored(new ResponseHead(200, dates.plus("Expires", date(60))));
        assertThat(stored.explicitLifetime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(stored.date()).isEqualTo(NOW);
      }
    }

    @Test
    void targetedFieldReplacesExpires() {
      StoredHead stored = stored("CDN-Cache-Control", "no-transform", "Expires", date(60));
      assertThat(stored.explicitLifetime()).isNull();
      assertThat(stored("CDN-Cache-Control", "&", "Expires", date(60)).explicitLifetime())
          .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void targetsAreThoseOfTheStoredHead() {
      ResponseHead head = Heads.ok("Own-Cache-Control", "max-age=5", "Cache-Control", "max-age=60");
      StoredHead own = new StoredHead(head, NOW, Duration.ZERO, List.of("Own-Cache-Control"));
      assertThat(own.explicitLifetime()).isEqualTo(Duration.ofSeconds(5));
      assertThat(stored(head).explicitLifetime()).isEqualTo(Duration.ofMinutes(1));
    }
  }

  @Nested
  class Section422Heuristic {
    private static Duration heuristic(int status, String... fields) {
      return stored(Heads.response(status, fields)).heuristicLifetime();
    }

    @ParameterizedTest(name = "changed {0} s before: {1} s")
    @CsvSource({
      "0, 0",
      "9, 0",
      "100, 10",
      "863990, 86399",
      "864000, 86400",
      "864010, 86400",
      "100000000, 86400"
    })
    void isATenthOfTheTimeSinceLastModifiedAtMostADay(long before, long seconds) {
      Duration guess = heuristic(200, "Last-Modified", date(-before));
      assertThat(guess).isNotNull();
      assertThat(guess.toSeconds()).isEqualTo(seconds);
    }

    @Test
    void needsAReadableLastModifiedThatIsNotInTheFuture() {
      assertThat(heuristic(200)).isNull();
      assertThat(heuristic(200, "Last-Modified", "yesterday")).isNull();
      assertThat(heuristic(200, "Last-Modified", date(1))).isNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
      "200, true",
      "203, true",
      "204, true",
      "300, true",
      "301, true",
      "308, true",
      "404, true",
      "405, true",
      "410, true",
      "414, true",
      "501, true",
      "201, false",
      "302, false",
      "303, false",
      "307, false",
      "400, false",
      "403, false",
      "500, false",
      "503, false",
      "299, false",
      "599, false"
    })
    void isForHeuristicallyCacheableStatuses(int status, boolean cacheable) {
      assertThat(heuristic(status, "Last-Modified", date(-100)) != null).isEqualTo(cacheable);
    }

    @Test
    void isForOthersThatArePublic() {
      assertThat(heuristic(302, "Last-Modified", date(-100), "Cache-Control", "public"))
          .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void countsOnlyWithoutAnExplicitLifetimeAndOnlyForTheOrigin() {
      StoredHead guessed = stored("Last-Modified", date(-1000));
      assertThat(lifetime(guessed, Plans.origin())).isEqualTo(100);
      assertThat(lifetime(guessed, Plans.ttl(60))).isEqualTo(60);
      assertThat(lifetime(guessed, Plans.ttl(600))).isEqualTo(600);
      StoredHead explicit = stored("Last-Modified", date(-1000), "Cache-Control", "max-age=5");
      assertThat(lifetime(explicit, Plans.origin())).isEqualTo(5);
      StoredHead expired = stored("Last-Modified", date(-1000), "Expires", "0");
      assertThat(lifetime(expired, Plans.origin())).isZero();
    }

    @Test
    void withoutAnyGroundThereIsNoLifetime() {
      assertThat(lifetime(stored(), Plans.origin())).isZero();
    }
  }

  @Nested
  class Section423Age {
    private static long initial(Fields fields, long requestMillis, long responseMillis) {
      return Freshness.correctedInitialAge(fields, after(requestMillis), after(responseMillis))
          .toMillis();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
        delimiter = '|',
        value = {
          // description | Age | Date | sent | received | corrected initial age, all but Age in ms
          "nothing known               |        |        | 0 | 0    | 0",
          "response delay counts       |        | 0      | 0 | 1500 | 1500",
          "Age is added to the delay   | 10     | 0      | 0 | 1500 | 11500",
          "Date is older than Age      | 10     | -60000 | 0 | 0    | 60000",
          "Age is older than Date      | 100    | -60000 | 0 | 0    | 100000",
          "Date in the future          |        | 60000  | 0 | 0    | 0",
          "Date in the future, Age     | 10     | 60000  | 0 | 0    | 10000",
          "Date of this second         |        | 0      | 900 | 900 | 0",
          "Date of the second before   |        | -1000  | 900 | 900 | 1000",
          "clock set back in between   |        | 0      | 1000 | 0  | 0",
          "Age that cannot be read     | abc    | 0      | 0 | 0    | 0",
          "negative Age                | -7200  | 0      | 0 | 0    | 0",
          "Age with a fraction         | 7200.0 | 0      | 0 | 0    | 0",
          "Age twice, first counts     | '7, 9' | 0      | 0 | 0    | 7000",
          "Age twice, junk behind      | '7, x' | 0      | 0 | 0    | 7000",
          "Age twice, junk first       | 'x, 7' | 0      | 0 | 0    | 0",
          "empty Age                   | ''     | 0      | 0 | 0    | 0",
          "enormous Age                | 99999999999 | 0 | 0 | 0    | 2147483648000",
          "Age beyond a long           | 99999999999999999999 | 0 | 0 | 0 | 2147483648000",
        })
    void correctedInitialAge(
        String what, String age, Long dateMillis, long sent, long received, long expected) {
      Fields fields = age == null ? Fields.empty() : Fields.of("Age", age);
      fields = dateMillis == null ? fields : fields.plus("Date", date(dateMillis / 1000));
      assertThat(initial(fields, sent, received)).as(what).isEqualTo(expected);
    }

    @Test
    void firstLineOfAgeCounts() {
      assertThat(initial(Fields.of("Age", "7", "Age", "9"), 0, 0)).isEqualTo(7000);
    }

    @Test
    void dateThatCannotBeReadIsTheTimeOfArrival() {
      assertThat(initial(Fields.of("Date", "yesterday"), 0, 0)).isZero();
      assertThat(initial(Fields.of("Date", date(-5), "Date", date(-9)), 0, 0)).isZero();
    }

    @Test
    void currentAgeGrowsWithTheTimeSpentHere() {
      StoredHead stored = new StoredHead(Heads.fresh(), NOW, Duration.ofSeconds(5));
      assertThat(Freshness.currentAge(stored, after(0))).isEqualTo(Duration.ofSeconds(5));
      assertThat(Freshness.currentAge(stored, after(2500))).isEqualTo(Duration.ofMillis(7500));
      assertThat(Freshness.currentAge(stored, after(-2500))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void ageAndTtlAreWholeSecondsRoundedDown() {
      StoredHead stored = stored(Heads.fresh());
      Plan plan = Plans.origin().build();
      Freshness young = Freshness.of(stored, plan, after(20_900));
      assertThat(young.ageSeconds()).isEqualTo(20);
      assertThat(young.ttlSeconds()).isEqualTo(39);
      Freshness old = Freshness.of(stored, plan, after(60_100));
      assertThat(old.ageSeconds()).isEqualTo(60);
      assertThat(old.ttlSeconds()).isEqualTo(-1);
    }

    @Test
    void largestLifetimeAndAgeDoNotOverflow() {
      ResponseHead head = Heads.ok("Cache-Control", "max-age=99999999999");
      StoredHead stored = new StoredHead(head, NOW, Directives.LARGEST);
      Plan plan = Plans.ttl(2_147_483_648L).build();
      Freshness freshness = Freshness.of(stored, plan, Instant.parse("9999-12-31T23:59:59Z"));
      assertThat(freshness.isFresh()).isFalse();
      assertThat(freshness.ttl().isNegative()).isTrue();
    }
  }

  @Nested
  class Section42Fresh {
    @ParameterizedTest(name = "after {0} ms: {1}")
    @CsvSource({"59999, true", "60000, false", "60001, false"})
    void lifetimeMustExceedAge(long millis, boolean fresh) {
      Freshness freshness =
          Freshness.of(stored(Heads.fresh()), Plans.origin().build(), after(millis));
      assertThat(freshness.isFresh()).isEqualTo(fresh);
    }

    @ParameterizedTest(name = "Age {0}: {1}")
    @CsvSource({"59, true", "60, false", "61, false"})
    void ageOnArrivalCounts(long age, boolean fresh) {
      StoredHead stored = new StoredHead(Heads.fresh(), NOW, Duration.ofSeconds(age));
      assertThat(Freshness.of(stored, Plans.origin().build(), NOW).isFresh()).isEqualTo(fresh);
    }
  }

  @Nested
  class RuleAndOrigin {
    @ParameterizedTest(name = "{0}: rule {1}, origin {2}")
    @CsvSource(
        delimiter = '|',
        value = {
          "origin says nothing             | 60 | no-transform         | false | 60",
          "origin gives less               | 60 | max-age=59           | false | 59",
          "origin gives the same           | 60 | max-age=60           | false | 60",
          "origin gives more               | 60 | max-age=61           | false | 60",
          "origin gives nothing readable   | 60 | max-age=x            | false | 0",
          "rule overrides less             | 60 | max-age=1            | true  | 60",
          "rule overrides more             | 60 | max-age=100          | true  | 60",
        })
    void smallerLifetimeCountsUnlessTheRuleOverrides(
        String what, long ttl, String directives, boolean override, long seconds) {
      Plans plan = override ? Plans.ttl(ttl).overridingOrigin() : Plans.ttl(ttl);
      assertThat(lifetime(stored("Cache-Control", directives), plan)).as(what).isEqualTo(seconds);
    }

    @Test
    void ttlOfTheRuleCountsFromArrival() {
      StoredHead stored = new StoredHead(Heads.ok(), NOW, Duration.ofSeconds(100));
      Plan plan = Plans.ttl(60).build();
      assertThat(Freshness.of(stored, plan, after(0)).ttlSeconds()).isEqualTo(60);
      assertThat(Freshness.of(stored, plan, after(0)).ageSeconds()).isEqualTo(100);
      assertThat(Freshness.of(stored, plan, after(59_999)).isFresh()).isTrue();
      assertThat(Freshness.of(stored, plan, after(60_000)).isFresh()).isFalse();
    }

    @Test
    void lifetimeOfTheOriginCountsFromItsGenerationAllTheSame() {
      StoredHead stored = new StoredHead(Heads.fresh(), NOW, Duration.ofSeconds(50));
      assertThat(Freshness.of(stored, Plans.ttl(60).build(), NOW).ttlSeconds()).isEqualTo(10);
    }

    @Test
    void statusMayHaveATtlOfItsOwn() {
      Plans plan = Plans.ttl(60).statusTtl(404, 10);
      assertThat(lifetime(stored(Heads.response(404)), plan)).isEqualTo(10);
      assertThat(lifetime(stored(Heads.response(200)), plan)).isEqualTo(60);
      assertThat(lifetime(stored(Heads.response(500)), plan)).isZero();
    }

    @Test
    void overrideOverridesNothingWhereTheOriginDecides() {
      Plans plan = Plans.origin().overridingOrigin().statusTtl(404, 10);
      assertThat(lifetime(stored(Heads.fresh()), plan)).isEqualTo(60);
      StoredHead missing = stored(Heads.response(404, "Cache-Control", "max-age=99"));
      assertThat(lifetime(missing, plan)).isEqualTo(10);
    }

    @Test
    void withoutARouteTheOriginDecides() {
      assertThat(lifetime(stored(Heads.fresh()), Plans.unmatched())).isEqualTo(60);
    }
  }

  @Nested
  class Credential {
    @ParameterizedTest(name = "ends after {0} s: {1} s left")
    @CsvSource({"59, 59", "60, 60", "61, 60", "0, 0", "-5, 0"})
    void endShortensTheLifetimeInScopeUser(long end, long seconds) {
      Plan plan = Plans.origin().credentialEnds(end).user().build();
      Freshness freshness = Freshness.of(stored(Heads.fresh()), plan, NOW);
      assertThat(freshness.ttlSeconds()).isEqualTo(seconds);
    }

    @Test
    void endMattersNotInScopeShared() {
      Plan plan = Plans.origin().credentialEnds(5).build();
      assertThat(Freshness.of(stored(Heads.fresh()), plan, NOW).ttlSeconds()).isEqualTo(60);
    }

    @Test
    void endShortensAnOverridingTtlToo() {
      Plan plan = Plans.ttl(60).overridingOrigin().credentialEnds(5).user().build();
      assertThat(Freshness.of(stored(), plan, after(1000)).ttlSeconds()).isEqualTo(4);
    }
  }
}
