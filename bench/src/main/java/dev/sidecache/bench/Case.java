package dev.sidecache.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One kind of traffic.
 *
 * @param setup what the caches are set to
 * @param load how it is made
 * @param path what is asked for; scripts append to it
 * @param origin the part of the requests that the origin must and may see; else the run was not
 *     what the case is about
 */
record Case(String name, String title, Setup setup, Load load, String path, Share origin) {

  /** From least to most of all requests. */
  record Share(double least, double most) {
    static final Share NONE = new Share(0, 0.01);
    static final Share SOME = new Share(0, 1.01);
    static final Share ALL = new Share(0.99, 1.01);

    boolean holds(double share) {
      return least <= share && share <= most;
    }
  }

  private static final String ONE = "one";
  private static final String KEYS = "keys";
  private static final String ONE_KB = "/c/1024/a";

  /** All cases, in the order of their setups. */
  static List<Case> all() {
    List<Case> cases = new ArrayList<>(hits());
    cases.addAll(memory());
    cases.addAll(shared());
    return cases;
  }

  private static List<Case> hits() {
    return List.of(
        hit("hit-1k-64", "1 KB, 64 connections", ONE_KB, Load.wrk(ONE, 64)),
        hit("hit-1k-1", "1 KB, 1 connection", ONE_KB, Load.wrk(ONE, 1)),
        hit("hit-1k-1000", "1 KB, 1,000 connections", ONE_KB, Load.wrk(ONE, 1000)),
        hit("hit-10k-64", "10 KB, 64 connections", "/c/10240/a", Load.wrk(ONE, 64)),
        hit("hit-100k-64", "100 KB, 64 connections", "/c/102400/a", Load.wrk(ONE, 64)),
        hit(
            "hit-pipelined",
            "1 KB, 64 connections, 16 pipelined",
            ONE_KB,
            Load.wrk("pipelined", 64)),
        hit("hit-h2c", "1 KB, 64 connections of HTTP/2, 10 streams each", ONE_KB, Load.h2c(64)),
        hit(
            "hit-304",
            "304 to If-None-Match, 64 connections",
            ONE_KB,
            Load.wrk("conditional", 64)));
  }

  private static Case hit(String name, String title, String path, Load load) {
    return new Case(name, "Hit in memory: " + title, Setup.MEMORY, load, path, Share.NONE);
  }

  private static List<Case> memory() {
    return List.of(
        memory(
            "mix", "80 % hits of 10,000 Zipf keys, 20 % passed", "mix", "/", new Share(0.15, 0.25)),
        memory("miss", "Miss: 1 KB, fetched and stored", "unique", "/c/1024/", Share.ALL),
        memory("pass", "Pass-through: 1 KB that is never stored", ONE, "/p/1024/a", Share.ALL),
        memory(
            "coalesced",
            "Coalesced miss: 64 ask for one URL, 20 ms away",
            "moving",
            "/d/20/1024/",
            Share.SOME),
        new Case(
            "mutation",
            "Write: POST that invalidates one of 1,000 tags, store: memory",
            Setup.MEMORY,
            Load.wrk(KEYS, 64, "1000", "POST"),
            "/t/1024/",
            Share.ALL),
        new Case(
            "large",
            "Large transfer: 10 MB passed through, 8 connections",
            Setup.MEMORY,
            Load.wrk(ONE, 8),
            "/p/10485760/a",
            Share.ALL));
  }

  private static Case memory(String name, String title, String script, String path, Share origin) {
    return new Case(name, title, Setup.MEMORY, Load.wrk(script, 64), path, origin);
  }

  private static List<Case> shared() {
    Load one = Load.wrk(ONE, 64);
    Load writes = Load.wrk(KEYS, 64, "1000", "POST");
    Load keys = Load.wrk(KEYS, 64, "20000");
    String write = "Write: POST that invalidates one of 1,000 tags, store: redis";
    return List.of(
        new Case(
            "hit-leased",
            "Hit in memory, leased for 100 ms",
            Setup.LEASED,
            one,
            ONE_KB,
            Share.NONE),
        new Case("mutation-redis", write, Setup.LEASED, writes, "/t/1024/", Share.ALL),
        new Case(
            "hit-checked", "Hit in memory, each checked", Setup.CHECKED, one, ONE_KB, Share.NONE),
        new Case(
            "hit-redis",
            "Hit in Redis: 20,000 keys of 1 KB",
            Setup.SHARED,
            keys,
            "/c/1024/k",
            Share.NONE));
  }

  /** Whether it hits many keys, all of which are asked for once before. */
  boolean isFilled() {
    return load.script().equals(KEYS) && origin.equals(Share.NONE);
  }

  /** An {@code IllegalStateException} if the run was not what this case is about. */
  void check(Sample sample) {
    Load.Seen seen = sample.seen();
    if (!origin.holds(sample.toOrigin()) || seen.errors() > 0 || seen.requests() == 0) {
      throw new IllegalStateException(
          "%d requests, %d errors, %.3f of them at the origin"
              .formatted(seen.requests(), seen.errors(), sample.toOrigin()));
    }
  }
}
