package dev.sidecache.caching;

import static dev.sidecache.caching.StorabilityTest.assertRefused;
import static dev.sidecache.caching.StorabilityTest.decide;
import static dev.sidecache.caching.StorabilityTest.store;
import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.after;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Storability.Refuse;
import dev.sidecache.caching.Storability.Store;
import dev.sidecache.caching.Storability.Verdict;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.Plans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, Section 3.1; contract.md, Section 2: for how long, with which fields and tags. */
class StorageTest {
  @Nested
  class NoLifetime {
    @Test
    void isRefusedWhereNobodyGivesOne() {
      assertRefused(Refusal.NO_LIFETIME, Plans.origin(), Heads.ok());
      assertRefused(Refusal.NO_LIFETIME, Plans.origin(), Heads.ok("ETag", "\"a\""));
    }

    @Test
    void isRefusedWhereTheRuleSaysZero() {
      assertRefused(Refusal.NO_LIFETIME, Plans.ttl(0), Heads.fresh("ETag", "\"a\""));
      assertRefused(
          Refusal.NO_LIFETIME, Plans.ttl(0).overridingOrigin(), Heads.fresh("ETag", "\"a\""));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(strings = {"max-age=0", "max-age=x", "no-cache", "no-cache, max-age=60"})
    void zeroIsOfUseOnlyWithAValidator(String directives) {
      assertRefused(Refusal.NO_LIFETIME, Plans.origin(), Heads.ok("Cache-Control", directives));
      assertRefused(Refusal.NO_LIFETIME, Plans.ttl(60), Heads.ok("Cache-Control", directives));
      for (String[] validator : new String[][] {{"ETag", "\"a\""}, {"Last-Modified", date(-10)}}) {
        ResponseHead head = Heads.ok("Cache-Control", directives, validator[0], validator[1]);
        Store store = store(Plans.origin(), head);
        assertThat(store.lifetime()).isEqualTo(Duration.ZERO);
        assertThat(store.grace()).isEqualTo(Duration.ofMinutes(10));
      }
    }

    @Test
    void zeroIsOfUseWithAStalePermission() {
      ResponseHead head = Heads.ok("Cache-Control", "max-age=0, stale-while-revalidate=30");
      Store store = store(Plans.origin(), head);
      assertThat(store.lifetime()).isEqualTo(Duration.ZERO);
      assertThat(store.grace()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void noCacheIsStoredForItsTtlUnderAnOverridingRule() {
      Plans plan = Plans.ttl(60).overridingOrigin();
      assertThat(store(plan, Heads.ok("Cache-Control", "no-cache")).lifetime())
          .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void responseThatIsOldAlreadyHasLessLeft() {
      ResponseHead head = Heads.fresh("Age", "45");
      assertThat(store(Plans.origin(), head).lifetime()).isEqualTo(Duration.ofSeconds(15));
      assertRefused(Refusal.NO_LIFETIME, Plans.origin(), Heads.fresh("Age", "60"));
      assertRefused(Refusal.NO_LIFETIME, Plans.origin(), Heads.fresh("Age", "61"));
      assertThat(store(Plans.origin(), Heads.fresh("Age", "61", "ETag", "\"a\"")).lifetime())
          .isEqualTo(Duration.ZERO);
    }

    @Test
    void credentialThatEndsShortensIt() {
      assertThat(store(Plans.origin().credentialEnds(5).user(), Heads.fresh()).lifetime())
          .isEqualTo(Duration.ofSeconds(5));
      assertRefused(Refusal.NO_LIFETIME, Plans.origin().credentialEnds(0).user(), Heads.fresh());
    }
  }

  @Nested
  class Grace {
    @Test
    void coversTheLongestStaleWindow() {
      ResponseHead head =
          Heads.ok("Cache-Control", "max-age=60, stale-while-revalidate=5, stale-if-error=7");
      assertThat(store(Plans.origin(), head).grace()).isEqualTo(Duration.ofSeconds(7));
      Plans plan = Plans.origin().staleWhileRevalidate(90).staleIfError(80);
      assertThat(store(plan, head).grace()).isEqualTo(Duration.ofSeconds(7));
      assertThat(store(plan, Heads.fresh()).grace()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void isNoneWhereStaleIsForbidden() {
      Plans plan = Plans.origin().staleWhileRevalidate(90).staleIfError(80);
      ResponseHead strict = Heads.ok("Cache-Control", "max-age=60, must-revalidate");
      assertThat(store(plan, strict).grace()).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest(name = "max-age={0}: {1} s")
    @CsvSource({
      "1, 600",
      "599, 600",
      "600, 600",
      "601, 601",
      "86399, 86399",
      "86400, 86400",
      "86401, 86400"
    })
    void letsAResponseBeValidatedForAsLongAgain(long maxAge, long seconds) {
      ResponseHead head = Heads.ok("Cache-Control", "max-age=" + maxAge, "ETag", "\"a\"");
      assertThat(store(Plans.origin(), head).grace()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void lifetimeAndGraceAreAtMostAYear() {
      ResponseHead head =
          Heads.ok("Cache-Control", "max-age=99999999999, stale-if-error=99999999999");
      Store store = store(Plans.origin(), head);
      assertThat(store.lifetime()).isEqualTo(Duration.ofDays(365));
      assertThat(store.grace()).isEqualTo(Duration.ofDays(365));
    }
  }

  @Nested
  class Freshened {
    private Verdict decide(Plans plan, String... fields) {
      StoredHead stored = new StoredHead(Heads.fresh("ETag", "\"a\""), NOW, Duration.ofSeconds(50));
      ResponseHead answer = new ResponseHead(304, Fields.of(fields));
      StoredHead fresh = Validation.freshen(stored, answer, after(90_000), after(91_000));
      assertThat(fresh).isNotNull();
      return Storability.confirmed(plan.build(), fresh, 100);
    }

    @Test
    void isStoredForItsNewLifetime() {
      Verdict verdict = decide(Plans.origin(), "Cache-Control", "max-age=600", "Age", "99");
      assertThat(verdict).isInstanceOf(Store.class);
      assertThat(((Store) verdict).lifetime()).isEqualTo(Duration.ofSeconds(500));
      assertThat(((Store) verdict).stored().responseTime()).isEqualTo(after(91_000));
    }

    @Test
    void isStoredWhenHeadHasFreshenedIt() {
      Plans plan = Plans.origin().request(Heads.request("HEAD", "/api/students"));
      assertThat(decide(plan)).isInstanceOf(Store.class);
    }

    @Test
    void isNotStoredWhereTheAnswerForbidsIt() {
      assertThat(decide(Plans.origin(), "Cache-Control", "no-store"))
          .isEqualTo(new Refuse(Refusal.NO_STORE));
      assertThat(decide(Plans.origin(), "Vary", "*")).isEqualTo(new Refuse(Refusal.VARY_STAR));
    }

    @Test
    void isNotRefusedForACookieThatIsItsClients() {
      Verdict verdict = decide(Plans.origin(), "Set-Cookie", "a=b");
      assertThat(verdict).isInstanceOf(Store.class);
      assertThat(((Store) verdict).stored().head().fields().contains("Set-Cookie")).isFalse();
    }
  }

  @Nested
  class Section31Fields {
    @Test
    void thoseThatEndAtTheNextHopAreNotStored() {
      ResponseHead head =
          Heads.fresh(
              "Connection", "X-Hop, close",
              "X-Hop", "1",
              "Keep-Alive", "timeout=5",
              "Proxy-Authenticate", "Basic",
              "Proxy-Authentication-Info", "x",
              "Trailer", "x",
              "Upgrade", "h2c",
              "X-Kept", "1");
      assertThat(names(store(Plans.origin(), head)))
          .containsExactly("Date", "Content-Type", "Cache-Control", "X-Kept");
    }

    @Test
    void thoseThatAreMadeAnewAreNotStored() {
      ResponseHead head = Heads.fresh("Age", "5", "Content-Length", "100");
      Store store = store(Plans.origin(), head);
      assertThat(names(store)).containsExactly("Date", "Content-Type", "Cache-Control");
      assertThat(store.stored().correctedInitialAge()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void thoseThatNoCacheNamesAreNotStored() {
      ResponseHead head =
          Heads.ok("Cache-Control", "no-cache=\"X-A\", max-age=60", "x-a", "1", "X-B", "1");
      assertThat(names(store(Plans.origin().knownUser(), head)))
          .containsExactly("Date", "Content-Type", "Cache-Control", "X-B");
    }

    @Test
    void dateIsAddedWhereThereIsNone() {
      ResponseHead head = new ResponseHead(200, Fields.of("Cache-Control", "max-age=60"));
      Verdict verdict = Storability.decide(Plans.origin().build(), head, NOW, after(2500), -1);
      assertThat(verdict).isInstanceOf(Store.class);
      StoredHead stored = ((Store) verdict).stored();
      assertThat(stored.head().fields().first("Date")).isEqualTo(date(2));
      assertThat(stored.correctedInitialAge()).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void unknownFieldsAreStoredInTheirOrder() {
      ResponseHead head = Heads.fresh("X-Z", "1", "X-A", "2", "X-Z", "3");
      assertThat(names(store(Plans.origin(), head)))
          .containsExactly("Date", "Content-Type", "Cache-Control", "X-Z", "X-A", "X-Z");
    }

    private static List<String> names(Store store) {
      Fields fields = store.stored().head().fields();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        names.add(fields.name(i));
      }
      return names;
    }
  }

  @Nested
  class SensitiveFields {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
      "application/json, true",
      "application/vnd.api+json; charset=utf-8, true",
      "text/json, true",
      "text/html, false",
      "application/octet-stream, false"
    })
    void jsonIsLookedThrough(String type, boolean scanned) {
      ResponseHead head = new ResponseHead(200, Fields.of("Content-Type", type));
      Plans guarded = Plans.ttl(60).never(Set.of(), Set.of("password"));
      assertThat(store(guarded, head).scanForSensitiveFields()).isEqualTo(scanned);
      assertThat(store(Plans.ttl(60), head).scanForSensitiveFields()).isFalse();
    }
  }

  @Nested
  class Tags {
    @Test
    void declaredOnesAreTold() {
      ResponseHead head = Heads.fresh("Cache-Tag", "students, student:7");
      assertThat(store(Plans.origin(), head).declaredTags())
          .containsExactly(
              new Tag(Tag.Kind.TAG, "students"),
              new Tag(Tag.Kind.TAG, "student:7"),
              new Tag(Tag.Kind.FAMILY, "student"));
    }

    @Test
    void tooManyAreRefused() {
      assertRefused(
          Refusal.TOO_MANY_TAGS, Plans.origin(), Heads.fresh("Cache-Tag", "a".repeat(129)));
    }
  }
}
