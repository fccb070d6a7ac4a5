package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.Failure;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How many commands all instances of a namespace have sent in a period: this one counts its own and
 * adds them to a common number once an hour, sooner if they are more than a hundredth of the
 * budget, and when it stops. An idle one adds nothing. What others have added is read along with
 * the first lookup, which costs no command. It changes nothing about caching. Source: redis.md,
 * Section 6.
 */
public final class CommandSpending {
  private static final System.Logger LOG = System.getLogger(CommandSpending.class.getName());
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration LOOKED_AT = Duration.ofMinutes(1);

  /** An addition costs a command itself: not for fewer than so many, unless their time has come. */
  private static final long LEAST_SOONER = 100;

  private final Budget budget;
  private final InstantSource clock;
  private final LongAdder unadded = new LongAdder();

  /** Of the unadded those that additions took themselves: alone they are no cause for another. */
  private final LongAdder unaddedOfAdditions = new LongAdder();

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private BudgetPeriod period;
  private long learned;
  private boolean warned;
  private Instant addedAt;
  private @Nullable Runnable atEnd;

  /** Nothing is spent yet, as far as is known. */
  public CommandSpending(Budget budget, InstantSource clock) {
    this.budget = budget;
    this.clock = clock;
    this.addedAt = clock.instant();
    this.period = BudgetPeriod.at(budget.unit(), addedAt);
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
   * @param amount commands sent since the last time, and one that adds them; what the addition
   *     takes beyond it is in the next amount
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

    /** Has the number of a period read along with the next lookup, which tells it once. */
    void readAlong(Reading reading);
  }

  /** A number to be read along with something else. */
  interface Reading {
    /** Whose number; asked when the lookup is sent. */
    String period();

    /** It was this then; on any thread. */
    void total(String of, long total);
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
          if (SpentCounter.LABELS.contains(command)) {
            unaddedOfAdditions.increment();
          }
        }
        next.ended(command, outcome, nanos);
      }

      @Override
      public void greeted(int commands) {
        unadded.add(commands);
        next.greeted(commands);
      }

      @Override
      public void reconnected() {
        next.reconnected();
      }
    };
  }

  /** Adds to the number in this store from now on, once it is connected. */
  public void start(RedisSharedStore store, ScheduledExecutorService loop) {
    start(store.spent(loop), loop);
  }

  synchronized void start(Counter counter, ScheduledExecutorService loop) {
    atEnd = () -> addAtEnd(counter, loop);
    counter.readAlong(new AtStart());
    later(loop, LOOKED_AT, () -> addIfDue(counter, loop));
    loop.execute(() -> rollAtEnd(loop));
  }

  /** What was spent before this instance began. */
  private final class AtStart implements Reading {
    @Override
    public String period() {
      return current().name();
    }

    @Override
    public void total(String of, long total) {
      learnOthers(of, total);
      warnOnce();
    }
  }

  private void addIfDue(Counter counter, ScheduledExecutorService loop) {
    if (isDue() && counter.isUp()) {
      add(counter, () -> {});
    }
    later(loop, LOOKED_AT, () -> addIfDue(counter, loop));
  }

  private synchronized boolean isDue() {
    long sent = unadded.sum();
    boolean hourOver = Duration.between(addedAt, clock.instant()).compareTo(EVERY) >= 0;
    boolean worthIt = sent > unaddedOfAdditions.sum();
    return (hourOver && worthIt) || sent >= Math.max(LEAST_SOONER, budget.commands() / 100);
  }

  /** The instance stops: what it has not added yet is added now. Done once Redis has answered. */
  public CompletableFuture<Void> end() {
    Runnable last;
    synchronized (this) {
      last = atEnd;
      atEnd = null;
    }
    if (last == null) {
      ended.complete(null);
    } else {
      last.run();
    }
    return ended;
  }

  private void addAtEnd(Counter counter, ScheduledExecutorService loop) {
    try {
      loop.execute(
          () -> {
            if (unadded.sum() > 0 && counter.isUp()) {
              add(counter, () -> ended.complete(null));
            } else {
              ended.complete(null);
            }
          });
    } catch (RejectedExecutionException loopEnded) {
      ended.complete(null);
    }
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
      unaddedOfAdditions.add(-unaddedOfAdditions.sum());
    }
    return period;
  }

  private void add(Counter counter, Runnable then) {
    long ofAdditions = unaddedOfAdditions.sum() + 1;
    Addition addition = addition();
    counter.add(
        addition,
        new TotalHandler() {
          @Override
          public void total(long total) {
            learn(addition, total, ofAdditions);
            warnOnce();
            then.run();
          }

          @Override
          public void failed(Failure failure) {
            // NB: it may have been added all the same. Rather told once too often than missing.
            warnOnce();
            then.run();
          }
        });
  }

  private synchronized Addition addition() {
    BudgetPeriod now = current();
    addedAt = clock.instant();
    long amount = unadded.sum() + 1;
    return new Addition(now.name(), amount, learned + amount, now.ttlMillis(clock.instant()));
  }

  private synchronized void learn(Addition added, long total, long ofAdditions) {
    if (current().name().equals(added.period())) {
      learned = Math.max(total, added.floor());
      unadded.add(-added.amount());
      unaddedOfAdditions.add(-ofAdditions);
    }
  }

  private synchronized void learnOthers(String of, long total) {
    if (current().name().equals(of)) {
      learned = Math.max(learned, total);
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
