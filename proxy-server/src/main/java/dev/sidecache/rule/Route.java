package dev.sidecache.rule;

import dev.sidecache.http.RequestHead;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  public Route {
    statusTtl = Map.copyOf(statusTtl);
    tags = List.copyOf(tags);
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

    /** The values of the path's named segments if a request is taken, else null. */
    public @Nullable Map<String, String> parameters(RequestHead head) {
      boolean method =
          methods.contains(head.method())
              || (head.method().equals("HEAD") && methods.contains("GET"));
      if (!method || (host != null && !host.equals(head.authority()))) {
        return null;
      }
      return path.match(head.target().decodedPath());
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
   */
  public record Policy(
      Duration staleWhileRevalidate,
      Duration staleIfError,
      boolean coalesce,
      boolean overrideOrigin,
      boolean honourClientNoCache,
      long maxEntrySizeBytes) {

    public static final Policy DEFAULT =
        new Policy(Duration.ZERO, Duration.ZERO, true, false, true, 1 << 20);
  }
}
