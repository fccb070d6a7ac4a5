package dev.sidecache.admin;

import dev.sidecache.exchange.ExchangeObserver;
import dev.sidecache.exchange.ExchangeRecord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who watches requests live. While nobody does, an exchange costs one look at an empty list. */
public final class EventStreams implements ExchangeObserver {
  /** So many at once. */
  static final int MOST = 16;

  private final Function<ExchangeRecord, String> text;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

  private record Watcher(EventFilter filter, EventStream stream) {}

  /**
   * Nobody watches yet.
   *
   * @param text a record as one line of JSON
   */
  public EventStreams(Function<ExchangeRecord, String> text) {
    this.text = text;
  }

  /** A stream of what passes the filter from now on; null if there are too many already. */
  synchronized @Nullable EventStream open(EventFilter filter, ScheduledExecutorService loop) {
    if (watchers.size() >= MOST) {
      return null;
    }
    EventStream stream =
        new EventStream(loop, over -> watchers.removeIf(watcher -> watcher.stream == over));
    watchers.add(new Watcher(filter, stream));
    return stream;
  }

  @Override
  public void completed(ExchangeRecord exchange) {
    if (watchers.isEmpty()) {
      return;
    }
    String line = null;
    for (Watcher watcher : watchers) {
      if (watcher.filter.wants(exchange) && watcher.stream.hasRoom()) {
        line = line == null ? text.apply(exchange) : line;
        watcher.stream.offer(line);
      }
    }
  }

  /** Ends all streams: the process is about to end. */
  public void close() {
    watchers.forEach(watcher -> watcher.stream.end());
  }
}
