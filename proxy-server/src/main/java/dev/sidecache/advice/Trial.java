package dev.sidecache.advice;

import dev.sidecache.advice.Watch.Foreseen;
import dev.sidecache.advice.Watch.Joined;
import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Reuse;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import dev.sidecache.caching.Vary;
import dev.sidecache.http.EntityTag;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Ttl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What would become of requests if their routes served, found out by doing with an imagined cache
 * what the request path does with the real one: the same decisions in the same order, requests that
 * would wait for one fetch, and writes that make invalid. Time is an argument throughout.
 *
 * <p>Thread-safe; each call is short. NB: the imagined cache loses nothing for want of room.
 */
public final class Trial {
  static final Ttl LONGEST = new Ttl.Fixed(Lifetimes.LONGEST);

  private static final int MOST_EVIDENCE = 1_000;

  private final Imagined imagined;
  private final Writes writes = new Writes();
  private final Sharing sharing = new Sharing();
  private final Map<String, RouteEvidence> evidence = new LinkedHashMap<>();
  private final Map<CacheKey, Joined> fetching = new HashMap<>();
  private final long firstMillis;
  private long sequence;
  private long requests;

  /**
   * Begins without anything.
   *
   * @param maxBytes bounds about what the imagined cache takes in memory
   */
  public Trial(long maxBytes, Instant now) {
    this.imagined = new Imagined(maxBytes);
    this.firstMillis = now.toEpochMilli();
  }

  /**
   * A request arrives.
   *
   * @param plan with a key
   */
  public synchronized Watch arrived(Plan plan, Instant now) {
    requests++;
    CacheKey key = Objects.requireNonNull(plan.key(), "no key");
    RouteEvidence of = evidenceOf(plan, now.toEpochMilli());
    Watch.Place place = new Watch.Place(key, imagined.weightOf(key), ++sequence);
    if (place.weight() == 0) {
      return new Watch(this, plan, of, place, new Watch.Prospect(Foreseen.ALONE, null, null));
    }
    ImaginedEntry entry = imagined.find(plan, key);
    if (entry != null) {
      entry.askedMillis = now.toEpochMilli();
    }
    Long served = entry == null ? null : entry.fingerprint;
    Foreseen foreseen = foreseen(plan, imagined.lookup(plan, key), now);
    Joined joined = null;
    if (foreseen == Foreseen.FETCH || foreseen == Foreseen.VALIDATE) {
      Route route = plan.route();
      boolean coalesces = route != null && route.policy().coalesce();
      Joined running = coalesces ? fetching.get(key) : null;
      if (running != null) {
        foreseen = Foreseen.JOIN;
        running.weight += place.weight();
      }
      joined = running == null ? new Joined() : running;
      if (running == null && coalesces) {
        fetching.put(key, joined);
      }
    }
    return new Watch(this, plan, of, place, new Watch.Prospect(foreseen, served, joined));
  }

  private static Foreseen foreseen(Plan plan, Lookup lookup, Instant now) {
    Reuse.Decision decision = Reuse.decide(plan, lookup, now);
    if (decision instanceof Reuse.Serve) {
      return Foreseen.HIT;
    }
    if (decision instanceof Reuse.ServeWhileRevalidating) {
      return Foreseen.REFRESH;
    }
    boolean whole = Reuse.asksForWhole(plan.head().fields());
    boolean head = plan.head().method().equals("HEAD");
    if (decision instanceof Reuse.Validate) {
      return whole && !head ? Foreseen.VALIDATE : Foreseen.ALONE;
    }
    return whole && !head ? Foreseen.FETCH : Foreseen.ALONE;
  }

  private RouteEvidence evidenceOf(Plan plan, long nowMillis) {
    Route route = Objects.requireNonNull(plan.route(), "no route");
    String path = route.match().path().text();
    String name = route.name();
    if (route.isObservedOnly()) {
      String template = PathTemplate.of(plan.head().target().decodedPath());
      path = template == null ? "other" : template;
    }
    String id = name + " " + path;
    RouteEvidence known = evidence.get(id);
    if (known == null && evidence.size() >= MOST_EVIDENCE) {
      path = "other";
      id = name + " " + path;
      known = evidence.get(id);
    }
    if (known == null) {
      known = new RouteEvidence(name, path, nowMillis);
      evidence.put(id, known);
    }
    return known;
  }

  /** An answer is over; called by its watch. */
  synchronized void ended(
      Watch watch, @Nullable Long fingerprint, @Nullable Refusal refusal, Instant now) {
    RouteEvidence of = watch.evidence;
    of.requests++;
    of.originNanos += watch.originNanos;
    if (watch.head != null) {
      sharing.answered(watch.plan, watch.head, fingerprint, of.sharing);
    }
    if (watch.weight == 0) {
      return;
    }
    Storability.Store store = store(watch.verdict, refusal);
    Storability.Store trial = store(watch.longest, refusal);
    ImaginedEntry entry = trial == null ? null : entry(watch, trial);
    Long known = known(watch, entry, fingerprint);
    count(watch, entry, known, store != null);
    if (store == null && watch.foreseen != Foreseen.HIT) {
      of.refused(refusal == null ? reason(watch.verdict) : refusal.word(), watch.weight);
    }
    if (entry != null && trial != null) {
      new Comparing(imagined, writes, watch, entry).compare(known, trial, now, ++sequence);
      if (store != null && keeps(watch.foreseen)) {
        put(watch, entry, store, known);
      }
    }
    imagined.shrink(now.toEpochMilli());
  }

  private static boolean keeps(Foreseen foreseen) {
    return foreseen == Foreseen.FETCH
        || foreseen == Foreseen.VALIDATE
        || foreseen == Foreseen.REFRESH;
  }

  private static Storability.@Nullable Store store(
      Storability.@Nullable Verdict verdict, @Nullable Refusal refusal) {
    return refusal == null && verdict instanceof Storability.Store store ? store : null;
  }

  private static String reason(Storability.@Nullable Verdict verdict) {
    return verdict instanceof Storability.Refuse refuse ? refuse.reason().word() : "unknown";
  }

  /** The entry of what a GET was answered with. */
  private @Nullable ImaginedEntry entry(Watch watch, Storability.Store trial) {
    if (watch.foreseen == Foreseen.ALONE) {
      return null;
    }
    Vary vary = trial.vary();
    ImaginedEntry entry = imagined.at(watch.plan, watch.key, vary == null ? null : vary.names());
    if (entry.tags.isEmpty()) {
      List<Tag.Id> ids = new ArrayList<>();
      watch.plan.tags().forEach(tag -> ids.add(tag.id()));
      trial.declaredTags().forEach(tag -> ids.add(tag.id()));
      imagined.weighs(entry, () -> entry.tags = List.copyOf(ids));
    }
    return entry;
  }

  /** The fingerprint of an answer: of what its validator names, where no content came. */
  private static @Nullable Long known(
      Watch watch, @Nullable ImaginedEntry entry, @Nullable Long fingerprint) {
    if (!watch.notModified) {
      return fingerprint;
    }
    String validator = validator(watch);
    return entry != null && validator != null && validator.equals(entry.seenValidator)
        ? entry.seen
        : null;
  }

  /** The entity tag, else the date of the last change; null without either. */
  static @Nullable String validator(Watch watch) {
    if (watch.head == null) {
      return null;
    }
    String etag = watch.head.fields().first("ETag");
    return etag == null ? watch.head.fields().first("Last-Modified") : etag;
  }

  private void count(
      Watch watch, @Nullable ImaginedEntry entry, @Nullable Long known, boolean storable) {
    RouteEvidence of = watch.evidence;
    switch (watch.foreseen) {
      case HIT, REFRESH -> {
        of.hits += watch.weight;
        of.savedNanos += watch.weight * watch.originNanos;
        boolean wrong = known != null && watch.served != null && !known.equals(watch.served);
        boolean current = entry == null || imagined.isCurrent(entry.tags, entry.fetched);
        of.staleHits += wrong && current ? watch.weight : 0;
      }
      case VALIDATE -> {
        boolean confirmed = storable && isConfirmed(watch, entry);
        of.revalidated += confirmed ? watch.weight : 0;
        of.misses += confirmed ? 0 : watch.weight;
        settle(watch, storable);
      }
      case FETCH -> {
        of.misses += watch.weight;
        settle(watch, storable);
      }
      case JOIN -> {
        Joined joined = Objects.requireNonNull(watch.joined);
        joined.nanos += watch.weight * watch.originNanos;
        if (joined.ended && joined.stored) {
          of.savedNanos += watch.weight * watch.originNanos;
        }
      }
      case ALONE -> of.misses += watch.weight;
    }
  }

  /** Whether the origin would have answered 304. */
  private static boolean isConfirmed(Watch watch, @Nullable ImaginedEntry entry) {
    StoredHead stored = entry == null ? null : entry.stored;
    if (stored == null || watch.head == null) {
      return false;
    }
    EntityTag own = stored.originEtag();
    String given = watch.head.fields().first("ETag");
    EntityTag now = given == null ? null : EntityTag.parse(given);
    if (own != null) {
      return now != null && own.weakMatches(now);
    }
    String modified = stored.head().fields().first("Last-Modified");
    return modified != null && modified.equals(watch.head.fields().first("Last-Modified"));
  }

  /** Those who would have waited have what came, if it is stored; else they go on alone. */
  private void settle(Watch watch, boolean stored) {
    Joined joined = watch.joined;
    if (joined == null) {
      return;
    }
    fetching.remove(watch.key, joined);
    joined.ended = true;
    joined.stored = stored;
    watch.evidence.coalesced += stored ? joined.weight : 0;
    watch.evidence.misses += stored ? 0 : joined.weight;
    watch.evidence.savedNanos += stored ? joined.nanos : 0;
  }

  private void put(
      Watch watch, ImaginedEntry entry, Storability.Store store, @Nullable Long known) {
    watch.evidence.stored += watch.weight;
    imagined.weighs(
        entry,
        () -> {
          entry.stored = store.stored().essential();
          entry.fetched = watch.sequence;
          entry.fingerprint = known;
        });
  }

  /** A request that is not observed was answered by the origin: who gets what is evidence too. */
  synchronized void answered(
      Plan plan, ResponseHead head, @Nullable Long fingerprint, Instant now) {
    sharing.answered(plan, head, fingerprint, evidenceOf(plan, now.toEpochMilli()).sharing);
  }

  /** There was no answer; called by its watch. */
  synchronized void failed(Watch watch) {
    watch.evidence.requests++;
    switch (watch.foreseen) {
      case HIT, REFRESH -> watch.evidence.hits += watch.weight;
      case FETCH, VALIDATE -> {
        watch.evidence.misses += watch.weight;
        settle(watch, false);
      }
      case ALONE -> watch.evidence.misses += watch.weight;
      case JOIN -> {}
    }
  }

  /** Something was invalidated. */
  public synchronized void invalidated(Collection<Tag> tags) {
    if (requests > 0) {
      imagined.invalidate(tags, ++sequence);
    }
  }

  /** A request that may change something was answered. */
  public synchronized void mutated(String method, String decodedPath) {
    if (requests > 0) {
      writes.add(method, decodedPath, ++sequence);
    }
  }

  /** What was seen until now. */
  public synchronized Evidence evidence(Instant now) {
    List<Evidence.OfRoute> routes = new ArrayList<>();
    for (RouteEvidence each : evidence.values()) {
      routes.add(EvidenceTelling.of(each, writes, now.toEpochMilli()));
    }
    return new Evidence(
        Instant.ofEpochMilli(firstMillis),
        now,
        requests,
        writes.count(),
        imagined.oneIn(),
        imagined.size(),
        imagined.sizeBytes(),
        routes);
  }
}
