package dev.sidecache.consistency;

import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is held, and the timer that ends it. The head goes out once, or never. All on one
 * loop, except {@link #breakOff}. Source: consistency.md, Section 6, steps 6 and 7.
 */
final class Hold {
  private final Instance instance;
  private final ScheduledExecutorService loop;
  private MutationGuard.@Nullable Released handler;
  private @Nullable Timer timer;
  private long beganAt;
  private long due;
  private boolean dueKnown;
  private boolean atDueBreaksOff;
  private boolean atDueCounts;
  private boolean ended;

  Hold(Instance instance, ScheduledExecutorService loop) {
    this.instance = instance;
    this.loop = loop;
  }

  /** The answer has come and waits. */
  void begin(MutationGuard.Released released) {
    beganAt = instance.nanoTime();
    if (!ended) {
      handler = released;
      instance.mutations().holding(this);
    }
  }

  void releaseNow() {
    end(false);
  }

  /** It may go out at this moment; at once, if that is past. */
  void releaseAt(long moment) {
    atDueBreaksOff = false;
    atDueCounts = false;
    due = instance.rules().hold(Rules.Rule.HOLD) ? moment : instance.nanoTime();
    dueKnown = true;
    arm();
  }

  /** It may go out at this moment, or sooner if that was known. */
  void releaseAtLatest(long moment) {
    if (!ended && (!dueKnown || atDueCounts || atDueBreaksOff || moment - due < 0)) {
      releaseAt(moment);
    }
  }

  /** Waiting ends this long after the answer came, if nothing releases it before. */
  void giveUpAfter(long nanos, boolean breaksOff) {
    atDueBreaksOff = breaksOff;
    atDueCounts = !breaksOff;
    due = beganAt + nanos;
    dueKnown = true;
    arm();
  }

  /** The client has left. */
  void forget() {
    handler = null;
    end(false);
  }

  /** The process ends: it may not go out any more. Any thread. */
  void breakOff() {
    loop.execute(() -> end(true));
  }

  private void arm() {
    Timer before = timer;
    timer = null;
    if (before != null) {
      before.cancel();
    }
    if (ended) {
      return;
    }
    long left = due - instance.nanoTime();
    if (left <= 0) {
      dueNow();
    } else {
      timer = Timer.start(loop, left, this::arm);
    }
  }

  private void dueNow() {
    if (atDueCounts) {
      instance.observer().unmarkedMutation();
    }
    end(atDueBreaksOff);
  }

  private void end(boolean breaksOff) {
    if (ended) {
      return;
    }
    ended = true;
    MutationGuard.Released released = handler;
    handler = null;
    instance.mutations().released(this);
    if (released == null) {
      return;
    }
    instance.observer().mutationHeld(Math.max(0, instance.nanoTime() - beganAt));
    if (breaksOff) {
      released.breakOff();
    } else {
      released.release();
    }
  }
}
