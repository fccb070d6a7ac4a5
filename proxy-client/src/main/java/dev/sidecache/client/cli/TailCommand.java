package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Event;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows requests as the proxy answers them. */
@Command(
    name = "tail",
    description = "Shows requests live, each with its reason, until it is interrupted.",
    sortOptions = false)
final class TailCommand implements Callable<Integer> {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,5})(ms|s)");

  @Option(names = "--route", paramLabel = "ROUTE", description = "Of this route; - for none")
  private @Nullable String route;

  @Option(
      names = "--cache",
      paramLabel = "RESULT",
      description = "hit, stale, revalidated, coalesced, miss, bypass, pass or error")
  private @Nullable String cache;

  @Option(names = "--status", paramLabel = "STATUS", description = "Such as 404 or 5xx")
  private @Nullable String status;

  @Option(
      names = "--slow",
      paramLabel = "DURATION",
      description = "That took at least so long: 200ms, 2s")
  private @Nullable String slow;

  @Option(
      names = {"-n", "--number"},
      paramLabel = "N",
      description = "Ends after so many")
  private long number = Long.MAX_VALUE;

  @Mixin private final AdminOptions options;

  TailCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    if (number < 1) {
      throw new UsageException("--number: " + number + " is none; give 1 or more");
    }
    Show show = new Show();
    Target target = Target.of("/v1/events").with("route", route).with("cache", cache);
    target.with("status", status).with("min_ms", slow == null ? null : millis(slow));
    options.events(target.toString(), show::take);
    if (show.left > 0) {
      PrintWriter err = options.terminal().err();
      err.println("the proxy has ended the stream; it has stopped, or is about to");
      return ExitCode.UNREACHABLE;
    }
    return ExitCode.DONE;
  }

  private static String millis(String duration) {
    Matcher matcher = DURATION.matcher(duration);
    if (!matcher.matches()) {
      throw new UsageException("--slow: \"" + duration + "\" is no duration; write 200ms or 2s");
    }
    return matcher.group(1) + (matcher.group(2).equals("s") ? "000" : "");
  }

  /** Shows events until there were enough. */
  private final class Show {
    private long left = number;

    /** Whether more are wanted. */
    boolean take(Event event) {
      if (event.type().equals("lost")) {
        options.terminal().err().println("too fast to show: " + missing(event) + " left out");
        return true;
      }
      PrintWriter out = options.terminal().out();
      out.println(options.isJson() ? event.data() : line(parse(event)));
      out.flush();
      left--;
      return left > 0;
    }

    private String missing(Event event) {
      return parse(event).path("lost").asText();
    }

    private JsonNode parse(Event event) {
      return new Reply(200, event.data()).as(JsonNode.class);
    }

    /** {@code 09:30:00.123 GET /api/students 200 hit l1 students-list 0.4 ms}. */
    private String line(JsonNode request) {
      String time = request.path("ts").asText();
      StringBuilder line = new StringBuilder(120);
      line.append(time, Math.min(11, time.length()), Math.max(0, time.length() - 1));
      line.append(' ').append(request.path("method").asText());
      line.append(' ').append(request.path("path").asText());
      if (request.hasNonNull("query")) {
        line.append('?').append(request.path("query").asText());
      }
      int code = request.path("status").asInt();
      line.append(' ').append(code >= 500 ? options.colored("red", "" + code) : "" + code);
      line.append(' ').append(result(request.path("cache").asText()));
      if (request.hasNonNull("tier")) {
        line.append(' ').append(request.path("tier").asText());
      }
      if (request.hasNonNull("reason")) {
        line.append(" (").append(request.path("reason").asText()).append(')');
      }
      line.append(' ').append(request.path("route").asText());
      double millis = request.path("dur_ms").asDouble();
      return line.append(String.format(Locale.ROOT, " %.1f ms", millis)).toString();
    }

    private String result(String word) {
      return switch (word) {
        case "hit", "stale", "revalidated", "coalesced" -> options.colored("green", word);
        case "miss" -> options.colored("yellow", word);
        case "error" -> options.colored("red", word);
        default -> word;
      };
    }
  }
}
