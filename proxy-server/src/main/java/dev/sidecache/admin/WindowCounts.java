package dev.sidecache.admin;

import dev.sidecache.admin.Statistics.Window;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Rows of counts: in slots of 5 seconds for the minutes, of a minute for the hour, and since the
 * start. A window is made of whole slots: it is up to a slot shorter than its name says. Any number
 * of threads may add.
 */
final class WindowCounts {
  private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final int columns;
  private final AtomicLongArray all;
  private final Ring minutes = new Ring(SHORT_NANOS, 60);
  private final Ring hour = new Ring(LONG_NANOS, 60);

  WindowCounts(int columns) {
    this.columns = columns;
    this.all = new AtomicLongArray(columns);
  }

  void add(int column, long count, long nowNanos) {
    all.addAndGet(column, count);
    minutes.slot(nowNanos).counts.addAndGet(column, count);
    hour.slot(nowNanos).counts.addAndGet(column, count);
  }

  /** Adds to a column of the counts since the start, and to no window: one addition. */
  void addToAll(int column, long count) {
    all.addAndGet(column, count);
  }

  /** How many slots a series has. */
  static final int SERIES = 60;

  /**
   * Adds some columns slot by slot, the oldest first; the last one is still being filled.
   *
   * @param hour slots of a minute; else of 5 seconds
   */
  void addSeriesTo(long[] series, int[] columns, boolean hour, long nowNanos) {
    (hour ? this.hour : minutes).addSeriesTo(series, columns, nowNanos);
  }

  /** Adds the counts of a window, column by column. */
  void addTo(long[] sums, Window window, long nowNanos) {
    switch (window) {
      case MINUTE -> minutes.addTo(sums, 12, nowNanos);
      case FIVE_MINUTES -> minutes.addTo(sums, 60, nowNanos);
      case HOUR -> hour.addTo(sums, 60, nowNanos);
      case ALL -> addTo(sums, all);
    }
  }

  private static void addTo(long[] sums, AtomicLongArray counts) {
    for (int column = 0; column < sums.length; column++) {
      sums[column] += counts.get(column);
    }
  }

  private final class Ring {
    private final long slotNanos;
    private final AtomicReferenceArray<@Nullable Slot> slots;

    Ring(long slotNanos, int size) {
      this.slotNanos = slotNanos;
      this.slots = new AtomicReferenceArray<>(size);
    }

    /** The slot of this moment; one of an earlier round is replaced. */
    Slot slot(long nowNanos) {
      long number = Math.floorDiv(nowNanos, slotNanos);
      int index = (int) Math.floorMod(number, (long) slots.length());
      while (true) {
        Slot known = slots.get(index);
        if (known != null && known.number >= number) {
          return known;
        }
        Slot fresh = new Slot(number, new AtomicLongArray(columns));
        if (slots.compareAndSet(index, known, fresh)) {
          return fresh;
        }
      }
    }

    void addSeriesTo(long[] series, int[] columns, long nowNanos) {
      long first = Math.floorDiv(nowNanos, slotNanos) - series.length + 1;
      for (int index = 0; index < slots.length(); index++) {
        Slot slot = slots.get(index);
        if (slot != null && slot.number >= first && slot.number < first + series.length) {
          for (int column : columns) {
            series[(int) (slot.number - first)] += slot.counts.get(column);
          }
        }
      }
    }

    void addTo(long[] sums, int newest, long nowNanos) {
      long last = Math.floorDiv(nowNanos, slotNanos);
      for (int index = 0; index < slots.length(); index++) {
        Slot slot = slots.get(index);
        if (slot != null && slot.number > last - newest && slot.number <= last) {
          WindowCounts.addTo(sums, slot.counts);
        }
      }
    }
  }

  private record Slot(long number, AtomicLongArray counts) {}
}
