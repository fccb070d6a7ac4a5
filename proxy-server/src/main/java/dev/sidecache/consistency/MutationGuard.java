package dev.sidecache.consistency;

import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds one mutation: {@link #mark} before it is forwarded, {@link #finish} when its
 * answer has come, which decides when the answer may go out. All calls and callbacks on the
 * request's loop. Source: consistency.md, Section 6.
 */
public final class MutationGuard {
  private final Instance instance;
  private final ScheduledExecutorService loop;
  private final String mid;
  private final List<Tag.Id> marked;
  private final @Nullable Marks marks;
  private final Hold hold;

  /** How a mutation ended. */
  public enum Outcome {
    /** It may have changed something: 2xx, 3xx, 5xx, or broken off. */
    CHANGED,
    /** It has changed nothing: 400, 401, 403, 404, 405, 409, 412, 422, 429. */
    KEPT,
    /** The origin gave no answer; the change may still take effect. */
    IN_DOUBT
  }

  /** Takes the outcome of {@link #mark}. */
  public interface Marked {
    /** The mutation may be forwarded. */
    void proceed();

    /** It must not be: 503 with {@code Retry-After}. */
    void rejected();
  }

  /** Takes the outcome of {@link #finish}. */
  public interface Released {
    /** The head of the answer may go out. */
    void release();

    /** It must never go out: the connection is to be broken off. */
    void breakOff();
  }

  MutationGuard(Instance instance, ScheduledExecutorService loop, Collection<Tag.Id> tags) {
    this.instance = instance;
    this.loop = loop;
    this.mid = instance.uid();
    this.marked = withAnyMutation(tags);
    boolean marking =
        !tags.isEmpty()
            && instance.settings().mode() == Settings.Mode.DEFAULT
            && instance.health().state() != StoreHealth.State.OFF
            && instance.rules().hold(Rules.Rule.MARK_FIRST);
    this.marks = marking ? new Marks(instance, loop, mid, marked) : null;
    this.hold = new Hold(instance, loop);
  }

  private static List<Tag.Id> withAnyMutation(Collection<Tag.Id> tags) {
    if (tags.isEmpty()) {
      return List.of();
    }
    Set<Tag.Id> all = new LinkedHashSet<>(tags);
    all.add(Reading.ANY_MUTATION);
    return List.copyOf(all);
  }

  /**
   * Marks the tags of the mutation. Under {@code forward} the handler is called at once, under
   * {@code reject} when the mark was answered.
   */
  public void mark(Marked handler) {
    Marks own = marks;
    if (own == null) {
      handler.proceed();
      return;
    }
    boolean forward = instance.settings().policy() == Settings.Policy.FORWARD;
    own.begin(
        new Marks.First() {
          @Override
          public void marked() {
            if (!forward) {
              handler.proceed();
            }
          }

          @Override
          public void failed() {
            if (!forward) {
              own.stop();
              unmark();
              handler.rejected();
            }
          }
        });
    if (forward) {
      handler.proceed();
    }
  }

  /**
   * Ends the mutation; the handler is called when the head of its answer may go out, or never may.
   *
   * @param moreTags further tags, which only the answer named
   */
  public void finish(Outcome outcome, Collection<Tag> moreTags, Released handler) {
    hold.begin(handler);
    if (outcome == Outcome.KEPT) {
      stopMarks();
      unmark();
      hold.releaseNow();
      return;
    }
    Set<Tag.Id> more = new LinkedHashSet<>();
    for (Tag tag : moreTags) {
      more.add(tag.id());
    }
    more.removeAll(marked);
    List<Tag.Id> tags = new ArrayList<>(marked);
    tags.addAll(more);
    if (tags.isEmpty() || instance.health().state() == StoreHealth.State.OFF) {
      stopMarks();
      hold.releaseNow();
      return;
    }
    List<Tag.Id> all = marked.isEmpty() ? withAnyMutation(tags) : List.copyOf(tags);
    if (outcome == Outcome.IN_DOUBT) {
      finishAgainLater(all);
    } else {
      stopMarks();
    }
    String ends = outcome == Outcome.CHANGED ? mid : null;
    SharedStore.Finish finish = instance.finish(ends, all, instance.uids(all.size()));
    boolean unmarkedKeys = !more.isEmpty();
    afterMarks(() -> send(finish, unmarkedKeys));
  }

  /** The client has left: the mutation is finished all the same, and nobody is called any more. */
  public void clientGone() {
    hold.forget();
  }

  private void afterMarks(Runnable action) {
    if (marks == null) {
      action.run();
    } else {
      marks.afterReply(action);
    }
  }

  private void stopMarks() {
    if (marks != null) {
      marks.stop();
    }
  }

  /** Takes the marks away and keeps the versions; if that fails, the marks die by themselves. */
  private void unmark() {
    if (marks != null) {
      marks.afterReply(
          () ->
              instance
                  .session(loop)
                  .finish(
                      instance.finish(mid, marked, List.of()),
                      instance.finishNanos(),
                      Unwatched.INSTANCE));
    }
  }

  /** Nobody waits for the end of a mutation that changed nothing. */
  private enum Unwatched implements SharedStore.FinishHandler {
    INSTANCE;

    @Override
    public void finished(boolean gap, SharedStore.@Nullable Epoch epoch) {}

    @Override
    public void failed(SharedStore.Failure failure) {}
  }

  private void send(SharedStore.Finish finish, boolean unmarkedKeys) {
    instance
        .session(loop)
        .finish(
            finish,
            instance.finishNanos(),
            new SharedStore.FinishHandler() {
              @Override
              public void finished(boolean gap, SharedStore.@Nullable Epoch epoch) {
                instance.sawEpoch(epoch);
                answered(gap);
              }

              @Override
              public void failed(SharedStore.Failure failure) {
                unanswered(finish, unmarkedKeys);
              }
            });
    if (!instance.rules().hold(Rules.Rule.ANSWER_WAITS_FOR_FINISH)) {
      hold.releaseNow();
    }
  }

  /** The versions have changed; B is now if other instances may not have seen the mark till now. */
  private void answered(boolean gap) {
    Marks own = marks;
    boolean gapCounts = gap && instance.rules().hold(Rules.Rule.FINISH_GAP);
    boolean seen = own != null && !gapCounts && !(own.unanswered() && unansweredMovesB());
    hold.releaseAt(after(own != null && seen ? own.b() : instance.nanoTime()));
  }

  private boolean unansweredMovesB() {
    return instance.rules().hold(Rules.Rule.UNANSWERED_MARK_MOVES_B);
  }

  private long after(long b) {
    return b + instance.bounds().holdNanos(instance.nanoTime());
  }

  /** The finish failed: it is owed from now on. When may the answer go out meanwhile? */
  private void unanswered(SharedStore.Finish finish, boolean unmarkedKeys) {
    long clock = instance.nanoTime();
    Marks own = marks;
    boolean reject = instance.settings().policy() == Settings.Policy.REJECT;
    boolean answered = own != null && own.answered();
    if (own != null && answered && finish.mid() != null && dies(own, unmarkedKeys, clock)) {
      long lease = instance.settings().timing().markLease().toNanos();
      long died = clock + lease + lease / 100;
      long held = after(own.b());
      hold.releaseAt(died - held > 0 ? died : held);
      owe(finish, true);
    } else if (answered || reject) {
      hold.giveUpAfter(instance.settings().holdMax().toNanos(), reject);
      owe(finish, true);
    } else if (instance.health().now().state() == StoreHealth.State.CONNECTING
        && patience(clock) > 0) {
      // The process has only just begun: what others may have cached is still out of its reach.
      hold.giveUpAfter(patience(clock), false);
      owe(finish, true);
    } else {
      owe(finish, false);
      instance.observer().unmarkedMutation();
      hold.releaseAt(clock + leftOfOutage(clock));
    }
  }

  /**
   * Whether every version known before the change dies with the marks. A mark that may have lapsed
   * before the change took effect is not cured by waiting: what was made anew in between lives.
   */
  private boolean dies(Marks own, boolean unmarkedKeys, long clock) {
    return (own.sure(clock) && !own.unanswered() && !unmarkedKeys)
        || !instance.rules().hold(Rules.Rule.LAPSED_MARK_IS_NOT_CURED);
  }

  /** What is left of the time in which a first connection may be expected. */
  private long patience(long clock) {
    long connecting = instance.health().now().cutOffNanos(clock);
    return instance.settings().timing().probation().toNanos() - connecting;
  }

  /** L′, less what an outage has already lasted. */
  private long leftOfOutage(long clock) {
    if (!instance.rules().hold(Rules.Rule.HOLD_AFTER_FAILED_FINISH)) {
      return 0;
    }
    long cutOff = instance.health().now().cutOffNanos(clock);
    return Math.max(0, instance.bounds().holdNanos(clock) - cutOff);
  }

  private void owe(SharedStore.Finish finish, boolean releases) {
    DirtyTags.Delivered delivered =
        () -> loop.execute(() -> hold.releaseAtLatest(after(instance.nanoTime())));
    instance.dirty().add(finish, releases ? delivered : null);
  }

  /** In doubt: the marks stay for a while, and then the versions change once more. */
  private void finishAgainLater(List<Tag.Id> tags) {
    long twice = 2 * instance.settings().timing().upstream().toNanos();
    long wait = Math.min(twice, TimeUnit.MINUTES.toNanos(2));
    Timer.start(
        loop,
        wait,
        () -> {
          stopMarks();
          afterMarks(() -> finishUnheld(tags));
        });
  }

  private void finishUnheld(List<Tag.Id> tags) {
    SharedStore.Finish finish = instance.finish(mid, tags, instance.uids(tags.size()));
    instance
        .session(loop)
        .finish(
            finish,
            instance.finishNanos(),
            new SharedStore.FinishHandler() {
              @Override
              public void finished(boolean gap, SharedStore.@Nullable Epoch epoch) {
                instance.sawEpoch(epoch);
              }

              @Override
              public void failed(SharedStore.Failure failure) {
                instance.dirty().add(finish, null);
              }
            });
  }
}
