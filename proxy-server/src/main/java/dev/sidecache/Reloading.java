package dev.sidecache;

import dev.sidecache.admin.Configurations;
import dev.sidecache.config.ConfigChange;
import dev.sidecache.config.ConfigError;
import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.config.ConfigReader;
import dev.sidecache.config.ConfigReport;
import dev.sidecache.config.ConfigWatcher;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.metrics.ConfigMeters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that runs, and its replacement while it does: checked in full, then put to use
 * at once. With an error what runs goes on. All of it happens on one thread, one after another.
 */
final class Reloading implements Configurations, AutoCloseable {
  private static final Logger LOG = System.getLogger(Reloading.class.getName());
  private static final long LOOK_MILLIS = 1_000;
  private static final int MOST_NAMES = 10;

  private final @Nullable ConfigReader source;
  private final long longestEntryBytes;
  private final Consumer<ProxyConfig> use;
  private final ConfigMeters meters;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Reloading::daemon);
  private volatile Generation current;
  private volatile int refusedErrors;

  /**
   * What a process begins with.
   *
   * @param source where the configuration is read again; null: nowhere
   * @param longestEntryBytes the longest content that the store is opened for
   */
  record Start(ProxyConfig config, @Nullable ConfigReader source, long longestEntryBytes) {}

  /** A configuration that runs, or ran. */
  private record Generation(long number, ProxyConfig config, String hash, Instant loaded) {
    static Generation of(long number, ProxyConfig config, Instant loaded) {
      return new Generation(number, config, ConfigHash.of(config), loaded);
    }
  }

  /**
   * @param use puts a configuration to use
   */
  Reloading(Start start, Consumer<ProxyConfig> use, ConfigMeters meters, InstantSource clock) {
    this.source = start.source;
    this.longestEntryBytes = start.longestEntryBytes;
    this.use = use;
    this.meters = meters;
    this.clock = clock;
    this.current = Generation.of(1, start.config, clock.instant());
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "sidecache-config");
    thread.setDaemon(true);
    return thread;
  }

  /** From now on a changed file is put to use without being asked for. */
  void watch() {
    ConfigReader reader = source;
    Path file = reader == null ? null : reader.file();
    if (reader == null || file == null) {
      return;
    }
    ConfigWatcher watcher = new ConfigWatcher(file);
    Future<?> unused =
        thread.scheduleWithFixedDelay(
            () -> look(watcher, reader), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look(ConfigWatcher watcher, ConfigReader reader) {
    try {
      if (watcher.isNew() && reader.isChanged()) {
        Outcome unused = load(null, "a changed file");
      }
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "the configuration file could not be watched", bug);
    }
  }

  ProxyConfig config() {
    return current.config;
  }

  /** A short digest of it. */
  String hash() {
    return current.hash;
  }

  /** How many errors the last configuration had, if it was refused; else 0. */
  int refusedErrors() {
    return refusedErrors;
  }

  @Override
  public Shown running() {
    Generation now = current;
    List<Value> values = new ArrayList<>();
    now.config
        .settings()
        .forEach((path, setting) -> values.add(new Value(path, setting.shown(), setting.source())));
    return new Shown(now.number, now.hash, now.loaded, values);
  }

  @Override
  public void validate(String yaml, Consumer<Findings> handler) {
    run(
        () -> {
          Result result = checked(yaml);
          handler.accept(new Findings(findings(result.errors()), findings(result.warnings())));
        },
        error -> handler.accept(new Findings(findings(List.of(error)), List.of())));
  }

  @Override
  public void reload(@Nullable String yaml, String by, Consumer<Outcome> handler) {
    run(
        () -> handler.accept(load(yaml, by)),
        error -> handler.accept(new Outcome.Refused(findings(List.of(error)))));
  }

  /** Does it on the one thread; whoever waits is told if it cannot be done. */
  private void run(Runnable work, Consumer<ConfigError> failed) {
    try {
      thread.execute(
          () -> {
            try {
              work.run();
            } catch (RuntimeException bug) {
              LOG.log(Level.ERROR, "a configuration could not be put to use", bug);
              failed.accept(error("this process", "could not put it to use", "see its log"));
            }
          });
    } catch (RejectedExecutionException stopping) {
      LOG.log(Level.INFO, "no configuration is loaded while the process stops");
      failed.accept(error("this process", "is stopping", null));
    }
  }

  private static ConfigError error(String source, String message, @Nullable String hint) {
    return new ConfigError(
        source, 0, 0, "", Code.BAD_SOURCE, message, hint, null, ConfigError.Severity.ERROR);
  }

  private Result checked(@Nullable String yaml) {
    ConfigReader reader = source;
    if (reader == null) {
      return new Result.Invalid(
          List.of(
              error(
                  "no source",
                  "this proxy is part of another program, which gave it its configuration",
                  "change it there")));
    }
    Result result = yaml == null ? reader.read() : reader.parse("request", yaml);
    return result instanceof Result.Valid valid ? supported(valid) : result;
  }

  /** The result, refused if it asks for what this version does not do. */
  private static Result supported(Result.Valid valid) {
    List<ConfigError> findings = new ArrayList<>();
    for (String error : UnsupportedYet.errors(valid.config())) {
      findings.add(
          new ConfigError(
              "this version",
              0,
              0,
              "",
              Code.CONTRADICTION,
              error,
              null,
              null,
              ConfigError.Severity.ERROR));
    }
    if (findings.isEmpty()) {
      return valid;
    }
    findings.addAll(valid.findings());
    return new Result.Invalid(findings);
  }

  private Outcome load(@Nullable String yaml, String by) {
    Result result = checked(yaml);
    if (!(result instanceof Result.Valid valid)) {
      meters.refused();
      refusedErrors = result.errors().size();
      LOG.log(
          Level.ERROR,
          "Configuration refused, asked for by {0}: {1}; generation {2} stays",
          by,
          ConfigReport.counted(result.errors().size(), "error"),
          current.number);
      result.errors().forEach(error -> LOG.log(Level.ERROR, "Configuration: {0}", error));
      return new Outcome.Refused(findings(result.errors()));
    }
    ConfigChange change = ConfigChange.between(current.config, valid.config(), longestEntryBytes);
    use.accept(change.next());
    Generation next = Generation.of(current.number + 1, change.next(), clock.instant());
    current = next;
    refusedErrors = 0;
    meters.loaded(next.hash, next.loaded);
    LOG.log(
        Level.INFO,
        "Configuration {0} loaded, asked for by {1}: {2}{3}",
        next.number,
        by,
        names(change.changed(), "nothing changed"),
        change.restartRequired().isEmpty()
            ? ""
            : "; needs a restart: " + names(change.restartRequired(), ""));
    valid.findings().forEach(doubt -> LOG.log(Level.WARNING, "Configuration: {0}", doubt));
    return new Outcome.Loaded(
        next.number, change.changed(), change.restartRequired(), findings(valid.findings()));
  }

  private static String names(List<String> paths, String none) {
    if (paths.isEmpty()) {
      return none;
    }
    int shown = Math.min(MOST_NAMES, paths.size());
    String text = String.join(", ", paths.subList(0, shown));
    return shown == paths.size() ? text : text + " and " + (paths.size() - shown) + " more";
  }

  private static List<Finding> findings(List<ConfigError> errors) {
    return errors.stream().map(Reloading::finding).toList();
  }

  private static Finding finding(ConfigError error) {
    boolean lines = error.line() > 0;
    String allowed = error.allowed();
    String hint = error.hint();
    return new Finding(
        error.path(),
        lines ? error.line() : null,
        lines ? error.column() : null,
        lines ? null : error.file(),
        error.code().word(),
        error.message(),
        hint == null ? allowed : allowed == null ? hint : hint + " (" + allowed + ")");
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
