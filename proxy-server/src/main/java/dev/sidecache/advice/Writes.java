package dev.sidecache.advice;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds of writes were answered lately, and when. Bounded: the last {@value #KEPT} writes, of
 * the first {@value #KINDS} kinds. Not thread-safe.
 */
final class Writes {
  /** A kind is a bit of a long. */
  static final int KINDS = 64;

  static final int KEPT = 1024;

  private final List<String> kinds = new ArrayList<>();
  private final long[] sequences = new long[KEPT];
  private final int[] kindOf = new int[KEPT];
  private long written;
  private long count;

  /** Notes a write; sequences never fall. */
  void add(String method, String path, long sequence) {
    count++;
    String template = PathTemplate.of(path);
    int kind = template == null ? -1 : kind(method + " " + template);
    if (kind >= 0) {
      int at = (int) (written % KEPT);
      sequences[at] = sequence;
      kindOf[at] = kind;
      written++;
    }
  }

  private int kind(String name) {
    int known = kinds.indexOf(name);
    if (known < 0 && kinds.size() < KINDS) {
      kinds.add(name);
      return kinds.size() - 1;
    }
    return known;
  }

  /** How many there were, of any kind. */
  long count() {
    return count;
  }

  /** Method and template of a kind. */
  String name(int kind) {
    return kinds.get(kind);
  }

  int size() {
    return kinds.size();
  }

  /**
   * The kinds of the writes after one moment and not after another, as bits; null if that is not
   * known any more.
   */
  @Nullable Long between(long after, long until) {
    long bits = 0;
    for (long i = written - 1; i >= 0; i--) {
      if (written - i > KEPT) {
        return null;
      }
      int at = (int) (i % KEPT);
      if (sequences[at] <= after) {
        return bits;
      }
      if (sequences[at] <= until) {
        bits |= 1L << kindOf[at];
      }
    }
    return bits;
  }
}
