package dev.sidecache.admin;

import dev.sidecache.http.Fields;
import dev.sidecache.message.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events for one reader: an event of data for each line offered, from any thread. A
 * reader that is slower than the lines come loses some; an event {@code lost} tells how many. A
 * comment every 5 s shows both ends that the other is there; a reader that has left is noticed so.
 * HTML Standard, Section 9.2.
 */
final class EventStream implements Body {
  /** How many lines may wait for the reader. */
  static final int MOST_WAITING = 512;

  private static final long COMMENT_SECONDS = 5;

  private final ScheduledExecutorService loop;
  private final Consumer<EventStream> whenOver;
  private final Queue<String> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waits = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean woken = new AtomicBoolean();

  // On the loop.
  private @Nullable Sink sink;
  private @Nullable ScheduledFuture<?> comments;
  private int demand;
  private boolean commentDue = true;
  private boolean over;

  /**
   * A stream that begins empty.
   *
   * @param loop of the reader's connection
   * @param whenOver told on the loop, once, when nobody reads any more
   */
  EventStream(ScheduledExecutorService loop, Consumer<EventStream> whenOver) {
    this.loop = loop;
    this.whenOver = whenOver;
  }

  /** Whether one more line would be kept; if not, it counts as lost. */
  boolean hasRoom() {
    if (waits.get() < MOST_WAITING) {
      return true;
    }
    lost.incrementAndGet();
    return false;
  }

  /** One more line, without a line end. */
  void offer(String line) {
    waits.incrementAndGet();
    waiting.add(line);
    if (woken.compareAndSet(false, true)) {
      loop.execute(this::deliver);
    }
  }

  /** Tells the reader that it is over. */
  void end() {
    loop.execute(
        () -> {
          Sink to = sink;
          if (letGo() && to != null) {
            to.end(Fields.empty());
          }
        });
  }

  @Override
  public long lengthBytes() {
    return -1;
  }

  @Override
  public @Nullable ByteBuf whole() {
    return null;
  }

  @Override
  public void open(Sink opened) {
    sink = opened;
    comments =
        loop.scheduleAtFixedRate(
            () -> {
              commentDue = true;
              deliver();
            },
            COMMENT_SECONDS,
            COMMENT_SECONDS,
            TimeUnit.SECONDS);
  }

  @Override
  public void request(int chunks) {
    demand += chunks;
    deliver();
  }

  @Override
  public void cancel() {
    boolean unused = letGo();
  }

  private boolean letGo() {
    if (over) {
      return false;
    }
    over = true;
    if (comments != null) {
      boolean unused = comments.cancel(false);
    }
    waiting.clear();
    whenOver.accept(this);
    return true;
  }

  /** All that waits, as one chunk. */
  private void deliver() {
    woken.set(false);
    Sink to = sink;
    if (over || to == null || demand == 0) {
      return;
    }
    String events = events();
    if (!events.isEmpty()) {
      demand--;
      to.chunk(ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, events));
    }
  }

  private String events() {
    StringBuilder events = new StringBuilder();
    if (commentDue) {
      commentDue = false;
      events.append(":\n\n");
    }
    for (String line = waiting.poll(); line != null; line = waiting.poll()) {
      waits.decrementAndGet();
      events.append("data: ").append(line).append("\n\n");
    }
    long missing = lost.getAndSet(0);
    if (missing > 0) {
      events.append("event: lost\ndata: {\"lost\":").append(missing).append("}\n\n");
    }
    return events.toString();
  }
}
