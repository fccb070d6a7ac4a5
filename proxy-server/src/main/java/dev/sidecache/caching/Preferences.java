package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Negotiation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a client prefers, in the words that its origin distinguishes: of many values of
 * Accept-Encoding and Accept-Language few remain, so responses that vary by them are shared by more
 * clients. Source: RFC 9111, Section 4.1; RFC 9110, Section 12.4.2.
 */
public final class Preferences {
  private static final String ENCODING = "Accept-Encoding";
  private static final String LANGUAGE = "Accept-Language";
  private static final String IDENTITY = "identity";

  /** The weight of what has none, in thousandths. */
  private static final int FULL = 1000;

  /** A preference: {@code *} or a value, lower case, and its weight in thousandths. */
  record Weighted(String value, int weight) {}

  private Preferences() {}

  /**
   * The request with its preferences reduced to one value each: that is what it is keyed by and
   * what the origin gets. A client that accepts none of the configured codings gets none; one that
   * forbids even that keeps its own words, and so does one that wants no configured language.
   */
  public static RequestHead reduced(RequestHead head, Negotiation negotiation) {
    Fields fields = head.fields();
    if (!negotiation.codings().isEmpty()) {
      fields = withCoding(fields, negotiation.codings());
    }
    if (!negotiation.languages().isEmpty() && fields.contains(LANGUAGE)) {
      fields = withLanguage(fields, negotiation.languages());
    }
    return head.withFields(fields);
  }

  private static Fields withCoding(Fields fields, List<String> codings) {
    List<Weighted> accepted = weighted(fields.elements(ENCODING));
    String best = null;
    int most = 0;
    for (String coding : codings) {
      int weight = weightOfCoding(accepted, coding);
      if (weight > most) {
        best = coding;
        most = weight;
      }
    }
    int plain = weightOfIdentity(accepted);
    if (best != null && most >= plain) {
      return fields.with(ENCODING, best);
    }
    return plain > 0 ? fields.with(ENCODING, IDENTITY) : fields;
  }

  /** Whether a list of codings names one that its sender would rather have than none. */
  static boolean prefers(List<String> elements, String coding) {
    List<Weighted> accepted = weighted(elements);
    int weight = weightOfCoding(accepted, coding);
    return weight > 0 && weight >= weightOfIdentity(accepted);
  }

  private static int weightOfCoding(List<Weighted> accepted, String coding) {
    int any = 0;
    for (Weighted preference : accepted) {
      if (preference.value.equals(coding)) {
        return preference.weight;
      }
      any = preference.value.equals("*") ? preference.weight : any;
    }
    return any;
  }

  /** Acceptable unless it is forbidden, but no better than what is asked for. */
  private static int weightOfIdentity(List<Weighted> accepted) {
    int any = 1;
    for (Weighted preference : accepted) {
      if (preference.value.equals(IDENTITY)) {
        return preference.weight;
      }
      any = preference.value.equals("*") && preference.weight == 0 ? 0 : any;
    }
    return any;
  }

  private static Fields withLanguage(Fields fields, List<String> languages) {
    String best = null;
    int most = 0;
    for (Weighted range : weighted(fields.elements(LANGUAGE))) {
      String language = range.weight > most ? named(range.value, languages) : null;
      if (language != null) {
        best = language;
        most = range.weight;
      }
    }
    return best == null ? fields : fields.with(LANGUAGE, best);
  }

  /** The first language that a range means: RFC 4647, Sections 3.3.1 and 3.4. */
  private static @Nullable String named(String range, List<String> languages) {
    if (range.equals("*")) {
      return languages.get(0);
    }
    for (String wanted = range; !wanted.isEmpty(); wanted = shorter(wanted)) {
      for (String language : languages) {
        if (language.equalsIgnoreCase(wanted)) {
          return language;
        }
      }
    }
    for (String language : languages) {
      if (language.toLowerCase(Locale.ROOT).startsWith(range + "-")) {
        return language;
      }
    }
    return null;
  }

  private static String shorter(String range) {
    int dash = range.lastIndexOf('-');
    return dash < 0 ? "" : range.substring(0, dash);
  }

  /** The elements of a list with weights, in their order; a weight that cannot be read is full. */
  static List<Weighted> weighted(List<String> elements) {
    List<Weighted> all = new ArrayList<>(elements.size());
    for (String element : elements) {
      int semicolon = element.indexOf(';');
      String value = semicolon < 0 ? element : element.substring(0, semicolon);
      String known = value.strip().toLowerCase(Locale.ROOT);
      int weight = semicolon < 0 ? FULL : weight(element.substring(semicolon + 1).strip());
      all.add(new Weighted(known.equals("x-gzip") ? "gzip" : known, weight));
    }
    return all;
  }

  /** A weight in thousandths. Source: RFC 9110, Section 12.4.2. */
  private static int weight(String parameter) {
    boolean named = parameter.regionMatches(true, 0, "q=", 0, 2);
    String text = named ? parameter.substring(2).strip() : "";
    boolean one = text.startsWith("1");
    if (text.isEmpty() || text.length() > 5 || (!one && !text.startsWith("0"))) {
      return FULL;
    }
    if (text.length() > 1 && text.charAt(1) != '.') {
      return FULL;
    }
    int thousandths = 0;
    int scale = FULL;
    for (int i = 2; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return FULL;
      }
      scale /= 10;
      thousandths += scale * (digit - '0');
    }
    return one ? FULL : thousandths;
  }

  /**
   * A list of weighted values as caches compare it: without case, white space and empty elements,
   * with weights in one spelling; where order has no meaning, in one order.
   */
  static String normalized(List<String> elements, boolean ordered) {
    List<String> texts = new ArrayList<>(elements.size());
    for (Weighted one : weighted(elements)) {
      texts.add(one.weight == FULL ? one.value : one.value + ";q=" + one.weight);
    }
    if (!ordered) {
      texts.sort(null);
    }
    return String.join(",", texts);
  }
}
