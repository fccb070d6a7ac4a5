package dev.sidecache.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One kind of traffic.
 *
 * @param setup what the caches are set to
 * @param load how it is made
 * @param path what is asked for; scripts append to it
 * @param meets how many of the requests the origin may see; others are a failure of the measurement
 */
record Case(String name, String title, Setup setup, Load load, String path, Meets meets) {

  /** The origin's part in a case. */
  enum Meets {
    NONE,
    SOME,
    ALL
  }

  private static final String ONE = "one";

  /** All cases, in the order of their setups. */
  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (int connections : List.of(64, 1, 1000)) {
      cases.add(hit("1k", 1024, connections, Load.wrk(ONE, connections)));
    }
    cases.add(hit("10k", 10 << 10, 64, Load.wrk(ONE, 64)));
    cases.add(hit("100k", 100 << 10, 64, Load.wrk(ONE, 64)));
    return cases;
  }

  private static Case hit(String size, int bytes, int connections, Load load) {
    return new Case(
        "hit-" + size + "-" + connections,
        "Hit in memory, " + size + ", " + connections + " connections",
        Setup.MEMORY,
        load,
        "/c/" + bytes + "/a",
        Meets.NONE);
  }

  /** An {@code IllegalStateException} if the run was not what this case is about. */
  void check(String peer, Sample sample) {
    Load.Seen seen = sample.seen();
    double toOrigin = sample.toOrigin();
    boolean met =
        switch (meets) {
          case NONE -> toOrigin < 0.01;
          case SOME -> true;
          case ALL -> toOrigin > 0.99;
        };
    if (!met || seen.errors() > 0 || seen.requests() == 0) {
      throw new IllegalStateException(
          "%s, %s: %d requests, %d errors, %.3f of them at the origin"
              .formatted(name, peer, seen.requests(), seen.errors(), toOrigin));
    }
  }
}
