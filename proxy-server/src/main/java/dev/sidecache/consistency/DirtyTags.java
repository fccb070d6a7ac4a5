package dev.sidecache.consistency;

import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The finishes still owed to the shared store. What they touch is forwarded until they have been
 * delivered, and L′ longer, because a lease may have been granted just before.
 *
 * <p>They are tried again every 100 ms and a little, one loop's connection after the other, each
 * time with fresh uids. While the provider's quota is used up one of them is tried, as often as a
 * server that is away would be: whoever connects when the quota has ended is on probation until it
 * is delivered. Over {@value #MOST_TAGS} tags they become one replacement of the epoch. Safe on any
 * thread. Source: consistency.md, Sections 3, 6 (step 7) and 7.
 */
final class DirtyTags {
  static final int MOST_TAGS = 10_000;
  private static final int MOST_IN_FLIGHT = 64;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Instance instance;
  private final Map<Tag.Id, Integer> dirty = new ConcurrentHashMap<>();
  private final ArrayDeque<Owed> queue = new ArrayDeque<>();
  private volatile int everythingDirty;
  private volatile int owedTags;
  private int inFlight;
  private int loop;
  private boolean retryPending;

  DirtyTags(Instance instance) {
    this.instance = instance;
  }

  /** Is told of the delivery of one finish. */
  interface Delivered {
    /** The finish was answered just now; called on some loop. */
    void delivered();
  }

  /** One finish owed, as it was attempted last. */
  private static final class Owed {
    SharedStore.Finish finish;
    final List<Delivered> waiting = new ArrayList<>(1);

    Owed(SharedStore.Finish finish) {
      this.finish = finish;
    }

    List<Tag.Id> tags() {
      return finish.tags();
    }

    boolean everything() {
      return finish.newEpoch() != null;
    }
  }

  boolean isEmpty() {
    return everythingDirty == 0 && dirty.isEmpty();
  }

  /** Tags that wait for the shared store; for metrics. */
  int owedTags() {
    return owedTags;
  }

  boolean matches(Collection<Tag.Id> tags) {
    if (isEmpty() || !instance.rules().hold(Rules.Rule.DIRTY_TAGS_FORWARD)) {
      return false;
    }
    if (everythingDirty > 0) {
      return true;
    }
    for (Tag.Id tag : tags) {
      if (dirty.containsKey(tag)) {
        return true;
      }
    }
    return false;
  }

  boolean matches(Stamp stamp) {
    if (isEmpty() || !instance.rules().hold(Rules.Rule.DIRTY_TAGS_FORWARD)) {
      return false;
    }
    boolean touched = everythingDirty > 0;
    for (int i = 0; i < stamp.size() && !touched; i++) {
      touched = dirty.containsKey(stamp.tag(i));
    }
    return touched;
  }

  /**
   * Owes a finish that has just failed.
   *
   * @param whenDelivered called once it is delivered; null: nobody waits
   */
  void add(SharedStore.Finish failed, @Nullable Delivered whenDelivered) {
    Owed owed = new Owed(failed);
    if (whenDelivered != null) {
      owed.waiting.add(whenDelivered);
    }
    synchronized (this) {
      count(owed, 1);
      queue.add(owed);
      owedTags += owed.tags().size();
      if (owedTags > MOST_TAGS) {
        becomeEverything();
      }
    }
    retryLater();
  }

  /** Owes a new epoch. */
  void addEverything() {
    add(everythingFinish(), null);
  }

  /** Tries to deliver at once: the store is back. */
  void deliver() {
    ScheduledExecutorService next = nextLoop(false);
    next.execute(() -> pump(next));
  }

  private SharedStore.Finish everythingFinish() {
    return instance.finishEverything(List.of(Reading.ANY_MUTATION));
  }

  private synchronized void becomeEverything() {
    Owed all = new Owed(everythingFinish());
    count(all, 1);
    for (Owed owed : queue) {
      all.waiting.addAll(owed.waiting);
      owedTags -= owed.tags().size();
      count(owed, -1);
    }
    queue.clear();
    queue.add(all);
    owedTags += all.tags().size();
  }

  private synchronized void count(Owed owed, int by) {
    if (owed.everything()) {
      everythingDirty += by;
    }
    for (Tag.Id tag : owed.tags()) {
      dirty.merge(tag, by, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  private void retryLater() {
    ScheduledExecutorService next;
    synchronized (this) {
      if (retryPending || queue.isEmpty()) {
        return;
      }
      retryPending = true;
      next = nextLoop(true);
    }
    Timer.start(
        next,
        pause(),
        () -> {
          synchronized (this) {
            retryPending = false;
          }
          pump(next);
        });
  }

  private long pause() {
    boolean connected = instance.health().state().connected();
    long away = instance.settings().timing().probation().toNanos() / 4;
    long least = connected ? RETRY_NANOS : Math.max(RETRY_NANOS, away);
    return least + (long) (least * 0.5 * instance.jitter());
  }

  private synchronized ScheduledExecutorService nextLoop(boolean another) {
    if (another) {
      loop++;
    }
    List<ScheduledExecutorService> loops = instance.loops();
    return loops.get(Math.floorMod(loop, loops.size()));
  }

  private void pump(ScheduledExecutorService on) {
    int attempts = attempts();
    if (attempts == 0) {
      retryLater();
    }
    for (int i = 0; i < attempts; i++) {
      Owed owed = take();
      if (owed == null) {
        return;
      }
      send(owed, on);
    }
  }

  /** Each at most once, since what is refused at once is back in the queue at once. */
  private int attempts() {
    StoreHealth.State state = instance.health().state();
    if (state == StoreHealth.State.QUOTA) {
      return 1;
    }
    // The return of a store calls deliver(), too.
    return state.connected() ? waiting() : 0;
  }

  private synchronized int waiting() {
    return queue.size();
  }

  private synchronized @Nullable Owed take() {
    Owed owed = inFlight < MOST_IN_FLIGHT ? queue.poll() : null;
    if (owed != null) {
      inFlight++;
    }
    return owed;
  }

  private void send(Owed owed, ScheduledExecutorService on) {
    if (instance.rules().hold(Rules.Rule.FRESH_UIDS)) {
      owed.finish = instance.again(owed.finish);
    }
    instance
        .session(on)
        .finish(
            owed.finish,
            instance.finishNanos(),
            new SharedStore.FinishHandler() {
              @Override
              public void finished(boolean gap, SharedStore.@Nullable Epoch epoch) {
                instance.sawEpoch(epoch);
                delivered(owed, on);
              }

              @Override
              public void failed(SharedStore.Failure failure) {
                again(owed);
              }
            });
  }

  private void delivered(Owed owed, ScheduledExecutorService on) {
    synchronized (this) {
      inFlight--;
      owedTags -= owed.tags().size();
    }
    instance.health().delivered();
    for (Delivered waiting : owed.waiting) {
      waiting.delivered();
    }
    long linger = instance.bounds().holdNanos(instance.nanoTime());
    if (linger == 0) {
      count(owed, -1);
    } else {
      Timer.start(on, linger, () -> count(owed, -1));
    }
    pump(on);
  }

  private void again(Owed owed) {
    synchronized (this) {
      inFlight--;
      queue.addLast(owed);
    }
    retryLater();
  }
}
