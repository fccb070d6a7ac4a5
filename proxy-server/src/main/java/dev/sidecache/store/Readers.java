package dev.sidecache.store;

import dev.sidecache.message.ByteBudget;
import org.jspecify.annotations.Nullable;

/**
 * Those who read long content slowly, and what that costs: nothing while the tier in memory keeps
 * the content, for there it counts already; all of it, once, when it is kept for them alone.
 * Thread-safe.
 */
final class Readers {
  private final long lengthBytes;
  private @Nullable ByteBudget budget;
  private int count;
  private boolean kept;
  private boolean charged;

  Readers(long lengthBytes) {
    this.lengthBytes = lengthBytes;
  }

  /** The tier in memory keeps the content from now on, or no longer. */
  synchronized void kept(boolean now) {
    kept = now;
    settle();
  }

  synchronized boolean isKept() {
    return kept;
  }

  synchronized void begin(ByteBudget of) {
    budget = of;
    count++;
    settle();
  }

  synchronized void end() {
    count--;
    settle();
  }

  private void settle() {
    boolean due = count > 0 && !kept;
    ByteBudget of = budget;
    if (due != charged && of != null) {
      charged = due;
      of.take(due ? lengthBytes : -lengthBytes);
    }
  }
}
