package dev.sidecache.advice;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.StoredHead;
import dev.sidecache.caching.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one key: the head of what would be stored, and what was last seen under it. No
 * content. Moments are sequence numbers, of which each event has one.
 */
final class ImaginedEntry {
  /** What decides about the stored response; null: none would be stored. */
  @Nullable StoredHead stored;

  /** When the fetch of the stored response began. */
  long fetched;

  /** Of the stored response; null: not known. */
  @Nullable Long fingerprint;

  /** By which request fields variants are told apart; null: by none. */
  @Nullable List<String> varies;

  List<Tag.Id> tags = List.of();

  /** The last answer whose content is known; null: none yet. */
  @Nullable Long seen;

  long seenSequence;
  long seenMillis;
  @Nullable String seenValidator;

  /** When it was last asked for. */
  long askedMillis;

  /** Per lifetime on trial: when the fetch began, until when it is fresh, and what it was. */
  final long[] trialFetched = new long[Lifetimes.SECONDS.size()];

  final long[] trialUntil = new long[Lifetimes.SECONDS.size()];
  final long[] trialFingerprint = new long[Lifetimes.SECONDS.size()];

  /** The last answer in whose place an older one would have been served after a write. */
  final long[] trialStale = new long[Lifetimes.SECONDS.size()];

  /** The request's key, of which this may be a variant. */
  final CacheKey root;

  private final int keyBytes;

  ImaginedEntry(CacheKey root, int keyBytes) {
    this.root = root;
    this.keyBytes = keyBytes;
  }

  /** About what it takes in memory, in bytes. */
  int weight() {
    int weight = 580 + keyBytes + 40 * tags.size();
    StoredHead head = stored;
    for (int i = 0; head != null && i < head.head().fields().size(); i++) {
      weight += 100 + head.head().fields().value(i).length();
    }
    for (String name : varies == null ? List.<String>of() : varies) {
      weight += 40 + name.length();
    }
    return weight;
  }
}
