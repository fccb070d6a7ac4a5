package dev.sidecache.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code completion}: a script by which a shell completes verbs and options. */
@Command(
    name = "completion",
    description = "Prints a script by which bash or zsh completes verbs and options.",
    footer = {
      "",
      "bash   source <(sidecache completion bash)      in ~/.bashrc",
      "zsh    source <(sidecache completion zsh)       in ~/.zshrc"
    },
    mixinStandardHelpOptions = true)
public final class CompletionCommand implements Callable<Integer> {
  private enum Shell {
    bash,
    zsh
  }

  private final Supplier<CommandLine> all;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "bash|zsh", description = "The shell: bash or zsh.")
  private Shell shell = Shell.bash;

  /**
   * The verb.
   *
   * @param all the command with every verb
   */
  public CompletionCommand(Supplier<CommandLine> all) {
    this.all = all;
  }

  @Override
  public Integer call() {
    PrintWriter out =
        Objects.requireNonNull(spec, "run by the command line").commandLine().getOut();
    out.println("# source <(sidecache completion " + shell + ")");
    // NB: the one script serves both: where it is zsh that reads it, it loads zsh's bashcompinit.
    out.print(AutoComplete.bash("sidecache", all.get()));
    out.flush();
    return ExitCodes.DONE;
  }
}
