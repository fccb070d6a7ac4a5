package dev.sidecache.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Writes log lines on a thread of its own, so that a slow reader of the output never stops an event
 * loop. Bounded: what does not fit is dropped and counted, and a line tells how many were, as soon
 * as the output is ready again.
 */
public final class LogWriter implements AutoCloseable {
  /** A busy proxy wakes the thread once in this time, not once a line. */
  private static final long LINGER_MILLIS = 10;

  private static final long PATIENCE_SECONDS = 5;
  private static final int LINE_OVERHEAD = 64;
  private static final int BATCH_CHARS = 1 << 16;

  private final OutputStream out;
  private final long capacityChars;
  private final LongFunction<String> dropMessage;
  private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingChars = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean due = new AtomicBoolean();
  private final ReentrantLock writing = new ReentrantLock();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, LogWriter::thread, new ThreadPoolExecutor.DiscardPolicy());
  private volatile boolean closed;
  private long toldDropped;

  /**
   * A writer.
   *
   * @param out where lines go, as UTF-8; flushed after each batch, not closed
   * @param capacityChars how many characters may wait
   * @param dropMessage makes the line that tells how many were dropped
   */
  public LogWriter(OutputStream out, long capacityChars, LongFunction<String> dropMessage) {
    this.out = out;
    this.capacityChars = capacityChars;
    this.dropMessage = dropMessage;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sidecache-log");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Takes a line without its end, or drops it if too many wait. Never blocks, on any thread; only
   * after {@link #close} it writes at once.
   */
  public void write(String line) {
    long cost = cost(line);
    if (waitingChars.addAndGet(cost) > capacityChars) {
      waitingChars.addAndGet(-cost);
      dropped.incrementAndGet();
      return;
    }
    lines.add(line);
    if (closed) {
      writePatiently();
    } else if (due.compareAndSet(false, true)) {
      Future<?> unused = thread.schedule(this::writeAll, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** How many lines were dropped so far. */
  public long dropped() {
    return dropped.get();
  }

  /** Writes what waits, for at most five seconds; lines that come later are written at once. */
  @Override
  public void close() {
    closed = true;
    thread.shutdown();
    writePatiently();
  }

  private void writePatiently() {
    try {
      if (writing.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        try {
          writeLines();
        } finally {
          writing.unlock();
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeAll() {
    // Before the lines are read, so that a line that comes now is not forgotten.
    due.set(false);
    writing.lock();
    try {
      writeLines();
    } finally {
      writing.unlock();
    }
  }

  private void writeLines() {
    StringBuilder batch = new StringBuilder(1024);
    for (String line = lines.poll(); line != null; line = lines.poll()) {
      waitingChars.addAndGet(-cost(line));
      batch.append(line).append('\n');
      if (batch.length() > BATCH_CHARS) {
        flush(batch);
      }
    }
    long droppedNow = dropped.get();
    if (droppedNow > toldDropped) {
      batch.append(dropMessage.apply(droppedNow - toldDropped)).append('\n');
      toldDropped = droppedNow;
    }
    flush(batch);
  }

  private static long cost(String line) {
    return line.length() + (long) LINE_OVERHEAD;
  }

  private void flush(StringBuilder batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      out.write(batch.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException closedByReader) {
      // Nobody reads any more: there is no place left to tell it.
    }
    batch.setLength(0);
  }
}
