package dev.sidecache.advice;

import dev.sidecache.advice.Advice.Expected;
import dev.sidecache.advice.Advice.Kind;
import dev.sidecache.advice.Advice.Suggestion;
import dev.sidecache.advice.Evidence.AfterWrite;
import dev.sidecache.advice.Evidence.LifetimeTrial;
import dev.sidecache.advice.Evidence.OfRoute;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes advice of evidence. It suggests nothing that would have answered more than one hit in a
 * hundred otherwise than the backend did, once the rules that it suggests are there.
 */
public final class Advisor {
  private static final double MOST_STALE = 0.01;
  private static final double LEAST_HIT_RATE = 0.05;
  private static final double WORTH_A_CHANGE = 0.02;

  /** A lifetime is not made longer for less. */
  private static final double WORTH_A_LONGER_ONE = 0.01;

  private static final long LEAST_TIMES = 5;
  private static final double OFTEN = 0.5;
  private static final Duration MONTH = Duration.ofDays(30);

  private final Evidence evidence;
  private final RuleSet rules;
  private final Map<String, Duration> presets;
  private final Set<String> names = new HashSet<>();
  private final List<Suggestion> suggestions = new ArrayList<>();
  private final Map<String, List<String>> writes = new TreeMap<>();
  private long hits;
  private long lookups;
  private long commands;
  private long savedNanos;

  private Advisor(Evidence evidence, RuleSet rules, Map<String, Duration> presets) {
    this.evidence = evidence;
    this.rules = rules;
    this.presets = presets;
    rules.routes().forEach(route -> names.add(route.name()));
    rules.invalidations().forEach(rule -> names.add(rule.name()));
  }

  /**
   * The advice.
   *
   * @param presets names of lifetimes
   * @param minRequests what was asked for less often is left alone
   */
  public static Advice of(
      Evidence evidence, RuleSet rules, Map<String, Duration> presets, long minRequests) {
    Advisor advisor = new Advisor(evidence, rules, presets);
    evidence.routes().stream()
        .sorted(Comparator.comparingLong(OfRoute::originNanos).reversed())
        .forEach(seen -> advisor.consider(seen, minRequests));
    advisor.writes.forEach(advisor::suggestRule);
    advisor.commands += 2 * evidence.writes();
    Expected expected = advisor.expected();
    String yaml = AdviceText.of(evidence, advisor.suggestions, expected);
    return new Advice(advisor.suggestions, expected, yaml);
  }

  private void consider(OfRoute seen, long minRequests) {
    Choice choice = seen.requests() < minRequests ? null : best(seen);
    Route route = route(seen);
    boolean nameable = route == null && seen.path().startsWith("/");
    if (choice != null && nameable && choice.hitRate >= LEAST_HIT_RATE) {
      String name = unused(PathTemplate.name(seen.path()));
      suggest(Kind.NEW_ROUTE, name, seen, choice);
    } else if (choice != null && route != null && isBetter(choice, seen, route)) {
      suggest(Kind.TTL, route.name(), seen, choice);
    } else if (seen.isConfigured()) {
      if (route != null && route.scope() == Scope.USER && seen.shared().isForAll()) {
        suggestScope(route.name(), seen);
      }
      add(seen, seen.hits(), seen.savedNanos());
    }
  }

  private @Nullable Route route(OfRoute seen) {
    for (Route route : rules.routes()) {
      if (route.name().equals(seen.route())) {
        return route;
      }
    }
    return null;
  }

  private String unused(String name) {
    String unused = name;
    for (int i = 2; !names.add(unused); i++) {
      unused = name + "-" + i;
    }
    return unused;
  }

  /** A lifetime with what it brings, stale hits left out that a rule would have prevented. */
  private record Choice(long seconds, double hitRate, long hits, long savedNanos) {}

  private static @Nullable Choice best(OfRoute seen) {
    boolean withRules = !uncovered(seen).isEmpty();
    List<Choice> allowed = new ArrayList<>();
    for (LifetimeTrial trial : seen.trials()) {
      long prevented = withRules ? trial.staleAfterWrite() : 0;
      long hits = trial.hits() - (withRules ? trial.refetches() : 0);
      long stale = trial.stale() - prevented;
      if (hits > 0 && Evidence.ratio(stale, hits) <= MOST_STALE) {
        double rate = Evidence.ratio(hits, seen.hits() + seen.misses());
        long saved = trial.savedNanos() / trial.hits() * hits;
        allowed.add(new Choice(trial.seconds(), rate, hits, saved));
      }
    }
    double most = allowed.stream().mapToDouble(Choice::hitRate).max().orElse(0);
    return allowed.stream()
        .filter(choice -> choice.hitRate >= most - WORTH_A_LONGER_ONE)
        .findFirst()
        .orElse(null);
  }

  /** Writes after which answers have mostly changed, and which make few of them invalid. */
  private static List<AfterWrite> uncovered(OfRoute seen) {
    List<AfterWrite> found = new ArrayList<>();
    for (AfterWrite after : seen.writes()) {
      long otherTimes = seen.withoutWrite().times() - after.times();
      long otherChanged = seen.withoutWrite().changed() - after.changed();
      double often = Evidence.ratio(after.changed(), after.times());
      boolean tells = often >= OFTEN && often >= 2 * Evidence.ratio(otherChanged, otherTimes);
      boolean open = Evidence.ratio(after.covered(), after.times()) < OFTEN;
      if (after.times() >= LEAST_TIMES && tells && open) {
        found.add(after);
      }
    }
    return found;
  }

  private static boolean isBetter(Choice choice, OfRoute seen, Route route) {
    boolean longer =
        !(route.ttl() instanceof Ttl.Fixed fixed) || fixed.lifetime().toSeconds() < choice.seconds;
    boolean wrong = Evidence.ratio(seen.staleHits(), seen.hits()) > MOST_STALE;
    return longer ? choice.hitRate >= seen.hitRate() + WORTH_A_CHANGE : wrong;
  }

  private void suggest(Kind kind, String name, OfRoute seen, Choice choice) {
    suggestions.add(
        new Suggestion(
            kind,
            name,
            seen.path(),
            ttl(choice.seconds),
            choice.hitRate,
            seen.requests(),
            seen.answers(),
            why(seen, choice),
            "",
            List.of(),
            scope(kind, seen),
            seen.shared().why()));
    add(seen, choice.hits, choice.savedNanos);
    for (AfterWrite after : uncovered(seen)) {
      writes.computeIfAbsent(after.write(), key -> new ArrayList<>()).add(name);
    }
  }

  /** What is told of callers: of a route that the file has, only that its scope may be wider. */
  private String scope(Kind kind, OfRoute seen) {
    Route route = route(seen);
    boolean narrow = route == null || route.scope() == Scope.USER;
    if (seen.shared().isForAll()) {
      return narrow ? "shared" : "";
    }
    return kind == Kind.NEW_ROUTE && seen.shared().tells() ? "user" : "";
  }

  private void suggestScope(String name, OfRoute seen) {
    String why = seen.shared().why();
    suggestions.add(
        new Suggestion(
            Kind.SCOPE,
            name,
            seen.path(),
            "",
            seen.hitRate(),
            seen.requests(),
            seen.answers(),
            why,
            "",
            List.of(),
            "shared",
            why));
  }

  private void add(OfRoute seen, long expectedHits, long saved) {
    long all = seen.hits() + seen.misses();
    long missed = Math.max(0, all - expectedHits);
    hits += expectedHits;
    lookups += all;
    commands += expectedHits + 2 * missed;
    savedNanos += saved;
  }

  /** The lifetime by the name of a preset if it has one. */
  private String ttl(long seconds) {
    Map<Long, String> named = new HashMap<>();
    presets.forEach((name, lifetime) -> named.put(lifetime.toSeconds(), name));
    String name = named.get(seconds);
    return name != null ? name : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  static String why(OfRoute seen, Choice choice) {
    Long interval = seen.changeIntervalMillis();
    String lived =
        interval == null
            ? "none changed in " + AdviceText.span(seen.watchedMillis()) + " watched"
            : "each lived " + AdviceText.span(interval) + " on average";
    return seen.requests()
        + " requests, "
        + seen.answers()
        + " answers, "
        + lived
        + "; would hit "
        + AdviceText.percent(choice.hitRate)
        + (seen.isConfigured() ? " instead of " + AdviceText.percent(seen.hitRate()) : "");
  }

  private void suggestRule(String write, List<String> routes) {
    int space = write.indexOf(' ');
    String path = write.substring(space + 1);
    String method = write.substring(0, space);
    String name = unused(PathTemplate.name(method + " " + path));
    String told = "after " + write + " the answers had changed";
    suggestions.add(
        new Suggestion(Kind.INVALIDATE, name, path, "", 0, 0, 0, told, method, routes, "", ""));
  }

  private Expected expected() {
    long seen = Math.max(1, Duration.between(evidence.since(), evidence.until()).toMillis());
    double months = (double) MONTH.toMillis() / seen;
    return new Expected(
        Evidence.ratio(hits, lookups),
        Math.round(savedNanos / 1e9 * months),
        Math.round(commands * months));
  }
}
