package dev.sidecache.metrics;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Tag;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.http.Traceparent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for each exchange, and at debug one for each thing the cache did. A JSON line is
 *
 * <pre>
 * ts         when the request's head had been read
 * level      info
 * msg        request
 * method     path      query (only as configured)      route (- without one)      status (0: the client left before)
 * cache      what the cache did
 * tier       l1, l2 or null
 * reason     why it was not looked up or not stored, or null
 * age_s      of the stored response, or null            ttl_s   what remained, or it was stored for; or null
 * bytes      of content sent
 * dur_ms     to the last byte                           upstream_ms  to the backend's response head, or null
 * trace_id   of the request's traceparent; left out without one
 * request_id key       8 hexadecimal digits, or null
 * </pre>
 */
public final class AccessLog implements ExchangeObserver {
  private static final Logger LOG = System.getLogger("dev.sidecache.cache");

  private volatile Settings settings;
  private final boolean json;
  private final Consumer<String> lines;
  private volatile Second second = new Second(0, "1970-01-01T00:00:00");

  /** Which exchanges are logged. */
  public enum Access {
    ALL,
    /** Status 500 and above, and those without an answer from the origin. */
    ERRORS,
    NONE
  }

  /** What of a query is logged. */
  public enum Query {
    NONE,
    NAMES,
    VALUES
  }

  /** What is logged. */
  public record Settings(Access access, Query query) {
    public static final Settings DEFAULT = new Settings(Access.ALL, Query.NONE);
  }

  /**
   * An access log.
   *
   * @param json whether lines are JSON, else text for a terminal
   * @param lines takes each line without its end; must not block
   */
  public AccessLog(Settings settings, boolean json, Consumer<String> lines) {
    this.settings = settings;
    this.json = json;
    this.lines = lines;
  }

  /** Other exchanges are logged from now on, or more or less of them. */
  public void replace(Settings other) {
    settings = other;
  }

  @Override
  public void completed(ExchangeRecord exchange) {
    if (isWanted(exchange)) {
      lines.accept(json ? json(exchange) : textLine(exchange));
    }
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(Level.DEBUG, message(exchange));
    }
  }

  @Override
  public void stored(String route, long bytes, long lifetimeSeconds) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(Level.DEBUG, "Cache store: " + route + " ttl=" + lifetimeSeconds + "s");
    }
  }

  @Override
  public void notStored(String route, Refusal refusal) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(Level.DEBUG, "Cache not stored: " + route + " (" + refusal.word() + ")");
    }
  }

  @Override
  public void invalidated(String source, String name, Collection<Tag> tags) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(Level.DEBUG, "Cache invalidate: " + name + " tags=" + names(tags));
    }
  }

  private boolean isWanted(ExchangeRecord exchange) {
    return switch (settings.access) {
      case ALL -> true;
      case ERRORS -> exchange.status() >= 500 || exchange.cache() == CacheResult.ERROR;
      case NONE -> false;
    };
  }

  /** The JSON line of an exchange, whether it is logged or not. */
  public String json(ExchangeRecord exchange) {
    JsonLine line =
        new JsonLine()
            .add("ts", timestamp(exchange.arrival()))
            .add("level", "info")
            .add("msg", "request")
            .add("method", exchange.method())
            .add("path", exchange.path());
    String query = query(exchange.query());
    if (query != null) {
      line.add("query", query);
    }
    line.add("route", exchange.route())
        .add("status", exchange.status())
        .add("cache", exchange.cache().word())
        .add("tier", exchange.tier())
        .add("reason", exchange.reason());
    addUnless(-1, "age_s", exchange.ageSeconds(), line);
    addUnless(Long.MIN_VALUE, "ttl_s", exchange.ttlSeconds(), line);
    line.add("bytes", exchange.bytes()).addMillis("dur_ms", exchange.durationNanos());
    if (exchange.originNanos() < 0) {
      line.addNull("upstream_ms");
    } else {
      line.addMillis("upstream_ms", exchange.originNanos());
    }
    CacheKey key = exchange.key();
    line.add("request_id", exchange.requestId());
    Traceparent trace = exchange.trace();
    if (trace != null) {
      line.add("trace_id", trace.traceId());
    }
    return line.add("key", key == null ? null : key.shortDigest()).end();
  }

  private static void addUnless(long absent, String name, long value, JsonLine line) {
    if (value == absent) {
      line.addNull(name);
    } else {
      line.add(name, value);
    }
  }

  private String textLine(ExchangeRecord exchange) {
    StringBuilder line = new StringBuilder(160);
    line.append(timestamp(exchange.arrival()), 11, 23).append(" info  ");
    JsonLine.escape(exchange.method(), line);
    line.append(' ');
    JsonLine.escape(exchange.path(), line);
    String query = query(exchange.query());
    if (query != null) {
      line.append('?');
      JsonLine.escape(query, line);
    }
    line.append(' ').append(exchange.status()).append(' ').append(exchange.cache().word());
    if (exchange.tier() != null) {
      line.append(' ').append(exchange.tier());
    }
    if (exchange.reason() != null) {
      line.append(" (").append(exchange.reason()).append(')');
    }
    line.append(' ').append(exchange.route()).append(' ');
    JsonLine.appendMillis(exchange.durationNanos(), line);
    return line.append("ms").toString();
  }

  /** The query as configured; null if it is not shown or there is none. */
  private @Nullable String query(@Nullable String query) {
    return switch (settings.query) {
      case NONE -> null;
      case NAMES -> query == null ? null : namesOf(query);
      case VALUES -> query;
    };
  }

  /** The names of a query's parameters, joined by {@code &}. */
  private static String namesOf(String query) {
    StringBuilder names = new StringBuilder(query.length());
    boolean inName = true;
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c == '&') {
        inName = true;
        names.append(c);
      } else if (c == '=') {
        inName = false;
      } else if (inName) {
        names.append(c);
      }
    }
    return names.toString();
  }

  private static String message(ExchangeRecord exchange) {
    String route = exchange.route();
    return switch (exchange.cache()) {
      case HIT, REVALIDATED, COALESCED -> "Cache hit: " + route;
      case STALE -> "Cache stale: " + route;
      case MISS, ERROR -> "Cache miss: " + route;
      case BYPASS, PASS -> "Cache bypass: " + route + " (" + exchange.reason() + ")";
    };
  }

  private static String names(Collection<Tag> tags) {
    StringBuilder names = new StringBuilder();
    for (Tag tag : tags) {
      if (tag.kind() != Tag.Kind.ANY_MUTATION) {
        names.append(names.isEmpty() ? "" : ",").append(name(tag));
      }
    }
    return names.toString();
  }

  private static String name(Tag tag) {
    return switch (tag.kind()) {
      case TAG -> tag.name();
      case FAMILY -> tag.name() + ":*";
      case ALL -> "all";
      case URL, UNDER, ROUTE, GROUP, ANY_MUTATION -> tag.kind().word() + ":" + tag.name();
    };
  }

  /** The instant in UTC to the millisecond; the seconds are written once each. */
  private String timestamp(Instant instant) {
    Second known = second;
    if (known.epoch != instant.getEpochSecond()) {
      String text = instant.truncatedTo(ChronoUnit.SECONDS).toString();
      known = new Second(instant.getEpochSecond(), text.substring(0, text.length() - 1));
      second = known;
    }
    int millis = instant.getNano() / 1_000_000;
    char[] digits = {
      '.',
      (char) ('0' + millis / 100),
      (char) ('0' + millis / 10 % 10),
      (char) ('0' + millis % 10),
      'Z'
    };
    return known.text + new String(digits);
  }

  private record Second(long epoch, String text) {}
}
