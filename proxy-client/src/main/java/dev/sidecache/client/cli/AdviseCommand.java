package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints what to configure, from what the proxy has observed; changes nothing. */
@Command(
    name = "advise",
    description = "Suggests routes and TTLs from observed traffic, as YAML; changes nothing")
final class AdviseCommand implements Callable<Integer> {
  @Mixin private final AdminOptions options;

  @Option(
      names = "--min-requests",
      paramLabel = "N",
      defaultValue = "100",
      description = "What was asked for less often is left alone (default 100)")
  private int minRequests = 100;

  AdviseCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    if (minRequests < 1) {
      throw new UsageException("--min-requests: " + minRequests + " is too few; write 1 or more");
    }
    Reply reply = options.call("GET", "/v1/advice?min_requests=" + minRequests, null);
    options.show(reply, out -> show(reply.as(JsonNode.class), out));
    return ExitCode.DONE;
  }

  private static void show(JsonNode advice, PrintWriter out) {
    if (advice.path("requests").asLong() == 0) {
      out.println("# Nothing was observed yet: set mode: observe, for all or for one route.");
    }
    JsonNode shadow = advice.path("shadow");
    if (shadow.path("comparisons").asLong() > 0) {
      out.println(
          "# In shadow "
              + shadow.path("mismatches").asLong()
              + " of "
              + shadow.path("comparisons").asLong()
              + " answers differed from what would have been served.");
    }
    for (JsonNode mismatch : shadow.path("last")) {
      out.println(
          "#   "
              + mismatch.path("at").asText()
              + "  "
              + mismatch.path("route").asText()
              + "  "
              + mismatch.path("method").asText()
              + " "
              + mismatch.path("path").asText()
              + ": "
              + mismatch.path("difference").asText()
              + ", stored "
              + mismatch.path("age_s").asLong()
              + " s before");
    }
    out.print(advice.path("yaml").asText());
  }
}
