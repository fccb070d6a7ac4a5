package dev.sidecache.caching;

import static dev.sidecache.testing.Heads.NOW;
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

/** RFC 9111, Section 3; contract.md, Section 2. */
class StorabilityTest {
  static Verdict decide(Plans plan, ResponseHead head) {
    return Storability.decide(plan.build(), head, NOW, NOW, 100);
  }

  static Store store(Plans plan, ResponseHead head) {
    Verdict verdict = decide(plan, head);
    assertThat(verdict).isInstanceOf(Store.class);
    return (Store) verdict;
  }

  static void assertRefused(Refusal reason, Plans plan, ResponseHead head) {
    assertThat(decide(plan, head)).isEqualTo(new Refuse(reason));
  }

  @Nested
  class Control {
    @Test
    void plainResponseIsStored() {
      Store store = store(Plans.origin(), Heads.fresh());
      assertThat(store.lifetime()).isEqualTo(Duration.ofMinutes(1));
      assertThat(store.grace()).isEqualTo(Duration.ZERO);
      assertThat(store.vary()).isNull();
      assertThat(store.declaredTags()).isEmpty();
      assertThat(store.scanForSensitiveFields()).isFalse();
      assertThat(store.stored().head()).isEqualTo(Heads.fresh());
      assertThat(store.stored().responseTime()).isEqualTo(NOW);
    }

    @Test
    void eachVerdictCallsItsMethod() {
      List<String> called = new ArrayList<>();
      Storability.Actions actions =
          new Storability.Actions() {
            @Override
            public void store(Store verdict) {
              called.add("store");
            }

            @Override
            public void refuse(Refuse verdict) {
              called.add(verdict.reason().word());
            }
          };
      decide(Plans.origin(), Heads.fresh()).carryOut(actions);
      decide(Plans.origin(), Heads.fresh("Vary", "*")).carryOut(actions);
      assertThat(called).containsExactly("store", "vary_star");
    }
  }

  @Nested
  class ClientNoStore {
    @Test
    void isObeyed() {
      Plans plan = Plans.origin().request("Cache-Control", "no-store");
      assertRefused(Refusal.CLIENT_NO_STORE, plan, Heads.fresh());
      store(Plans.origin().request("Cache-Control", "no-cache"), Heads.fresh());
    }
  }

  @Nested
  class Streaming {
    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {
          "text/event-stream",
          "Text/Event-Stream; charset=utf-8",
          "multipart/x-mixed-replace;b=c"
        })
    void endlessMediaTypesAreNotStored(String type) {
      ResponseHead head = new ResponseHead(200, Fields.of("Content-Type", type));
      assertRefused(Refusal.STREAMING, Plans.ttl(60), head);
      store(Plans.ttl(60), new ResponseHead(200, Fields.of("Content-Type", "text/plain")));
    }

    @Test
    void mediaTypesThatAreNeverCachedAreNotStored() {
      Plans plan = Plans.origin().never(Set.of("application/json"), Set.of());
      assertRefused(Refusal.STREAMING, plan, Heads.fresh());
      store(Plans.origin().never(Set.of("text/html"), Set.of()), Heads.fresh());
    }

    @Test
    void upgradeIsNotStored() {
      assertRefused(Refusal.STREAMING, Plans.ttl(60).statuses("1xx"), Heads.response(101));
    }
  }

  @Nested
  class Section33Partial {
    @Test
    void partialContentIsNotStored() {
      Plans plan = Plans.ttl(60).statuses("2xx");
      assertRefused(Refusal.PARTIAL, plan, Heads.response(206, "Content-Range", "bytes 0-1/2"));
      assertRefused(Refusal.PARTIAL, plan, Heads.ok("Content-Range", "bytes 0-1/2"));
    }

    @Test
    void answerToHeadIsNotStored() {
      assertRefused(
          Refusal.PARTIAL,
          Plans.origin().request(Heads.request("HEAD", "/api/students")),
          Heads.fresh());
    }

    @Test
    void answerToRangeThatIsWholeIsStored() {
      store(Plans.origin().request("Range", "bytes=0-1"), Heads.fresh());
    }
  }

  @Nested
  class Section5225NoStore {
    @ParameterizedTest(name = "ttl {0}")
    @CsvSource({"0, true", "60, false", "60, true"})
    void isObeyedOnEveryRoute(long ttl, boolean override) {
      ResponseHead head = Heads.ok("Cache-Control", "no-store, max-age=60");
      Plans plan = ttl == 0 ? Plans.origin() : Plans.ttl(ttl);
      assertRefused(Refusal.NO_STORE, override ? plan.overridingOrigin() : plan, head);
      assertRefused(Refusal.NO_STORE, plan.knownUser(), head);
    }

    @Test
    void targetedFieldDecidesAlone() {
      String[] both = {"CDN-Cache-Control", "max-age=60", "Cache-Control", "no-store"};
      assertThat(store(Plans.origin(), Heads.ok(both)).lifetime()).isEqualTo(Duration.ofMinutes(1));
      String[] other = {"CDN-Cache-Control", "no-store", "Cache-Control", "max-age=60"};
      assertRefused(Refusal.NO_STORE, Plans.origin(), Heads.ok(other));
    }
  }

  @Nested
  class Section5227Private {
    private final ResponseHead head = Heads.ok("Cache-Control", "private, max-age=60");

    @Test
    void isStoredForAKnownUserOnly() {
      assertRefused(Refusal.PRIVATE, Plans.origin(), head);
      assertRefused(Refusal.PRIVATE, Plans.origin().user(), head);
      store(Plans.origin().knownUser(), head);
    }

    @Test
    void isNotStoredInScopeSharedForWhoeverAsks() {
      Identity known = new Identity("digest", null, "cookie sid");
      assertRefused(Refusal.PRIVATE, Plans.origin().identity(known), head);
      assertRefused(Refusal.PRIVATE, Plans.ttl(60).overridingOrigin().identity(known), head);
    }

    @Test
    void isStoredForAKnownUserWithoutARoute() {
      assertRefused(Refusal.PRIVATE, Plans.unmatched(), head);
      Identity known = new Identity("digest", null, "cookie sid");
      store(Plans.unmatched().identity(known), head);
    }

    @Test
    void qualifiedFormLeavesFieldsOutForSharedUseOnly() {
      ResponseHead named =
          Heads.ok("Cache-Control", "private=\"X-User\", max-age=60", "X-User", "u", "X-B", "b");
      Fields shared = store(Plans.origin(), named).stored().head().fields();
      assertThat(shared.contains("X-User")).isFalse();
      assertThat(shared.contains("X-B")).isTrue();
      Fields own = store(Plans.origin().knownUser(), named).stored().head().fields();
      assertThat(own.contains("X-User")).isTrue();
    }

    @Test
    void makesAStatusStorableForAKnownUser() {
      ResponseHead found =
          Heads.response(302, "Cache-Control", "private, no-cache", "ETag", "\"a\"");
      store(Plans.origin().knownUser(), found);
    }
  }

  @Nested
  class SetCookie {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Set-Cookie", "set-cookie2"})
    void isNeverStored(String name) {
      assertRefused(Refusal.SET_COOKIE, Plans.ttl(60), Heads.fresh(name, "sid=1"));
      assertRefused(Refusal.SET_COOKIE, Plans.origin().knownUser(), Heads.fresh(name, "sid=1"));
    }

    @Test
    void isNotStoredEvenIfItIsNamedAsPrivate() {
      ResponseHead head =
          Heads.ok("Cache-Control", "private=\"set-cookie\", max-age=60", "Set-Cookie", "sid=1");
      assertRefused(Refusal.SET_COOKIE, Plans.origin(), head);
    }
  }

  @Nested
  class Section41Vary {
    @Test
    void starIsNotStoredAndNamesAreTold() {
      assertRefused(Refusal.VARY_STAR, Plans.ttl(60), Heads.fresh("Vary", "Origin, *"));
      assertThat(store(Plans.origin(), Heads.fresh("Vary", "Origin")).vary())
          .isEqualTo(new Vary(List.of("origin"), false));
    }
  }

  @Nested
  class Section35Authorization {
    private final String[] bearer = {"Authorization", "Bearer x"};

    @Test
    void isNotSharedWhereTheOriginDecides() {
      assertRefused(Refusal.AUTHORIZATION, Plans.origin().request(bearer), Heads.fresh());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"public", "must-revalidate", "s-maxage=60"})
    void isSharedWithOneOfThreePermissions(String directive) {
      ResponseHead head = Heads.ok("Cache-Control", "max-age=60, " + directive);
      store(Plans.origin().request(bearer), head);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"proxy-revalidate", "max-age=60", "no-transform"})
    void isNotSharedWithOthers(String directive) {
      ResponseHead head = Heads.ok("Cache-Control", "max-age=60, " + directive);
      assertRefused(Refusal.AUTHORIZATION, Plans.origin().request(bearer), head);
    }

    @Test
    void isSharedOnATtlRouteInScopeShared() {
      store(Plans.ttl(60).request(bearer), Heads.ok());
    }

    @Test
    void isStoredForAKnownUser() {
      store(Plans.origin().knownUser().request(bearer), Heads.fresh());
      store(Plans.ttl(60).knownUser().request(bearer), Heads.ok());
    }

    @Test
    void isNotStoredInScopeUserForNobodyKnown() {
      assertRefused(Refusal.AUTHORIZATION, Plans.ttl(60).user().request(bearer), Heads.ok());
      assertRefused(Refusal.AUTHORIZATION, Plans.unmatched().request(bearer), Heads.fresh());
      store(Plans.ttl(60).user(), Heads.ok());
    }

    @Test
    void statusOfItsOwnTtlIsSharedToo() {
      Plans plan = Plans.origin().statusTtl(404, 10).request(bearer);
      store(plan, Heads.response(404));
      assertRefused(Refusal.AUTHORIZATION, plan, Heads.fresh());
    }
  }

  @Nested
  class TooLarge {
    @ParameterizedTest(name = "{0} bytes: {1}")
    @CsvSource({"-1, true", "0, true", "999, true", "1000, true", "1001, false"})
    void limitIsTheRoutes(long length, boolean stored) {
      Verdict verdict =
          Storability.decide(
              Plans.origin().maxEntrySize(1000).build(), Heads.fresh(), NOW, NOW, length);
      if (stored) {
        assertThat(verdict).isInstanceOf(Store.class);
      } else {
        assertThat(verdict).isEqualTo(new Refuse(Refusal.TOO_LARGE));
      }
    }
  }

  @Nested
  class Order {
    @Test
    void firstReasonCounts() {
      Plans plan =
          Plans.origin()
              .maxEntrySize(10)
              .request("Cache-Control", "no-store", "Authorization", "Bearer x");
      List<String> fields =
          new ArrayList<>(
              List.of(
                  "Content-Type", "text/event-stream",
                  "Content-Range", "bytes 0-1/2",
                  "Cache-Control", "no-store",
                  "Cache-Control", "private",
                  "Set-Cookie", "a=b",
                  "Vary", "*",
                  "Cache-Tag", "a".repeat(129)));
      List<Refusal> reasons = new ArrayList<>();
      reasons.add(reason(plan, 499, fields));
      plan.request("Authorization", "Bearer x");
      reasons.add(reason(plan, 499, fields));
      for (int i = 0; i < 6; i++) {
        fields.subList(0, 2).clear();
        reasons.add(reason(plan, 499, fields));
      }
      plan.request();
      reasons.add(reason(plan, 499, fields));
      reasons.add(reason(plan, 200, fields));
      fields.addAll(List.of("Expires", date(60)));
      reasons.add(reason(plan, 200, fields));
      plan.maxEntrySize(1000);
      reasons.add(reason(plan, 200, fields));
      assertThat(reasons)
          .containsExactly(
              Refusal.CLIENT_NO_STORE,
              Refusal.STREAMING,
              Refusal.PARTIAL,
              Refusal.NO_STORE,
              Refusal.PRIVATE,
              Refusal.SET_COOKIE,
              Refusal.VARY_STAR,
              Refusal.AUTHORIZATION,
              Refusal.STATUS,
              Refusal.NO_LIFETIME,
              Refusal.TOO_LARGE,
              Refusal.TOO_MANY_TAGS);
    }

    private static Refusal reason(Plans plan, int status, List<String> fields) {
      ResponseHead head = new ResponseHead(status, Fields.of(fields.toArray(new String[0])));
      Verdict verdict = decide(plan, head);
      assertThat(verdict).isInstanceOf(Refuse.class);
      return ((Refuse) verdict).reason();
    }
  }
}
