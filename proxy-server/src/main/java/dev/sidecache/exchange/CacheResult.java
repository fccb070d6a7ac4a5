package dev.sidecache.exchange;

import java.util.Locale;

/** What the cache did for one request; the {@code cache} of metrics and access log. */
public enum CacheResult {
  /** Answered from a fresh stored response. */
  HIT,
  /** Answered from a stale stored response, as permitted. */
  STALE,
  /** Answered from a stored response that the origin confirmed. */
  REVALIDATED,
  /** Answered by another request's fetch. */
  COALESCED,
  /** Looked up, not found, answered by the origin. */
  MISS,
  /** A route takes it, but it was not looked up. */
  BYPASS,
  /** No route takes it. */
  PASS,
  /** No answer could be had from the origin. */
  ERROR;

  private final String word = name().toLowerCase(Locale.ROOT);

  public String word() {
    return word;
  }

  /** Whether the cache saved the origin a response; the hits of the hit rate. */
  public boolean isHit() {
    return this == HIT || this == STALE || this == REVALIDATED || this == COALESCED;
  }
}
