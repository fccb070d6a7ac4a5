package dev.sidecache.admin;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Carries purges out. */
@FunctionalInterface
public interface Purger {

  /**
   * Purges; called on {@code loop}. The handler is called on it too, exactly once, possibly before
   * this returns.
   */
  void purge(PurgeRequest request, ScheduledExecutorService loop, PurgeHandler handler);

  /** Takes the outcome. */
  @FunctionalInterface
  interface PurgeHandler {
    void purged(Outcome outcome);
  }

  /**
   * What a purge did, or would do.
   *
   * @param items in the order asked for
   * @param removedInMemory entries of this instance that it made invalid
   * @param removedInShared those of the shared store; null if they were not counted
   * @param pending whether it waits for the shared store: delivered before the cache answers again
   * @param hint the nearest names, if an item is unknown; else null
   */
  record Outcome(
      List<Item> items,
      long removedInMemory,
      @Nullable Long removedInShared,
      boolean pending,
      @Nullable String hint) {
    public Outcome {
      items = List.copyOf(items);
    }
  }

  /**
   * One item of a purge.
   *
   * @param given as the request spells it
   * @param known whether anything was stored under it
   * @param covered the wider names that were used instead, such as {@code a:*} for {@code a:b:*};
   *     empty if it was taken as it is
   */
  record Item(String given, boolean known, List<String> covered) {
    public Item {
      covered = List.copyOf(covered);
    }
  }
}
