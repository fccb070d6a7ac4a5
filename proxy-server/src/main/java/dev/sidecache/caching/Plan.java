package dev.sidecache.caching;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import dev.sidecache.rule.Ttl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that is decided from the request alone. Immutable. */
public final class Plan {
  private final RequestHead head;
  private final Match match;
  private final Identity identity;
  private final @Nullable Bypass bypass;
  private final @Nullable CacheKey key;
  // Made on first need: a hit never needs them. Made twice by two threads, they are equal; each is
  // immutable, so it may be seen through a race.
  private @Nullable List<Tag> tags;

  private Plan(
      RequestHead head,
      Match match,
      Identity identity,
      @Nullable Bypass bypass,
      @Nullable CacheKey key) {
    this.head = head;
    this.match = match;
    this.identity = identity;
    this.bypass = bypass;
    this.key = key;
  }

  /** A plan whose parts are known; see what they mean at those who give them. */
  public Plan(
      RequestHead head,
      Match match,
      Identity identity,
      @Nullable Bypass bypass,
      @Nullable CacheKey key,
      List<Tag> tags) {
    this(head, match, identity, bypass, key);
    this.tags = List.copyOf(tags);
  }

  /** The request. */
  public RequestHead head() {
    return head;
  }

  /** What the rules say of it. */
  public Match match() {
    return match;
  }

  /** Who asks. */
  public Identity identity() {
    return identity;
  }

  /** Why it is not looked up; null: it is. */
  public @Nullable Bypass bypass() {
    return bypass;
  }

  /**
   * What its stored response is found by; null if it is not looked up for another reason than its
   * route's mode.
   */
  public @Nullable CacheKey key() {
    return key;
  }

  /**
   * What its stored response carries as far as the request tells: epoch, route, URL, prefixes,
   * configured tags and their families; empty without a key.
   */
  public List<Tag> tags() {
    List<Tag> made = tags;
    if (made == null) {
      made = key == null ? List.of() : List.copyOf(RuleTags.carried(match, head, identity));
      tags = made;
    }
    return made;
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
      return new Plan(head, match, identity, bypass, null);
    }
    CacheKey key = CacheKey.of(match, head, identity, content);
    return new Plan(head, match, identity, Admission.mode(match), key);
  }

  /** What is decided of a request whose route is only observed, if it served. */
  public Plan asServed() {
    return with(match, null);
  }

  /** The same under its route with another lifetime, which no key shows. */
  public Plan withTtl(Ttl ttl) {
    Route route = match.route();
    return route == null ? this : with(match.withRoute(route.withTtl(ttl)), bypass);
  }

  private Plan with(Match other, @Nullable Bypass why) {
    Plan plan = new Plan(head, other, identity, why, key);
    plan.tags = tags;
    return plan;
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
    return new Plan(head, match, identity, reason, null);
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
