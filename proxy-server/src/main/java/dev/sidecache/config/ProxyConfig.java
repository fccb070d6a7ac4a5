package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.DefaultsSection.Unmatched;
import dev.sidecache.rule.InvalidationRule;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.RuleSet;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration that was checked. Immutable.
 *
 * @param mode of routes that name none
 * @param server the traffic port
 * @param admin the admin port
 * @param upstream the backend
 * @param cache where and how responses are kept
 * @param ttlPresets lifetimes with names
 * @param identity who asks
 * @param rules never_cache, routes and invalidation rules
 * @param warm requests made after start
 * @param log what is logged
 * @param tracing where spans are exported to
 * @param settings every effective value by its path, in the order of the reference file
 */
public record ProxyConfig(
    Mode mode,
    ServerSection server,
    AdminSection admin,
    UpstreamSection upstream,
    CacheSection cache,
    Map<String, Duration> ttlPresets,
    IdentitySection identity,
    RuleSet rules,
    List<WarmRequest> warm,
    LogSection log,
    TracingSection tracing,
    Map<String, Setting> settings) {

  public ProxyConfig {
    ttlPresets = Collections.unmodifiableMap(new LinkedHashMap<>(ttlPresets));
    warm = List.copyOf(warm);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  private static final Scalar<Integer> FORMAT =
      new Scalar<>(
          EnumSet.of(Node.Scalar.Kind.INTEGER),
          "the number 1",
          false,
          (text, reading) ->
              text.equals("1")
                  ? Parsed.of(1)
                  : Parsed.not(
                      Code.BAD_VERSION, "is not a format that this release reads", "write 1"),
          schema -> schema.put("const", 1));

  private static final Key<Integer> VERSION =
      Key.of("version", FORMAT, "format of this file").mandatory();
  private static final Key<Mode> MODE =
      Key.of(
              "mode",
              Scalars.word("a mode", List.of(Mode.SERVE, Mode.OBSERVE, Mode.SHADOW)),
              "serve, observe or shadow")
          .orElse("serve")
          .flag("--mode")
          .variable("SIDECACHE_MODE");
  private static final Key<ServerSection> SERVER =
      Key.of("server", ServerSection.SHAPE, "the traffic port").orElse("{}");
  private static final Key<AdminSection> ADMIN =
      Key.of("admin", AdminSection.SHAPE, "the admin port").orElse("{}");
  private static final Key<UpstreamSection> UPSTREAM =
      Key.of("upstream", UpstreamSection.SHAPE, "the backend").orElse("{}");
  private static final Key<CacheSection> CACHE =
      Key.of("cache", CacheSection.SHAPE, "where and how answers are kept").orElse("{}");
  private static final Key<Map<String, Duration>> TTL_PRESETS =
      Key.of("ttl_presets", PresetsShape.SHAPE, "names for TTLs").orElse("{}");
  private static final Key<IdentitySection> IDENTITY =
      Key.of("identity", IdentitySection.SHAPE, "who asks").orElse("{}");
  private static final Key<DefaultsSection> DEFAULTS =
      Key.of("defaults", DefaultsSection.SHAPE, "all but unmatched may stand on a route as well")
          .orElse("{}");
  private static final Key<NeverCache> NEVER_CACHE =
      Key.of("never_cache", NeverCacheShape.SHAPE, "beats every route").orElse("{}");
  private static final Key<List<Placed<Route>>> ROUTES =
      Key.of("routes", new Shape.ListOf<>(RouteShape.SHAPE), "first match wins").orElse("[]");
  private static final Key<List<Placed<InvalidationRule>>> INVALIDATE =
      Key.of("invalidate", new Shape.ListOf<>(InvalidationShape.SHAPE), "what a write empties")
          .orElse("[]");
  private static final Key<List<Placed<WarmRequest>>> WARM =
      Key.of(
              "warm",
              new Shape.ListOf<>(new Shape.Located<>(WarmRequest.SHAPE)),
              "requests made once after start")
          .orElse("[]");
  private static final Key<LogSection> LOG =
      Key.of("log", LogSection.SHAPE, "what is logged").orElse("{}");

  private static final Key<TracingSection> TRACING =
      Key.of("tracing", TracingSection.SHAPE, "spans of OpenTelemetry").orElse("{}");

  /** The shape of the whole file. */
  static final Section<ProxyConfig> SHAPE =
      new Section<>(
          List.of(
              VERSION,
              MODE,
              SERVER,
              ADMIN,
              UPSTREAM,
              CACHE,
              TTL_PRESETS,
              IDENTITY,
              DEFAULTS,
              NEVER_CACHE,
              ROUTES,
              INVALIDATE,
              WARM,
              LOG,
              TRACING),
          ProxyConfig::from);

  private static @Nullable ProxyConfig from(Values values) {
    values.find(VERSION);
    Mode mode = values.get(MODE);
    ServerSection server = values.get(SERVER);
    AdminSection admin = values.get(ADMIN);
    UpstreamSection upstream = values.find(UPSTREAM);
    CacheSection cache = values.get(CACHE);
    Map<String, Duration> presets = values.get(TTL_PRESETS);
    IdentitySection identity = values.get(IDENTITY);
    DefaultsSection defaults = values.get(DEFAULTS);
    NeverCache neverCache = values.get(NEVER_CACHE);
    Reading reading = values.reading();
    reading.presets(presets);
    reading.inherited(
        new RouteShape.Inherited(mode, cache.maxEntrySizeBytes(), cache.targetList(), defaults));
    List<Placed<Route>> routes = values.get(ROUTES);
    List<Placed<InvalidationRule>> invalidations = values.get(INVALIDATE);
    List<Placed<WarmRequest>> warm = values.get(WARM);
    LogSection log = values.get(LOG);
    TracingSection tracing = values.get(TRACING);
    Findings findings = values.findings();
    SectionChecks.admin(server, admin, findings);
    SectionChecks.cache(cache, reading.surroundings().maxHeapBytes(), findings);
    SectionChecks.variables(reading);
    RuleChecks checks = new RuleChecks(routes, invalidations, findings);
    checks.reach(neverCache);
    checks.invalidations();
    if (defaults.unmatched() == Unmatched.PASS) {
      checks.warm(warm);
    }
    if (upstream == null) {
      return null;
    }
    RuleSet rules =
        new RuleSet(
            neverCache,
            Placed.values(routes),
            Placed.values(invalidations),
            unmatched(mode, defaults, cache),
            identity.way());
    return new ProxyConfig(
        mode,
        server,
        admin,
        upstream,
        cache,
        presets,
        identity,
        rules,
        Placed.values(warm),
        log,
        tracing,
        reading.settings());
  }

  private static @Nullable Route unmatched(
      Mode mode, DefaultsSection defaults, CacheSection cache) {
    Route.Policy policy = RouteShape.policy(defaults, cache);
    if (defaults.unmatched() == Unmatched.ORIGIN) {
      return Route.unmatched(defaults.scope(), policy).withMode(mode);
    }
    return mode == Mode.OBSERVE ? Route.observed(policy) : null;
  }
}
