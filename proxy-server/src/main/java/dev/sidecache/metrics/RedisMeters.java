package dev.sidecache.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Counts what is asked of Redis. Made only if Redis is wanted: {@code redis_up} is absent where it
 * is off by choice.
 *
 * <table>
 * <caption>The meters of Redis</caption>
 * <tr><th>meter</th><th>labels</th></tr>
 * <tr><td>redis_up, redis_reconnects_total</td><td>none</td></tr>
 * <tr><td>redis_commands_total, redis_command_duration_seconds</td><td>command, outcome</td></tr>
 * <tr><td>redis_commands_spent, redis_commands_forecast, redis_commands_budget</td>
 *     <td>none; only with a budget</td></tr>
 * </table>
 */
public final class RedisMeters {
  /** More than all commands and outcomes there are; beyond it, labels are {@code other}. */
  private static final int MOST_SERIES = 200;

  private final MetricsRegistry registry;
  private final Counter reconnects;
  private final Map<Series, Meters> series = new ConcurrentHashMap<>();

  /**
   * Meters of Redis.
   *
   * @param up whether it can be asked, read at each scrape
   */
  public RedisMeters(MetricsRegistry registry, BooleanSupplier up) {
    this.registry = registry;
    registry.gauge(
        "redis.up",
        "1 while Redis can be asked; 0: every request goes to the backend.",
        Tags.empty(),
        () -> up.getAsBoolean() ? 1 : 0);
    reconnects =
        registry.counter(
            "redis.reconnects", "Connections to Redis made again after a loss.", Tags.empty());
  }

  /** What is spent of a budget, read at each scrape. */
  public void budget(LongSupplier spent, LongSupplier forecast, long budget) {
    registry.gauge(
        "redis.commands.spent",
        "Commands that all instances together have sent in this period, as known here.",
        Tags.empty(),
        spent::getAsLong);
    registry.gauge(
        "redis.commands.forecast",
        "Commands at the end of the period if it goes on like this.",
        Tags.empty(),
        forecast::getAsLong);
    registry.gauge("redis.commands.budget", "What a period may cost.", Tags.empty(), () -> budget);
  }

  /** A connection was made again after a loss. */
  public void reconnected() {
    reconnects.increment();
  }

  /**
   * A command has ended.
   *
   * @param command its name in lower case, of a closed list
   * @param outcome {@code ok} or how it failed, of a closed list
   * @param nanos from sending to the reply or the deadline
   */
  public void command(String command, String outcome, long nanos) {
    Series name = new Series(command, outcome);
    Meters known = series.get(name);
    if (known == null) {
      Series bounded = series.size() < MOST_SERIES ? name : new Series("other", outcome);
      known = series.computeIfAbsent(bounded, this::meters);
    }
    known.count.increment();
    known.duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Meters meters(Series name) {
    Tags tags = Tags.of("command", name.command, "outcome", name.outcome);
    return new Meters(
        registry.counter("redis.commands", "Commands sent to Redis, by outcome.", tags),
        registry.timer("redis.command.duration", "From sending a command to its reply.", tags));
  }

  private record Series(String command, String outcome) {}

  private record Meters(Counter count, Timer duration) {}
}
