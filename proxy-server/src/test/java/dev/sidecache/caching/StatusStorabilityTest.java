package dev.sidecache.caching;

import static dev.sidecache.caching.StorabilityTest.assertRefused;
import static dev.sidecache.caching.StorabilityTest.store;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.Plans;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, Section 3 and Section 5.2.2.3: which status codes are stored. */
class StatusStorabilityTest {
  @Nested
  class Section5223MustUnderstand {
    @Test
    void liftsNoStoreForAStatusThatIsUnderstood() {
      String directives = "must-understand, no-store, max-age=60";
      store(Plans.origin(), Heads.ok("Cache-Control", directives));
      store(Plans.origin(), Heads.response(404, "Cache-Control", directives));
      store(Plans.origin(), Heads.response(302, "Cache-Control", directives));
      store(Plans.origin(), Heads.response(503, "Cache-Control", directives));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {299, 399, 418, 499, 599})
    void forbidsAStatusThatIsNot(int status) {
      String understand = "must-understand, max-age=60";
      store(Plans.origin(), Heads.response(status, "Cache-Control", "max-age=60"));
      assertRefused(
          Refusal.STATUS, Plans.origin(), Heads.response(status, "Cache-Control", understand));
      assertRefused(
          Refusal.NO_STORE,
          Plans.origin(),
          Heads.response(status, "Cache-Control", understand + ", no-store"));
    }

    @Test
    void statusesOfTheSourceAreUnderstood() {
      List<Integer> understood = new ArrayList<>();
      for (int status = 100; status < 600; status++) {
        if (Statuses.isUnderstood(status)) {
          understood.add(status);
        }
      }
      assertThat(understood)
          .containsExactly(
              200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404,
              405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 500,
              501, 502, 503, 504, 505);
    }
  }

  @Nested
  class Status {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
      "200, true",
      "404, true",
      "201, false",
      "204, false",
      "301, false",
      "500, false",
      "410, true"
    })
    void ruleNamesThem(int status, boolean stored) {
      Plans plan = Plans.ttl(60).statuses("200", "404").statusTtl(410, 5);
      ResponseHead head = Heads.response(status, "Cache-Control", "public, max-age=100");
      if (stored) {
        store(plan, head);
      } else {
        assertRefused(Refusal.STATUS, plan, head);
      }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
    void originNeedsNothingForThoseThatAreHeuristicallyCacheable(int status) {
      store(Plans.origin(), Heads.response(status, "Last-Modified", date(-1000)));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {201, 202, 299, 302, 303, 307, 400, 403, 429, 499, 500, 503, 599})
    void originMustSayMoreForOthers(int status) {
      Plans plan = Plans.origin();
      assertRefused(Refusal.STATUS, plan, Heads.response(status, "Last-Modified", date(-1000)));
      assertRefused(
          Refusal.STATUS,
          plan,
          Heads.response(status, "Cache-Control", "no-cache", "ETag", "\"a\""));
      store(plan, Heads.response(status, "Cache-Control", "max-age=60"));
      store(plan, Heads.response(status, "Cache-Control", "s-maxage=60"));
      store(plan, Heads.response(status, "Expires", date(60)));
      store(plan, Heads.response(status, "CDN-Cache-Control", "max-age=60"));
      store(plan, Heads.response(status, "Cache-Control", "public", "Last-Modified", date(-1000)));
      assertRefused(
          Refusal.STATUS,
          plan,
          Heads.response(status, "CDN-Cache-Control", "no-transform", "Expires", date(60)));
    }

    @Test
    void interimAndNotModifiedAreNeverStored() {
      Plans plan = Plans.ttl(60).statuses("1xx", "3xx");
      assertRefused(Refusal.STATUS, plan, Heads.response(304, "Cache-Control", "max-age=60"));
      assertRefused(Refusal.STATUS, plan, Heads.response(103, "Cache-Control", "max-age=60"));
      store(plan, Heads.response(302));
      assertRefused(
          Refusal.STATUS, Plans.origin(), Heads.response(304, "Cache-Control", "max-age=60"));
    }
  }
}
