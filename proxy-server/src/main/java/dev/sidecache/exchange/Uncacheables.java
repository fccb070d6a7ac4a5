package dev.sidecache.exchange;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Refusal;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a short while which keys had a response that may not be stored, so that equal
 * requests neither ask the store nor wait for one another. Lossy and of fixed size: forgetting
 * costs one lookup. Thread-safe.
 */
final class Uncacheables {
  private static final int SLOTS = 4096;

  private final AtomicReferenceArray<@Nullable Memory> slots = new AtomicReferenceArray<>(SLOTS);
  private final long memoryNanos;

  private record Memory(CacheKey key, Refusal refusal, long untilNanos) {}

  Uncacheables(long memoryNanos) {
    this.memoryNanos = memoryNanos;
  }

  /** Why the last response under this key was not stored, if that was a moment ago; else null. */
  @Nullable Refusal refusal(CacheKey key, long nowNanos) {
    Memory memory = slots.get(slot(key));
    boolean known = memory != null && memory.untilNanos - nowNanos > 0 && memory.key.equals(key);
    return known ? memory.refusal : null;
  }

  /**
   * Remembers a refusal that is likely to come again; others depend on the moment and are not kept.
   */
  void remember(CacheKey key, Refusal refusal, long nowNanos) {
    switch (refusal) {
      case STATUS, PARTIAL, INVALIDATED, STORE_FAILED, CLIENT_NO_STORE, UNREADABLE -> {}
      default -> slots.set(slot(key), new Memory(key, refusal, nowNanos + memoryNanos));
    }
  }

  /** Forgets all: other rules may store what these did not. */
  void forget() {
    for (int i = 0; i < SLOTS; i++) {
      slots.set(i, null);
    }
  }

  private static int slot(CacheKey key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash >>> 16) & (SLOTS - 1);
  }
}
