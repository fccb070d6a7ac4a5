package dev.sidecache.metrics;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.exchange.CacheResult;
import dev.sidecache.exchange.ExchangeRecord;
import dev.sidecache.http.Traceparent;
import java.time.Instant;

/** Records of exchanges: a hit, and what differs from it. */
final class Exchanges {
  /** What each of them was looked up by. */
  static final CacheKey KEY = CacheKey.ofValue("students");

  private Exchanges() {}

  /** The hit of contract.md, Section 7. */
  static ExchangeRecord hit() {
    return new ExchangeRecord(
        Instant.parse("2026-03-01T09:30:00.123Z"),
        "GET",
        "/api/students",
        "page=2&token=abc",
        "students-list",
        200,
        CacheResult.HIT,
        "l1",
        null,
        12,
        48,
        5120,
        400_000,
        -1,
        null,
        "5b1e",
        null,
        KEY);
  }

  /** A miss that the origin answered in 30 ms and that was not stored. */
  static ExchangeRecord miss() {
    return new ExchangeRecord(
        Instant.parse("2026-03-01T09:30:00.123Z"),
        "GET",
        "/api/students",
        null,
        "students-list",
        200,
        CacheResult.MISS,
        null,
        "no_store",
        -1,
        Long.MIN_VALUE,
        5120,
        31_250_000,
        30_000_000,
        "2xx",
        "5b1e",
        null,
        KEY);
  }

  /** The hit of a request that belongs to a trace which is recorded. */
  static ExchangeRecord traced() {
    ExchangeRecord hit = hit();
    return new ExchangeRecord(
        hit.arrival(),
        hit.method(),
        hit.path(),
        hit.query(),
        hit.route(),
        hit.status(),
        hit.cache(),
        hit.tier(),
        hit.reason(),
        hit.ageSeconds(),
        hit.ttlSeconds(),
        hit.bytes(),
        hit.durationNanos(),
        hit.originNanos(),
        hit.originOutcome(),
        hit.requestId(),
        new Traceparent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true),
        hit.key());
  }

  /** The hit with another result and reason. */
  static ExchangeRecord with(CacheResult result, String reason) {
    return of("GET", 200, "students-list", result, reason);
  }

  /** The hit with another method, status, route, result and reason. */
  static ExchangeRecord of(
      String method, int status, String route, CacheResult result, String reason) {
    ExchangeRecord hit = hit();
    return new ExchangeRecord(
        hit.arrival(),
        method,
        hit.path(),
        hit.query(),
        route,
        status,
        result,
        hit.tier(),
        reason,
        hit.ageSeconds(),
        hit.ttlSeconds(),
        hit.bytes(),
        hit.durationNanos(),
        hit.originNanos(),
        hit.originOutcome(),
        hit.requestId(),
        hit.trace(),
        hit.key());
  }
}
