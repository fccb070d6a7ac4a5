package dev.sidecache.rule;

import dev.sidecache.http.RequestHead;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A named rule with a TTL: which requests it takes and how their responses are cached.
 *
 * @param name {@code [a-z0-9-]{1,60}}, unique; metric label and log name
 * @param source where it stands, such as {@code sidecache.yaml:52}
 * @param match which requests it takes
 * @param ttl the freshness lifetime of responses with a status of {@code statuses}
 * @param statuses the statuses stored for {@code ttl}
 * @param statusTtl further statuses with a lifetime of their own
 * @param scope for whom a stored response is
 * @param mode what is done with the decisions
 * @param key which parts of the request make the cache key
 * @param tags templates of the tags that its responses carry
 * @param policy the rest of what may be set per route
 */
public record Route(
    String name,
    String source,
    Matcher match,
    Ttl ttl,
    StatusSet statuses,
    Map<Integer, Ttl> statusTtl,
    Scope scope,
    Mode mode,
    KeyParts key,
    List<TagTemplate> tags,
    Policy policy) {

  /** The name of what no route takes, in logs and tags. */
  public static final String UNMATCHED = "-";

  public Route {
    statusTtl = Map.copyOf(statusTtl);
    tags = List.copyOf(tags);
  }

  /**
   * The route of requests that no other takes, where these are cached as the origin's fields say:
   * any path, GET and HEAD, every status that RFC 9111 lets be stored.
   */
  public static Route unmatched(Scope scope, Policy policy) {
    return everything(
        "defaults.unmatched",
        new Ttl.Origin(),
        StatusSet.of("2xx", "3xx", "4xx", "5xx"),
        scope,
        policy);
  }

  /**
   * The route by which requests that no other takes are observed: as a route for one caller each
   * would treat them.
   */
  public static Route observed(Policy policy) {
    Ttl minute = new Ttl.Fixed(Duration.ofMinutes(1));
    return everything("none matches", minute, StatusSet.of("200"), Scope.USER, policy)
        .withMode(Mode.OBSERVE);
  }

  private static Route everything(
      String source, Ttl ttl, StatusSet statuses, Scope scope, Policy policy) {
    return new Route(
        UNMATCHED,
        source,
        new Matcher(PathPattern.parse("/**"), Set.of("GET", "HEAD"), null),
        ttl,
        statuses,
        Map.of(),
        scope,
        Mode.SERVE,
        KeyParts.DEFAULT,
        List.of(),
        policy);
  }

  /** Whether it is that of {@link #observed}, which no mode makes serve. */
  public boolean isObservedOnly() {
    return name.equals(UNMATCHED) && ttl instanceof Ttl.Fixed;
  }

  /** The same route in another mode. */
  public Route withMode(Mode other) {
    return new Route(
        name, source, match, ttl, statuses, statusTtl, scope, other, key, tags, policy);
  }

  /** The same route with another lifetime. */
  public Route withTtl(Ttl other) {
    return new Route(
        name, source, match, other, statuses, statusTtl, scope, mode, key, tags, policy);
  }

  /**
   * Whether a request with this method reads, so that its response may be stored: GET, HEAD, QUERY,
   * and where content is part of the key, any method that is not one of change or of control.
   */
  public boolean reads(String method) {
    return switch (method) {
      case "GET", "HEAD", "QUERY" -> true;
      case "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT" -> false;
      default -> key.body() != null;
    };
  }

  /**
   * How the content of a request with this method counts; null: it does not. That of QUERY always
   * does. Source: RFC 10008, Section 2.
   */
  public KeyParts.@Nullable BodyKey bodyKey(String method) {
    return switch (method) {
      case "GET", "HEAD" -> null;
      case "QUERY" -> key.body() == null ? KeyParts.BodyKey.OF_QUERY : key.body();
      default -> key.body();
    };
  }

  /** The same route, its policy changed. */
  Route withPolicy(UnaryOperator<Policy> change) {
    Policy other = change.apply(policy);
    return new Route(name, source, match, ttl, statuses, statusTtl, scope, mode, key, tags, other);
  }

  /** The lifetime rule for a response status, or null if such responses are not stored. */
  public @Nullable Ttl ttlFor(int status) {
    Ttl own = statusTtl.get(status);
    if (own != null) {
      return own;
    }
    return statuses.contains(status) ? ttl : null;
  }

  /**
   * Which requests a route takes.
   *
   * @param path pattern of the decoded path
   * @param methods upper case; HEAD is taken where GET is
   * @param host the effective host, lower case; null: any
   */
  public record Matcher(PathPattern path, Set<String> methods, @Nullable String host) {
    public Matcher {
      methods = Set.copyOf(methods);
    }

    /** Whether method and host of a request are taken; nothing is said of the path. */
    boolean admits(RequestHead head) {
      return takesMethod(head.method()) && takesHost(head.authority());
    }

    /** The values of the path's named segments if a request is taken, else null. */
    public @Nullable Map<String, String> parameters(RequestHead head) {
      return admits(head) ? path.match(head.target().decodedPath()) : null;
    }

    private boolean takesMethod(String method) {
      return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
    }

    /** A host written without port takes every port. */
    private boolean takesHost(String authority) {
      return host == null
          || authority.equals(host)
          || (authority.startsWith(host) && isPort(authority, host.length()));
    }

    private static boolean isPort(String authority, int colon) {
      return authority.charAt(colon) == ':' && authority.indexOf(':', colon + 1) < 0;
    }

    /** Whether every request that {@code other} takes is one that this takes. */
    public boolean covers(Matcher other) {
      for (String method : other.methods) {
        if (!takesMethod(method)) {
          return false;
        }
      }
      return (host == null || host.equals(other.host)) && path.covers(other.path);
    }
  }

  /**
   * The settings of a route that have defaults for all routes.
   *
   * @param staleWhileRevalidate how long a stale response may be served while a new one is fetched
   *     (RFC 5861)
   * @param staleIfError how long a stale response may be served when the origin fails (RFC 5861)
   * @param coalesce whether equal simultaneous requests make one origin request
   * @param overrideOrigin whether the rule's TTL beats the lifetime that the origin gives
   * @param honourClientNoCache whether a client's {@code no-cache} forces validation
   * @param maxEntrySizeBytes larger responses are streamed and not stored
   * @param targets names of the targeted fields that are obeyed, the most applicable first (RFC
   *     9213)
   * @param upgrades protocols, in lower case, for which a connection may leave HTTP (RFC 9110,
   *     Section 7.8)
   * @param negotiation between which representations the origin distinguishes
   */
  public record Policy(
      Duration staleWhileRevalidate,
      Duration staleIfError,
      boolean coalesce,
      boolean overrideOrigin,
      boolean honourClientNoCache,
      long maxEntrySizeBytes,
      List<String> targets,
      Set<String> upgrades,
      Negotiation negotiation) {

    /** The targeted fields that are obeyed unless the operator names others. */
    public static final List<String> DEFAULT_TARGETS = List.of("CDN-Cache-Control");

    public static final Policy DEFAULT =
        new Policy(
            Duration.ZERO,
            Duration.ZERO,
            true,
            false,
            true,
            1 << 20,
            DEFAULT_TARGETS,
            Set.of(),
            Negotiation.NONE);

    public Policy {
      targets = List.copyOf(targets);
      upgrades = Set.copyOf(upgrades);
    }

    /** The same within what a store was opened for: no longer content, these targeted fields. */
    public Policy within(long longestBytes, List<String> storeTargets) {
      return new Policy(
          staleWhileRevalidate,
          staleIfError,
          coalesce,
          overrideOrigin,
          honourClientNoCache,
          Math.min(maxEntrySizeBytes, longestBytes),
          storeTargets,
          upgrades,
          negotiation);
    }
  }
}
