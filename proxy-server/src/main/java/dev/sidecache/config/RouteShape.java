package dev.sidecache.config;

import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.DefaultsSection.ClientNoCache;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.Negotiation;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.TagTemplate;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a route is written. */
final class RouteShape {

  /**
   * What a route takes from elsewhere where it says nothing itself.
   *
   * @param mode the mode of all routes
   * @param maxEntrySizeBytes the limit of all routes
   * @param targets the targeted fields that are obeyed
   */
  record Inherited(
      Mode mode, long maxEntrySizeBytes, List<String> targets, DefaultsSection defaults) {}

  private static final Key<PathPattern> PATH =
      Key.of("path", RuleScalars.PATH, "{id} and * match one segment, /** at the end all below")
          .mandatory();
  private static final Key<List<String>> METHODS =
      Key.of("methods", new Shape.ListOf<>(RuleScalars.METHOD), "GET includes HEAD")
          .orElse("[GET, HEAD]");
  private static final Key<String> HOST =
      Key.of("host", RuleScalars.HOST.orWord("any"), "the effective host, or any").orElse("any");
  private static final Section<Route.Matcher> MATCH_SHAPE =
      new Section<>(List.of(PATH, METHODS, HOST), RouteShape::match);

  static final Key<String> NAME =
      Key.of("name", RuleScalars.NAME, "unique; metric label and log name").mandatory();
  static final Key<Route.Matcher> MATCH =
      Key.of("match", MATCH_SHAPE, "which requests the route takes").mandatory();
  static final Key<Ttl> TTL =
      Key.of("ttl", Scalars.TTL, "a TTL, a preset, or origin (as the backend says)").mandatory();
  private static final Key<Map<Integer, Ttl>> STATUS_TTL =
      Key.of(
              "status_ttl",
              new Shape.MapOf<>(RuleScalars.STATUS_CODE, Scalars.TTL),
              "further statuses with a TTL of their own: { 404: 10s }")
          .orElse("{}");
  private static final Key<Mode> MODE =
      Key.of(
          "mode",
          Scalars.word("a mode", List.of(Mode.values())),
          "serve, observe, shadow or bypass; without it the mode of the whole file");
  private static final Key<Long> MAX_ENTRY_SIZE =
      Key.of("max_entry_size", Scalars.SIZE, "without it cache.max_entry_size");
  private static final Key<KeyParts> KEY =
      Key.of("key", KeyShape.SHAPE, "what distinguishes two requests, beside path and caller")
          .orElse("{}");
  private static final Key<List<Placed<TagTemplate>>> TAGS =
      Key.of(
              "tags",
              new Shape.ListOf<>(new Shape.Located<>(RuleScalars.TAG)),
              "names by which rules and purges find it: \"student:{id}\", \"profile:{identity}\"")
          .orElse("[]");
  private static final Key<List<String>> UPGRADE =
      Key.of(
              "upgrade",
              new Shape.ListOf<>(RuleScalars.PROTOCOL),
              "protocols, such as websocket, that a connection may change to; never cached")
          .orElse("[]");
  private static final Key<Scope> SCOPE = DefaultsSection.SCOPE.inherited();
  private static final Key<StatusSet> STATUSES = DefaultsSection.STATUSES.inherited();
  private static final Key<Duration> STALE_WHILE_REVALIDATE =
      DefaultsSection.STALE_WHILE_REVALIDATE.inherited();
  private static final Key<Duration> STALE_IF_ERROR = DefaultsSection.STALE_IF_ERROR.inherited();
  private static final Key<Boolean> COALESCE = DefaultsSection.COALESCE.inherited();
  private static final Key<Boolean> OVERRIDE_ORIGIN = DefaultsSection.OVERRIDE_ORIGIN.inherited();
  private static final Key<ClientNoCache> CLIENT_NO_CACHE =
      DefaultsSection.CLIENT_NO_CACHE.inherited();
  private static final Key<List<String>> ACCEPT_ENCODING =
      DefaultsSection.ACCEPT_ENCODING.inherited();
  private static final Key<List<String>> ACCEPT_LANGUAGE =
      DefaultsSection.ACCEPT_LANGUAGE.inherited();

  static final Section<Placed<Route>> SHAPE =
      new Section<>(
          List.of(
              NAME,
              MATCH,
              TTL,
              STATUS_TTL,
              MODE,
              MAX_ENTRY_SIZE,
              KEY,
              TAGS,
              UPGRADE,
              SCOPE,
              STATUSES,
              STALE_WHILE_REVALIDATE,
              STALE_IF_ERROR,
              COALESCE,
              OVERRIDE_ORIGIN,
              CLIENT_NO_CACHE,
              ACCEPT_ENCODING,
              ACCEPT_LANGUAGE),
          RouteShape::route);

  private RouteShape() {}

  private static Route.@Nullable Matcher match(Values values) {
    PathPattern path = values.find(PATH);
    Set<String> methods = new LinkedHashSet<>(values.get(METHODS));
    String host = values.find(HOST);
    if (methods.isEmpty() && !values.hasItems(METHODS)) {
      values
          .findings()
          .error(values.path(METHODS), Code.EMPTY, "is empty", "name a method, or remove it");
    }
    return path == null ? null : new Route.Matcher(path, methods, host);
  }

  private static @Nullable Placed<Route> route(Values values) {
    Inherited inherited = values.reading().inherited();
    DefaultsSection defaults = inherited.defaults();
    String name = values.find(NAME);
    Route.Matcher match = values.find(MATCH);
    Ttl ttl = values.find(TTL);
    List<Placed<TagTemplate>> tags = values.get(TAGS);
    Route route =
        new Route(
            name == null ? Route.UNMATCHED : name,
            values.position().origin(),
            match == null ? NOTHING : match,
            ttl == null ? new Ttl.Origin() : ttl,
            values.inherit(STATUSES, "defaults.statuses", defaults.statuses()),
            values.get(STATUS_TTL),
            values.inherit(SCOPE, "defaults.scope", defaults.scope()),
            values.inherit(MODE, "mode", inherited.mode()),
            values.get(KEY),
            Placed.values(tags),
            policy(values, inherited));
    if (name != null) {
      RouteChecks.name(values, NAME, name);
    }
    if (match != null) {
      RouteChecks.methods(values, route);
      RouteChecks.tags(values, route, tags);
    }
    if (ttl != null) {
      RouteChecks.ttl(values, route);
    }
    boolean usable = name != null && match != null && ttl != null;
    return usable ? new Placed<>(values.path(), route) : null;
  }

  private static final Route.Matcher NOTHING =
      new Route.Matcher(PathPattern.parse("/**"), Set.of(), null);

  private static Route.Policy policy(Values values, Inherited inherited) {
    DefaultsSection defaults = inherited.defaults();
    return new Route.Policy(
        values.inherit(
            STALE_WHILE_REVALIDATE,
            "defaults.stale_while_revalidate",
            defaults.staleWhileRevalidate()),
        values.inherit(STALE_IF_ERROR, "defaults.stale_if_error", defaults.staleIfError()),
        values.inherit(COALESCE, "defaults.coalesce", defaults.coalesce()),
        values.inherit(OVERRIDE_ORIGIN, "defaults.override_origin", defaults.overrideOrigin()),
        values.inherit(CLIENT_NO_CACHE, "defaults.client_no_cache", defaults.clientNoCache())
            == ClientNoCache.HONOUR,
        values.inherit(MAX_ENTRY_SIZE, "cache.max_entry_size", inherited.maxEntrySizeBytes()),
        inherited.targets(),
        Set.copyOf(values.get(UPGRADE)),
        new Negotiation(
            values.inherit(ACCEPT_ENCODING, "defaults.accept_encoding", defaults.acceptEncoding()),
            values.inherit(
                ACCEPT_LANGUAGE, "defaults.accept_language", defaults.acceptLanguage())));
  }

  /** The policy of what no route takes. */
  static Route.Policy policy(DefaultsSection defaults, CacheSection cache) {
    return new Route.Policy(
        defaults.staleWhileRevalidate(),
        defaults.staleIfError(),
        defaults.coalesce(),
        defaults.overrideOrigin(),
        defaults.clientNoCache() == ClientNoCache.HONOUR,
        cache.maxEntrySizeBytes(),
        cache.targetList(),
        Set.of(),
        new Negotiation(defaults.acceptEncoding(), defaults.acceptLanguage()));
  }
}
