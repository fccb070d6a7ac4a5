package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is decided from the request alone.
 *
 * @param head the request
 * @param match what the rules say of it
 * @param identity who asks
 * @param bypass why it is not looked up; null: it is
 * @param key what its stored response is found by; null exactly if it is not looked up
 * @param tags what its stored response carries as far as the request tells: epoch, route, URL,
 *     prefixes, configured tags and their families; empty if it is not looked up
 */
public record Plan(
    RequestHead head,
    Match match,
    Identity identity,
    @Nullable Bypass bypass,
    @Nullable CacheKey key,
    List<Tag> tags) {

  public Plan {
    tags = List.copyOf(tags);
  }

  /**
   * The plan for a request.
   *
   * @param content canonical content where {@link #bodyKey} says that it counts; null: it does not,
   *     or it is too large or cannot be read, and the request is not looked up
   */
  public static Plan of(
      Match match, RequestHead head, Identity identity, byte @Nullable [] content) {
    Bypass bypass = Admission.refusal(match, head);
    if (bypass == null && content == null && Admission.bodyKey(match, head) != null) {
      bypass = Bypass.BODY_TOO_LARGE;
    }
    if (bypass != null) {
      return new Plan(head, match, identity, bypass, null, List.of());
    }
    CacheKey key = CacheKey.of(match, head, identity, content);
    return new Plan(head, match, identity, null, key, RuleTags.carried(match, head, identity));
  }

  /**
   * How the content of a request counts for its key, so that it must be read before the plan is
   * made; null: it does not, or the request is not looked up anyway.
   */
  public static KeyParts.@Nullable BodyKey bodyKey(Match match, RequestHead head) {
    return Admission.refusal(match, head) == null ? Admission.bodyKey(match, head) : null;
  }

  /** The longest content that its route stores; 0 without one. */
  public long maxEntrySizeBytes() {
    Route route = match.route();
    return route == null ? 0 : route.policy().maxEntrySizeBytes();
  }

  /** The same request, not looked up for this reason. */
  public Plan bypassedFor(Bypass reason) {
    return new Plan(head, match, identity, reason, null, List.of());
  }

  public @Nullable Route route() {
    return match.route();
  }

  /** The route's name; {@code -} without one. */
  public String routeName() {
    Route route = match.route();
    return route == null ? "-" : route.name();
  }
}
