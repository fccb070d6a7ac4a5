package dev.sidecache.metrics;

import dev.sidecache.http.Traceparent;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * The trace of the request that a thread is counting just now: its histograms' exemplars name it.
 * Requests without a sampled trace cost nothing.
 */
final class CurrentTrace implements SpanContext {
  private static final ThreadLocal<@Nullable Traceparent> CURRENT = new ThreadLocal<>();

  /** Counts what belongs to a trace. */
  void during(Traceparent trace, Runnable counting) {
    CURRENT.set(trace);
    try {
      counting.run();
    } finally {
      CURRENT.remove();
    }
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    Traceparent trace = CURRENT.get();
    return trace == null ? null : trace.traceId();
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    Traceparent trace = CURRENT.get();
    return trace == null ? null : trace.parentId();
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return CURRENT.get() != null;
  }

  /** NB: whoever samples has decided already. */
  @Override
  public void markCurrentSpanAsExemplar() {}
}
