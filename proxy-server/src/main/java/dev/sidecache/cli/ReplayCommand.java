package dev.sidecache.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidecache.advice.Evidence;
import dev.sidecache.config.ProxyConfig;
import dev.sidecache.identity.Credentials;
import dev.sidecache.replay.Recording;
import dev.sidecache.replay.Replay;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what a configuration would have made of recorded traffic; sends nothing. */
@Command(
    name = "replay",
    description = "Tells what a configuration would have made of recorded traffic; sends nothing.")
public final class ReplayCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Parameters(
      index = "0",
      paramLabel = "RECORDING",
      description = "A HAR file, or an access log: nginx combined, or sidecache's JSON.")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text, or a document.")
  private Output output = Output.text;

  private final Function<ProxyConfig, Credentials> credentials;

  /**
   * The verb.
   *
   * @param credentials tells who asks under a configuration
   */
  public ReplayCommand(Function<ProxyConfig, Credentials> credentials) {
    this.credentials = credentials;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    ProxyConfig config = options.load();
    if (config == null) {
      return ExitCodes.USAGE;
    }
    Recording recording;
    Replay.Outcome outcome;
    try {
      recording = Recording.of(file);
      outcome = Replay.of(recording, config.rules(), credentials.apply(config));
    } catch (NoSuchFileException none) {
      return refuse("there is no such file -> check its path");
    } catch (JsonProcessingException broken) {
      return refuse("breaks off or is no JSON -> save it again");
    } catch (IOException unreadable) {
      return refuse(unreadable.getMessage() + " -> give another file");
    }
    if (outcome == null) {
      return refuse("has no request that could be read -> record some traffic");
    }
    Told told = Told.of(recording.format(), outcome);
    System.out.print(output == Output.json ? MAPPER.writeValueAsString(told) + "\n" : text(told));
    return ExitCodes.DONE;
  }

  private int refuse(String problem) {
    System.err.println(file + ": " + problem);
    return ExitCodes.USAGE;
  }

  /** The document; rates from 0 to 1. */
  record Told(
      String format,
      long requests,
      long skipped,
      double seconds,
      long hits,
      long misses,
      double hitRate,
      double staleRate,
      String staleBy,
      double timeSavedS,
      long writes,
      Map<String, Long> bypassed,
      List<OfRoute> routes) {

    static Told of(Recording.Format format, Replay.Outcome outcome) {
      long hits = 0;
      long misses = 0;
      long stale = 0;
      long saved = 0;
      List<OfRoute> routes = new ArrayList<>();
      for (Evidence.OfRoute seen : outcome.evidence().routes()) {
        hits += seen.hits();
        misses += seen.misses();
        stale += seen.staleHits();
        saved += seen.savedNanos();
        routes.add(
            new OfRoute(
                seen.route(),
                seen.requests(),
                thousandths(seen.hits(), seen.hits() + seen.misses()),
                thousandths(seen.staleHits(), seen.hits()),
                new TreeMap<>(seen.notStored())));
      }
      long millis = Duration.between(outcome.first(), outcome.last()).toMillis();
      return new Told(
          format.words(),
          outcome.requests(),
          outcome.skipped(),
          millis / 1000.0,
          hits,
          misses,
          thousandths(hits, hits + misses),
          thousandths(stale, hits),
          format.hasContent() ? "content" : "status and length",
          Math.round(saved / 1e6) / 1e3,
          outcome.writes(),
          new TreeMap<>(outcome.bypassed()),
          routes);
    }

    private static double thousandths(long part, long whole) {
      return whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 1000.0;
    }
  }

  /** One route. */
  record OfRoute(
      String route, long requests, double hitRate, double staleRate, Map<String, Long> notStored) {}

  private static String text(Told told) {
    StringBuilder text = new StringBuilder();
    line(
        text, "replayed", "%,d requests in %,.0f s (%s)", told.requests, told.seconds, told.format);
    if (told.skipped > 0) {
      line(text, "left out", "%,d entries that cannot be read", told.skipped);
    }
    line(
        text,
        "hit ratio",
        "%.1f %%: %,d hits, %,d misses",
        100 * told.hitRate,
        told.hits,
        told.misses);
    line(
        text,
        "staleness",
        "%.1f %% of the hits would have been answered otherwise, by %s",
        100 * told.staleRate,
        told.staleBy);
    line(text, "saved", "%,.1f s of the backend", told.timeSavedS);
    line(text, "writes", "%,d", told.writes);
    if (!told.bypassed.isEmpty()) {
      line(text, "not looked up", "%s", counts(told.bypassed));
    }
    for (OfRoute route : told.routes) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-24s %,8d requests  %5.1f %% hit  %4.1f %% stale%s%n",
              route.route,
              route.requests,
              100 * route.hitRate,
              100 * route.staleRate,
              route.notStored.isEmpty() ? "" : "  not stored: " + counts(route.notStored)));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String label, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-14s", label));
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }
}
