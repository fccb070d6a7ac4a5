package dev.sidecache.client.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant to type. */
final class Nearest {
  private Nearest() {}

  /** The name that fewest changes of a letter lead to; null if half of the word would change. */
  static @Nullable String of(String word, Collection<String> names) {
    String nearest = null;
    int least = word.length() / 2 + 1;
    for (String name : names) {
      int changes = distance(word, name);
      if (changes < least) {
        least = changes;
        nearest = name;
      }
    }
    return nearest;
  }

  /** Insertions, deletions and replacements from one text to the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], diagonal));
      }
    }
    return row[to.length()];
  }
}
