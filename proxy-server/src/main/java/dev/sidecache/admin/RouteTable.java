package dev.sidecache.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sidecache.admin.Statistics.Summary;
import dev.sidecache.admin.Statistics.Window;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the proxy knows of each route, and of what no route takes, as the admin API tells it. */
public final class RouteTable {
  /** What lies in memory is counted again after so long: it goes through every entry. */
  private static final Duration HELD_FOR = Duration.ofSeconds(10);

  private static final double MILLION = 1e6;

  private final Parts parts;
  private volatile Counted counted = new Counted(Instant.MIN, Map.of());

  /**
   * Where the figures come from.
   *
   * @param rules those in force
   * @param times how long the requests of a route take
   */
  public record Parts(
      Supplier<RuleSet> rules,
      Statistics statistics,
      Times.Source times,
      StoredEntries entries,
      LastPurges purges,
      InstantSource clock) {}

  /** What was counted in memory, and when. */
  private record Counted(Instant at, Map<String, StoredEntries.Held> routes) {}

  public RouteTable(Parts parts) {
    this.parts = parts;
  }

  /** How long requests take, in milliseconds since the start; null: none was seen. */
  public record Times(
      @Nullable Double hitP50Ms,
      @Nullable Double hitP99Ms,
      @Nullable Double backendP50Ms,
      @Nullable Double backendP99Ms) {

    /** Where they are measured. */
    @FunctionalInterface
    public interface Source {
      Times of(String route);
    }
  }

  /** How often, in slots of {@code stepS} seconds, the oldest first. */
  record Series(int stepS, List<Long> requests, List<Long> hits) {}

  /**
   * One route.
   *
   * @param name {@code -}: what no route takes
   * @param path its pattern
   * @param ttlS its lifetime in seconds; null: the backend's fields tell
   * @param bytes of content sent, since the start, whatever the window
   * @param times since the start, whatever the window
   * @param entries in this process's memory, at most ten seconds ago
   * @param lastPurge by an operator; null: none since the start
   */
  record Figures(
      String name,
      @Nullable String path,
      List<String> methods,
      @Nullable String mode,
      @Nullable Long ttlS,
      long requests,
      long hits,
      long misses,
      double hitRate,
      Map<String, Long> bypassed,
      Map<String, Long> notStored,
      long bytes,
      long backendCallsAvoided,
      double timeSavedS,
      Times times,
      long entries,
      long entryBytes,
      @Nullable String lastPurge,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Series series) {}

  /** All routes in the order of the file, then what no route takes. */
  record Table(String window, List<Figures> routes) {}

  /** The first of them by one figure. */
  record Top(String by, String window, List<Figures> routes) {}

  /** What routes are ranked by; the names are the words of the query. */
  enum By {
    HITS,
    MISSES,
    BYTES,
    SAVED;

    double figure(Figures route) {
      return switch (this) {
        case HITS -> route.hits();
        case MISSES -> route.misses();
        case BYTES -> route.bytes();
        case SAVED -> route.timeSavedS();
      };
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Tells all; the handler may be called on a thread of the background.
   *
   * @param hour whether a series of an hour goes along; null: none
   */
  void table(Window window, @Nullable Boolean hour, Consumer<Table> handler) {
    held(
        held -> {
          List<Figures> all = new ArrayList<>();
          for (Route route : parts.rules.get().routes()) {
            all.add(figures(route, window, hour, held));
          }
          all.add(figures(null, window, hour, held));
          handler.accept(new Table(window.word(), all));
        });
  }

  /** Ranks them; those without any of the figure are left out. */
  void top(By by, int limit, Window window, Consumer<Top> handler) {
    table(
        window,
        null,
        table ->
            handler.accept(new Top(by.word(), window.word(), ranked(table.routes, by, limit))));
  }

  static List<Figures> ranked(List<Figures> routes, By by, int limit) {
    return routes.stream()
        .filter(route -> by.figure(route) > 0)
        .sorted(Comparator.comparingDouble(by::figure).reversed())
        .limit(limit)
        .toList();
  }

  private void held(Consumer<Map<String, StoredEntries.Held>> handler) {
    Counted known = counted;
    Instant now = parts.clock.instant();
    if (known.at.isAfter(now.minus(HELD_FOR))) {
      handler.accept(known.routes);
      return;
    }
    parts.entries.perRoute(
        held -> {
          counted = new Counted(now, held);
          handler.accept(held);
        });
  }

  private Figures figures(
      @Nullable Route route,
      Window window,
      @Nullable Boolean hour,
      Map<String, StoredEntries.Held> held) {
    String name = route == null ? Route.UNMATCHED : route.name();
    Summary summary = parts.statistics.summary(window, name);
    StoredEntries.Held kept = held.getOrDefault(name, new StoredEntries.Held(0, 0));
    Instant purged = parts.purges.of(name);
    return new Figures(
        name,
        route == null ? null : route.match().path().text(),
        route == null ? List.of() : route.match().methods().stream().sorted().toList(),
        route == null ? null : AdminJson.word(route.mode()),
        route != null && route.ttl() instanceof Ttl.Fixed own ? own.lifetime().toSeconds() : null,
        summary.requests(),
        summary.hits(),
        summary.misses(),
        AdminJson.thousandths(summary.hitRate()),
        summary.bypassed(),
        summary.notStored(),
        parts.statistics.bytes(name),
        summary.originRequestsAvoided(),
        Math.round(summary.savedNanos() / MILLION) / 1e3,
        parts.times.of(name),
        kept.entries(),
        kept.bytes(),
        purged == null ? null : purged.toString(),
        hour == null ? null : series(name, hour));
  }

  private Series series(String name, boolean hour) {
    Statistics.Series series = parts.statistics.series(name, hour);
    return new Series(hour ? 60 : 5, series.requests(), series.hits());
  }
}
