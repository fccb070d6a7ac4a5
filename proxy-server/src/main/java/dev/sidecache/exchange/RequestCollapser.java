package dev.sidecache.exchange;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.consistency.FetchStamp;
import dev.sidecache.store.StoredResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Makes one origin request out of equal simultaneous ones. Equal means the same cache key, identity
 * included, read under the same stamp: whoever read other versions must not receive this response.
 * Thread-safe. Source: RFC 9211, Section 2.7; consistency.md, Section 5, step 9.
 */
final class RequestCollapser {
  private final ConcurrentMap<Fetching, State> running = new ConcurrentHashMap<>();

  /** What a running fetch is known by; equal if a request may wait for the other's fetch. */
  static final class Fetching {
    private final CacheKey key;
    private final FetchStamp stamp;

    Fetching(CacheKey key, FetchStamp stamp) {
      this.key = key;
      this.stamp = stamp;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Fetching that && key.equals(that.key) && stamp.joins(that.stamp));
    }

    @Override
    public int hashCode() {
      return 31 * key.hashCode() + stamp.hashCode();
    }
  }

  /** Somebody who waits for another's fetch. */
  interface Waiter {
    /** The loop on which {@link #collapsed} is to come. */
    ScheduledExecutorService loop();

    /** Tells what became of the fetch; exactly once, on the waiter's loop. */
    void collapsed(Outcome outcome);
  }

  /** What became of a fetch. */
  sealed interface Outcome {
    /**
     * A response that may be shared, and the stamp that it was fetched under; the receiver owns one
     * reference.
     */
    record Shared(StoredResponse response, FetchStamp leader) implements Outcome {}

    /** The response may not be shared: each goes on alone. */
    record NotShared() implements Outcome {}

    /** There is no response, or one that tells of a failure. */
    record OriginFailed() implements Outcome {}
  }

  /** Who waits for one fetch. Immutable. */
  record State(List<Waiter> waiters) {
    static final State LED = new State(List.of());

    State join(Waiter waiter) {
      List<Waiter> more = new ArrayList<>(waiters.size() + 1);
      more.addAll(waiters);
      more.add(waiter);
      return new State(more);
    }
  }

  /** Begins a fetch, if none is running; true: the caller leads and must complete it. */
  boolean lead(Fetching fetching) {
    return running.putIfAbsent(fetching, State.LED) == null;
  }

  /** Waits for the running fetch; false, and the caller leads, if there is none. */
  boolean joinOrLead(Fetching fetching, Waiter waiter) {
    State after =
        running.compute(fetching, (same, state) -> state == null ? State.LED : state.join(waiter));
    return !after.waiters.isEmpty();
  }

  /** Whether anybody waits for the fetch. */
  boolean isAwaited(Fetching fetching) {
    State state = running.get(fetching);
    return state != null && !state.waiters.isEmpty();
  }

  /** Ends a fetch with a response to share; the caller keeps its own reference. */
  void completeShared(Fetching fetching, StoredResponse response) {
    for (Waiter waiter : end(fetching)) {
      if (response.tryAcquire()) {
        tell(waiter, new Outcome.Shared(response, fetching.stamp));
      } else {
        tell(waiter, new Outcome.NotShared());
      }
    }
  }

  /** Ends a fetch without a response to share. */
  void complete(Fetching fetching, Outcome outcome) {
    for (Waiter waiter : end(fetching)) {
      tell(waiter, outcome);
    }
  }

  private List<Waiter> end(Fetching fetching) {
    @Nullable State state = running.remove(fetching);
    return state == null ? List.of() : state.waiters;
  }

  private static void tell(Waiter waiter, Outcome outcome) {
    waiter.loop().execute(() -> waiter.collapsed(outcome));
  }
}
