package dev.sidecache.advice;

import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Invalidation;
import dev.sidecache.caching.Mutation;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Validation;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.testing.Requests;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;

/** Requests that a trial is told of, at moments that tests choose. */
final class Traffic {
  static final long ORIGIN_NANOS = 100_000_000;

  final RuleSet rules;
  final Trial trial;
  Instant now = Instant.parse("2026-03-01T09:30:00Z");

  Traffic(RuleSet rules, long maxBytes) {
    this.rules = rules;
    this.trial = new Trial(maxBytes, now);
  }

  /** Who asks from now on. */
  Identity caller = Identity.NONE;

  Plan plan(RequestHead head) {
    Plan plan = Plan.of(rules.match(head), head, caller, null);
    return plan.asServed();
  }

  Watch arrives(String path, String... fields) {
    return trial.arrived(plan(Requests.get(path, fields)), now);
  }

  /** The origin answers with this content, in one go. */
  void answers(Watch watch, int status, String content, String... fields) {
    ResponseHead head = new ResponseHead(status, Fields.of(fields));
    boolean wanted =
        watch.answered(head, new Validation.Received(now, now), content.length(), ORIGIN_NANOS)
            != null;
    watch.ended(wanted ? (long) content.hashCode() : null, content.length(), null, now);
  }

  void get(String path, String content, String... fields) {
    answers(arrives(path), 200, content, fields);
  }

  /** Each of some callers asks in turn, as often. */
  void callers(int callers, int times, BiFunction<Integer, Integer, String> content, String path) {
    for (int i = 0; i < times; i++) {
      for (int who = 0; who < callers; who++) {
        caller = new Identity("caller-" + who, null, "header Authorization");
        get(path, content.apply(who, i));
        later(1);
      }
    }
    caller = Identity.NONE;
  }

  void refused(String path, Refusal refusal) {
    Watch watch = arrives(path);
    watch.answered(
        new ResponseHead(200, Fields.of()), new Validation.Received(now, now), 2, ORIGIN_NANOS);
    watch.ended(1L, 2, refusal, now);
  }

  /** A write is answered with 200. */
  void write(String method, String path) {
    RequestHead head = Requests.of(method, path);
    Match match = rules.match(head);
    Mutation mutation = Mutation.of(rules, match, head, Identity.NONE);
    List<Tag> changed = mutation.changedBy(200);
    Invalidation named = Invalidation.of(head, new ResponseHead(200, Fields.of()));
    trial.invalidated(changed);
    trial.invalidated(named.tags());
    trial.mutated(method, path);
  }

  void later(long seconds) {
    now = now.plusSeconds(seconds);
  }

  Evidence.OfRoute seen(String route) {
    return trial.evidence(now).routes().stream()
        .filter(each -> each.route().equals(route))
        .findFirst()
        .orElseThrow();
  }
}
