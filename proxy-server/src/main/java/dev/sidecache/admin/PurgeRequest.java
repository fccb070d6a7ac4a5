package dev.sidecache.admin;

import java.util.List;
import java.util.Locale;

/**
 * What an operator wants removed: exactly one kind.
 *
 * @param items what of the kind; empty exactly for {@link Kind#ALL}
 * @param dryRun tells what would be removed, removes nothing
 * @param count counts what is removed in the shared store, which reads its whole namespace
 */
public record PurgeRequest(Kind kind, List<Item> items, boolean dryRun, boolean count) {
  public PurgeRequest {
    items = List.copyOf(items);
  }

  /** What items name. */
  public enum Kind {
    /** Paths: all queries, variants and identities of each. */
    URL,
    /** {@code /x} is the path and all below, {@code /x/} only what is below. */
    PREFIX,
    /** A tag, or a family as {@code name:*}. */
    TAG,
    ROUTE,
    /** The whole namespace. */
    ALL;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
      return word;
    }
  }

  /**
   * One item.
   *
   * @param given as the request spells it
   * @param name what stored responses carry: of a URL or prefix the decoded path without query
   */
  public record Item(String given, String name) {}
}
