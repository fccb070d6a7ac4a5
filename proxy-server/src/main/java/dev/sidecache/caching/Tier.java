package dev.sidecache.caching;

import java.util.Locale;

/** Where a stored response was found. */
public enum Tier {
  /** In the memory of this process. */
  L1,
  /** In the store that instances share. */
  L2;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word in header, log and metric. */
  public String word() {
    return word;
  }
}
