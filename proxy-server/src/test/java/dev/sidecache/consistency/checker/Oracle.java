package dev.sidecache.consistency.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Knows the truth: when each change took effect at the origin, and when its answer was released.
 * Values only grow: each change gives its resource the next number, so a response is stale if its
 * number is below that of a change released before the request arrived. Source: consistency.md,
 * Section 1.
 */
final class Oracle {
  private final World world;
  private final long[] values;
  private final List<NavigableSet<Long>> promised = new ArrayList<>();
  private final long[][] ownFloors;
  private final boolean onlyOwn;
  private final List<String> stale = new ArrayList<>();
  private int answers;
  private int hits;
  private int released;
  private int sharedAnswers;

  /**
   * An oracle over changes not made yet.
   *
   * @param onlyOwn whether a process is held to the changes only that it has released itself
   */
  Oracle(World world, int resources, int processes, boolean onlyOwn) {
    this.world = world;
    this.onlyOwn = onlyOwn;
    this.ownFloors = new long[processes][resources];
    this.values = new long[resources];
    for (int i = 0; i < resources; i++) {
      promised.add(new TreeSet<>(List.of(0L)));
    }
  }

  /** The value that the origin answers with now. */
  long value(int resource) {
    return values[resource];
  }

  /** A change takes effect; what the resource is from now on. */
  long change(int resource) {
    return ++values[resource];
  }

  /** The answer of a change is released: who arrives from now on must see it. */
  void release(int process, int resource, long value) {
    released++;
    ownFloors[process][resource] = Math.max(ownFloors[process][resource], value);
    promised.get(resource).add(value);
  }

  /**
   * A process has died that had released a change unmarked, in an outage, and had not been able to
   * tell of it since: what a policy of {@code forward} does not promise. Source: consistency.md,
   * Section 9, second row.
   */
  void forgive(int resource, long value) {
    promised.get(resource).remove(value);
  }

  /** What a request that arrives now at this process must see at least. */
  long floor(int process, int resource) {
    return onlyOwn ? ownFloors[process][resource] : promised.get(resource).last();
  }

  /** An answer leaves for a client. */
  void answered(String who, int resource, long value, long floorAtArrival, String how) {
    answers++;
    if (how.startsWith("hit")) {
      hits++;
    }
    if (how.startsWith("shared")) {
      sharedAnswers++;
    }
    if (value < floorAtArrival) {
      String line =
          who
              + " answers r"
              + resource
              + " with "
              + value
              + " ("
              + how
              + "), "
              + floorAtArrival
              + " was released before the request arrived";
      stale.add(line);
      world.step("STALE", line);
    }
  }

  List<String> stale() {
    return stale;
  }

  int answers() {
    return answers;
  }

  int hits() {
    return hits;
  }

  int released() {
    return released;
  }

  int sharedAnswers() {
    return sharedAnswers;
  }
}
