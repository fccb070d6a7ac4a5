package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is going to be done with a request, told before it is done, by the decisions of the request
 * path. What only the origin's answer decides, such as whether it is stored, is left open.
 */
public final class Foreseen {
  private Foreseen() {}

  /**
   * What happens to a request that is not looked up.
   *
   * @param mutation what it changes; null: nothing
   */
  static CacheStatus bypassed(Plan plan, Bypass bypass, @Nullable Mutation mutation) {
    if (mutation == null && Reuse.wantsOnlyStored(plan.head())) {
      return CacheStatus.unsatisfiable();
    }
    return CacheStatus.forwarded(mutation == null ? Fwd.BYPASS : Fwd.METHOD)
        .withDetail(bypass.word());
  }

  /** What happens while it is remembered that the last answer was not stored. */
  public static Trace.Outcome remembered(Refusal refusal) {
    return new Trace.Outcome(
        "none: the last answer was not stored",
        null,
        "forwarded, and not stored",
        refusal.word(),
        CacheStatus.forwarded(Fwd.MISS).withDetail(refusal.word()),
        List.of());
  }

  /** What happens after a lookup. */
  public static Trace.Outcome after(Plan plan, Lookup lookup, Instant now) {
    if (lookup instanceof Lookup.Unavailable unavailable && !onlyStored(plan.head())) {
      String word = unavailable.reason().word();
      CacheStatus status = CacheStatus.forwarded(Fwd.BYPASS).withDetail(word);
      return new Trace.Outcome(
          "none: the store cannot be asked", null, "forwarded", word, status, List.of());
    }
    Telling telling = new Telling(plan, lookup, now);
    Reuse.decide(plan, lookup, now).carryOut(telling);
    return telling.outcome();
  }

  private static boolean onlyStored(RequestHead head) {
    return Reuse.wantsOnlyStored(head);
  }

  /** Tells a decision. */
  private static final class Telling implements Reuse.Actions {
    private final Plan plan;
    private final Lookup lookup;
    private final Instant now;
    private CacheStatus status = CacheStatus.forwarded(Fwd.URI_MISS);
    private String result = "";
    private @Nullable String reason;

    Telling(Plan plan, Lookup lookup, Instant now) {
      this.plan = plan;
      this.lookup = lookup;
      this.now = now;
    }

    Trace.Outcome outcome() {
      StoredHead stored = lookup instanceof Lookup.Found found ? found.head() : null;
      List<Tag> declared = stored == null ? null : DeclaredTags.of(plan, stored.head().fields());
      return new Trace.Outcome(
          lookup.carry(new Words(plan, now)),
          stored == null ? null : lifetime(plan, stored, now),
          result,
          reason,
          status,
          declared == null ? List.of() : declared);
    }

    private Tier tier() {
      return ((Lookup.Found) lookup).tier();
    }

    @Override
    public void serve(Reuse.Serve decision) {
      if (decision.stale()) {
        stale(decision.ttlSeconds(), "");
      } else {
        status = CacheStatus.hit(decision.ttlSeconds(), tier());
        result = "hit " + tier().word() + ", " + decision.ttlSeconds() + " s left";
      }
    }

    @Override
    public void serveWhileRevalidating(Reuse.ServeWhileRevalidating decision) {
      stale(decision.ttlSeconds(), "; a new one is fetched behind it");
    }

    private void stale(long ttlSeconds, String more) {
      status = CacheStatus.staleHit(ttlSeconds);
      result = "hit " + tier().word() + ", stale for " + -ttlSeconds + " s" + more;
    }

    @Override
    public void validate(Reuse.Validate decision) {
      status = CacheStatus.forwarded(decision.fwd());
      result = forwarded(decision.fwd()) + "; the backend is asked whether it still holds";
    }

    @Override
    public void forward(Reuse.Forward decision) {
      Bypass bypass = decision.bypass();
      status = CacheStatus.forwarded(decision.fwd());
      reason = bypass == null ? null : bypass.word();
      result = forwarded(decision.fwd());
    }

    private static String forwarded(Fwd fwd) {
      return "forwarded, fwd=" + fwd.word();
    }

    @Override
    public void unsatisfiable(Reuse.Unsatisfiable decision) {
      status = CacheStatus.unsatisfiable();
      reason = CacheStatus.ONLY_IF_CACHED;
      result = "answered 504";
    }
  }

  /** What a lookup found, in words. */
  private record Words(Plan plan, Instant now) implements Lookup.Cases<String> {
    @Override
    public String found(Lookup.Found found) {
      String where = found.tier() == Tier.L1 ? "l1 hit" : "l1 miss, l2 hit";
      Freshness freshness = Freshness.of(found.head(), plan, now);
      String after = found.current() ? "" : ", but what it is made from has changed since";
      return where + " (age " + freshness.ageSeconds() + " s)" + after;
    }

    @Override
    public String uriMiss() {
      return "nothing is stored under this key";
    }

    @Override
    public String varyMiss() {
      return "stored only for other values of the fields that Vary names";
    }

    @Override
    public String unavailable(Lookup.Unavailable unavailable) {
      return "none: the store cannot be asked (" + unavailable.reason().word() + ")";
    }
  }

  /** The lifetime of a stored response and where it comes from. */
  static String lifetime(Plan plan, StoredHead stored, Instant now) {
    int status = stored.head().status();
    Ttl ttl = Terms.ttl(plan.route(), status);
    if (ttl == null) {
      return "none: the route takes no status " + status + " any more";
    }
    if (stored.directives().noCache() && !Terms.overridesOrigin(plan.route(), status)) {
      return "0 s (no-cache from the backend: each use is validated)";
    }
    Duration credential = Terms.credentialLeft(plan, now);
    Duration lifetime = Freshness.of(stored, plan, now).freshnessLifetime();
    Duration left = lifetime.minus(Freshness.currentAge(stored, now));
    String ends = left.equals(credential) ? "; it ends with the token" : "";
    return source(plan, stored, ttl) + ends;
  }

  private static String source(Plan plan, StoredHead stored, Ttl ttl) {
    Duration explicit = stored.explicitLifetime();
    Duration heuristic = stored.heuristicLifetime();
    if (!(ttl instanceof Ttl.Fixed fixed)) {
      return explicit != null
          ? seconds(explicit) + " (from the backend)"
          : heuristic != null
              ? seconds(heuristic) + " (a tenth of the time since Last-Modified)"
              : "0 s (the backend gives none)";
    }
    Duration own = fixed.lifetime();
    if (explicit == null) {
      return seconds(own) + " (from the route; the backend gives none)";
    }
    if (Terms.overridesOrigin(plan.route(), stored.head().status())) {
      return seconds(own) + " (from the route, over the backend's " + seconds(explicit) + ")";
    }
    return explicit.compareTo(own.plus(stored.correctedInitialAge())) < 0
        ? seconds(explicit) + " (from the backend; the route's " + seconds(own) + " is longer)"
        : seconds(own) + " (from the route; the backend's " + seconds(explicit) + " is longer)";
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }
}
