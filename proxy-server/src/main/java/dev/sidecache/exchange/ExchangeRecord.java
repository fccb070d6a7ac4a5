package dev.sidecache.exchange;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.http.Traceparent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What observers are told of one finished exchange. Holds no credential, no field value and no
 * content.
 *
 * @param arrival when the request's head had been read
 * @param method of the request
 * @param path percent-encoded, without query
 * @param query as sent, or null; observers show it only as configured
 * @param route name of the route, or {@code -}
 * @param status of the response; 0 if the client left before one
 * @param cache what the cache did
 * @param tier {@code l1} or {@code l2} for an answer from the cache, else null
 * @param reason why it was not looked up, or why the response was not stored, or null
 * @param ageSeconds the stored response's age, -1 if not from the cache
 * @param ttlSeconds what remained of its lifetime, or the lifetime it was stored for; {@link
 *     Long#MIN_VALUE} if neither
 * @param bytes of content sent to the client
 * @param durationNanos from the head's arrival to the last byte's writing
 * @param originNanos from forwarding to the origin's response head, -1 if not forwarded
 * @param originOutcome {@code 2xx} to {@code 5xx}, {@code timeout}, {@code refused} or {@code
 *     reset}; null if not forwarded
 * @param requestId of the request
 * @param trace that the request belongs to; null: none
 * @param key what its stored response is found by, or null; observers show its digest only
 */
public record ExchangeRecord(
    Instant arrival,
    String method,
    String path,
    @Nullable String query,
    String route,
    int status,
    CacheResult cache,
    @Nullable String tier,
    @Nullable String reason,
    long ageSeconds,
    long ttlSeconds,
    long bytes,
    long durationNanos,
    long originNanos,
    @Nullable String originOutcome,
    String requestId,
    @Nullable Traceparent trace,
    @Nullable CacheKey key) {}
