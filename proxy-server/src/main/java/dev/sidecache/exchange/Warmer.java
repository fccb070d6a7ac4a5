package dev.sidecache.exchange;

import dev.sidecache.caching.CacheStatus;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.RequestTarget;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import io.netty.buffer.ByteBuf;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a list of URLs once through the proxy, so that the first visitors find them in the cache.
 * A few at a time, on one loop; holds nothing back, and failures are only told.
 */
public final class Warmer {
  private static final System.Logger LOG = System.getLogger(Warmer.class.getName());
  private static final int AT_A_TIME = 4;

  private final Service gateway;
  private final Queue<Entry> waiting;
  private final int total;
  private final ScheduledExecutorService loop;
  private final Consumer<Outcome> whenEnded;
  private int ended;
  private int stored;
  private int failed;

  /**
   * A URL to fetch.
   *
   * @param target path and query
   * @param fields of the request, Host among them: it is part of most cache keys
   */
  public record Entry(String target, Fields fields) {}

  /**
   * What became of the list.
   *
   * @param stored how many answers are in the cache now, as far as Cache-Status tells
   * @param failed how many had no answer, a broken one, or one with a status of 400 or above
   */
  record Outcome(int total, int stored, int failed) {}

  private Warmer(
      Service gateway,
      List<Entry> entries,
      ScheduledExecutorService loop,
      Consumer<Outcome> whenEnded) {
    this.gateway = gateway;
    this.waiting = new ArrayDeque<>(entries);
    this.total = entries.size();
    this.loop = loop;
    this.whenEnded = whenEnded;
  }

  /** Begins to fetch; without entries, nothing happens. The outcome is logged in one line. */
  public static void start(Service gateway, List<Entry> entries, ScheduledExecutorService loop) {
    start(gateway, entries, loop, Warmer::log);
  }

  static void start(
      Service gateway,
      List<Entry> entries,
      ScheduledExecutorService loop,
      Consumer<Outcome> whenEnded) {
    if (!entries.isEmpty()) {
      Warmer warmer = new Warmer(gateway, entries, loop, whenEnded);
      loop.execute(warmer::begin);
    }
  }

  private void begin() {
    for (int i = 0; i < AT_A_TIME; i++) {
      next();
    }
  }

  private void next() {
    Entry entry = waiting.poll();
    if (entry == null) {
      return;
    }
    RequestTarget target = RequestTarget.parse(entry.target);
    if (target == null) {
      ended(false, true);
      return;
    }
    String host = entry.fields.first("Host");
    String authority = host == null ? "" : host.toLowerCase(Locale.ROOT);
    RequestHead head = new RequestHead("GET", "http", authority, target, "1.1", entry.fields);
    gateway.serve(new Request(head, Body.empty(), Request.Peer.NONE, loop), new Fetched());
  }

  private void ended(boolean isStored, boolean isFailed) {
    ended++;
    stored += isStored ? 1 : 0;
    failed += isFailed ? 1 : 0;
    if (ended == total) {
      whenEnded.accept(new Outcome(total, stored, failed));
    } else {
      // NB: not at once, or a list that is answered at once becomes a deep stack.
      loop.execute(this::next);
    }
  }

  private static void log(Outcome outcome) {
    LOG.log(
        outcome.failed == 0 ? Level.INFO : Level.WARNING,
        "Warmed: {0} URLs fetched, {1} stored, {2} failed",
        outcome.total,
        outcome.stored,
        outcome.failed);
  }

  /** Takes one answer and reads it to its end: only then it is stored. */
  private final class Fetched implements Responder, Body.Sink {
    private @Nullable Response response;

    @Override
    public void informational(ResponseHead head) {}

    @Override
    public void onGone(Runnable action) {}

    @Override
    public void respond(Response answer) {
      response = answer;
      answer.body().open(this);
      answer.body().request(1);
    }

    @Override
    public void fail(Throwable cause) {
      ended(false, true);
    }

    @Override
    public void chunk(ByteBuf owned) {
      owned.release();
      Response reading = response;
      if (reading != null) {
        reading.body().request(1);
      }
    }

    @Override
    public void end(Fields trailers) {
      Response read = response;
      ended(read != null && isInCache(read), read == null || read.status() >= 400);
    }
  }

  /** Whether our member of Cache-Status, in the last line, says that the answer is stored. */
  private static boolean isInCache(Response response) {
    List<String> lines = response.tail().all("Cache-Status");
    String own = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    return own.startsWith(CacheStatus.CACHE) && (own.contains("; stored") || own.contains("; hit"));
  }
}
