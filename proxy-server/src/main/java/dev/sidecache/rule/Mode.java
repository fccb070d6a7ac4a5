package dev.sidecache.rule;

/** What is done with a route's decisions. */
public enum Mode {
  /** Answers from the cache. */
  SERVE,
  /** Never answers from the cache, stores no body, reports what would have been hit. */
  OBSERVE,
  /** Stores, still asks the origin, counts answers that differ. */
  SHADOW,
  /** Neither looks up nor stores. */
  BYPASS
}
