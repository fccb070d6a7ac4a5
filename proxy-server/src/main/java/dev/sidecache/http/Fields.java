package dev.sidecache.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one message section, in the order received; names compare without case.
 * Immutable. Source: RFC 9110, Section 5.
 */
public final class Fields {
  private static final Fields EMPTY = new Fields(new String[0]);

  /** Names at even places, values at odd ones. */
  private final String[] lines;

  private Fields(String[] lines) {
    this.lines = lines;
  }

  public static Fields empty() {
    return EMPTY;
  }

  /** Fields from alternating names and values. */
  public static Fields of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a field name without a value");
    }
    return namesAndValues.length == 0 ? EMPTY : new Fields(namesAndValues.clone());
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The number of field lines. */
  public int size() {
    return lines.length / 2;
  }

  public boolean isEmpty() {
    return lines.length == 0;
  }

  /** The name of line {@code index}, as received. */
  public String name(int index) {
    return lines[2 * index];
  }

  /** The value of line {@code index}. */
  public String value(int index) {
    return lines[2 * index + 1];
  }

  public boolean contains(String name) {
    return indexOf(name, 0) >= 0;
  }

  /**
   * The value of the first line with this name, or null. For singleton fields (RFC 9110, Section
   * 5.5).
   */
  public @Nullable String first(String name) {
    int index = indexOf(name, 0);
    return index < 0 ? null : lines[index + 1];
  }

  /** The values of all lines with this name, in order. */
  public List<String> all(String name) {
    int index = indexOf(name, 0);
    if (index < 0) {
      return List.of();
    }
    List<String> values = new ArrayList<>(2);
    while (index >= 0) {
      values.add(lines[index + 1]);
      index = indexOf(name, index + 2);
    }
    return values;
  }

  /**
   * The values of all lines whose name is this one as origins read it that take an underscore for a
   * hyphen, in order.
   */
  public List<String> allLike(String name) {
    List<String> values = List.of();
    for (int i = 0; i < lines.length; i += 2) {
      if (isLike(lines[i], name)) {
        values = values.isEmpty() ? new ArrayList<>(2) : values;
        values.add(lines[i + 1]);
      }
    }
    return values;
  }

  /** Whether two names are one, without case and with an underscore for a hyphen. */
  public static boolean isLike(String one, String other) {
    return one.length() == other.length() && begins(one, other);
  }

  /** Whether a name begins so, compared as by {@link #isLike}. */
  public static boolean begins(String name, String start) {
    if (name.regionMatches(true, 0, start, 0, start.length())) {
      return true;
    }
    boolean possible = name.length() >= start.length() && name.indexOf('_') >= 0;
    return possible
        && name.replace('_', '-')
            .regionMatches(true, 0, start.replace('_', '-'), 0, start.length());
  }

  /** The number of lines with this name. */
  public int count(String name) {
    int count = 0;
    for (int index = indexOf(name, 0); index >= 0; index = indexOf(name, index + 2)) {
      count++;
    }
    return count;
  }

  /**
   * The lines of this name combined with {@code ", "}, or null if there is none (RFC 9110, Section
   * 5.3).
   */
  public @Nullable String combined(String name) {
    int index = indexOf(name, 0);
    if (index < 0) {
      return null;
    }
    int next = indexOf(name, index + 2);
    if (next < 0) {
      return lines[index + 1];
    }
    StringBuilder value = new StringBuilder(lines[index + 1]);
    while (next >= 0) {
      value.append(", ").append(lines[next + 1]);
      next = indexOf(name, next + 2);
    }
    return value.toString();
  }

  /**
   * The elements of a list-based field over all its lines, trimmed, empty ones dropped; commas
   * inside quoted strings do not separate (RFC 9110, Section 5.6.1).
   */
  public List<String> elements(String name) {
    int index = indexOf(name, 0);
    if (index < 0) {
      return List.of();
    }
    List<String> elements = new ArrayList<>();
    while (index >= 0) {
      splitElements(lines[index + 1], elements);
      index = indexOf(name, index + 2);
    }
    return elements;
  }

  /** Whether a list-based field has this element, compared without case. */
  public boolean hasElement(String name, String element) {
    if (!contains(name)) {
      return false;
    }
    for (String candidate : elements(name)) {
      if (candidate.equalsIgnoreCase(element)) {
        return true;
      }
    }
    return false;
  }

  /** These fields with one line appended. */
  public Fields plus(String name, String value) {
    String[] more = Arrays.copyOf(lines, lines.length + 2);
    more[lines.length] = name;
    more[lines.length + 1] = value;
    return new Fields(more);
  }

  /** These fields with all lines of another appended. */
  public Fields plus(Fields other) {
    if (other.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return other;
    }
    String[] more = Arrays.copyOf(lines, lines.length + other.lines.length);
    System.arraycopy(other.lines, 0, more, lines.length, other.lines.length);
    return new Fields(more);
  }

  /** These fields with every line of this name replaced by a single one at the end. */
  public Fields with(String name, String value) {
    return without(name).plus(name, value);
  }

  /** These fields without the lines of these names. */
  public Fields without(String... names) {
    Builder kept = null;
    for (int i = 0; i < lines.length; i += 2) {
      boolean drop = matchesAny(lines[i], names);
      if (drop && kept == null) {
        kept = new Builder();
        for (int j = 0; j < i; j += 2) {
          kept.add(lines[j], lines[j + 1]);
        }
      } else if (!drop && kept != null) {
        kept.add(lines[i], lines[i + 1]);
      }
    }
    return kept == null ? this : kept.build();
  }

  /**
   * These fields without those meant for one hop: Connection, the fields it nominates (never
   * end-to-end framing or routing fields, see {@link HopByHop}), and the well-known ones. Source:
   * RFC 9110, Section 7.6.1.
   */
  public Fields endToEnd() {
    return HopByHop.removedFrom(this);
  }

  /**
   * Whether Connection takes fields away that are not for one hop by themselves, so that the next
   * hop answers another request than this one.
   */
  public boolean isReducedByConnection() {
    return contains("Connection") && HopByHop.nominatesAny(this);
  }

  private int indexOf(String name, int from) {
    for (int i = from; i < lines.length; i += 2) {
      if (lines[i].equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean matchesAny(String name, String[] names) {
    for (String candidate : names) {
      if (candidate.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static void splitElements(String value, List<String> into) {
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        addTrimmed(value, start, i, into);
        start = i + 1;
      }
    }
    addTrimmed(value, start, value.length(), into);
  }

  private static void addTrimmed(String value, int start, int end, List<String> into) {
    String element = value.substring(start, end).trim();
    if (!element.isEmpty()) {
      into.add(element);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fields that && Arrays.equals(lines, that.lines);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(lines);
  }

  /** Names only: values may be secrets. */
  @Override
  public String toString() {
    StringBuilder names = new StringBuilder("Fields[");
    for (int i = 0; i < lines.length; i += 2) {
      names.append(i == 0 ? "" : ", ").append(lines[i]);
    }
    return names.append(']').toString();
  }

  /** Collects field lines in order. */
  public static final class Builder {
    private String[] lines = new String[32];
    private int length;

    private Builder() {}

    public Builder add(String name, String value) {
      if (length == lines.length) {
        lines = Arrays.copyOf(lines, 2 * length);
      }
      lines[length++] = name;
      lines[length++] = value;
      return this;
    }

    public Builder addAll(Fields fields) {
      for (int i = 0; i < fields.size(); i++) {
        add(fields.name(i), fields.value(i));
      }
      return this;
    }

    /** Begins anew, for other fields. */
    public void clear() {
      Arrays.fill(lines, 0, length, null);
      length = 0;
    }

    public Fields build() {
      return length == 0 ? EMPTY : new Fields(Arrays.copyOf(lines, length));
    }
  }
}
