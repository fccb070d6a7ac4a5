package dev.sidecache.caching;

import dev.sidecache.rule.KeyParts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What of a query counts for the cache key.
 *
 * <p>Parameters are sorted by name, those of one name keep their order, and each is kept as spelt.
 * Names compare decoded and as the most lenient origins fold them: without case, up to the first
 * bracket. So {@code page[]=2} cannot hide from a key that counts {@code page}, and the order of
 * both, which may mean something, is kept. Where a semicolon makes it doubtful what a parameter is,
 * nothing is dropped or sorted.
 *
 * @param isAbsent whether there is no question mark, or it does not count
 * @param kept parameters as sent, in key order
 * @param dropped names as sent of those that do not count
 */
record KeyQuery(boolean isAbsent, List<String> kept, List<String> dropped) {
  private static final KeyQuery ABSENT = new KeyQuery(true, List.of(), List.of());

  static KeyQuery of(@Nullable String query, KeyParts.Query rule) {
    if (query == null) {
      return ABSENT;
    }
    if (rule instanceof KeyParts.Query.None) {
      return new KeyQuery(true, List.of(), names(query));
    }
    if (query.indexOf(';') >= 0) {
      return new KeyQuery(false, List.of(query), List.of());
    }
    return rule instanceof KeyParts.Query.Names names
        ? chosen(query, folded(names.names()))
        : all(query);
  }

  private static KeyQuery all(String query) {
    if (query.indexOf('&') < 0) {
      return new KeyQuery(false, List.of(query), List.of());
    }
    return new KeyQuery(false, sorted(parameters(query)), List.of());
  }

  private static KeyQuery chosen(String query, List<String> names) {
    List<Parameter> kept = new ArrayList<>();
    List<String> dropped = new ArrayList<>(0);
    for (Parameter parameter : parameters(query)) {
      if (names.contains(parameter.fold)) {
        kept.add(parameter);
      } else if (!parameter.text.isEmpty()) {
        dropped.add(nameOf(parameter.text));
      }
    }
    return new KeyQuery(kept.isEmpty(), sorted(kept), dropped);
  }

  private static List<String> sorted(List<Parameter> parameters) {
    parameters.sort(Comparator.comparing(Parameter::fold));
    List<String> texts = new ArrayList<>(parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      texts.add(parameters.get(i).text);
    }
    return texts;
  }

  /** A parameter as sent, and the name by which it is chosen and sorted. */
  private record Parameter(String text, String fold) {}

  private static List<Parameter> parameters(String query) {
    List<Parameter> parameters = new ArrayList<>();
    int start = 0;
    while (start <= query.length()) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      String text = query.substring(start, end);
      parameters.add(new Parameter(text, fold(decoded(nameOf(text)))));
      start = end + 1;
    }
    return parameters;
  }

  private static List<String> names(String query) {
    List<String> names = new ArrayList<>();
    for (Parameter parameter : parameters(query)) {
      if (!parameter.text.isEmpty()) {
        names.add(nameOf(parameter.text));
      }
    }
    return names;
  }

  private static String nameOf(String parameter) {
    int equals = parameter.indexOf('=');
    return equals < 0 ? parameter : parameter.substring(0, equals);
  }

  private static List<String> folded(List<String> names) {
    List<String> folded = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      folded.add(fold(names.get(i)));
    }
    return folded;
  }

  /** A name as lenient origins see it: trimmed, lower case, dots and spaces as underscores. */
  private static String fold(String name) {
    int end = 0;
    while (end < name.length() && name.charAt(end) != '[' && name.charAt(end) != 0) {
      end++;
    }
    String fold = name.substring(0, end).trim().toLowerCase(Locale.ROOT);
    return fold.replace('.', '_').replace(' ', '_');
  }

  /** The name percent-decoded, plus as space; as it is where an escape is malformed. */
  private static String decoded(String name) {
    if (name.indexOf('%') < 0) {
      return name.replace('+', ' ');
    }
    byte[] octets = new byte[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '%') {
        octets[length++] = (byte) (c == '+' ? ' ' : c);
        continue;
      }
      int octet = i + 2 < name.length() ? hex(name.charAt(i + 1), name.charAt(i + 2)) : -1;
      if (octet < 0) {
        return name;
      }
      octets[length++] = (byte) octet;
      i += 2;
    }
    return new String(octets, 0, length, StandardCharsets.UTF_8);
  }

  private static int hex(char high, char low) {
    int first = Character.digit(high, 16);
    int second = Character.digit(low, 16);
    return first < 0 || second < 0 ? -1 : first * 16 + second;
  }
}
