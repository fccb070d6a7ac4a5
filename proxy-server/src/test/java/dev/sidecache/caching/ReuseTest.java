package dev.sidecache.caching;

import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.after;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Reuse.Decision;
import dev.sidecache.caching.Reuse.Forward;
import dev.sidecache.caching.Reuse.Serve;
import dev.sidecache.caching.Reuse.ServeWhileRevalidating;
import dev.sidecache.caching.Reuse.Unsatisfiable;
import dev.sidecache.caching.Reuse.Validate;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.Plans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, Section 4; RFC 5861; RFC 9211, Section 2.2. */
class ReuseTest {
  private static final String ETAG = "\"v1\"";

  private static StoredHead stored(String... fields) {
    return new StoredHead(Heads.ok(fields), NOW, Duration.ZERO);
  }

  /** Fresh for a minute, with an entity tag. */
  static StoredHead minute(String... directives) {
    String more = directives.length == 0 ? "" : ", " + String.join(", ", directives);
    return stored("Cache-Control", "max-age=60" + more, "ETag", ETAG);
  }

  static Lookup.Found found(StoredHead stored) {
    return new Lookup.Found(stored, Tier.L1, true);
  }

  static Decision decide(Plans plan, StoredHead stored, long millis) {
    return Reuse.decide(plan.build(), found(stored), after(millis));
  }

  private static Decision decide(Plans plan, Lookup lookup) {
    return Reuse.decide(plan.build(), lookup, NOW);
  }

  @Nested
  class Section4 {
    @ParameterizedTest(name = "after {0} ms")
    @CsvSource({"0, 60", "20900, 39", "59999, 0"})
    void freshResponseIsServed(long millis, long ttl) {
      StoredHead stored = minute();
      assertThat(decide(Plans.origin(), stored, millis)).isEqualTo(new Serve(stored, ttl, false));
    }

    @ParameterizedTest(name = "after {0} ms")
    @ValueSource(longs = {60_000, 60_001, 1_000_000})
    void staleResponseIsValidated(long millis) {
      StoredHead stored = minute();
      assertThat(decide(Plans.origin(), stored, millis))
          .isEqualTo(new Validate(stored, Fwd.STALE, true));
    }

    @Test
    void staleResponseWithLastModifiedAloneIsValidated() {
      StoredHead stored = stored("Cache-Control", "max-age=0", "Last-Modified", date(-10));
      assertThat(decide(Plans.origin(), stored, 0))
          .isEqualTo(new Validate(stored, Fwd.STALE, true));
    }

    @Test
    void staleResponseWithoutValidatorIsFetchedAnew() {
      StoredHead stored = stored("Cache-Control", "max-age=0");
      assertThat(decide(Plans.origin(), stored, 0)).isEqualTo(new Forward(Fwd.STALE));
    }

    @Test
    void generatedEntityTagIsNoValidatorForTheOrigin() {
      StoredHead stored = Validation.withEtag(stored("Cache-Control", "max-age=0"));
      assertThat(stored.etag()).isNotNull();
      assertThat(decide(Plans.origin(), stored, 0)).isEqualTo(new Forward(Fwd.STALE));
    }

    @Test
    void missesAreForwarded() {
      assertThat(decide(Plans.origin(), new Lookup.UriMiss())).isEqualTo(new Forward(Fwd.URI_MISS));
      assertThat(decide(Plans.origin(), new Lookup.VaryMiss()))
          .isEqualTo(new Forward(Fwd.VARY_MISS));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Bypass.class)
    void unavailableStoreIsBypassed(Bypass reason) {
      assertThat(decide(Plans.origin(), new Lookup.Unavailable(reason)))
          .isEqualTo(new Forward(Fwd.BYPASS, reason));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Bypass.class)
    void planWithoutLookupIsForwardedWhateverLies(Bypass reason) {
      Fwd fwd = reason == Bypass.METHOD ? Fwd.METHOD : Fwd.BYPASS;
      assertThat(decide(Plans.origin().bypassed(reason), found(minute())))
          .isEqualTo(new Forward(fwd, reason));
    }
  }

  @Nested
  class Section5224NoCache {
    @Test
    void isAlwaysValidated() {
      StoredHead stored = minute("no-cache");
      assertThat(decide(Plans.origin(), minute(), 0)).isInstanceOf(Serve.class);
      assertThat(decide(Plans.origin(), stored, 0))
          .isEqualTo(new Validate(stored, Fwd.STALE, true));
    }

    @Test
    void isValidatedOnATtlRouteUnlessTheRuleOverrides() {
      StoredHead stored = minute("no-cache");
      assertThat(decide(Plans.ttl(60), stored, 0)).isInstanceOf(Validate.class);
      assertThat(decide(Plans.ttl(60).overridingOrigin(), stored, 0)).isInstanceOf(Serve.class);
      assertThat(decide(Plans.origin().overridingOrigin(), stored, 0)).isInstanceOf(Validate.class);
    }

    @Test
    void isNeverServedStale() {
      StoredHead stored = minute("no-cache", "stale-while-revalidate=100", "stale-if-error=100");
      Plans plan = Plans.origin().staleWhileRevalidate(100).staleIfError(100);
      assertThat(decide(plan, stored, 61_000)).isInstanceOf(Validate.class);
      assertThat(Reuse.onOriginFailure(plan.build(), found(stored), after(61_000))).isFalse();
      assertThat(Reuse.onOriginFailure(plan.build(), found(stored), after(1_000))).isFalse();
    }

    @Test
    void qualifiedFormLetsTheRestBeServed() {
      assertThat(decide(Plans.origin(), minute("no-cache=\"x-a\""), 0)).isInstanceOf(Serve.class);
    }
  }

  @Nested
  class Section521Request {
    @ParameterizedTest(name = "{0} after {1} ms")
    @CsvSource(
        delimiter = '|',
        value = {
          "no-cache      | 0     | true",
          "max-age=10    | 9999  | false",
          "max-age=10    | 10000 | false",
          "max-age=10    | 10001 | true",
          "max-age=0     | 1     | true",
          "min-fresh=20  | 39999 | false",
          "min-fresh=20  | 40000 | false",
          "min-fresh=20  | 40001 | true",
          "max-stale     | 0     | false",
          "no-transform  | 0     | false",
        })
    void clientMayNarrowReuse(String directive, long millis, boolean narrowed) {
      StoredHead stored = minute();
      Decision decision =
          decide(Plans.origin().request("Cache-Control", directive), stored, millis);
      if (narrowed) {
        assertThat(decision).isEqualTo(new Validate(stored, Fwd.REQUEST, true));
      } else {
        assertThat(decision).isInstanceOf(Serve.class);
      }
    }

    @Test
    void pragmaNarrowsToo() {
      Plans plan = Plans.origin().request("Pragma", "no-cache");
      assertThat(decide(plan, minute(), 0)).isInstanceOf(Validate.class);
    }

    @Test
    void freshResponseWithoutValidatorIsFetchedAnewForSuchAClient() {
      StoredHead stored = stored("Cache-Control", "max-age=60");
      Plans plan = Plans.origin().request("Cache-Control", "no-cache");
      assertThat(decide(plan, stored, 0)).isEqualTo(new Forward(Fwd.REQUEST));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(strings = {"max-stale", "max-stale=1000", "stale-if-error=1000"})
    void clientCannotWidenReuse(String directive) {
      Plans plan = Plans.origin().request("Cache-Control", directive);
      StoredHead stored = minute();
      assertThat(decide(plan, stored, 61_000)).isInstanceOf(Validate.class);
      assertThat(Reuse.onOriginFailure(plan.build(), found(stored), after(61_000))).isFalse();
    }

    @ParameterizedTest(name = "[{index}] {0}: {1} s")
    @CsvSource({"no-cache, true", "max-age=0, true", "max-age=10, false", "min-fresh=50, false"})
    void reloadIsIgnoredWhereTheRuleSaysSo(String directive, boolean ignored) {
      Plans honouring = Plans.origin().request("Cache-Control", directive);
      assertThat(decide(honouring, minute(), 20_000)).isInstanceOf(Validate.class);
      Plans ignoring = Plans.origin().request("Cache-Control", directive).ignoringClientNoCache();
      assertThat(decide(ignoring, minute(), 20_000))
          .isInstanceOf(ignored ? Serve.class : Validate.class);
    }
  }

  @Nested
  class Section5217OnlyIfCached {
    private final Plans plan = Plans.origin().request("Cache-Control", "only-if-cached");

    @Test
    void freshResponseIsServed() {
      assertThat(decide(plan, minute(), 0)).isInstanceOf(Serve.class);
    }

    @Test
    void permittedStaleResponseIsServed() {
      assertThat(decide(plan, minute("stale-while-revalidate=10"), 61_000))
          .isInstanceOf(ServeWhileRevalidating.class);
    }

    @Test
    void anythingElseIsUnsatisfiable() {
      assertThat(decide(plan, minute(), 61_000)).isEqualTo(new Unsatisfiable());
      assertThat(decide(plan, stored(), 0)).isEqualTo(new Unsatisfiable());
      assertThat(decide(plan, new Lookup.UriMiss())).isEqualTo(new Unsatisfiable());
      assertThat(decide(plan, new Lookup.VaryMiss())).isEqualTo(new Unsatisfiable());
      assertThat(decide(plan, new Lookup.Unavailable(Bypass.REDIS_DOWN)))
          .isEqualTo(new Unsatisfiable());
      assertThat(decide(plan, new Lookup.Found(minute(), Tier.L2, false)))
          .isEqualTo(new Unsatisfiable());
    }

    @Test
    void requestOutsideTheCacheIsForwarded() {
      assertThat(decide(plan.bypassed(Bypass.NO_ROUTE), new Lookup.UriMiss()))
          .isInstanceOf(Forward.class);
    }

    @Test
    void otherWishesCountToo() {
      Plans strict = Plans.origin().request("Cache-Control", "only-if-cached, no-cache");
      assertThat(decide(strict, minute(), 0)).isEqualTo(new Unsatisfiable());
    }
  }

  @Nested
  class Section432Preconditions {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"If-Match", "If-Unmodified-Since"})
    void thoseOfAnOriginAreForwarded(String name) {
      Plans plan = Plans.origin().request(name, ETAG);
      assertThat(decide(plan, minute(), 0)).isEqualTo(new Forward(Fwd.REQUEST));
      assertThat(decide(plan, minute(), 61_000)).isEqualTo(new Forward(Fwd.STALE));
      assertThat(decide(plan, minute("stale-while-revalidate=10"), 61_000))
          .isEqualTo(new Forward(Fwd.STALE));
      assertThat(decide(plan, new Lookup.Found(minute(), Tier.L1, false)))
          .isEqualTo(new Forward(Fwd.STALE));
      assertThat(Reuse.onOriginFailure(plan.build(), found(minute()), NOW)).isFalse();
    }

    @Test
    void thoseOfACacheAreNoHindrance() {
      Plans plan = Plans.origin().request("If-None-Match", ETAG, "If-Modified-Since", date(0));
      assertThat(decide(plan, minute(), 0)).isInstanceOf(Serve.class);
    }
  }

  @Nested
  class NotCurrent {
    private Decision decide(Plans plan, StoredHead stored, long millis) {
      Lookup.Found found = new Lookup.Found(stored, Tier.L1, false);
      return Reuse.decide(plan.build(), found, after(millis));
    }

    @Test
    void freshResponseIsValidatedByItsEntityTagAlone() {
      StoredHead stored = minute();
      assertThat(decide(Plans.origin(), stored, 0))
          .isEqualTo(new Validate(stored, Fwd.STALE, false));
    }

    @Test
    void lastModifiedAloneIsNotEnough() {
      StoredHead stored = stored("Cache-Control", "max-age=60", "Last-Modified", date(-100));
      assertThat(decide(Plans.origin(), stored, 0)).isEqualTo(new Forward(Fwd.STALE));
    }

    @Test
    void entityTagOfOurOwnIsNotEnough() {
      StoredHead stored = Validation.withEtag(stored("Cache-Control", "max-age=60"));
      assertThat(decide(Plans.origin(), stored, 0)).isEqualTo(new Forward(Fwd.STALE));
    }

    @Test
    void noPermissionLetsItBeServed() {
      StoredHead stored = minute("stale-while-revalidate=1000", "stale-if-error=1000");
      Plans plan =
          Plans.ttl(60)
              .overridingOrigin()
              .ignoringClientNoCache()
              .staleWhileRevalidate(1000)
              .staleIfError(1000)
              .request("Cache-Control", "max-stale");
      for (long millis : new long[] {0, 59_999, 60_000, 61_000, 900_000}) {
        assertThat(decide(plan, stored, millis)).isEqualTo(new Validate(stored, Fwd.STALE, false));
        Lookup.Found found = new Lookup.Found(stored, Tier.L1, false);
        assertThat(Reuse.onOriginFailure(plan.build(), found, after(millis))).isFalse();
        assertThat(Reuse.onOriginFailure(plan.build(), found(stored), after(millis))).isTrue();
      }
    }
  }

  @Nested
  class CarryingOut {
    @Test
    void eachDecisionCallsItsMethod() {
      List<String> called = new ArrayList<>();
      Reuse.Actions actions =
          new Reuse.Actions() {
            @Override
            public void serve(Serve decision) {
              called.add("serve");
            }

            @Override
            public void serveWhileRevalidating(ServeWhileRevalidating decision) {
              called.add("serveWhileRevalidating");
            }

            @Override
            public void validate(Validate decision) {
              called.add("validate");
            }

            @Override
            public void forward(Forward decision) {
              called.add("forward");
            }

            @Override
            public void unsatisfiable(Unsatisfiable decision) {
              called.add("unsatisfiable");
            }
          };
      StoredHead stored = minute("stale-while-revalidate=10");
      decide(Plans.origin(), stored, 0).carryOut(actions);
      decide(Plans.origin(), stored, 65_000).carryOut(actions);
      decide(Plans.origin(), stored, 75_000).carryOut(actions);
      decide(Plans.origin(), new Lookup.UriMiss()).carryOut(actions);
      decide(Plans.origin().request("Cache-Control", "only-if-cached"), new Lookup.UriMiss())
          .carryOut(actions);
      assertThat(called)
          .containsExactly(
              "serve", "serveWhileRevalidating", "validate", "forward", "unsatisfiable");
    }
  }

  @Test
  void wordsAreThoseOfTheField() {
    assertThat(Fwd.values())
        .extracting(Fwd::word)
        .containsExactly(
            "bypass", "method", "uri-miss", "vary-miss", "miss", "request", "stale", "partial");
    assertThat(Tier.values()).extracting(Tier::word).containsExactly("l1", "l2");
  }
}
