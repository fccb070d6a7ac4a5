package dev.sidecache.cli;

import dev.sidecache.config.ConfigSchema;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The verb {@code schema}: the JSON Schema of the configuration file. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of the configuration file, for editors.",
    mixinStandardHelpOptions = true)
public final class Schema implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec, "run by the command line");
    PrintWriter out = command.commandLine().getOut();
    out.print(ConfigSchema.text());
    out.flush();
  }
}
