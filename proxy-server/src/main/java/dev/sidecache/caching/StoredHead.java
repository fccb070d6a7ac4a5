package dev.sidecache.caching;

import dev.sidecache.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;

/**
 * What decisions know of a stored response.
 *
 * @param head status and end-to-end fields, as received
 * @param responseTime when the response was received; {@code response_time} of RFC 9111, Section
 *     4.2.3
 * @param correctedInitialAge its age at that moment; {@code corrected_initial_age} of the same
 *     section
 */
public record StoredHead(ResponseHead head, Instant responseTime, Duration correctedInitialAge) {}
