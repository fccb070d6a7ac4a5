package dev.sidecache.client.cli;

import dev.sidecache.client.SidecacheException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line of the admin API: a verb, an exit code. 0 done; 2 used wrongly; 3 the proxy is
 * not reachable; 5 nothing matched and {@code --fail-if-empty}; 6 the proxy refused.
 */
@Command(
    name = "sidecache",
    description = "Asks a running proxy.",
    synopsisSubcommandLabel = "VERB")
public final class ClientMain {
  private ClientMain() {}

  /** Runs a verb and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(Terminal.ofProcess(), arguments));
  }

  /** Runs a verb; returns its exit code. Never throws for what a user or a proxy does. */
  public static int run(Terminal terminal, String... arguments) {
    return run(terminal, commandLine(terminal), arguments);
  }

  /** The command with all of its verbs, as it may be asked about them. */
  public static CommandLine commandLine(Terminal terminal) {
    CommandLine config =
        new CommandLine(new ConfigCommand())
            .addSubcommand(new ConfigShowCommand(new AdminOptions(terminal)));
    config.getSubcommands().values().forEach(ClientMain::addHelp);
    CommandLine line =
        new CommandLine(new ClientMain())
            .addSubcommand(new AdviseCommand(new AdminOptions(terminal)))
            .addSubcommand(config)
            .addSubcommand(new DrainCommand(new AdminOptions(terminal)))
            .addSubcommand(new InspectCommand(new AdminOptions(terminal)))
            .addSubcommand(new KeysCommand(new AdminOptions(terminal)))
            .addSubcommand(new LogLevelCommand(new AdminOptions(terminal)))
            .addSubcommand(new ReloadCommand(new AdminOptions(terminal)))
            .addSubcommand(new PurgeCommand(new AdminOptions(terminal)))
            .addSubcommand(new StatsCommand(new AdminOptions(terminal)))
            .addSubcommand(new StatusCommand(new AdminOptions(terminal)))
            .addSubcommand(new TailCommand(new AdminOptions(terminal)))
            .addSubcommand(new TopCommand(new AdminOptions(terminal)))
            .addSubcommand(new WarmCommand(new AdminOptions(terminal)));
    addHelp(line);
    line.getSubcommands().values().forEach(ClientMain::addHelp);
    return line;
  }

  private static int run(Terminal terminal, CommandLine line, String... arguments) {
    line.setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setParameterExceptionHandler((wrong, all) -> explain(wrong, terminal.err()))
        .setExecutionExceptionHandler((failed, command, parsed) -> explain(failed, terminal.err()));
    if (arguments.length == 0) {
      line.usage(terminal.err());
      return ExitCode.USAGE;
    }
    int code = line.execute(arguments);
    terminal.out().flush();
    terminal.err().flush();
    return code;
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help")
                .build());
  }

  private static int explain(ParameterException wrong, PrintWriter err) {
    CommandSpec spec = wrong.getCommandLine().getCommandSpec();
    String message = wrong.getMessage();
    String remedy = "see " + spec.qualifiedName() + " --help";
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      boolean option = word.startsWith("-");
      message = "unknown " + (option ? "option " : "word ") + word;
      String nearest =
          Nearest.of(word, option ? spec.optionsMap().keySet() : spec.subcommands().keySet());
      remedy = nearest == null ? remedy : "did you mean " + nearest + "?";
    }
    err.println("error: " + message + "; " + remedy);
    return ExitCode.USAGE;
  }

  private static int explain(Exception failed, PrintWriter err) throws Exception {
    if (failed instanceof UsageException wrong) {
      err.println("error: " + wrong.getMessage());
      return ExitCode.USAGE;
    }
    if (failed instanceof SidecacheException noGoodEnd) {
      boolean away = noGoodEnd.kind() == SidecacheException.Kind.UNREACHABLE;
      String remedy = away ? " Check --admin or SIDECACHE_ADMIN." : "";
      err.println("error: " + noGoodEnd.getMessage() + remedy);
      return away ? ExitCode.UNREACHABLE : ExitCode.REFUSED;
    }
    throw failed;
  }
}
