package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what the proxy runs with. */
@Command(
    name = "show",
    description = "Shows the running configuration, secrets as stars.",
    sortOptions = false)
final class ConfigShowCommand implements Callable<Integer> {
  @Option(names = "--effective", description = "Every value, defaults too")
  private boolean effective;

  @Option(names = "--sources", description = "Where each value comes from")
  private boolean sources;

  @Mixin private final AdminOptions options;

  ConfigShowCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    Reply reply = options.call("GET", "/v1/config?effective=" + effective, null);
    options.show(reply, out -> show(reply.as(JsonNode.class), out));
    return ExitCode.DONE;
  }

  private void show(JsonNode shown, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "# generation %d, hash %s, since %s%n",
        shown.path("generation").asLong(),
        shown.path("hash").asText(),
        shown.path("loaded").asText());
    int width = 0;
    for (JsonNode value : shown.path("values")) {
      width = Math.max(width, line(value).length());
    }
    for (JsonNode value : shown.path("values")) {
      String line = line(value);
      out.println(
          sources
              ? line
                  + " ".repeat(width - line.length())
                  + "   # "
                  + options.colored("cyan", value.path("source").asText())
              : line);
    }
  }

  private static String line(JsonNode value) {
    return value.path("path").asText() + ": " + value.path("value").asText();
  }
}
