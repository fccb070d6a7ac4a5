package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes the proxy read its configuration again. */
@Command(
    name = "reload",
    description = "Reads the configuration again; with an error in it the running one stays.",
    sortOptions = false)
final class ReloadCommand implements Callable<Integer> {
  @Mixin private final AdminOptions options;

  ReloadCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    Reply reply = options.call("POST", "/v1/config/reload", null);
    options.show(reply, out -> show(reply.as(JsonNode.class), out));
    return ExitCode.DONE;
  }

  private void show(JsonNode reloaded, PrintWriter out) {
    JsonNode changed = reloaded.path("changed");
    out.println(
        options.colored("green", "loaded")
            + "   generation "
            + reloaded.path("generation").asLong()
            + (changed.isEmpty() ? ", nothing changed" : ""));
    changed.forEach(path -> out.println("changed  " + path.asText()));
    reloaded
        .path("restart_required")
        .forEach(
            path ->
                out.println(
                    options.colored("yellow", "restart")
                        + "  "
                        + path.asText()
                        + " has no effect before the proxy starts again"));
    reloaded
        .path("warnings")
        .forEach(
            doubt ->
                out.println(
                    options.colored("yellow", "warning")
                        + "  "
                        + doubt.path("path").asText()
                        + ": "
                        + doubt.path("message").asText()));
  }
}
