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
import java.util.ArrayList;
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
  private static final int MOST_NAMED = 20;

  /** How many requests are under way at once where nothing else is said. */
  public static final int AT_A_TIME = 4;

  private final Service gateway;
  private final Queue<Entry> waiting;
  private final int total;
  private final int atATime;
  private final ScheduledExecutorService loop;
  private final Consumer<Progress> whenEnded;
  private final List<String> failedTargets = new ArrayList<>();
  private int stored;
  private int failed;
  private volatile Progress progress;

  /**
   * A URL to fetch.
   *
   * @param target path and query
   * @param fields of the request, Host among them: it is part of most cache keys
   */
  public record Entry(String target, Fields fields) {}

  /**
   * How far a list is.
   *
   * @param done as many as {@code total} when it is over
   * @param stored how many answers are in the cache now, as far as Cache-Status tells
   * @param failed how many had no answer, a broken one, or one with a status of 400 or above
   * @param failedTargets the first of those
   */
  public record Progress(int total, int done, int stored, int failed, List<String> failedTargets) {
    public Progress {
      failedTargets = List.copyOf(failedTargets);
    }
  }

  private Warmer(
      Service gateway,
      List<Entry> entries,
      int atATime,
      ScheduledExecutorService loop,
      Consumer<Progress> whenEnded) {
    this.gateway = gateway;
    this.waiting = new ArrayDeque<>(entries);
    this.total = entries.size();
    this.atATime = atATime;
    this.loop = loop;
    this.whenEnded = whenEnded;
    this.progress = new Progress(total, 0, 0, 0, List.of());
  }

  /** Begins to fetch; without entries, nothing happens. The outcome is logged in one line. */
  public static Warmer start(
      Service gateway, List<Entry> entries, int atATime, ScheduledExecutorService loop) {
    return start(gateway, entries, atATime, loop, Warmer::log);
  }

  static Warmer start(
      Service gateway,
      List<Entry> entries,
      int atATime,
      ScheduledExecutorService loop,
      Consumer<Progress> whenEnded) {
    Warmer warmer = new Warmer(gateway, entries, atATime, loop, whenEnded);
    if (!entries.isEmpty()) {
      loop.execute(warmer::begin);
    }
    return warmer;
  }

  /** How far it is at this moment; on any thread. */
  public Progress progress() {
    return progress;
  }

  private void begin() {
    for (int i = 0; i < atATime; i++) {
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
      ended(entry, false, true);
      return;
    }
    String host = entry.fields.first("Host");
    String authority = host == null ? "" : host.toLowerCase(Locale.ROOT);
    RequestHead head = new RequestHead("GET", "http", authority, target, "1.1", entry.fields);
    gateway.serve(new Request(head, Body.empty(), Request.Peer.NONE, loop), new Fetched(entry));
  }

  private void ended(Entry entry, boolean isStored, boolean isFailed) {
    stored += isStored ? 1 : 0;
    failed += isFailed ? 1 : 0;
    if (isFailed && failedTargets.size() < MOST_NAMED) {
      failedTargets.add(entry.target);
    }
    progress = new Progress(total, progress.done + 1, stored, failed, failedTargets);
    if (progress.done == total) {
      whenEnded.accept(progress);
    } else {
      // NB: not at once, or a list that is answered at once becomes a deep stack.
      loop.execute(this::next);
    }
  }

  private static void log(Progress outcome) {
    LOG.log(
        outcome.failed == 0 ? Level.INFO : Level.WARNING,
        "Warmed: {0} URLs fetched, {1} stored, {2} failed",
        outcome.total,
        outcome.stored,
        outcome.failed);
  }

  /** Takes one answer and reads it to its end: only then it is stored. */
  private final class Fetched implements Responder, Body.Sink {
    private final Entry entry;
    private @Nullable Response response;

    Fetched(Entry entry) {
      this.entry = entry;
    }

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
      ended(entry, false, true);
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
      ended(entry, read != null && isInCache(read), read == null || read.status() >= 400);
    }
  }

  /** Whether our member of Cache-Status, in the last line, says that the answer is stored. */
  private static boolean isInCache(Response response) {
    List<String> lines = response.tail().all("Cache-Status");
    String own = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    return own.startsWith(CacheStatus.CACHE) && (own.contains("; stored") || own.contains("; hit"));
  }
}
