package dev.sidecache.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Ended spans on their way to a collector: a bounded queue, which loops only offer to, and a thread
 * that exports what is in it. What finds no place, or is not taken, is counted and gone.
 *
 * <p>NB: OpenTelemetry's own counts what it drops only for a library of metrics beside ours.
 */
final class SpanQueue implements SpanProcessor {
  static final int CAPACITY = 2048;
  private static final int MOST_AT_ONCE = 512;
  private static final long GATHERING_MILLIS = 500;
  private static final long CLOSING_SECONDS = 3;
  private static final Logger LOG = System.getLogger(SpanQueue.class.getName());

  private final BlockingQueue<ReadableSpan> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final SpanExporter exporter;
  private final String endpoint;
  private final LongAdder exported = new LongAdder();
  private final LongAdder full = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final CompletableResultCode ended = new CompletableResultCode();
  private volatile boolean closing;
  private boolean failing;

  SpanQueue(SpanExporter exporter, String endpoint) {
    this.exporter = exporter;
    this.endpoint = endpoint;
    Thread thread = new Thread(this::run, "sidecache-spans");
    thread.setDaemon(true);
    thread.start();
  }

  double exported() {
    return exported.sum();
  }

  double droppedAtQueue() {
    return full.sum();
  }

  double droppedAtExport() {
    return failed.sum();
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (span.getSpanContext().isSampled() && !queue.offer(span)) {
      full.increment();
    }
  }

  private void run() {
    try {
      while (!closing || !queue.isEmpty()) {
        gather();
      }
    } catch (InterruptedException interrupted) {
      // The process ends.
    } finally {
      ended.succeed();
    }
  }

  /** Waits for spans, and a moment more so that they go together. */
  private void gather() throws InterruptedException {
    ReadableSpan first = queue.poll(GATHERING_MILLIS, TimeUnit.MILLISECONDS);
    if (first == null) {
      return;
    }
    List<SpanData> batch = new ArrayList<>();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GATHERING_MILLIS);
    ReadableSpan next = first;
    while (next != null) {
      batch.add(next.toSpanData());
      long left = closing ? 0 : until - System.nanoTime();
      next = batch.size() < MOST_AT_ONCE ? queue.poll(left, TimeUnit.NANOSECONDS) : null;
    }
    export(batch);
  }

  private void export(List<SpanData> batch) {
    boolean taken =
        exporter
            .export(batch)
            .join(Tracing.EXPORT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .isSuccess();
    (taken ? exported : failed).add(batch.size());
    if (taken == failing) {
      failing = !taken;
      if (failing) {
        LOG.log(
            Level.WARNING,
            "Spans are lost: {0} does not take them; requests go on -> check tracing.otlp_endpoint:"
                + " OTLP over HTTP, usually port 4318",
            endpoint);
      } else {
        LOG.log(Level.INFO, "Spans are exported again to {0}", endpoint);
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    ended.join(CLOSING_SECONDS, TimeUnit.SECONDS);
    exporter.shutdown();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }
}
