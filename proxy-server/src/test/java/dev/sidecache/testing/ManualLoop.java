package dev.sidecache.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * An event loop that runs its tasks when told, in the order of their times. A task that throws
 * fails the test that ran it.
 */
public final class ManualLoop extends AbstractExecutorService implements ScheduledExecutorService {
  private final LongSupplier nanoTime;
  private final PriorityQueue<Task<?>> tasks =
      new PriorityQueue<>(
          Comparator.<Task<?>>comparingLong(task -> task.due)
              .thenComparingLong(task -> task.number));
  private long number;
  private boolean shutDown;

  public ManualLoop(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public ManualLoop(ManualClock clock) {
    this(clock::nanoTime);
  }

  /** A task that waits: when it is due, and what it does. */
  public record Waiting(long due, Object work) {}

  private static final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    private final ManualLoop loop;
    private final long due;
    private final long number;
    private final Object work;

    Task(ManualLoop loop, Callable<V> call, Object work, long due) {
      super(call);
      this.work = work;
      this.loop = loop;
      this.due = due;
      this.number = loop.number++;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      loop.tasks.remove(this);
      return super.cancel(mayInterrupt);
    }

    @Override
    public boolean isPeriodic() {
      return false;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - loop.nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** Runs all that is due, also what becomes due by that. */
  public void runDue() {
    while (runNext()) {
      // each task in its turn
    }
  }

  /** Runs the next task if it is due. */
  public boolean runNext() {
    Task<?> next = tasks.peek();
    if (next == null || next.due - nanoTime.getAsLong() > 0) {
      return false;
    }
    tasks.remove();
    next.run();
    rethrow(next);
    return true;
  }

  private static void rethrow(Task<?> done) {
    try {
      done.get();
    } catch (CancellationException cancelled) {
      return;
    } catch (java.util.concurrent.ExecutionException failed) {
      throw new AssertionError("a task of the loop failed", failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  /** Runs what is due up to this time from now, moving the clock from task to task. */
  public void runFor(ManualClock clock, java.time.Duration time) {
    long end = clock.nanoTime() + time.toNanos();
    runDue();
    while (!tasks.isEmpty() && tasks.peek().due - end <= 0) {
      clock.advanceTo(tasks.peek().due);
      runDue();
    }
    clock.advanceTo(end);
    runDue();
  }

  /** When the next task is due; {@link Long#MAX_VALUE} if there is none. */
  public long nextDue() {
    Task<?> next = tasks.peek();
    return next == null ? Long.MAX_VALUE : next.due;
  }

  /** The tasks that wait, in the order in which they will run. */
  public List<Waiting> waiting() {
    List<Task<?>> sorted = new ArrayList<>(tasks);
    sorted.sort(tasks.comparator());
    List<Waiting> waiting = new ArrayList<>(sorted.size());
    sorted.forEach(task -> waiting.add(new Waiting(task.due, task.work)));
    return waiting;
  }

  @Override
  public void execute(Runnable task) {
    Task<?> unused = add(task, 0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return add(task, unit.toNanos(delay));
  }

  private Task<?> add(Runnable task, long delayNanos) {
    return add(
        () -> {
          task.run();
          return null;
        },
        task,
        delayNanos);
  }

  private <V> Task<V> add(Callable<V> call, Object work, long delayNanos) {
    Task<V> task = new Task<>(this, call, work, nanoTime.getAsLong() + Math.max(0, delayNanos));
    tasks.add(task);
    return task;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> call, long delay, TimeUnit unit) {
    return add(call, call, unit.toNanos(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException("periodic tasks are not used");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("periodic tasks are not used");
  }

  @Override
  public void shutdown() {
    shutDown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutDown = true;
    List<Runnable> left = new ArrayList<>(tasks);
    tasks.clear();
    return left;
  }

  @Override
  public boolean isShutdown() {
    return shutDown;
  }

  @Override
  public boolean isTerminated() {
    return shutDown && tasks.isEmpty();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
