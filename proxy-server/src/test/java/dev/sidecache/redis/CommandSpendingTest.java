package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.CommandSpending.Addition;
import dev.sidecache.redis.CommandSpending.TotalHandler;
import dev.sidecache.redis.RedisObserver.Outcome;
import dev.sidecache.store.SharedStore.Failure;
import dev.sidecache.testing.ManualClock;
import dev.sidecache.testing.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The clock starts at 2026-03-01T09:30Z. */
class CommandSpendingTest {
  private final ManualClock clock = new ManualClock();
  private final ManualLoop loop = new ManualLoop(clock);
  private final SharedNumber number = new SharedNumber();
  private final CommandSpending spending = spending();
  private final RedisObserver observer = spending.counting(RedisObserver.NONE);

  private CommandSpending spending() {
    return new CommandSpending(new CommandSpending.Budget(1_000, false), clock::now);
  }

  /** Adding to it is a command as well. */
  private final class SharedNumber implements CommandSpending.Counter {
    final List<Addition> additions = new ArrayList<>();
    boolean up = true;
    boolean failing;
    boolean scriptsForbidden;
    long total;
    CommandSpending.Reading along;

    @Override
    public boolean isUp() {
      return up;
    }

    @Override
    public void add(Addition addition, TotalHandler handler) {
      additions.add(addition);
      Outcome asked = scriptsForbidden ? Outcome.ERROR : Outcome.OK;
      observer.ended("spent", failing ? Outcome.REJECTED : asked, 1);
      if (failing) {
        handler.failed(Failure.REJECTED);
      } else {
        total += addition.amount();
        if (scriptsForbidden) {
          observer.ended("incrby", Outcome.OK, 1);
        }
        handler.total(total);
        if (scriptsForbidden) {
          observer.ended("pexpire", Outcome.OK, 1);
        }
      }
    }

    @Override
    public void readAlong(CommandSpending.Reading reading) {
      along = reading;
    }

    List<Long> amounts() {
      return additions.stream().map(Addition::amount).toList();
    }
  }

  private void sends(int commands) {
    for (int i = 0; i < commands; i++) {
      observer.ended("mget", Outcome.OK, 1);
    }
  }

  @Test
  void onlyWhatWasSentIsCounted() {
    for (Outcome outcome : Outcome.values()) {
      observer.ended("get", outcome, 1);
    }
    assertThat(spending.figures().spent()).isEqualTo(Outcome.values().length - 1);
  }

  @Test
  void addsEveryHourWithItsOwnCommandAndNothingWhileIdle() {
    spending.start(number, loop);
    sends(7);
    loop.runFor(clock, Duration.ofMinutes(59));
    assertThat(number.additions).isEmpty();
    loop.runFor(clock, Duration.ofMinutes(2));
    assertThat(number.amounts()).containsExactly(8L);
    assertThat(spending.figures().spent()).isEqualTo(8);

    loop.runFor(clock, Duration.ofHours(5));
    assertThat(number.additions).hasSize(1);
    sends(5);
    loop.runFor(clock, Duration.ofMinutes(2));
    assertThat(number.amounts()).containsExactly(8L, 6L);
    assertThat(spending.figures().spent()).isEqualTo(14);
  }

  @Test
  void idleOneAddsNothingWhereAdditionsTakeSeveralCommands() {
    number.scriptsForbidden = true;
    spending.start(number, loop);
    sends(7);
    loop.runFor(clock, Duration.ofHours(6));
    assertThat(number.amounts()).containsExactly(8L);
    assertThat(spending.figures().spent()).isEqualTo(10);

    sends(5);
    loop.runFor(clock, Duration.ofHours(3));
    assertThat(number.amounts()).as("those of the addition before too").containsExactly(8L, 8L);
    assertThat(spending.figures().spent()).isEqualTo(18);
  }

  @Test
  void addsSoonerWhenMuchIsSpent() {
    spending.start(number, loop);
    sends(99);
    loop.runFor(clock, Duration.ofMinutes(2));
    assertThat(number.additions).isEmpty();
    sends(1);
    loop.runFor(clock, Duration.ofMinutes(2));
    assertThat(number.amounts()).containsExactly(101L);
  }

  @Test
  void waitsUntilItIsConnected() {
    number.up = false;
    spending.start(number, loop);
    sends(7);
    loop.runFor(clock, Duration.ofHours(2));
    assertThat(number.additions).isEmpty();

    number.up = true;
    loop.runFor(clock, Duration.ofMinutes(2));
    assertThat(number.amounts()).containsExactly(8L);
  }

  @Test
  void whatIsLeftIsAddedAtTheEnd() {
    spending.start(number, loop);
    sends(7);
    Future<?> ended = spending.end();
    assertThat(ended).isNotDone();
    loop.runDue();
    assertThat(number.amounts()).containsExactly(8L);
    assertThat(ended).isDone();

    assertThat(spending.end()).isSameAs(ended);
    loop.runDue();
    assertThat(number.additions).hasSize(1);
  }

  @Test
  void greetingsAreCounted() {
    observer.greeted(2);
    assertThat(spending.figures().spent()).isEqualTo(2);
  }

  @Test
  void whatOthersSpentIsReadAlongAndTheNumberNeverFalls() {
    sends(10);
    spending.start(number, loop);
    assertThat(number.along.period()).isEqualTo("2026-03-01");
    number.along.total("2026-02-28", 70);
    assertThat(spending.figures().spent()).isEqualTo(10);
    number.along.total("2026-03-01", 100);
    assertThat(spending.figures().spent()).isEqualTo(110);

    number.total = 0;
    loop.runFor(clock, Duration.ofHours(2));
    assertThat(number.additions.get(0).floor()).isEqualTo(111);
    assertThat(spending.figures().spent()).isEqualTo(111);
  }

  @Test
  void whatCouldNotBeAddedIsAddedLater() {
    number.failing = true;
    sends(10);
    spending.start(number, loop);
    loop.runFor(clock, Duration.ofMinutes(62));
    assertThat(number.additions).hasSize(1);
    assertThat(spending.figures().spent()).isEqualTo(10);

    number.failing = false;
    loop.runFor(clock, Duration.ofHours(2));
    assertThat(number.total).isEqualTo(11);
    assertThat(spending.figures().spent()).isEqualTo(11);
  }

  @Test
  void periodThatEndsTakesItsCommandsWithIt() {
    sends(10);
    spending.start(number, loop);
    loop.runFor(clock, Duration.ofMinutes(14 * 60 + 1));
    sends(20);
    number.total = 0;
    loop.runFor(clock, Duration.ofMinutes(29).plusSeconds(1));

    assertThat(spending.figures().spent()).isZero();
    number.total = 0;
    sends(1);
    loop.runFor(clock, Duration.ofHours(2));
    Addition last = number.additions.get(number.additions.size() - 1);
    assertThat(last.period()).isEqualTo("2026-03-02");
    assertThat(last.amount()).isEqualTo(2);
    assertThat(number.total).isEqualTo(2);
  }

  @Test
  void warnsOncePerPeriod() {
    List<String> lines = new ArrayList<>();
    Logger logger = Logger.getLogger(CommandSpending.class.getName());
    Handler handler = new Lines(lines);
    logger.addHandler(handler);
    try {
      spending.start(number, loop);
      sends(798);
      loop.runFor(clock, Duration.ofHours(2));
      assertThat(lines).isEmpty();
      assertThat(spending.figures().warning()).isFalse();

      sends(1);
      loop.runFor(clock, Duration.ofHours(3));
      assertThat(spending.figures().warning()).isTrue();
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0)).contains("801", "1000", "day");

      loop.runFor(clock, Duration.ofHours(12));
      number.total = 900;
      sends(1);
      loop.runFor(clock, Duration.ofHours(3));
      assertThat(lines).hasSize(2);
    } finally {
      logger.removeHandler(handler);
    }
  }

  private static final class Lines extends Handler {
    private final List<String> lines;

    Lines(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord told) {
      lines.add(java.text.MessageFormat.format(told.getMessage(), told.getParameters()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
