package dev.sidecache.rule;

import java.util.BitSet;

/** A set of status codes, written as codes ({@code 404}) and classes ({@code 2xx}). Immutable. */
public final class StatusSet {
  private final BitSet statuses;

  private StatusSet(BitSet statuses) {
    this.statuses = statuses;
  }

  /**
   * A set from codes and classes; an {@code IllegalArgumentException} names the word that is
   * neither.
   */
  public static StatusSet of(String... words) {
    BitSet statuses = new BitSet(600);
    for (String word : words) {
      if (word.matches("[1-5]xx")) {
        int first = (word.charAt(0) - '0') * 100;
        statuses.set(first, first + 100);
      } else if (word.matches("[1-5][0-9][0-9]")) {
        statuses.set(Integer.parseInt(word));
      } else {
        throw new IllegalArgumentException(word);
      }
    }
    return new StatusSet(statuses);
  }

  public boolean contains(int status) {
    return status >= 0 && statuses.get(status);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StatusSet that && statuses.equals(that.statuses);
  }

  @Override
  public int hashCode() {
    return statuses.hashCode();
  }

  @Override
  public String toString() {
    return statuses.toString();
  }
}
