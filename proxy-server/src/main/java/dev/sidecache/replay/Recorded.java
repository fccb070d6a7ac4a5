package dev.sidecache.replay;

import dev.sidecache.caching.Identity;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer as a recording has them.
 *
 * @param at when the request came
 * @param took until its answer was over
 * @param content of the request; null: none, or not recorded
 * @param caller who asked, where the recording has no credentials but tells callers apart; null:
 *     the request's fields tell
 * @param answer status and fields, as far as they are recorded
 * @param body of the answer; null: not recorded
 * @param bytes length of that, -1 if it is not recorded
 */
record Recorded(
    Instant at,
    Duration took,
    RequestHead head,
    @Nullable ByteBuffer content,
    @Nullable Identity caller,
    ResponseHead answer,
    @Nullable ByteBuffer body,
    long bytes) {}
