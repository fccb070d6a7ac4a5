package dev.sidecache.bench;

/** What a group of cases needs of the caches: they are started once for each. */
enum Setup {
  /** Everything in the process's own memory. */
  MEMORY("store: memory", false),
  /** Memory before Redis; a hit in memory is good for 100 ms without asking. */
  LEASED("store: redis, lease 100 ms", true),
  /** Memory before Redis, which is asked about each hit. */
  CHECKED("store: redis, lease 0", true),
  /** Redis alone: nothing that is asked for is in memory. */
  SHARED("store: redis, nothing in memory", true);

  private final String text;
  private final boolean redis;

  Setup(String text, boolean redis) {
    this.text = text;
    this.redis = redis;
  }

  String text() {
    return text;
  }

  /** Whether the proxy keeps responses in Redis. */
  boolean redis() {
    return redis;
  }
}
