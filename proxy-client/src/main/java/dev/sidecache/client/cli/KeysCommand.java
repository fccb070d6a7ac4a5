package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what the proxy has in memory. */
@Command(
    name = "keys",
    description = "Lists what is stored in the proxy's memory.",
    sortOptions = false)
final class KeysCommand implements Callable<Integer> {
  @Option(names = "--route", paramLabel = "ROUTE", description = "Of this route")
  private @Nullable String route;

  @Option(names = "--prefix", paramLabel = "PATH", description = "Whose path begins so")
  private @Nullable String prefix;

  @Option(names = "--tag", paramLabel = "TAG", description = "With this tag, or family name:*")
  private @Nullable String tag;

  @Option(
      names = {"-n", "--number"},
      paramLabel = "N",
      defaultValue = "100",
      description = "So many at most, up to 1000; 100 if not given")
  private int number = 100;

  @Option(names = "--cursor", paramLabel = "ID", description = "Those behind this one")
  private @Nullable String cursor;

  @Mixin private final AdminOptions options;

  KeysCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    Target target = Target.of("/v1/keys").with("route", route).with("prefix", prefix);
    target.with("tag", tag).with("limit", Integer.toString(number)).with("cursor", cursor);
    Reply reply = options.call("GET", target.toString(), null);
    options.show(reply, out -> show(reply.as(JsonNode.class), out));
    return ExitCode.DONE;
  }

  private static void show(JsonNode page, PrintWriter out) {
    for (JsonNode entry : page.path("keys")) {
      out.println(line(entry));
    }
    int shown = page.path("keys").size();
    out.printf(Locale.ROOT, "%,d of %,d in memory%n", shown, page.path("entries").asLong());
    if (page.hasNonNull("next")) {
      out.println("more   --cursor " + page.path("next").asText());
    }
  }

  /** {@code ID GET api.example/api/students?page=2 | user 7b1c22d0 | students-list, 12 s old…}. */
  static String line(JsonNode entry) {
    StringBuilder line = new StringBuilder(160);
    line.append(entry.path("id").asText()).append("  ").append(entry.path("method").asText());
    line.append(' ').append(entry.path("url").asText()).append(" | ");
    line.append(entry.hasNonNull("user") ? "user " + entry.path("user").asText() : "everybody");
    for (JsonNode field : entry.path("vary")) {
      line.append(" | ").append(field.asText());
    }
    long left = entry.path("ttl_s").asLong();
    return line.append(" | ")
        .append(entry.path("route").asText())
        .append(String.format(Locale.ROOT, ", %,d B", entry.path("bytes").asLong()))
        .append(", ")
        .append(entry.path("age_s").asLong())
        .append(" s old, ")
        .append(left > 0 ? left + " s left" : -left + " s stale")
        .toString();
  }
}
