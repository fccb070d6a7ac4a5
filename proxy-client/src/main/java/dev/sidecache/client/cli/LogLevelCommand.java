package dev.sidecache.client.cli;

import dev.sidecache.client.AdminApi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes the proxy log more, or less. */
@Command(
    name = "log-level",
    description = "Sets the least level of the proxy's log, until its next reload or start.",
    sortOptions = false)
final class LogLevelCommand implements Callable<Integer> {
  /** The levels; the constants are the words on the command line. */
  enum Level {
    error,
    warn,
    info,
    debug,
    trace
  }

  @Parameters(index = "0", paramLabel = "LEVEL", description = "error, warn, info, debug or trace")
  private Level level = Level.info;

  @Mixin private final AdminOptions options;

  LogLevelCommand(AdminOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    String document = "{\"level\":\"" + level + "\"}";
    Reply reply = options.call("PUT", "/v1/log-level", document.getBytes(StandardCharsets.UTF_8));
    options.show(reply, out -> out.println("log level " + level));
    return ExitCode.DONE;
  }
}
