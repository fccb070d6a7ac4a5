package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.StructuredFields;
import dev.sidecache.http.StructuredFields.BooleanValue;
import dev.sidecache.http.StructuredFields.IntegerValue;
import dev.sidecache.http.StructuredFields.Item;
import dev.sidecache.http.StructuredFields.Member;
import dev.sidecache.http.StructuredFields.StringValue;
import dev.sidecache.rule.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cache directives of a response. Of equal directives with numbers the first counts; a number
 * that cannot be read counts as zero. Source: RFC 9111, Section 5.2.2; RFC 5861; RFC 9213.
 *
 * @param noStore never stored
 * @param noCache not reused without validation
 * @param noCacheFields fields not reused without validation, lower case; the rest may be
 * @param isPrivate for one user
 * @param privateFields fields for one user, lower case; the rest is not
 * @param isPublic may be stored although something else forbids it
 * @param mustRevalidate never served stale
 * @param proxyRevalidate the same for shared caches
 * @param mustUnderstand stored, even with no-store, by a cache that knows the status; by no other
 * @param noTransform content is not to be changed
 * @param maxAge freshness lifetime
 * @param sMaxage freshness lifetime in shared caches
 * @param staleWhileRevalidate how long it may be served stale while it is validated
 * @param staleIfError how long it may be served stale when the origin fails
 * @param targeted whether all this is from a targeted field, beside which Expires counts for
 *     nothing
 */
public record CacheControl(
    boolean noStore,
    boolean noCache,
    List<String> noCacheFields,
    boolean isPrivate,
    List<String> privateFields,
    boolean isPublic,
    boolean mustRevalidate,
    boolean proxyRevalidate,
    boolean mustUnderstand,
    boolean noTransform,
    @Nullable Duration maxAge,
    @Nullable Duration sMaxage,
    @Nullable Duration staleWhileRevalidate,
    @Nullable Duration staleIfError,
    boolean targeted) {

  /** The targeted fields that count unless the operator names others. */
  public static final List<String> DEFAULT_TARGETS = Route.Policy.DEFAULT_TARGETS;

  /** No directive at all. */
  public static final CacheControl NONE = new Collector(false).collected();

  public CacheControl {
    noCacheFields = List.copyOf(noCacheFields);
    privateFields = List.copyOf(privateFields);
  }

  /**
   * The directives of the first target that has a valid, non-empty value, else those of
   * Cache-Control. Never throws. Source: RFC 9213, Section 2.2.
   *
   * @param targets names of targeted fields, the most applicable first
   */
  public static CacheControl parse(Fields fields, String... targets) {
    for (String target : targets) {
      String value = fields.combined(target);
      Map<String, Member> members = value == null ? null : StructuredFields.parseDictionary(value);
      if (members != null && !members.isEmpty()) {
        return targeted(members);
      }
    }
    if (!fields.contains("Cache-Control")) {
      return NONE;
    }
    Collector collector = new Collector(false);
    Directives.read(fields, "Cache-Control", collector);
    return collector.collected();
  }

  /** The directives of the default targets or of Cache-Control. */
  static CacheControl parse(Fields fields, List<String> targets) {
    return parse(fields, targets.toArray(new String[0]));
  }

  private static CacheControl targeted(Map<String, Member> members) {
    Collector collector = new Collector(true);
    for (Map.Entry<String, Member> member : members.entrySet()) {
      if (!(member.getValue() instanceof Item item)) {
        collector.directive(member.getKey(), "", false);
      } else if (item.value() instanceof IntegerValue seconds) {
        collector.directive(member.getKey(), Long.toString(seconds.value()), false);
      } else if (item.value() instanceof StringValue text) {
        // A number in quotes is of the wrong type here and must not be read as one.
        collector.string(member.getKey(), text.value());
      } else if (item.value().equals(BooleanValue.TRUE)) {
        collector.directive(member.getKey(), null, false);
      } else if (!(item.value() instanceof BooleanValue)) {
        collector.directive(member.getKey(), "", false);
      }
    }
    return collector.collected();
  }

  /** Whether it must not be served stale, whatever else permits it. RFC 9111, Section 4.2.4. */
  public boolean forbidsStale() {
    return mustRevalidate || proxyRevalidate || sMaxage != null;
  }

  /**
   * Whether it permits storing what answers a request with Authorization. RFC 9111, Section 3.5.
   */
  public boolean permitsAuthorization() {
    return isPublic || mustRevalidate || sMaxage != null;
  }

  /** Gathers directives one by one. */
  private static final class Collector implements Directives.Reader {
    /** Without these a message reads differently, so they cannot be left out of it. */
    private static final Set<String> INDISPENSABLE =
        Set.of(
            "cache-control",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "date",
            "etag",
            "expires",
            "last-modified",
            "transfer-encoding",
            "vary");

    private final boolean targeted;
    private boolean noStore;
    private boolean noCache;
    private List<String> noCacheFields = List.of();
    private boolean isPrivate;
    private List<String> privateFields = List.of();
    private boolean isPublic;
    private boolean mustRevalidate;
    private boolean proxyRevalidate;
    private boolean mustUnderstand;
    private boolean noTransform;
    private @Nullable Duration maxAge;
    private @Nullable Duration sMaxage;
    private @Nullable Duration staleWhileRevalidate;
    private @Nullable Duration staleIfError;

    Collector(boolean targeted) {
      this.targeted = targeted;
    }

    void string(String name, String argument) {
      boolean list = name.equals("no-cache") || name.equals("private");
      directive(name, list ? argument : "", list);
    }

    @Override
    public void directive(String name, @Nullable String argument, boolean quoted) {
      switch (name) {
        case "no-store" -> noStore = true;
        case "no-cache" -> noCache(quoted ? argument : null);
        case "private" -> isPrivate(quoted ? argument : null);
        case "public" -> isPublic |= argument == null;
        case "must-revalidate" -> mustRevalidate = true;
        case "proxy-revalidate" -> proxyRevalidate = true;
        case "must-understand" -> mustUnderstand = true;
        case "no-transform" -> noTransform = true;
        case "max-age" -> maxAge = first(maxAge, argument);
        case "s-maxage" -> sMaxage = first(sMaxage, argument);
        case "stale-while-revalidate" ->
            staleWhileRevalidate = first(staleWhileRevalidate, argument);
        case "stale-if-error" -> staleIfError = first(staleIfError, argument);
        default -> {
          // Unknown directives are ignored: RFC 9111, Section 5.2.3.
        }
      }
    }

    private static Duration first(@Nullable Duration earlier, @Nullable String argument) {
      return earlier != null ? earlier : Directives.deltaSecondsOrZero(argument);
    }

    private void noCache(@Nullable String names) {
      List<String> listed = listed(names);
      noCache |= listed.isEmpty();
      noCacheFields = joined(noCacheFields, listed);
    }

    private void isPrivate(@Nullable String names) {
      List<String> listed = listed(names);
      isPrivate |= listed.isEmpty();
      privateFields = joined(privateFields, listed);
    }

    /** The fields that a directive is limited to; none: it applies to the whole response. */
    private static List<String> listed(@Nullable String argument) {
      List<String> names = argument == null ? List.of() : Directives.fieldNames(argument);
      for (String name : names) {
        if (INDISPENSABLE.contains(name)) {
          return List.of();
        }
      }
      return names;
    }

    private static List<String> joined(List<String> some, List<String> others) {
      if (some.isEmpty() || others.isEmpty()) {
        return some.isEmpty() ? others : some;
      }
      List<String> all = new ArrayList<>(some);
      all.addAll(others);
      return all;
    }

    CacheControl collected() {
      return new CacheControl(
          noStore,
          noCache,
          noCacheFields,
          isPrivate,
          privateFields,
          isPublic,
          mustRevalidate,
          proxyRevalidate,
          mustUnderstand,
          noTransform,
          maxAge,
          sMaxage,
          staleWhileRevalidate,
          staleIfError,
          targeted);
    }
  }
}
