package dev.sidecache.openapi;

/** What a GET answers, as far as its name tells, and how long such an answer commonly lives. */
enum Kind {
  LIST("short", "a list"),
  DETAIL("medium", "one of many"),
  SINGLE("medium", "one thing"),
  STATISTICS("2m", "figures"),
  HEALTH("short", "health"),
  REFERENCE("long", "seldom changes"),
  OWN("medium", "the caller's own"),
  UNCACHED("origin", "not cached"),
  NEVER("origin", "never cached");

  private final String ttl;
  private final String words;

  Kind(String ttl, String words) {
    this.ttl = ttl;
    this.words = words;
  }

  /** The TTL as the configuration spells it. */
  String ttl() {
    return ttl;
  }

  /** What it is, for people. */
  String words() {
    return words;
  }

  boolean isCached() {
    return this != UNCACHED && this != NEVER;
  }
}
