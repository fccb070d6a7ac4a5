package dev.sidecache.admin;

import dev.sidecache.caching.Purge;
import java.util.List;

/**
 * What an operator wants removed: exactly one kind.
 *
 * @param items what of the kind; empty exactly for {@link Purge.Kind#ALL}
 * @param dryRun tells what would be removed, removes nothing
 * @param count counts what is removed in the shared store, which reads its whole namespace
 */
public record PurgeRequest(Purge.Kind kind, List<Item> items, boolean dryRun, boolean count) {
  public PurgeRequest {
    items = List.copyOf(items);
  }

  /**
   * One item.
   *
   * @param given as the request spells it
   * @param name what stored responses carry: of a URL or prefix the decoded path without query
   */
  public record Item(String given, String name) {}
}
