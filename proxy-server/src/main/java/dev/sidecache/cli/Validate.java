package dev.sidecache.cli;

import dev.sidecache.config.ConfigError;
import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.ConfigError.Severity;
import dev.sidecache.config.ConfigLoader;
import dev.sidecache.config.ConfigLoader.Doubt;
import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigLoader.Surroundings;
import dev.sidecache.config.ConfigReport;
import dev.sidecache.config.ConfigSource;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.openapi.ApiDocument;
import dev.sidecache.openapi.UnlinkedWrites;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** The verb {@code validate}: every check of the configuration. */
@Command(
    name = "validate",
    description = "Checks the configuration; opens nothing but it, and what --openapi names.",
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

  @Option(
      names = "--openapi",
      paramLabel = "URL|FILE",
      description = "Warns of writes in this OpenAPI document that no rule accounts for.")
  private @Nullable String document;

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
    Result result = result();
    CommandSpec command = Objects.requireNonNull(spec, "run by the command line");
    PrintWriter out = command.commandLine().getOut();
    out.print(report(result));
    out.flush();
    boolean failed = !result.errors().isEmpty() || (strict && !result.warnings().isEmpty());
    return failed ? CONFIGURATION : DONE;
  }

  private Result result() {
    String named = document;
    if (named == null) {
      return ConfigLoader.load(source, file, surroundings);
    }
    try {
      ApiDocument api = new OpenApiSource(Path.of("")).read(named);
      return ConfigLoader.load(source, file, surroundings, rules -> unlinked(api, rules));
    } catch (OpenApiSource.Unusable unusable) {
      List<ConfigError> findings = new ArrayList<>();
      findings.add(
          new ConfigError(
              OpenApiSource.shown(named),
              0,
              0,
              "",
              Code.BAD_SOURCE,
              unusable.problem(),
              null,
              null,
              Severity.ERROR));
      findings.addAll(ConfigLoader.load(source, file, surroundings).findings());
      return new Result.Invalid(findings);
    }
  }

  /** NB: a write stands nowhere in the file; the first route that it may change does. */
  private static List<Doubt> unlinked(ApiDocument api, RuleSet rules) {
    List<String> names = rules.routes().stream().map(Route::name).toList();
    List<Doubt> doubts = new ArrayList<>();
    for (UnlinkedWrites.Unlinked write : UnlinkedWrites.of(api, rules)) {
      String route = write.routes().get(0);
      doubts.add(
          new Doubt(
              "routes[" + names.indexOf(route) + "]",
              Code.UNLINKED_WRITE,
              "\""
                  + route
                  + "\" may answer what "
                  + write.words()
                  + " has changed: no rule names it",
              "add under invalidate: " + write.rule()));
    }
    return doubts;
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
