package dev.sidecache.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The nearest of some known words, for "did you mean". */
final class Spelling {
  private Spelling() {}

  /**
   * The known word with the fewest edits to the written one, or null if none is near: a third of
   * its letters, three at most, one at least.
   */
  static @Nullable String nearest(String written, Collection<String> known) {
    int limit = Math.min(3, Math.max(1, written.length() / 3));
    String best = null;
    int least = limit + 1;
    for (String word : known) {
      int edits = edits(written, word);
      if (edits > 0 && edits < least) {
        least = edits;
        best = word;
      }
    }
    return best;
  }

  /** {@code did you mean X?}, or null if nothing is near. */
  static @Nullable String didYouMean(String written, Collection<String> known) {
    String nearest = nearest(written, known);
    return nearest == null ? null : "did you mean " + nearest + "?";
  }

  /** Insertions, deletions, substitutions and swaps of neighbours between two words. */
  static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = cost(cost, a, i, b, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cost(int[][] cost, String a, int i, String b, int j) {
    if (i == 0 || j == 0) {
      return i + j;
    }
    boolean equal = a.charAt(i - 1) == b.charAt(j - 1);
    int least = cost[i - 1][j - 1] + (equal ? 0 : 1);
    least = Math.min(least, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
