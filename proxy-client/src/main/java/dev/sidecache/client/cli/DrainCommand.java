package dev.sidecache.client.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.client.AdminApi.Reply;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops the proxy as SIGTERM does. */
@Command(
    name = "drain",
    description = "Stops the proxy: no new connections, running requests end, then it exits.",
    sortOptions = false)
final class DrainCommand implements Callable<Integer> {
  @Mixin private final AdminOptions options;

  DrainCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    Reply reply = options.call("POST", "/v1/drain", null);
    options.show(reply, out -> show(reply.as(JsonNode.class), out));
    return ExitCode.DONE;
  }

  private static void show(JsonNode draining, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "draining  %,d connections, up to %d s%n",
        draining.path("connections").asInt(),
        draining.path("timeout_s").asLong());
  }
}
