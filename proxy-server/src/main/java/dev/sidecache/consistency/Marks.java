package dev.sidecache.consistency;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The marks of one mutation: sent before it is forwarded, renewed while it runs, and what their
 * replies say about how long its answer must be held. One is unanswered at a time. Source:
 * consistency.md, Section 6, steps 2 and 3.
 */
final class Marks {
  private static final long RENEWALS_APART_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SURE_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Instance instance;
  private final ScheduledExecutorService loop;
  private final SharedStore.Session session;
  private final String mid;
  private final List<Tag.Id> tags;
  private List<String> uids = List.of();
  private @Nullable Timer renewal;
  private boolean renewing;
  private boolean inFlight;
  private boolean answered;
  private boolean unanswered;
  private long gapAt;
  private long sureUntil;
  private @Nullable Runnable afterReply;

  Marks(Instance instance, ScheduledExecutorService loop, String mid, List<Tag.Id> tags) {
    this.instance = instance;
    this.loop = loop;
    this.session = instance.session(loop);
    this.mid = mid;
    this.tags = tags;
  }

  /** Takes the outcome of the first mark. */
  interface First {
    void marked();

    void failed();
  }

  /** Sends the first mark and, from then on, renewals. */
  void begin(First first) {
    renewing = true;
    send(first);
  }

  /** Sends no further mark. */
  void stop() {
    renewing = false;
    Timer pending = renewal;
    if (pending != null) {
      pending.cancel();
      renewal = null;
    }
  }

  /** Whether any mark was answered. */
  boolean answered() {
    return answered;
  }

  /** Whether a mark may still be carried out, or was, without our knowing what it found. */
  boolean unanswered() {
    return unanswered || inFlight;
  }

  /**
   * B: when the last reply came that said that a mark had been missing, as the first one always
   * does; from then on no lease can have been granted that is longer than L. Before any reply, when
   * the mark was sent: nothing to rely on.
   */
  long b() {
    return gapAt;
  }

  /** Whether no mark can have lapsed up to this moment. */
  boolean sure(long clock) {
    return answered && sureUntil - clock > 0;
  }

  /** Runs the action as soon as no mark is in flight; at once, if the session keeps its order. */
  void afterReply(Runnable action) {
    if (inFlight && !session.ordered()) {
      afterReply = action;
    } else {
      action.run();
    }
  }

  private void send(@Nullable First first) {
    long sentAt = instance.nanoTime();
    if (uids.isEmpty() || instance.rules().hold(Rules.Rule.FRESH_UIDS)) {
      uids = instance.uids(tags.size());
    }
    inFlight = true;
    gapAt = first != null ? sentAt : gapAt;
    long lease = instance.settings().timing().markLease().toMillis();
    session.mark(
        new SharedStore.Mark(mid, tags, uids, lease),
        instance.settings().timing().mark().toNanos(),
        new SharedStore.MarkHandler() {
          @Override
          public void marked(boolean gap, long leastMillis, SharedStore.@Nullable Epoch epoch) {
            instance.sawEpoch(epoch);
            replied(gap, leastMillis, sentAt, first);
          }

          @Override
          public void failed(SharedStore.Failure failure) {
            missed(failure, sentAt, first);
          }
        });
  }

  private void replied(boolean gap, long leastMillis, long sentAt, @Nullable First first) {
    inFlight = false;
    long clock = instance.nanoTime();
    if (!answered || (gap && instance.rules().hold(Rules.Rule.RENEWAL_GAP))) {
      gapAt = clock;
    }
    answered = true;
    long least = TimeUnit.MILLISECONDS.toNanos(leastMillis);
    long from = instance.rules().hold(Rules.Rule.SURE_FROM_SEND) ? sentAt : clock;
    sureUntil = from + least - least * 3 / 100 - SURE_MARGIN_NANOS;
    long lease = instance.settings().timing().markLease().toNanos();
    renewAfter(Math.max(RENEWALS_APART_NANOS, Math.min(lease, least) / 2), sentAt);
    if (first != null) {
      first.marked();
    }
    runAfterReply();
  }

  private void missed(SharedStore.Failure failure, long sentAt, @Nullable First first) {
    inFlight = false;
    // Only what was never sent can do nothing any more.
    unanswered |= failure != SharedStore.Failure.REJECTED;
    renewAfter(RENEWALS_APART_NANOS, sentAt);
    if (first != null) {
      first.failed();
    }
    runAfterReply();
  }

  private void renewAfter(long nanos, long sentAt) {
    if (renewing) {
      renewal = Timer.start(loop, sentAt + nanos - instance.nanoTime(), this::renew);
    }
  }

  private void renew() {
    renewal = null;
    if (renewing && !inFlight) {
      send(null);
    }
  }

  private void runAfterReply() {
    Runnable action = afterReply;
    afterReply = null;
    if (action != null) {
      action.run();
    }
  }
}
