package dev.sidecache.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The verb {@code man}: the manual page, made from the verbs themselves. */
@Command(
    name = "man",
    description = "Prints the manual page; sidecache man | man -l - shows it.",
    mixinStandardHelpOptions = true)
public final class ManCommand implements Callable<Integer> {
  private final Supplier<CommandLine> all;
  private final String version;

  @Spec private @Nullable CommandSpec spec;

  /**
   * The verb.
   *
   * @param all the command with every verb
   * @param version of what was built
   */
  public ManCommand(Supplier<CommandLine> all, String version) {
    this.all = all;
    this.version = version;
  }

  @Override
  public Integer call() {
    PrintWriter out =
        Objects.requireNonNull(spec, "run by the command line").commandLine().getOut();
    out.print(new ManualPage(version).of(all.get()));
    out.flush();
    return ExitCodes.DONE;
  }
}
