package dev.sidecache.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The names near to one that nothing is known under. Near is a name that begins the other one or
 * that the other one begins, or that differs from it by few edits. Pure.
 */
final class NearNames {
  private static final int MOST = 3;
  private static final int MOST_EDITS = 3;

  private NearNames() {}

  /** A name, and what is compared in its place. */
  record Candidate(String name, String compared) {
    static Candidate of(String name) {
      return new Candidate(name, name);
    }
  }

  private record Distance(String name, int edits) {}

  /** The nearest names, nearest first, {@value #MOST} at most. */
  static List<String> of(String given, Collection<Candidate> candidates) {
    List<Distance> near = new ArrayList<>();
    for (Candidate candidate : candidates) {
      int edits = distance(given, candidate.compared);
      if (edits <= limit(given)) {
        near.add(new Distance(candidate.name, edits));
      }
    }
    near.sort(Comparator.comparingInt(Distance::edits).thenComparing(Distance::name));
    List<String> names = new ArrayList<>(MOST);
    for (Distance distance : near) {
      if (names.size() < MOST && !names.contains(distance.name)) {
        names.add(distance.name);
      }
    }
    return names;
  }

  private static int limit(String given) {
    return Math.min(MOST_EDITS, Math.max(1, given.length() / 3));
  }

  private static int distance(String given, String known) {
    String literal = known.endsWith("*") ? known.substring(0, known.length() - 1) : known;
    boolean begins = literal.length() > 1 && given.startsWith(literal);
    if (begins || (given.length() > 1 && known.startsWith(given))) {
      return 1;
    }
    // NB: more apart in length than that is never near, and spares the table.
    return Math.abs(given.length() - known.length()) > MOST_EDITS
        ? Integer.MAX_VALUE
        : edits(given, known);
  }

  /** Insertions, deletions and substitutions between two words. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
