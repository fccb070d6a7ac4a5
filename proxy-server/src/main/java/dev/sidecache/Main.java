package dev.sidecache;

import dev.sidecache.cli.CompletionCommand;
import dev.sidecache.cli.DoctorCommand;
import dev.sidecache.cli.ExitCodes;
import dev.sidecache.cli.ExplainCommand;
import dev.sidecache.cli.HealthcheckCommand;
import dev.sidecache.cli.Init;
import dev.sidecache.cli.ManCommand;
import dev.sidecache.cli.ProxyStarter;
import dev.sidecache.cli.ReplayCommand;
import dev.sidecache.cli.RunCommand;
import dev.sidecache.cli.Schema;
import dev.sidecache.cli.Validate;
import dev.sidecache.cli.VersionCommand;
import dev.sidecache.client.cli.AdminOptions;
import dev.sidecache.client.cli.ClientMain;
import dev.sidecache.client.cli.Terminal;
import dev.sidecache.config.ConfigReader;
import dev.sidecache.config.LogSection;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.demo.DemoCommand;
import dev.sidecache.demo.TrainCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/** The process: a verb, an exit code. */
@Command(
    name = "sidecache",
    description = "A caching sidecar proxy for HTTP APIs.",
    mixinStandardHelpOptions = true)
public final class Main implements Runnable {
  private static final Set<String> CLIENT_VERBS =
      Set.of(
          "stats",
          "status",
          "top",
          "keys",
          "inspect",
          "tail",
          "purge",
          "warm",
          "advise",
          "reload",
          "config",
          "drain",
          "log-level");

  private static final Set<String> HELP = Set.of("help", "-h", "--help");

  /** NB: kept here, or the log manager forgets the level with the logger. */
  private static final Logger QUIET = Logger.getLogger("dev.sidecache");

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /**
   * Carries a verb out. NB: what containers start, by the verb alone, goes without the library of
   * the command line, which takes a third of the time until the proxy listens.
   */
  static int run(String... arguments) {
    if (arguments.length > 0 && CLIENT_VERBS.contains(arguments[0])) {
      return ClientMain.run(Terminal.ofProcess(), arguments);
    }
    if (arguments.length == 1 && arguments[0].equals("run")) {
      return server();
    }
    if (arguments.length == 1 && arguments[0].equals("healthcheck")) {
      return new HealthcheckCommand().call();
    }
    boolean asksForHelp = arguments.length > 0 && HELP.contains(arguments[0]);
    return (asksForHelp ? allVerbs() : commandLine()).execute(arguments);
  }

  private static int server() {
    try {
      return new RunCommand(Main::foreground).call();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ExitCodes.START_FAILED;
    } catch (RuntimeException unexpected) {
      unexpected.printStackTrace(System.err);
      return ExitCodes.START_FAILED;
    }
  }

  private static CommandLine commandLine() {
    CommandLine line = withVerbs(new CommandLine(new Main()));
    for (CommandLine verb : line.getSubcommands().values()) {
      if (!verb.getCommandSpec().optionsMap().containsKey("--help")) {
        verb.getCommandSpec().addOption(help());
      }
    }
    return line.addSubcommand(new CommandLine.HelpCommand());
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help message and exit.")
        .build();
  }

  private static CommandLine withVerbs(CommandLine line) {
    return line.addSubcommand(new RunCommand(Main::foreground))
        .addSubcommand(new DemoCommand(Main::embedded))
        .addSubcommand(new TrainCommand(Main::foreground))
        .addSubcommand(new Validate())
        .addSubcommand(new Schema())
        .addSubcommand(new Init())
        .addSubcommand(
            new ExplainCommand(
                new AdminOptions(Terminal.ofProcess()),
                config -> new ConfiguredSettings(config).credentials()))
        .addSubcommand(new ReplayCommand(config -> new ConfiguredSettings(config).credentials()))
        .addSubcommand(new DoctorCommand(new RedisDiagnosis()))
        .addSubcommand(new HealthcheckCommand())
        .addSubcommand(new VersionCommand(Build.version(), Build.revision()))
        .addSubcommand(new CompletionCommand(Main::allVerbs))
        .addSubcommand(new ManCommand(Main::allVerbs, Build.version()));
  }

  /** The verbs of this process and those of the admin client. */
  private static CommandLine allVerbs() {
    CommandLine all = commandLine();
    ClientMain.commandLine(Terminal.ofProcess()).getSubcommands().forEach(all::addSubcommand);
    return all;
  }

  /** Without a verb: says what there is. */
  @Override
  public void run() {
    CommandLine.usage(allVerbs(), System.out);
  }

  /** A proxy that is the process: its log goes to standard output. */
  private static ProxyStarter.Running foreground(ProxyConfig config, ConfigReader source)
      throws IOException, InterruptedException {
    LogSection log = config.log();
    LogOutput output =
        LogOutput.install(
            log.format().name().toLowerCase(Locale.ROOT),
            log.level().name().toLowerCase(Locale.ROOT),
            new FileOutputStream(FileDescriptor.out));
    Runtime.getRuntime().addShutdownHook(new Thread(output::close, "sidecache-log-close"));
    return ProxyServer.start(
        config,
        new ProxyServer.Output(
            output.lines(), output.isJson(), Build.version(), Build.revision(), output::level),
        Outside.REAL.withSource(source));
  }

  /** A proxy beside others in this process; it tells of faults only. */
  private static ProxyStarter.Running embedded(ProxyConfig config)
      throws IOException, InterruptedException {
    QUIET.setLevel(Level.SEVERE);
    return ProxyServer.start(
        config, new ProxyServer.Output(line -> {}, true, Build.version(), Build.revision()));
  }
}
