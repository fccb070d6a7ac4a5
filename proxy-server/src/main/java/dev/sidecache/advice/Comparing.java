package dev.sidecache.advice;

import dev.sidecache.advice.Watch.Foreseen;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.StoredHead;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An answer beside the one before under its key, and beside what other lifetimes would serve. */
final class Comparing {
  private final Imagined imagined;
  private final Writes writes;
  private final Watch watch;
  private final ImaginedEntry entry;
  private final RouteEvidence evidence;

  Comparing(Imagined imagined, Writes writes, Watch watch, ImaginedEntry entry) {
    this.imagined = imagined;
    this.writes = writes;
    this.watch = watch;
    this.entry = entry;
    this.evidence = watch.evidence;
  }

  /**
   * Compares, and takes the answer for the last one.
   *
   * @param known its fingerprint; null: not known
   */
  void compare(@Nullable Long known, Storability.Store verdict, Instant now, long sequence) {
    long nowMillis = now.toEpochMilli();
    entry.askedMillis = nowMillis;
    trials(known, verdict, nowMillis);
    if (known == null) {
      return;
    }
    Long before = entry.seen;
    String validator = Trial.validator(watch);
    if (before != null) {
      changes(!before.equals(known), nowMillis);
      validators(!before.equals(known), validator);
    } else {
      evidence.answers += watch.weight;
    }
    evidence.withValidator += validator == null ? 0 : watch.weight;
    entry.seen = known;
    entry.seenMillis = nowMillis;
    entry.seenSequence = sequence;
    entry.seenValidator = validator;
  }

  private void changes(boolean changed, long nowMillis) {
    int weight = watch.weight;
    evidence.intervals += weight;
    evidence.intervalMillis += weight * (nowMillis - entry.seenMillis);
    evidence.changes += changed ? weight : 0;
    evidence.answers += changed ? weight : 0;
    Long kinds = writes.between(entry.seenSequence, watch.sequence);
    if (kinds == null) {
      return;
    }
    boolean covered = !imagined.isCurrent(entry.tags, entry.seenSequence);
    for (int kind = 0; kind < writes.size(); kind++) {
      if ((kinds & (1L << kind)) != 0) {
        evidence.withWrite[kind] += weight;
        evidence.changedWithWrite[kind] += changed ? weight : 0;
        evidence.coveredWithWrite[kind] += covered ? weight : 0;
      }
    }
  }

  private void validators(boolean changed, @Nullable String validator) {
    String before = entry.seenValidator;
    if (before == null || validator == null) {
      return;
    }
    boolean same = before.equals(validator);
    evidence.validatorsChangedAlone += !changed && !same ? watch.weight : 0;
    evidence.contentChangedAlone += changed && same ? watch.weight : 0;
  }

  private void trials(@Nullable Long known, Storability.Store verdict, long nowMillis) {
    if (watch.foreseen == Foreseen.ALONE) {
      return;
    }
    for (int i = 0; i < Lifetimes.SECONDS.size(); i++) {
      boolean fresh =
          entry.trialUntil[i] > nowMillis && imagined.isCurrent(entry.tags, entry.trialFetched[i]);
      if (fresh) {
        evidence.trialHits[i] += watch.weight;
        evidence.trialSavedNanos[i] += watch.weight * watch.originNanos;
        stale(i, known);
      } else {
        entry.trialFetched[i] = watch.sequence;
        entry.trialUntil[i] = known == null ? 0 : nowMillis + lifetimeMillis(i, verdict);
        entry.trialFingerprint[i] = known == null ? 0 : known;
      }
    }
  }

  private void stale(int trial, @Nullable Long known) {
    if (known == null || known == entry.trialFingerprint[trial]) {
      return;
    }
    evidence.trialStale[trial] += watch.weight;
    Long kinds = writes.between(entry.trialFetched[trial], watch.sequence);
    if (kinds == null || kinds != 0) {
      evidence.trialStaleAfterWrite[trial] += watch.weight;
      boolean first = entry.trialStale[trial] != known;
      entry.trialStale[trial] = known;
      evidence.trialRefetches[trial] += first ? watch.weight : 0;
    }
  }

  /** What a rule with this lifetime would give: no more than the origin does. */
  private static long lifetimeMillis(int trial, Storability.Store verdict) {
    StoredHead stored = verdict.stored();
    if (stored.directives().noCache()) {
      return 0;
    }
    long own = Lifetimes.SECONDS.get(trial) * 1000;
    Duration explicit = stored.explicitLifetime();
    return explicit == null ? own : Math.min(own, explicit.toMillis());
  }
}
