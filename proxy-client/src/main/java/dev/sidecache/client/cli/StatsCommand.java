package dev.sidecache.client.cli;

import dev.sidecache.client.AdminApi.Reply;
import dev.sidecache.client.ClientStats;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what the proxy has counted. */
@Command(
    name = "stats",
    description = "Shows keys, memory, hits, misses, hit rate and time saved.",
    sortOptions = false)
final class StatsCommand implements Callable<Integer> {
  @Option(names = "--watch", description = "Show them again every two seconds")
  private boolean watch;

  @Option(names = "--route", paramLabel = "NAME", description = "Only the counts of this route")
  private @Nullable String route;

  @Option(
      names = "--window",
      paramLabel = "1m|5m|1h|all",
      defaultValue = "all",
      description = "Counts of this long; all: since the start (default)")
  private String window = "all";

  @Mixin private final AdminOptions options;

  StatsCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    String target = Target.of("/v1/stats").with("window", window).with("route", route).toString();
    do {
      Reply reply = options.call("GET", target, null);
      ClientStats stats = reply.as(ClientStats.class);
      options.show(reply, out -> show(stats, out));
      options.terminal().out().flush();
    } while (watch && options.terminal().people().waitForNext());
    return ExitCode.DONE;
  }

  private void show(ClientStats stats, PrintWriter out) {
    ClientStats.Cache cache = stats.cache();
    String state =
        cache.enabled()
            ? options.colored("green", "enabled")
            : options.colored("yellow", "disabled") + " (" + cache.reason() + ")";
    String endpoint =
        cache.endpoint() == null ? "" : " " + cache.endpoint() + " (" + cache.transport() + ")";
    line(out, "cache", state + ", store " + stats.store() + endpoint + ", mode " + stats.mode());
    Long keys = stats.keys().redis();
    line(
        out,
        "keys",
        number(stats.keys().l1()) + " in memory" + inRedis(keys, keys == null ? "" : number(keys)));
    Long bytes = stats.memory().redisBytes();
    line(
        out,
        "memory",
        bytes(stats.memory().l1Bytes())
            + " of "
            + bytes(stats.memory().l1MaxBytes())
            + inRedis(bytes, bytes == null ? "" : bytes(bytes)));
    line(
        out,
        "hits",
        number(stats.hits())
            + ", misses "
            + number(stats.misses())
            + ", hit rate "
            + String.format(Locale.ROOT, "%.1f %%", 100 * stats.hitRate())
            + (stats.window().equals("all") ? " since the start" : " in " + stats.window()));
    line(
        out,
        "saved",
        number(stats.backendCallsAvoided())
            + " backend calls, "
            + String.format(Locale.ROOT, "%,.1f s", stats.timeSavedS()));
    commands(out, stats.commands());
    reasons(out, "bypassed", stats.bypassed());
    reasons(out, "unstored", stats.notStored());
  }

  private void commands(PrintWriter out, ClientStats.@Nullable Commands commands) {
    if (commands != null) {
      String spent =
          number(commands.spent())
              + " of "
              + number(commands.budget())
              + " a "
              + commands.period()
              + " spent";
      line(
          out,
          "commands",
          (commands.warning() ? options.colored("yellow", spent) : spent)
              + ", forecast "
              + number(commands.forecast()));
    }
  }

  private static String inRedis(@Nullable Long figure, String text) {
    return figure == null ? "" : ", " + text + " in Redis";
  }

  private static void reasons(PrintWriter out, String name, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      line(
          out,
          name,
          counts.entrySet().stream()
              .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
              .map(reason -> reason.getKey() + " " + number(reason.getValue()))
              .collect(Collectors.joining(", ")));
    }
  }

  private static void line(PrintWriter out, String name, String text) {
    out.printf(Locale.ROOT, "%-9s %s%n", name, text);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Bytes for people: {@code 0B}, {@code 4.2M}. */
  static String bytes(long bytes) {
    String units = "BKMGT";
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length() - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + "B"
        : String.format(Locale.ROOT, "%.1f%c", value, units.charAt(unit));
  }
}
