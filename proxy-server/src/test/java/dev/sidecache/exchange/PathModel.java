package dev.sidecache.exchange;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cache for one URI, written from RFC 9111 and RFC 5861 in plain seconds and without any code of
 * the product. What the product adds is told beside it.
 */
final class PathModel {
  /** What the origin says with each answer, and the route; -1 is absent. */
  record Terms(
      int ttl,
      int routeRevalidate,
      int routeError,
      int maxAge,
      int sMaxage,
      int revalidate,
      int error,
      int age,
      boolean noStore,
      boolean noCache,
      boolean mustRevalidate,
      boolean etag,
      boolean modified) {}

  /** What a client asks; -1 is absent. */
  record Wish(
      boolean noCache, boolean onlyIfCached, int maxAge, int minFresh, int maxStale, int has) {}

  /** What comes of it: status and version, the age if it is told, and what the origin is asked. */
  record Outcome(int status, int version, long age, int asked, boolean byEtag, boolean byDate) {}

  /** The origin of now. */
  record Origin(int version, boolean fails, Instant lastModified) {}

  private final Terms terms;
  private @Nullable Entry entry;

  private record Entry(int version, Instant received, Instant lastModified, boolean current) {}

  PathModel(Terms terms) {
    this.terms = terms;
  }

  /** An unsafe request: RFC 9111, Section 4.4. What is invalid may be confirmed by its tag. */
  void changed() {
    if (entry != null) {
      entry = new Entry(entry.version, entry.received, entry.lastModified, false);
    }
  }

  Outcome get(Wish wish, Origin origin, Instant now) {
    Entry found = entry;
    boolean confirmable = found != null && found.current && !terms.noCache;
    if (confirmable && age(found, now) < lifetime(found)) {
      if (acceptsFresh(wish, age(found, now), lifetime(found))) {
        return fromCache(found, wish, now, 0);
      }
    } else if (confirmable && acceptsStale(found, wish, now, window(true))) {
      Outcome stale = fromCache(found, wish, now, 1);
      refresh(found, origin, now);
      return stale;
    }
    return wish.onlyIfCached
        ? new Outcome(504, -1, -1, 0, false, false)
        : forwarded(found, wish, origin, now);
  }

  private Outcome fromCache(Entry found, Wish wish, Instant now, int asked) {
    boolean known = terms.etag && wish.has == found.version;
    long age = (long) Math.floor(age(found, now));
    boolean byEtag = asked > 0 && terms.etag;
    return new Outcome(
        known ? 304 : 200, found.version, age, asked, byEtag, asked > 0 && terms.modified);
  }

  /** RFC 5861, Section 3: behind the client's back. */
  private void refresh(Entry found, Origin origin, Instant now) {
    if (!origin.fails) {
      store(origin, now);
    } else {
      entry = found;
    }
  }

  private Outcome forwarded(@Nullable Entry found, Wish wish, Origin origin, Instant now) {
    boolean byEtag = found != null && terms.etag;
    boolean byDate = found != null && found.current && terms.modified;
    if (origin.fails) {
      boolean serve =
          found != null
              && found.current
              && !terms.noCache
              && (age(found, now) < lifetime(found)
                  ? acceptsFresh(wish, age(found, now), lifetime(found))
                  : acceptsStale(found, wish, now, window(false)));
      return serve
          ? withAsked(fromCache(found, wish, now, 1), byEtag, byDate)
          : new Outcome(503, -1, -1, 1, byEtag, byDate);
    }
    boolean confirmed = found != null && (byEtag || byDate) && found.version == origin.version;
    store(origin, now);
    boolean known = stores() && terms.etag && wish.has == origin.version;
    long age = confirmed || terms.age >= 0 ? Math.max(0, terms.age) : -1;
    return new Outcome(known ? 304 : 200, origin.version, age, 1, byEtag, byDate);
  }

  private static Outcome withAsked(Outcome outcome, boolean byEtag, boolean byDate) {
    return new Outcome(outcome.status, outcome.version, outcome.age, 1, byEtag, byDate);
  }

  private void store(Origin origin, Instant now) {
    entry = stores() ? new Entry(origin.version, now, origin.lastModified, true) : null;
  }

  /** RFC 9111, Section 3; without a lifetime, validator or permission it would be of no use. */
  boolean stores() {
    boolean given =
        terms.ttl >= 0
            || terms.maxAge >= 0
            || terms.sMaxage >= 0
            || terms.modified
            || terms.noCache;
    boolean later = window(true) > 0 || window(false) > 0;
    boolean stale = later && !forbidsStale() && !terms.noCache;
    boolean lasts = !terms.noCache && initialLifetime() > Math.max(0, terms.age);
    return !terms.noStore && given && (lasts || stale || terms.etag || terms.modified);
  }

  private double initialLifetime() {
    int explicit = terms.sMaxage >= 0 ? terms.sMaxage : terms.maxAge;
    double own = terms.ttl + Math.max(0, terms.age);
    if (terms.ttl >= 0) {
      return explicit >= 0 ? Math.min(own, explicit) : own;
    }
    return explicit >= 0 ? explicit : terms.modified ? Double.MAX_VALUE : 0;
  }

  /** RFC 9111, Sections 4.2.1 and 4.2.2. */
  private double lifetime(Entry found) {
    boolean guessed = terms.ttl < 0 && terms.maxAge < 0 && terms.sMaxage < 0 && terms.modified;
    return guessed
        ? Duration.between(found.lastModified, found.received).toSeconds() / 10.0
        : initialLifetime();
  }

  /** RFC 9111, Section 4.2.3. */
  private double age(Entry found, Instant now) {
    return Math.max(0, terms.age) + Duration.between(found.received, now).toSeconds();
  }

  /** RFC 9111, Section 5.2.1. */
  private static boolean acceptsFresh(Wish wish, double age, double lifetime) {
    return !wish.noCache
        && (wish.maxAge < 0 || age <= wish.maxAge)
        && (wish.minFresh < 0 || lifetime - age >= wish.minFresh);
  }

  /** RFC 9111, Section 4.2.4: permitted by the origin or the operator, narrowed by the client. */
  private boolean acceptsStale(Entry found, Wish wish, Instant now, int window) {
    double age = age(found, now);
    double late = age - lifetime(found);
    boolean narrowed =
        wish.noCache || wish.minFresh >= 0 || (wish.maxAge >= 0 && wish.maxStale < 0);
    return !forbidsStale()
        && late < window
        && !narrowed
        && (wish.maxAge < 0 || age <= wish.maxAge)
        && (wish.maxStale < 0 || late <= wish.maxStale);
  }

  private boolean forbidsStale() {
    return terms.mustRevalidate || terms.sMaxage >= 0;
  }

  private int window(boolean revalidate) {
    int said = revalidate ? terms.revalidate : terms.error;
    return said >= 0 ? said : revalidate ? terms.routeRevalidate : terms.routeError;
  }
}
