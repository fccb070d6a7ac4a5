package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ranks the routes by what the cache did for them. */
@Command(
    name = "top",
    description = "Ranks routes by hits, misses, bytes or time saved; on a terminal until ended.",
    sortOptions = false)
final class TopCommand implements Callable<Integer> {
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Option(
      names = "--by",
      paramLabel = "hits|misses|bytes|saved",
      defaultValue = "hits",
      description = "What they are ranked by; hits if not given")
  private By by = By.hits;

  @Option(
      names = "--window",
      paramLabel = "1m|5m|1h|all",
      defaultValue = "5m",
      description = "Counts of this long; bytes are since the start; 5m if not given")
  private String window = "5m";

  @Option(
      names = {"-n", "--number"},
      paramLabel = "N",
      defaultValue = "10",
      description = "So many at most; 10 if not given")
  private int number = 10;

  @Option(names = "--once", description = "One picture, also on a terminal")
  private boolean once;

  @Mixin private final AdminOptions options;

  TopCommand(AdminOptions options) {
    this.options = options;
  }

  /** What routes are ranked by; the constants are the words on the command line. */
  enum By {
    hits,
    misses,
    bytes,
    saved
  }

  @Override
  public Integer call() {
    Target target = Target.of("/v1/top").with("by", by.name()).with("window", window);
    target.with("limit", Integer.toString(number));
    Terminal.People people = options.terminal().people();
    boolean again = people.present() && !once && !options.isJson();
    do {
      Reply reply = options.call("GET", target.toString(), null);
      options.show(reply, out -> show(reply.as(JsonNode.class), again, out));
      options.terminal().out().flush();
    } while (again && people.waitForNext());
    return ExitCode.DONE;
  }

  private void show(JsonNode top, boolean again, PrintWriter out) {
    if (again) {
      out.print(CLEAR);
    }
    out.printf(
        Locale.ROOT,
        "%-28s %10s %10s %7s %10s %10s %9s %9s%n",
        "by " + top.path("by").asText() + ", " + top.path("window").asText(),
        "hits",
        "misses",
        "rate",
        "bytes",
        "saved",
        "hit p50",
        "back p50");
    for (JsonNode route : top.path("routes")) {
      out.printf(
          Locale.ROOT,
          "%-28s %,10d %,10d %s %10s %,9.1fs %9s %9s%n",
          route.path("name").asText(),
          route.path("hits").asLong(),
          route.path("misses").asLong(),
          rate(route.path("hit_rate").asDouble()),
          StatsCommand.bytes(route.path("bytes").asLong()),
          route.path("time_saved_s").asDouble(),
          millis(route.at("/times/hit_p50_ms")),
          millis(route.at("/times/backend_p50_ms")));
    }
    if (top.path("routes").isEmpty()) {
      out.println("no route has any yet");
    }
  }

  private String rate(double rate) {
    String text = String.format(Locale.ROOT, "%5.1f %%", 100 * rate);
    return options.colored(rate < 0.2 ? "yellow" : "green", text);
  }

  private static String millis(JsonNode millis) {
    return millis.isNumber() ? String.format(Locale.ROOT, "%.1f ms", millis.asDouble()) : "-";
  }
}
