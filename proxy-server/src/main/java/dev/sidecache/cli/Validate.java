package dev.sidecache.cli;

import dev.sidecache.config.ConfigError;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.config.ConfigReport;
import dev.sidecache.config.ConfigSource;
import dev.sidecache.config.ProxyConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code validate}: every check of the configuration; no file but that one is opened. */
@Command(
    name = "validate",
    description = "Checks the configuration: every check, opens nothing.",
    mixinStandardHelpOptions = true)
public final class Validate implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int CONFIGURATION = 2;

  private enum Format {
    text,
    json,
    github
  }

  private final ConfigSource source;
  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file; without it the one that run would take.")
  private @Nullable String file;

  @Option(names = "--strict", description = "Warnings fail as errors do.")
  private boolean strict;

  @Option(
      names = "--format",
      paramLabel = "text|json|github",
      description = "text for people, json, or github: shown beside the lines of a change.")
  private Format format = Format.text;

  /** The verb over this process's environment and working directory. */
  public Validate() {
    this(ConfigSource.ofProcess(), Surroundings.ofProcess(Map.of()));
  }

  Validate(ConfigSource source, Surroundings surroundings) {
    this.source = source;
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Result result = ConfigLoader.load(source, file, surroundings);
    CommandSpec command = Objects.requireNonNull(spec, "run by the command line");
    PrintWriter out = command.commandLine().getOut();
    out.print(report(result));
    out.flush();
    boolean failed = !result.errors().isEmpty() || (strict && !result.warnings().isEmpty());
    return failed ? CONFIGURATION : DONE;
  }

  private String report(Result result) {
    List<ConfigError> findings = result.findings();
    return switch (format) {
      case json -> ConfigReport.json(findings).toPrettyString() + "\n";
      case github -> ConfigReport.github(findings);
      case text ->
          findings.isEmpty() && result instanceof Result.Valid valid
              ? summary(valid.config())
              : ConfigReport.text(findings);
    };
  }

  private static String summary(ProxyConfig config) {
    int rules = config.rules().invalidations().size();
    return "valid: "
        + ConfigReport.counted(config.rules().routes().size(), "route")
        + ", "
        + ConfigReport.counted(rules, "invalidate rule")
        + "\n";
  }
}
