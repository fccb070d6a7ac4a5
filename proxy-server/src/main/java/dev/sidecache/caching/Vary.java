package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The request fields by which responses under one cache key are told apart. Source: RFC 9111,
 * Section 4.1.
 *
 * @param names the nominated fields, lower case, sorted; empty if anything decides
 * @param isStar whether no later request can match ({@code *})
 */
public record Vary(List<String> names, boolean isStar) {
  private static final Vary STAR = new Vary(List.of(), true);

  /**
   * Fields whose values compare without case, white space and empty elements, weights in any
   * spelling. NB: not Accept, whose parameters may be told apart by case.
   */
  private static final Set<String> LISTS =
      Set.of("accept-charset", "accept-encoding", "accept-language");

  /** Of those, the ones whose order means nothing: RFC 9110, Section 12.5.3. */
  private static final Set<String> UNORDERED = Set.of("accept-charset", "accept-encoding");

  /** Fields whose values are secrets: the key keeps their digest. */
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "cookie", "proxy-authorization", "x-api-key");

  public Vary {
    names = List.copyOf(names);
  }

  /** What a response nominates, or null if it nominates nothing. Never throws. */
  public static @Nullable Vary of(ResponseHead head) {
    return of(head.fields());
  }

  /** The same for the fields of a response. */
  public static @Nullable Vary of(Fields fields) {
    List<String> elements = fields.elements("Vary");
    if (elements.isEmpty()) {
      return null;
    }
    TreeSet<String> names = new TreeSet<>();
    for (String element : elements) {
      if (element.equals("*")) {
        return STAR;
      }
      names.add(element.toLowerCase(Locale.ROOT));
    }
    return new Vary(List.copyOf(names), false);
  }

  /** Whether the values of a nominated field are secrets, of which a key keeps only a digest. */
  static boolean isCredential(String name) {
    return CREDENTIALS.contains(name);
  }

  /** What a request says in a nominated field: lines combined, outer white space dropped. */
  static @Nullable String value(String name, Fields request) {
    List<String> lines = request.allLike(name);
    if (lines.isEmpty()) {
      return null;
    }
    if (LISTS.contains(name) && lines.size() == request.count(name)) {
      return Preferences.normalized(request.elements(name), !UNORDERED.contains(name));
    }
    StringBuilder value = new StringBuilder();
    for (String line : lines) {
      value.append(value.length() == 0 ? "" : ", ").append(line.strip());
    }
    return value.toString();
  }
}
