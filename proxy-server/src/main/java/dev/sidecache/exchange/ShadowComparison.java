package dev.sidecache.exchange;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the origin beside the stored one that would have been served. Holds no content.
 *
 * @param route its name
 * @param method of the request
 * @param path percent-encoded, without query
 * @param difference what differs: {@code status}, {@code fields} or {@code content}; null: nothing
 * @param ageSeconds of the stored response
 * @param at when the origin's answer was over
 */
public record ShadowComparison(
    String route,
    String method,
    String path,
    @Nullable String difference,
    long ageSeconds,
    Instant at) {}
