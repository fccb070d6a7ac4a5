package dev.sidecache.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The documents of the admin API. Names are those of the records below in snake case; examples that
 * both modules test against lie in {@code docs/admin-api}.
 *
 * <table>
 * <caption>Documents</caption>
 * <tr><th>path</th><th>document</th><th>notes</th></tr>
 * <tr><td>/health</td><td>{@link Health}</td>
 *     <td>cache.reason only while disabled; upstream.breaker only while open or half_open; memory_used for people: 0B, 4.2M</td></tr>
 * <tr><td>/startupz, /livez, /readyz</td><td>{@link Status}</td>
 *     <td>healthy, starting, draining, unhealthy</td></tr>
 * <tr><td>/v1/info</td><td>{@link Info}</td><td>uptime_s in whole seconds; config_hash is short</td></tr>
 * <tr><td>/v1/stats</td><td>{@link Stats}</td>
 *     <td>window 1m, 5m, 1h, all; times in seconds; null: unknown, or no Redis; commands only with a budget</td></tr>
 * <tr><td>/v1/advice</td><td>{@link AdviceRequests.Document}</td>
 *     <td>sampled: of how many keys one is followed; observed: per route; yaml: for the file</td></tr>
 * <tr><td>/v1/explain</td><td>{@link dev.sidecache.caching.Trace}</td>
 *     <td>cache_status: the field of the answer as far as it is known before it; or, sent, as it was</td></tr>
 * <tr><td>/v1/log-level</td><td>{@link LogLevelRequests.Level}</td>
 *     <td>error, warn, info, debug or trace; until the next reload</td></tr>
 * <tr><td>/v1/keys</td><td>{@link StoredEntries.Page}</td>
 *     <td>what is in this process; next is the cursor of the next page; user, next null: none</td></tr>
 * <tr><td>/v1/entries/ID</td><td>{@link StoredEntries.Inspected}</td>
 *     <td>?body=true needs a token; DELETE purges its URL everywhere, with that document</td></tr>
 * <tr><td>/v1/events</td><td>server-sent events</td>
 *     <td>data: a line of the access log; event lost: {"lost":12}, the reader was too slow</td></tr>
 * <tr><td>/v1/purge</td><td>{@link Purged}</td>
 *     <td>an item's member is its kind, then known, and covered if it was widened</td></tr>
 * <tr><td>/v1/routes</td><td>{@link RouteTable.Table}</td>
 *     <td>?window as of stats; ?series=5m or 1h adds 60 slots; times and bytes since the start</td></tr>
 * <tr><td>/v1/top</td><td>{@link RouteTable.Top}</td><td>?by=hits, misses, bytes, saved; limit</td></tr>
 * <tr><td>/v1/doctor</td><td>{@link Diagnosis.Report}</td>
 *     <td>state passed, warning, failed or skipped; the same of {@code doctor -o json}</td></tr>
 * <tr><td>/v1/warm, /v1/warm/ID</td><td>{@link WarmRequests.Progress}</td>
 *     <td>POST 202; done is total when it is over</td></tr>
 * <tr><td>/v1/drain</td><td>{@link OperatorRequests.Draining}</td><td>POST 202</td></tr>
 * <tr><td>/v1/values?prefix=</td><td>{@link Deleted}</td><td></td></tr>
 * <tr><td>/v1/config</td><td>{@link ConfigRequests.Shown}</td>
 *     <td>without ?effective=true only what is not a default</td></tr>
 * <tr><td>/v1/config/validate</td><td>{@link ConfigRequests.Validated}</td><td></td></tr>
 * <tr><td>/v1/config/reload</td><td>{@link Configurations.Outcome.Loaded}</td>
 *     <td>or 422, {@link Problem} of {@link Configurations.Finding}</td></tr>
 * <tr><td>any error</td><td>{@link Problem}</td>
 *     <td>RFC 9457; errors only for what the request spells wrongly</td></tr>
 * </table>
 */
final class AdminJson {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private AdminJson() {}

  record Health(
      String status,
      HealthCache cache,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Upstream upstream) {}

  record Upstream(String breaker) {}

  record HealthCache(
      boolean enabled,
      double hitRate,
      String memoryUsed,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {}

  record Status(String status) {}

  record Info(
      String version,
      String revision,
      String java,
      String started,
      long uptimeS,
      String mode,
      String store,
      String configHash,
      boolean draining) {}

  record Stats(
      String mode,
      String store,
      StatsCache cache,
      String window,
      Keys keys,
      Memory memory,
      long hits,
      long misses,
      double hitRate,
      Map<String, Long> notStored,
      Map<String, Long> bypassed,
      long backendCallsAvoided,
      double timeSavedS,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CommandFigures commands) {}

  record StatsCache(
      boolean enabled,
      @Nullable String reason,
      @Nullable String endpoint,
      @Nullable String transport) {}

  record Keys(long l1, @Nullable Long redis) {}

  record Memory(long l1Bytes, long l1MaxBytes, @Nullable Long redisBytes) {}

  record Purged(
      String id,
      boolean dryRun,
      List<Map<String, Object>> items,
      Removed removed,
      boolean pending,
      @Nullable String hint) {}

  record Removed(long l1, @Nullable Long redis) {}

  record Deleted(long deleted) {}

  record Problem(
      String type,
      String title,
      int status,
      String detail,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<?> errors) {}

  /** What is wrong with one member of a request. */
  record FieldError(String path, String code, String message, String hint) {}

  static byte[] bytes(Object document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  static Status status(String word) {
    return new Status(word);
  }

  static Health health(HealthState state) {
    HealthState.Cache cache = state.cache();
    long used = cache.isEnabled() ? state.memoryUsedBytes() : 0;
    String breaker = state.breaker();
    return new Health(
        word(state.status()),
        new HealthCache(
            cache.isEnabled(), thousandths(state.hitRate()), forPeople(used), cache.reason()),
        breaker == null ? null : new Upstream(breaker));
  }

  static Info info(Running running, HealthState state, Instant now) {
    return new Info(
        running.version(),
        running.revision(),
        running.java(),
        running.started().toString(),
        Math.max(0, Duration.between(running.started(), now).toSeconds()),
        running.mode(),
        running.store(),
        running.configHash(),
        state.isDraining());
  }

  static Stats stats(
      Running running, HealthState.Cache cache, Selected selected, StoreFigures figures) {
    Statistics.Summary summary = selected.summary();
    return new Stats(
        running.mode(),
        running.store(),
        new StatsCache(cache.isEnabled(), cache.reason(), running.endpoint(), running.transport()),
        selected.window().word(),
        new Keys(figures.l1Entries(), figures.redisKeys()),
        new Memory(figures.l1Bytes(), figures.l1MaxBytes(), figures.redisBytes()),
        summary.hits(),
        summary.misses(),
        thousandths(summary.hitRate()),
        summary.notStored(),
        summary.bypassed(),
        summary.originRequestsAvoided(),
        Math.round(summary.savedNanos() / 1e8) / 10.0,
        running.commands());
  }

  /** The counts of a window. */
  record Selected(Statistics.Window window, Statistics.Summary summary) {}

  static Purged purged(String id, PurgeRequest request, Purger.Outcome outcome) {
    List<Map<String, Object>> items = new ArrayList<>();
    for (Purger.Item item : outcome.items()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put(request.kind().word(), item.given());
      members.put("known", item.known());
      if (!item.covered().isEmpty()) {
        members.put("covered", item.covered());
      }
      items.add(members);
    }
    return new Purged(
        id,
        request.dryRun(),
        items,
        new Removed(outcome.removedInMemory(), outcome.removedInShared()),
        outcome.pending(),
        outcome.hint());
  }

  static Problem problem(int status, String title, String detail) {
    return new Problem("about:blank", title, status, detail, List.of());
  }

  /** The problem of a request that was understood and is wrong. */
  static Problem unprocessable(List<FieldError> errors) {
    String detail = errors.size() == 1 ? errors.get(0).message() : errors.size() + " errors";
    return new Problem("about:blank", "Invalid request", 422, detail, errors);
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Bytes as Redis writes them for people: {@code 0B}, {@code 4.2M}. */
  static String forPeople(long bytes) {
    String units = "BKMGT";
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length() - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + "B"
        : String.format(Locale.ROOT, "%.1f%c", value, units.charAt(unit));
  }

  static double thousandths(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
