package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.Failure;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many commands all instances of a namespace have sent in a period: this one counts its own and
 * adds them to a common number once an hour. It changes nothing about caching. Source: redis.md,
 * Section 6.
 */
public final class CommandSpending {
  private static final System.Logger LOG = System.getLogger(CommandSpending.class.getName());
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration UNTIL_CONNECTED = Duration.ofSeconds(1);

  private final Budget budget;
  private final InstantSource clock;
  private final LongAdder unadded = new LongAdder();
  private BudgetPeriod period;
  private long learned;
  private boolean warned;

  /** Nothing is spent yet, as far as is known. */
  public CommandSpending(Budget budget, InstantSource clock) {
    this.budget = budget;
    this.clock = clock;
    this.period = BudgetPeriod.at(budget.unit(), clock.instant());
  }

  /**
   * What may be spent.
   *
   * @param commands how many
   * @param monthly in a calendar month; else in a day
   */
  public record Budget(long commands, boolean monthly) {
    BudgetPeriod.Unit unit() {
      return monthly ? BudgetPeriod.Unit.MONTH : BudgetPeriod.Unit.DAY;
    }
  }

  /**
   * What is spent by all instances together.
   *
   * @param spent in this period so far
   * @param budget what may be
   * @param period {@code month} or {@code day}
   * @param forecast for its end
   * @param warning whether 80 % are spent
   */
  public record Figures(long spent, long budget, String period, long forecast, boolean warning) {}

  /**
   * What one instance adds.
   *
   * @param period whose number it is
   * @param amount commands sent since the last time
   * @param floor what the number is at least afterwards, even if it was lost
   * @param ttlMillis how long the number is kept
   */
  record Addition(String period, long amount, long floor, long ttlMillis) {}

  /** The number that all instances add to. */
  interface Counter {
    /** Whether it can be reached; asking costs nothing. */
    boolean isUp();

    /** Adds to it, and tells what it is then. */
    void add(Addition addition, TotalHandler handler);
  }

  /** Takes the number. */
  interface TotalHandler {
    void total(long total);

    void failed(Failure failure);
  }

  /** Counts what passes on its way to another observer. */
  public RedisObserver counting(RedisObserver next) {
    return new RedisObserver() {
      @Override
      public void ended(String command, Outcome outcome, long nanos) {
        if (outcome != Outcome.REJECTED) {
          unadded.increment();
        }
        next.ended(command, outcome, nanos);
      }

      @Override
      public void reconnected() {
        next.reconnected();
      }
    };
  }

  /** Adds to the number in this store from now on, once it is connected and then every hour. */
  public void start(RedisSharedStore store, ScheduledExecutorService loop) {
    start(store.spent(loop), loop);
  }

  void start(Counter counter, ScheduledExecutorService loop) {
    loop.execute(() -> addEveryHour(counter, loop));
    loop.execute(() -> rollAtEnd(loop));
  }

  private void addEveryHour(Counter counter, ScheduledExecutorService loop) {
    boolean up = counter.isUp();
    if (up) {
      add(counter);
    }
    later(loop, up ? EVERY : UNTIL_CONNECTED, () -> addEveryHour(counter, loop));
  }

  /** What is not added when a period ends must not count for the next one. */
  private void rollAtEnd(ScheduledExecutorService loop) {
    Duration left = Duration.between(clock.instant(), current().end());
    later(loop, left.compareTo(EVERY) < 0 ? left : EVERY, () -> rollAtEnd(loop));
  }

  private static void later(ScheduledExecutorService loop, Duration wait, Runnable task) {
    if (!loop.isShutdown()) {
      Future<?> unused = loop.schedule(task, wait.toMillis() + 1, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized BudgetPeriod current() {
    BudgetPeriod now = BudgetPeriod.at(budget.unit(), clock.instant());
    if (!now.equals(period)) {
      period = now;
      learned = 0;
      warned = false;
      unadded.add(-unadded.sum());
    }
    return period;
  }

  private void add(Counter counter) {
    Addition addition = addition();
    counter.add(
        addition,
        new TotalHandler() {
          @Override
          public void total(long total) {
            learn(addition, total);
            warnOnce();
          }

          @Override
          public void failed(Failure failure) {
            // NB: it may have been added all the same. Rather told once too often than missing.
            warnOnce();
          }
        });
  }

  private synchronized Addition addition() {
    BudgetPeriod now = current();
    long amount = unadded.sum();
    return new Addition(now.name(), amount, learned + amount, now.ttlMillis(clock.instant()));
  }

  private synchronized void learn(Addition added, long total) {
    if (current().name().equals(added.period())) {
      learned = Math.max(total, added.floor());
      unadded.add(-added.amount());
    }
  }

  private synchronized void warnOnce() {
    Figures figures = figures();
    if (figures.warning() && !warned) {
      warned = true;
      LOG.log(
          Level.WARNING,
          "Redis commands: {0} of {1} a {2} are spent; forecast {3}",
          Long.toString(figures.spent()),
          Long.toString(figures.budget()),
          figures.period(),
          Long.toString(figures.forecast()));
    }
  }

  /** What is spent at this moment, as far as is known here; sends nothing. */
  public synchronized Figures figures() {
    BudgetPeriod now = current();
    long spent = learned + unadded.sum();
    return new Figures(
        spent,
        budget.commands(),
        budget.unit().name().toLowerCase(Locale.ROOT),
        now.forecast(spent, clock.instant()),
        BudgetPeriod.isWarning(spent, budget.commands()));
  }
}
