package dev.sidecache.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of commands under way on one event loop. Commands of the same timeout end in the
 * order they began, so a queue and one timer per timeout do; a finished command leaves its queue as
 * soon as those before it are finished, and holds nothing until then. Confined to the loop.
 */
final class Deadlines {
  /** More different timeouts than this get a timer per command. */
  private static final int MAX_LANES = 8;

  private final LoopTimer timer;
  private final Consumer<RespCommand> onExpiry;
  private final List<Lane> lanes = new ArrayList<>(MAX_LANES);

  /** Calls {@code onExpiry} for each command that is not done by its deadline. */
  Deadlines(LoopTimer timer, Consumer<RespCommand> onExpiry) {
    this.timer = timer;
    this.onExpiry = onExpiry;
  }

  void add(RespCommand command, long timeoutNanos) {
    Lane lane = lane(timeoutNanos);
    if (lane != null) {
      lane.add(command);
    } else {
      addAlone(command, timeoutNanos);
    }
  }

  /** As {@link #add}, for a timeout that hardly another command will have. */
  void addAlone(RespCommand command, long timeoutNanos) {
    if (!command.isDone()) {
      timer.afterReading(timeoutNanos, () -> expireIfWaiting(command));
    }
  }

  private void expireIfWaiting(RespCommand command) {
    if (!command.isDone()) {
      onExpiry.accept(command);
    }
  }

  private @Nullable Lane lane(long timeoutNanos) {
    for (int i = 0; i < lanes.size(); i++) {
      if (lanes.get(i).timeoutNanos == timeoutNanos) {
        return lanes.get(i);
      }
    }
    if (lanes.size() == MAX_LANES) {
      return null;
    }
    Lane lane = new Lane(timeoutNanos);
    lanes.add(lane);
    return lane;
  }

  /** The commands of one timeout, in the order sent. */
  private final class Lane implements Runnable {
    private final long timeoutNanos;
    private final ArrayDeque<RespCommand> commands = new ArrayDeque<>();
    private boolean armed;

    Lane(long timeoutNanos) {
      this.timeoutNanos = timeoutNanos;
    }

    void add(RespCommand command) {
      dropDone();
      commands.add(command);
      if (!armed) {
        arm(timeoutNanos);
      }
    }

    private void dropDone() {
      for (RespCommand head = commands.peek();
          head != null && head.isDone();
          head = commands.peek()) {
        commands.poll();
      }
    }

    private void arm(long nanos) {
      armed = true;
      timer.afterReading(nanos, this);
    }

    @Override
    public void run() {
      armed = false;
      long now = timer.nanoTime();
      dropDone();
      for (RespCommand head = commands.peek();
          head != null && head.deadlineNanos() - now <= 0;
          head = commands.peek()) {
        commands.poll();
        expireIfWaiting(head);
        dropDone();
      }
      RespCommand next = commands.peek();
      if (next != null && !armed) {
        arm(Math.max(1, next.deadlineNanos() - now));
      }
    }
  }
}
