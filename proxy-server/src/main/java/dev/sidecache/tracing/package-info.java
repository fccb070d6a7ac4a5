/**
 * Spans of OpenTelemetry, as an option: no class of it is loaded where no collector is configured.
 * A request's span travels in its {@code traceparent}, so that the path knows nothing of spans.
 */
@NullMarked
package dev.sidecache.tracing;

import org.jspecify.annotations.NullMarked;
