package dev.sidecache.advice;

import dev.sidecache.advice.Evidence.AfterWrite;
import dev.sidecache.advice.Evidence.LifetimeTrial;
import dev.sidecache.advice.Evidence.OfRoute;
import dev.sidecache.advice.Evidence.Unrelated;
import dev.sidecache.advice.Evidence.Validators;
import java.util.ArrayList;
import java.util.List;

/** Makes values of what is being counted. */
final class EvidenceTelling {
  private EvidenceTelling() {}

  static OfRoute of(RouteEvidence seen, Writes writes, long nowMillis) {
    long hits = seen.hits + seen.revalidated + seen.coalesced;
    return new OfRoute(
        seen.route,
        seen.path,
        seen.requests,
        hits,
        seen.misses,
        seen.staleHits,
        seen.stored,
        seen.savedNanos,
        seen.originNanos,
        seen.notStored,
        seen.answers,
        seen.changes == 0 ? null : seen.intervalMillis / seen.changes,
        seen.intervalMillis,
        new Validators(
            Evidence.ratio(seen.withValidator, seen.intervals + firsts(seen)),
            seen.validatorsChangedAlone,
            seen.contentChangedAlone),
        seen.sharing.told(),
        writes(seen, writes),
        new Unrelated(seen.intervals, seen.changes),
        trials(seen),
        nowMillis - seen.sinceMillis);
  }

  /** Answers that were the first under their key. */
  private static long firsts(RouteEvidence seen) {
    return seen.answers - seen.changes;
  }

  private static List<AfterWrite> writes(RouteEvidence seen, Writes writes) {
    List<AfterWrite> after = new ArrayList<>();
    for (int kind = 0; kind < writes.size(); kind++) {
      if (seen.withWrite[kind] > 0) {
        after.add(
            new AfterWrite(
                writes.name(kind),
                seen.withWrite[kind],
                seen.changedWithWrite[kind],
                seen.coveredWithWrite[kind]));
      }
    }
    return after;
  }

  private static List<LifetimeTrial> trials(RouteEvidence seen) {
    List<LifetimeTrial> trials = new ArrayList<>();
    for (int i = 0; i < Lifetimes.SECONDS.size(); i++) {
      trials.add(
          new LifetimeTrial(
              Lifetimes.SECONDS.get(i),
              seen.trialHits[i],
              seen.trialStale[i],
              seen.trialStaleAfterWrite[i],
              seen.trialRefetches[i],
              seen.trialSavedNanos[i]));
    }
    return trials;
  }
}
