package dev.sidecache.admin;

import dev.sidecache.admin.AdminJson.FieldError;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeRecord;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which exchanges somebody wants to see.
 *
 * @param route by name; null: all
 * @param cache what the cache did; null: anything
 * @param status three digits, or {@code 5xx}; null: any
 * @param atLeastNanos how long it took at least
 */
record EventFilter(
    @Nullable String route,
    @Nullable CacheResult cache,
    @Nullable String status,
    long atLeastNanos) {
  static final List<String> PARAMETERS = List.of("route", "cache", "status", "min_ms");

  private static final Pattern STATUS = Pattern.compile("[1-5]([0-9][0-9]|xx)");

  /** A day: nothing takes longer. */
  private static final Pattern MILLIS = Pattern.compile("[0-9]{1,8}");

  /**
   * The filter of a query.
   *
   * @param knows whether a route has this name
   * @param errors takes what is wrong; the filter is then of no use
   */
  static EventFilter of(Query query, Predicate<String> knows, List<FieldError> errors) {
    String route = query.value("route");
    if (route != null && !route.equals("-") && !knows.test(route)) {
      errors.add(new FieldError("route", "unknown_route", "no route has this name", "- for none"));
    }
    String word = query.value("cache");
    CacheResult cache = word == null ? null : result(word);
    if (word != null && cache == null) {
      errors.add(new FieldError("cache", "bad_word", "is no result of the cache", results()));
    }
    String status = query.value("status");
    if (status != null && !STATUS.matcher(status).matches()) {
      errors.add(new FieldError("status", "bad_status", "is no status", "write 404 or 5xx"));
    }
    String millis = query.value("min_ms");
    if (millis != null && !MILLIS.matcher(millis).matches()) {
      errors.add(
          new FieldError("min_ms", "bad_number", "is no number of milliseconds", "write 200"));
      millis = null;
    }
    long atLeast = millis == null ? 0 : TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis));
    return new EventFilter(route, cache, status, atLeast);
  }

  private static @Nullable CacheResult result(String word) {
    for (CacheResult result : CacheResult.values()) {
      if (result.word().equals(word)) {
        return result;
      }
    }
    return null;
  }

  private static String results() {
    return Arrays.stream(CacheResult.values())
        .map(CacheResult::word)
        .collect(Collectors.joining(", "));
  }

  boolean wants(ExchangeRecord exchange) {
    return (route == null || route.equals(exchange.route()))
        && (cache == null || cache == exchange.cache())
        && (status == null || isOf(status, exchange.status()))
        && exchange.durationNanos() >= atLeastNanos;
  }

  private static boolean isOf(String wanted, int status) {
    return wanted.endsWith("xx")
        ? wanted.charAt(0) - '0' == status / 100
        : wanted.equals(Integer.toString(status));
  }
}
