package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The cache directives of a request. They narrow what a client accepts. Source: RFC 9111, Section
 * 5.2.1; RFC 5861, Section 4.
 *
 * @param noCache nothing without validation
 * @param noStore nothing of this exchange is to be stored
 * @param onlyIfCached nothing from the origin
 * @param maxAge nothing older
 * @param minFresh nothing that will not stay fresh as long
 * @param maxStale nothing stale for longer; null: not said, so a permitted stale response is
 *     accepted unless {@code maxAge} or {@code minFresh} is given
 * @param staleIfError nothing stale for longer when the origin fails; null: not said
 */
public record RequestDirectives(
    boolean noCache,
    boolean noStore,
    boolean onlyIfCached,
    @Nullable Duration maxAge,
    @Nullable Duration minFresh,
    @Nullable Duration maxStale,
    @Nullable Duration staleIfError) {

  /** No directive at all. */
  public static final RequestDirectives NONE =
      new RequestDirectives(false, false, false, null, null, null, null);

  /** A stale response of any age. */
  public static final Duration ANY = Duration.ofSeconds(Long.MAX_VALUE);

  private static final RequestDirectives PRAGMA_NO_CACHE =
      new RequestDirectives(true, false, false, null, null, null, null);

  /** The directives of Cache-Control; without it, those of Pragma. Never throws. */
  public static RequestDirectives parse(Fields fields) {
    if (fields.contains("Cache-Control")) {
      Collector collector = new Collector();
      Directives.read(fields, "Cache-Control", collector);
      return collector.collected();
    }
    return fields.hasElement("Pragma", "no-cache") ? PRAGMA_NO_CACHE : NONE;
  }

  /** Whether the client wants a response that the origin has just confirmed. */
  boolean isReload() {
    return noCache || Duration.ZERO.equals(maxAge);
  }

  /** These without what asks for a reload. */
  RequestDirectives withoutReload() {
    return new RequestDirectives(
        false,
        noStore,
        onlyIfCached,
        Duration.ZERO.equals(maxAge) ? null : maxAge,
        minFresh,
        maxStale,
        staleIfError);
  }

  /** Whether a fresh response suits the client. */
  boolean accept(Freshness freshness) {
    return !noCache
        && (maxAge == null || freshness.currentAge().compareTo(maxAge) <= 0)
        && (minFresh == null || freshness.ttl().compareTo(minFresh) >= 0);
  }

  /** Whether a stale response suits the client, if the response itself permits it. */
  boolean acceptStale(Freshness freshness) {
    if (noCache || minFresh != null || (maxStale == null && maxAge != null)) {
      return false;
    }
    return (maxAge == null || freshness.currentAge().compareTo(maxAge) <= 0)
        && (maxStale == null || freshness.staleness().compareTo(maxStale) <= 0);
  }

  /** Gathers directives one by one. */
  private static final class Collector implements Directives.Reader {
    private boolean noCache;
    private boolean noStore;
    private boolean onlyIfCached;
    private @Nullable Duration maxAge;
    private @Nullable Duration minFresh;
    private @Nullable Duration maxStale;
    private @Nullable Duration staleIfError;

    @Override
    public void directive(String name, @Nullable String argument, boolean quoted) {
      switch (name) {
        case "no-cache" -> noCache = true;
        case "no-store" -> noStore = true;
        case "only-if-cached" -> onlyIfCached = true;
        case "max-age" -> maxAge = least(maxAge, Directives.deltaSecondsOrZero(argument));
        case "min-fresh" -> minFresh = greatest(minFresh, Directives.deltaSeconds(argument));
        case "max-stale" -> maxStale = least(maxStale, stale(argument));
        case "stale-if-error" ->
            staleIfError = least(staleIfError, Directives.deltaSecondsOrZero(argument));
        default -> {
          // Unknown directives are ignored: RFC 9111, Section 5.2.3.
        }
      }
    }

    private static Duration stale(@Nullable String argument) {
      return argument == null ? ANY : Directives.deltaSecondsOrZero(argument);
    }

    private static Duration least(@Nullable Duration one, Duration other) {
      return one == null || other.compareTo(one) < 0 ? other : one;
    }

    private static @Nullable Duration greatest(@Nullable Duration one, @Nullable Duration other) {
      return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
    }

    RequestDirectives collected() {
      return new RequestDirectives(
          noCache, noStore, onlyIfCached, maxAge, minFresh, maxStale, staleIfError);
    }
  }
}
