package dev.sidecache.caching;

import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Storability.Store;
import dev.sidecache.caching.Storability.Verdict;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.Plans;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random exchanges, decided by the product and by a second reading of RFC 9111, Section 3 and 4, in
 * whole seconds and without shared code; both must agree.
 */
class ReuseModelTest {
  private static final int ROUNDS = 60_000;
  private static final int[] SECONDS = {0, 1, 5, 10, 60};

  /** One exchange as numbers; -1 is absent. */
  private static final class Case {
    private final Random random;
    private final int ttl;
    private final boolean override;
    private final int routeRevalidate;
    private final int routeError;
    private final int maxAge;
    private final int sMaxage;
    private final int expires;
    private final int modifiedBefore;
    private final int age;
    private final int staleRevalidate;
    private final int staleError;
    private final boolean etag;
    private final boolean noCache;
    private final boolean noStore;
    private final boolean isPrivate;
    private final boolean strict;
    private final boolean wantsNoCache;
    private final int wantsMaxAge;
    private final int wantsMinFresh;
    private final int wantsMaxStale;
    private final boolean onlyIfCached;
    private final boolean current;
    private final int later;

    Case(Random random) {
      this.random = random;
      ttl = rare() ? 0 : some();
      override = rare();
      routeRevalidate = Math.max(0, some());
      routeError = Math.max(0, some());
      maxAge = some();
      sMaxage = rare() ? some() : -1;
      expires = some();
      modifiedBefore = some();
      age = some();
      staleRevalidate = some();
      staleError = some();
      etag = random.nextBoolean();
      noCache = rare();
      noStore = rare();
      isPrivate = rare();
      strict = rare();
      wantsNoCache = rare();
      wantsMaxAge = rare() ? some() : -1;
      wantsMinFresh = rare() ? some() : -1;
      wantsMaxStale = rare() ? some() : -1;
      onlyIfCached = rare();
      current = !rare();
      later = random.nextInt(75);
    }

    private boolean rare() {
      return random.nextInt(6) == 0;
    }

    private int some() {
      return random.nextBoolean() ? -1 : SECONDS[random.nextInt(SECONDS.length)];
    }

    Plan plan() {
      Plans plan = ttl < 0 ? Plans.origin() : Plans.ttl(ttl);
      plan.staleWhileRevalidate(routeRevalidate).staleIfError(routeError);
      List<String> wants = new ArrayList<>();
      add(wants, "no-cache", wantsNoCache);
      add(wants, "only-if-cached", onlyIfCached);
      add(wants, "max-age", wantsMaxAge);
      add(wants, "min-fresh", wantsMinFresh);
      add(wants, "max-stale", wantsMaxStale);
      if (!wants.isEmpty()) {
        plan.request("Cache-Control", String.join(", ", wants));
      }
      return (override ? plan.overridingOrigin() : plan).build();
    }

    ResponseHead response() {
      List<String> directives = new ArrayList<>();
      add(directives, "no-cache", noCache);
      add(directives, "no-store", noStore);
      add(directives, "private", isPrivate);
      add(directives, "must-revalidate", strict);
      add(directives, "max-age", maxAge);
      add(directives, "s-maxage", sMaxage);
      add(directives, "stale-while-revalidate", staleRevalidate);
      add(directives, "stale-if-error", staleError);
      Fields fields = Fields.of("Date", date(0));
      fields =
          directives.isEmpty()
              ? fields
              : fields.plus("Cache-Control", String.join(", ", directives));
      fields = expires < 0 ? fields : fields.plus("Expires", date(expires));
      fields = modifiedBefore < 0 ? fields : fields.plus("Last-Modified", date(-modifiedBefore));
      fields = age < 0 ? fields : fields.plus("Age", Integer.toString(age));
      return new ResponseHead(200, etag ? fields.plus("ETag", "\"a\"") : fields);
    }

    private static void add(List<String> to, String name, boolean present) {
      if (present) {
        to.add(name);
      }
    }

    private static void add(List<String> to, String name, int seconds) {
      if (seconds >= 0) {
        to.add(name + "=" + seconds);
      }
    }
  }

  /** The second reading. */
  private static final class Model {
    private final Case c;
    private final boolean overriding;
    private final double age;
    private final double lifetime;

    Model(Case c) {
      this.c = c;
      overriding = c.override && c.ttl >= 0;
      double arrived = Math.max(0, c.age);
      age = arrived + c.later;
      double explicit = c.sMaxage >= 0 ? c.sMaxage : c.maxAge >= 0 ? c.maxAge : c.expires;
      double own = c.ttl + arrived;
      if (c.ttl >= 0) {
        lifetime = explicit < 0 || overriding ? own : Math.min(own, explicit);
      } else {
        lifetime = explicit >= 0 ? explicit : c.modifiedBefore / 10.0;
      }
    }

    private boolean mustValidate() {
      return c.noCache && !overriding;
    }

    private boolean fresh() {
      return lifetime > age;
    }

    boolean stored() {
      boolean given =
          c.ttl > 0
              || (c.ttl < 0
                  && (c.maxAge >= 0
                      || c.sMaxage >= 0
                      || c.expires >= 0
                      || c.modifiedBefore >= 0
                      || c.noCache));
      boolean validator = c.etag || c.modifiedBefore >= 0;
      boolean servedFresh = !mustValidate() && lifetime > Math.max(0, c.age);
      boolean servedStale =
          !mustValidate() && !forbidden() && Math.max(window(true), window(false)) > 0;
      return !c.noStore && !c.isPrivate && given && (validator || servedFresh || servedStale);
    }

    private boolean forbidden() {
      return c.strict || c.sMaxage >= 0;
    }

    private double window(boolean revalidate) {
      int response = revalidate ? c.staleRevalidate : c.staleError;
      return response >= 0 ? response : revalidate ? c.routeRevalidate : c.routeError;
    }

    private boolean clientTakesFresh() {
      return !c.wantsNoCache
          && (c.wantsMaxAge < 0 || age <= c.wantsMaxAge)
          && (c.wantsMinFresh < 0 || lifetime - age >= c.wantsMinFresh);
    }

    private boolean clientTakesStale() {
      boolean unless = c.wantsMaxStale >= 0 && age - lifetime <= c.wantsMaxStale;
      boolean silent = c.wantsMaxStale < 0 && c.wantsMaxAge < 0;
      return !c.wantsNoCache
          && c.wantsMinFresh < 0
          && (unless || silent)
          && (c.wantsMaxAge < 0 || age <= c.wantsMaxAge);
    }

    private boolean takesStale(boolean revalidate) {
      return !forbidden() && age - lifetime < window(revalidate) && clientTakesStale();
    }

    String decision() {
      if (c.current && !mustValidate() && fresh() && clientTakesFresh()) {
        return "Serve";
      }
      if (c.current && !mustValidate() && !fresh() && takesStale(true)) {
        return "ServeWhileRevalidating";
      }
      if (c.onlyIfCached) {
        return "Unsatisfiable";
      }
      return c.etag || (c.current && c.modifiedBefore >= 0) ? "Validate" : "Forward";
    }

    boolean servedOnFailure() {
      boolean accepted = fresh() ? clientTakesFresh() : takesStale(false);
      return c.current && !mustValidate() && accepted;
    }
  }

  @Test
  void productAndModelAgree() {
    Random random = new Random(2026);
    List<String> decisions = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      Case c = new Case(random);
      Model model = new Model(c);
      Plan plan = c.plan();
      Verdict verdict = Storability.decide(plan, c.response(), NOW, NOW, 100);
      assertThat(verdict instanceof Store).as("stored in round %s", i).isEqualTo(model.stored());
      if (verdict instanceof Store store) {
        Lookup.Found found = new Lookup.Found(store.stored(), Tier.L1, c.current);
        String decided =
            Reuse.decide(plan, found, Heads.after(1000L * c.later)).getClass().getSimpleName();
        assertThat(decided).as("decided in round %s", i).isEqualTo(model.decision());
        assertThat(Reuse.onOriginFailure(plan, found, Heads.after(1000L * c.later)))
            .as("served on failure in round %s", i)
            .isEqualTo(model.servedOnFailure());
        decisions.add(decided);
      }
    }
    assertThat(decisions)
        .hasSizeGreaterThan(ROUNDS / 10)
        .contains("Serve", "ServeWhileRevalidating", "Validate", "Forward", "Unsatisfiable");
  }
}
