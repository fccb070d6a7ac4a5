package dev.sidecache.testing;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Identity;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Tag;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Mode;
import dev.sidecache.rule.Negotiation;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.PathPattern;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.StatusSet;
import dev.sidecache.rule.Ttl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The plan for a GET without identity on one route, to be changed in one thing. */
public final class Plans {
  private RequestHead request = Heads.get();
  private final Ttl ttl;
  private boolean routed = true;
  private Scope scope = Scope.SHARED;
  private StatusSet statuses = StatusSet.of("200");
  private final Map<Integer, Ttl> statusTtl = new HashMap<>();
  private Duration staleWhileRevalidate = Duration.ZERO;
  private Duration staleIfError = Duration.ZERO;
  private boolean overrideOrigin;
  private boolean honourClientNoCache = true;
  private long maxEntrySizeBytes = 1 << 20;
  private Identity identity = Identity.NONE;
  private Bypass bypass;
  private NeverCache never = NeverCache.NOTHING;
  private List<Tag> tags = List.of(Tag.ALL);

  private Plans(Ttl ttl) {
    this.ttl = ttl;
  }

  /** Scope shared, as the origin says. */
  public static Plans origin() {
    return new Plans(new Ttl.Origin());
  }

  /** Scope shared, for so many seconds. */
  public static Plans ttl(long seconds) {
    return new Plans(new Ttl.Fixed(Duration.ofSeconds(seconds)));
  }

  /** No route, as the origin says. */
  public static Plans unmatched() {
    Plans plan = origin();
    plan.routed = false;
    return plan;
  }

  public Plans request(RequestHead head) {
    request = head;
    return this;
  }

  public Plans request(String... fields) {
    return request(Heads.get(fields));
  }

  /** Scope user, asked by nobody known. */
  public Plans user() {
    scope = Scope.USER;
    return this;
  }

  /** Scope user, asked by somebody known. */
  public Plans knownUser() {
    return identity(new Identity("digest", null, "header Authorization")).user();
  }

  public Plans identity(Identity who) {
    identity = who;
    return this;
  }

  /** Asked by somebody whose credential ends so many seconds after {@link Heads#NOW}. */
  public Plans credentialEnds(long seconds) {
    Instant end = Heads.NOW.plusSeconds(seconds);
    return identity(new Identity("digest", end, "header Authorization"));
  }

  public Plans statuses(String... words) {
    statuses = StatusSet.of(words);
    return this;
  }

  public Plans statusTtl(int status, long seconds) {
    statusTtl.put(status, new Ttl.Fixed(Duration.ofSeconds(seconds)));
    return this;
  }

  public Plans staleWhileRevalidate(long seconds) {
    staleWhileRevalidate = Duration.ofSeconds(seconds);
    return this;
  }

  public Plans staleIfError(long seconds) {
    staleIfError = Duration.ofSeconds(seconds);
    return this;
  }

  public Plans overridingOrigin() {
    overrideOrigin = true;
    return this;
  }

  public Plans ignoringClientNoCache() {
    honourClientNoCache = false;
    return this;
  }

  public Plans maxEntrySize(long bytes) {
    maxEntrySizeBytes = bytes;
    return this;
  }

  public Plans bypassed(Bypass reason) {
    bypass = reason;
    return this;
  }

  public Plans never(Set<String> contentTypes, Set<String> responseFields) {
    never = new NeverCache(List.of(), List.of(), contentTypes, responseFields);
    return this;
  }

  public Plans tags(List<Tag> carried) {
    tags = carried;
    return this;
  }

  public Plan build() {
    Match match = new Match(routed ? route() : null, Map.of(), null, List.of()).withNever(never);
    if (bypass != null) {
      return new Plan(request, match, identity, bypass, null, List.of());
    }
    CacheKey key = CacheKey.ofBytes("key".getBytes(StandardCharsets.UTF_8));
    return new Plan(request, match, identity, null, key, tags);
  }

  private Route route() {
    return new Route(
        "students",
        "test.yaml:1",
        new Route.Matcher(PathPattern.parse("/api/students"), Set.of("GET", "HEAD"), null),
        ttl,
        statuses,
        statusTtl,
        scope,
        Mode.SERVE,
        KeyParts.DEFAULT,
        List.of(),
        new Route.Policy(
            staleWhileRevalidate,
            staleIfError,
            true,
            overrideOrigin,
            honourClientNoCache,
            maxEntrySizeBytes,
            Route.Policy.DEFAULT_TARGETS,
            Set.of(),
            Negotiation.NONE));
  }
}
