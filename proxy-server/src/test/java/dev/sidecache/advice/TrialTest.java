package dev.sidecache.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecache.caching.Refusal;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.Ttl;
import dev.sidecache.testing.Rules;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrialTest {
  private static final RuleSet RULES =
      new Rules()
          .route(Rules.changing("a", "/a/**").scope(Scope.SHARED).tags("things").build())
          .route(Rules.changing("o", "/o/**").ttl(new Ttl.Origin()).scope(Scope.SHARED).build())
          .rule(Rules.rule("changed", "PUT", "/change", "things"))
          .build();

  private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");

  private final Traffic traffic = new Traffic(RULES, 8 << 20);

  private void assertSeen(String route, long hits, long misses) {
    Evidence.OfRoute seen = traffic.seen(route);
    assertThat(List.of(seen.hits(), seen.misses())).containsExactly(hits, misses);
  }

  @Nested
  class WhatServingWouldDo {

    @Test
    void freshOneIsAHitUntilItsLifetimeEnds() {
      traffic.get("/a/1", "x");
      traffic.later(59);
      traffic.get("/a/1", "x");
      assertSeen("a", 1, 1);
      traffic.later(1);
      traffic.get("/a/1", "x");
      assertSeen("a", 1, 2);
      assertThat(traffic.seen("a").savedNanos()).isEqualTo(Traffic.ORIGIN_NANOS);
    }

    @Test
    void validatorOfTheOriginConfirms() {
      traffic.get("/o/1", "x", "ETag", "\"1\"", "Cache-Control", "max-age=1");
      traffic.later(5);
      traffic.get("/o/1", "x", "ETag", "\"1\"", "Cache-Control", "max-age=1");
      assertSeen("o", 1, 1);
      traffic.later(5);
      traffic.get("/o/1", "y", "ETag", "\"2\"", "Cache-Control", "max-age=1");
      assertSeen("o", 1, 2);
      traffic.get("/o/2", "x", "Last-Modified", "Sun, 01 Mar 2026 08:30:00 GMT");
      traffic.later(4000);
      traffic.get("/o/2", "x", "Last-Modified", "Sun, 01 Mar 2026 08:30:00 GMT");
      assertSeen("o", 2, 3);
    }

    @Test
    void whatMayNotBeStoredIsAMissWithItsReason() {
      traffic.get("/a/1", "x", "Set-Cookie", "a=b");
      traffic.get("/a/1", "x", "Set-Cookie", "a=b");
      traffic.refused("/a/2", Refusal.SENSITIVE_FIELD);
      traffic.refused("/a/2", Refusal.SENSITIVE_FIELD);
      traffic.get("/o/1", "x");

      assertSeen("a", 0, 4);
      assertThat(traffic.seen("a").notStored())
          .containsEntry("set_cookie", 2L)
          .containsEntry("sensitive_field", 2L);
      assertThat(traffic.seen("o").notStored()).containsEntry("no_lifetime", 1L);
    }

    @Test
    void variantsAreToldApart() {
      for (String kind : List.of("a", "b", "a", "b")) {
        traffic.answers(traffic.arrives("/a/1", "X-Kind", kind), 200, kind, "Vary", "X-Kind");
      }

      assertSeen("a", 2, 2);
    }

    @Test
    void writeMakesInvalidWhatItsRuleNames() {
      traffic.get("/a/1", "x");
      traffic.write("PUT", "/change");
      traffic.get("/a/1", "y");
      traffic.get("/a/1", "y");

      assertSeen("a", 1, 2);
    }

    @Test
    void fetchThatAWriteOvertakesIsNotServed() {
      Watch slow = traffic.arrives("/a/1");
      traffic.write("PUT", "/change");
      traffic.answers(slow, 200, "old");
      traffic.get("/a/1", "new");

      assertSeen("a", 0, 2);
      assertThat(traffic.seen("a").staleHits()).isZero();
    }

    @Test
    void equalRequestsWaitForOneFetch() {
      Watch first = traffic.arrives("/a/1");
      Watch second = traffic.arrives("/a/1");
      Watch third = traffic.arrives("/a/1");
      traffic.answers(second, 200, "x");
      traffic.answers(first, 200, "x");
      traffic.answers(third, 200, "x");

      assertSeen("a", 2, 1);
      assertThat(traffic.seen("a").savedNanos()).isEqualTo(2 * Traffic.ORIGIN_NANOS);
    }

    @Test
    void thoseWhoWaitInVainAskThemselves() {
      Watch first = traffic.arrives("/a/1");
      Watch second = traffic.arrives("/a/1");
      traffic.answers(first, 500, "x");
      traffic.answers(second, 200, "x");
      assertSeen("a", 0, 2);
      Watch failing = traffic.arrives("/a/2");
      Watch waiting = traffic.arrives("/a/2");
      failing.failed(traffic.now);
      waiting.failed(traffic.now);
      failing.failed(traffic.now);
      assertSeen("a", 0, 4);
    }

    @Test
    void partsAreForWhoAsksAlone() {
      traffic.answers(traffic.arrives("/a/1", "Range", "bytes=0-0"), 206, "x");
      traffic.get("/a/1", "x");
      traffic.answers(traffic.arrives("/a/1", "Range", "bytes=0-0"), 206, "x");

      assertSeen("a", 1, 2);
    }

    @Test
    void clientThatHasItIsServedFromWhatANotModifiedTells() {
      traffic.answers(traffic.arrives("/a/1", "If-None-Match", "\"1\""), 304, "", "ETag", "\"1\"");
      traffic.answers(traffic.arrives("/a/1", "If-None-Match", "\"1\""), 304, "");

      assertSeen("a", 1, 1);
    }

    @Test
    void staleIsServedWhereTheAnswerPermits() {
      String[] permits = {"Cache-Control", "max-age=10, stale-while-revalidate=60"};
      traffic.get("/o/1", "x", permits);
      traffic.later(30);
      traffic.get("/o/1", "y", permits);
      traffic.get("/o/1", "y", permits);

      assertSeen("o", 2, 1);
      assertThat(traffic.seen("o").staleHits()).isEqualTo(1);
    }
  }

  @Nested
  class WhatIsSeenOfAnswers {

    @Test
    void changesAndHowLongAnswersLive() {
      for (int i = 0; i < 12; i++) {
        traffic.get("/a/1", "version " + i / 4);
        traffic.later(10);
      }

      Evidence.OfRoute seen = traffic.seen("a");
      assertThat(seen.answers()).isEqualTo(3);
      assertThat(seen.changeIntervalMillis()).isEqualTo(55_000);
      assertThat(seen.staleHits()).isEqualTo(6);
      assertThat(seen.withoutWrite()).isEqualTo(new Evidence.Unrelated(11, 2));
    }

    @Test
    void validatorsThatConfirmNothingOrTooMuch() {
      traffic.get("/a/1", "x", "ETag", "\"1\"");
      traffic.get("/a/1", "x", "ETag", "\"2\"");
      traffic.get("/a/1", "y", "ETag", "\"2\"");
      traffic.get("/a/1", "y");

      assertThat(traffic.seen("a").validators()).isEqualTo(new Evidence.Validators(0.75, 1, 1));
    }

    @Test
    void writesThatAnswersChangeAfter() {
      for (int i = 0; i < 6; i++) {
        traffic.get("/o/1", "version " + i, "Cache-Control", "max-age=600");
        traffic.get("/o/1", "version " + i, "Cache-Control", "max-age=600");
        traffic.get("/a/1", "version " + i);
        traffic.write("POST", "/o/" + i + "/notes");
        traffic.write("PUT", "/change");
      }

      assertThat(traffic.seen("o").writes())
          .contains(new Evidence.AfterWrite("POST /o/{id}/notes", 5, 5, 0));
      assertThat(traffic.seen("a").writes())
          .contains(new Evidence.AfterWrite("PUT /change", 5, 5, 5));
    }

    @Test
    void otherLifetimesAreTried() {
      for (int i = 0; i < 100; i++) {
        traffic.get("/a/1", i < 50 ? "old" : "new");
        traffic.later(30);
      }

      List<Evidence.LifetimeTrial> trials = traffic.seen("a").trials();
      assertThat(trials).extracting(Evidence.LifetimeTrial::seconds).startsWith(10L, 60L, 300L);
      assertThat(trials.get(0).hits()).isZero();
      assertThat(trials.get(1).hits()).isEqualTo(50);
      assertThat(trials.get(2).hits()).isEqualTo(90);
      assertThat(trials.get(5).hits()).isEqualTo(99);
      assertThat(trials.get(5).stale()).isEqualTo(50);
      assertThat(trials.get(5).staleAfterWrite()).isZero();
    }

    @Test
    void requestsOfEachPathThatNoRouteTakes() {
      RuleSet rules = new RuleSet(RULES.neverCache(), List.of(), List.of(), observedRoute(), "");
      Traffic other = new Traffic(rules, 1 << 20);
      other.get("/api/students/7", "x");
      other.get("/api/students/8", "x");
      other.get("/api/students/8", "x");

      Evidence.OfRoute seen = other.seen("-");
      assertThat(seen.path()).isEqualTo("/api/students/{id}");
      assertThat(seen.hits()).isEqualTo(1);
      assertThat(seen.isConfigured()).isFalse();
    }

    private static Route observedRoute() {
      return Route.observed(Route.Policy.DEFAULT);
    }
  }

  @Nested
  class Memory {

    private Traffic played(long maxBytes, int keys) {
      Traffic played = new Traffic(RULES, maxBytes);
      Random random = new Random(11);
      for (int i = 0; i < 60_000; i++) {
        int key = (int) (keys * Math.pow(random.nextDouble(), 1.5));
        played.get("/a/" + key, "x" + key, "ETag", "\"" + key + "\"");
        played.now = played.now.plusMillis(2);
      }
      return played;
    }

    @Test
    void fewerKeysTellAlmostTheSame() {
      Evidence all = played(64 << 20, 8_000).trial.evidence(END);
      Evidence some = played(1 << 20, 8_000).trial.evidence(END);

      assertThat(all.oneInKeys()).isEqualTo(1);
      assertThat(some.oneInKeys()).isGreaterThanOrEqualTo(4);
      assertThat(some.bytes()).isLessThanOrEqualTo(1 << 20);
      assertThat(some.keys()).isLessThan(all.keys() / 3);
      assertThat(all.bytes()).isGreaterThan(3 << 20);
      assertThat(some.routes().get(0).requests()).as("exact").isEqualTo(60_000);
      assertThat(some.routes().get(0).hitRate())
          .isCloseTo(all.routes().get(0).hitRate(), within(0.05));
    }

    @Test
    void keysThatNobodyAskedForInADayGoFirst() {
      Traffic old = new Traffic(RULES, 100_000);
      for (int day = 0; day < 5; day++) {
        for (int i = 0; i < 80; i++) {
          old.get("/a/" + day + "/" + i, "x");
        }
        old.later(100_000);
      }

      Evidence evidence = old.trial.evidence(old.now);
      assertThat(evidence.oneInKeys()).isEqualTo(1);
      assertThat(evidence.bytes()).isLessThanOrEqualTo(100_000);
    }
  }
}
