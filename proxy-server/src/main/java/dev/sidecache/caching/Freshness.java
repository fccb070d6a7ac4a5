package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.HttpDate;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How old a stored response is and how long it is fresh. Source: RFC 9111, Section 4.2.
 *
 * @param currentAge time since the origin generated or validated it
 * @param freshnessLifetime the age at which it becomes stale
 */
public record Freshness(Duration currentAge, Duration freshnessLifetime) {
  /** The longest lifetime that is guessed. */
  static final Duration LONGEST_HEURISTIC = Duration.ofDays(1);

  /** The part of the time since Last-Modified that is guessed. RFC 9111, Section 4.2.2. */
  private static final int HEURISTIC_FRACTION = 10;

  /**
   * The freshness of a stored response for a request. A rule's own TTL counts from the arrival of
   * the response, whatever age it had, and takes the smaller lifetime if the origin gives one,
   * unless the rule overrides the origin. In scope user it ends with the caller's credential.
   */
  public static Freshness of(StoredHead stored, Plan plan, Instant now) {
    Duration currentAge = currentAge(stored, now);
    Duration lifetime = freshnessLifetime(stored, plan.route());
    Duration credential = Terms.credentialLeft(plan, now);
    if (credential != null && currentAge.plus(credential).compareTo(lifetime) < 0) {
      lifetime = currentAge.plus(credential);
    }
    return new Freshness(currentAge, lifetime);
  }

  /** The freshness of a stored response under a route, whoever asks. */
  public static Freshness of(StoredHead stored, Route route, Instant now) {
    return new Freshness(currentAge(stored, now), freshnessLifetime(stored, route));
  }

  /** What remains of the lifetime; zero or negative once it is stale. RFC 9211, Section 2.4. */
  public Duration ttl() {
    return freshnessLifetime.minus(currentAge);
  }

  /** {@link #ttl} in whole seconds, rounded down. */
  public long ttlSeconds() {
    return ttl().toSeconds();
  }

  /** The value of Age: whole seconds, rounded down. */
  public long ageSeconds() {
    return currentAge.toSeconds();
  }

  /** Whether it may be served without asking. RFC 9111, Section 4.2. */
  public boolean isFresh() {
    return freshnessLifetime.compareTo(currentAge) > 0;
  }

  /** How long it has been stale; negative while it is fresh. */
  Duration staleness() {
    return currentAge.minus(freshnessLifetime);
  }

  /** The age of a stored response, in any precision. RFC 9111, Section 4.2.3. */
  public static Duration currentAge(StoredHead stored, Instant now) {
    Duration residentTime = notNegative(Duration.between(stored.responseTime(), now));
    return stored.correctedInitialAge().plus(residentTime);
  }

  /**
   * The age of a response when it was received. Never negative, whatever clocks say. RFC 9111,
   * Section 4.2.3.
   *
   * @param requestTime when the request was sent
   * @param responseTime when its head came
   */
  public static Duration correctedInitialAge(
      Fields fields, Instant requestTime, Instant responseTime) {
    // In whole seconds, as Date is: else a response of this second would seem to be old.
    Instant second = Instant.ofEpochSecond(responseTime.getEpochSecond());
    Duration apparentAge = notNegative(Duration.between(dateValue(fields, second), second));
    Duration responseDelay = notNegative(Duration.between(requestTime, responseTime));
    Duration correctedAgeValue = ageValue(fields).plus(responseDelay);
    return apparentAge.compareTo(correctedAgeValue) > 0 ? apparentAge : correctedAgeValue;
  }

  private static Duration freshnessLifetime(StoredHead stored, @Nullable Route route) {
    int status = stored.head().status();
    Ttl ttl = Terms.ttl(route, status);
    if (ttl == null) {
      // Stored under rules that took this status, and found under others that do not.
      return Duration.ZERO;
    }
    Duration explicit = stored.explicitLifetime();
    if (ttl instanceof Ttl.Fixed fixed) {
      Duration own = fixed.lifetime().plus(stored.correctedInitialAge());
      if (explicit != null
          && explicit.compareTo(own) < 0
          && !Terms.overridesOrigin(route, status)) {
        return explicit;
      }
      return own;
    }
    if (explicit != null) {
      return explicit;
    }
    Duration heuristic = stored.heuristicLifetime();
    return heuristic == null ? Duration.ZERO : heuristic;
  }

  /**
   * The lifetime that a response gives, or null. Whatever cannot be read has run out. RFC 9111,
   * Section 4.2.1.
   */
  static @Nullable Duration explicitLifetime(
      CacheControl directives, Fields fields, Instant responseTime) {
    if (directives.sMaxage() != null) {
      return directives.sMaxage();
    }
    if (directives.maxAge() != null) {
      return directives.maxAge();
    }
    String text = directives.targeted() ? null : fields.first("Expires");
    if (text == null) {
      return null;
    }
    Instant expires = HttpDate.parse(text, responseTime);
    return expires == null
        ? Duration.ZERO
        : notNegative(Duration.between(dateValue(fields, responseTime), expires));
  }

  /**
   * The lifetime guessed for a response that gives none, or null: a tenth of the time since
   * Last-Modified, at most a day. RFC 9111, Section 4.2.2.
   */
  static @Nullable Duration heuristicLifetime(
      int status, CacheControl directives, @Nullable Instant lastModified, Instant date) {
    boolean allowed = directives.isPublic() || Statuses.isHeuristicallyCacheable(status);
    if (lastModified == null || !allowed || lastModified.isAfter(date)) {
      return null;
    }
    Duration guess = Duration.between(lastModified, date).dividedBy(HEURISTIC_FRACTION);
    return guess.compareTo(LONGEST_HEURISTIC) < 0 ? guess : LONGEST_HEURISTIC;
  }

  /** The value of Date; without a single readable one, when the response was received. */
  static Instant dateValue(Fields fields, Instant responseTime) {
    String text = fields.count("Date") == 1 ? fields.first("Date") : null;
    Instant date = text == null ? null : HttpDate.parse(text, responseTime);
    return date == null ? responseTime : date;
  }

  /** The first value of Age; zero if that cannot be read. RFC 9111, Section 5.1. */
  private static Duration ageValue(Fields fields) {
    String age = fields.first("Age");
    if (age == null) {
      return Duration.ZERO;
    }
    int comma = age.indexOf(',');
    return Directives.deltaSecondsOrZero((comma < 0 ? age : age.substring(0, comma)).strip());
  }

  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
