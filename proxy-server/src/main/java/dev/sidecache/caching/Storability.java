package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.MediaType;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.rule.NeverCache;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a response is stored, and for how long. Source: RFC 9111, Section 3.
 *
 * <p>The first reason against it counts, in this order:
 *
 * <ol>
 *   <li>{@link Refusal#CLIENT_NO_STORE}: the request forbids it;
 *   <li>{@link Refusal#STREAMING}: it is no message with an end: 101, an event stream, a media type
 *       that is never cached;
 *   <li>{@link Refusal#PARTIAL}: 206, Content-Range, or the answer to HEAD, which has no content;
 *   <li>{@link Refusal#NO_STORE}: its directives forbid it, and {@code must-understand} does not
 *       lift that;
 *   <li>{@link Refusal#PRIVATE}: it is for one user, and would be stored for more;
 *   <li>{@link Refusal#SET_COOKIE};
 *   <li>{@link Refusal#VARY_STAR};
 *   <li>{@link Refusal#AUTHORIZATION}: the request was authorised, and neither rule nor response
 *       permit sharing the answer;
 *   <li>{@link Refusal#STATUS}: not one that rule or origin let be stored;
 *   <li>{@link Refusal#NO_LIFETIME}: it could never be served;
 *   <li>{@link Refusal#TOO_LARGE};
 *   <li>{@link Refusal#TOO_MANY_TAGS}.
 * </ol>
 */
public final class Storability {
  /** How long a response with a validator is kept when it is stale, at least and at most. */
  private static final Duration LEAST_VALIDATION = Duration.ofMinutes(10);

  private static final Duration MOST_VALIDATION = Duration.ofDays(1);

  /** Longer lifetimes end here: nothing is kept for ever. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final Plan plan;
  private final ResponseHead head;
  private final CacheControl directives;
  private final boolean hasContent;
  private final boolean perIdentity;

  private Storability(Plan plan, ResponseHead head, CacheControl directives, boolean hasContent) {
    this.plan = plan;
    this.hasContent = hasContent;
    this.head = head;
    this.directives = directives;
    this.perIdentity = Terms.isPerIdentity(plan);
  }

  /**
   * The verdict on a response.
   *
   * @param head as received
   * @param requestTime when the request was sent
   * @param responseTime when the head came
   * @param lengthBytes length of the content, -1 if unknown
   */
  public static Verdict decide(
      Plan plan, ResponseHead head, Instant requestTime, Instant responseTime, long lengthBytes) {
    CacheControl directives = CacheControl.parse(head.fields(), Terms.policy(plan).targets());
    boolean hasContent = !plan.head().method().equals("HEAD");
    Storability response = new Storability(plan, head, directives, hasContent);
    Refusal refusal = response.refusal();
    return refusal == null
        ? response.keep(response.stored(requestTime, responseTime), lengthBytes)
        : new Refuse(refusal);
  }

  /**
   * The verdict on a stored response that the origin has confirmed: its answer may forbid to keep
   * it.
   *
   * @param freshened its head, updated by the 304, or by the answer to HEAD
   * @param lengthBytes length of its content
   */
  public static Verdict confirmed(Plan plan, StoredHead freshened, long lengthBytes) {
    Storability response = new Storability(plan, freshened.head(), freshened.directives(), true);
    Refusal refusal = response.refusal();
    return refusal == null ? response.keep(freshened, lengthBytes) : new Refuse(refusal);
  }

  private Verdict keep(StoredHead stored, long lengthBytes) {
    Duration lifetime = lifetime(stored);
    Duration grace = lifetime == null ? Duration.ZERO : grace(stored, lifetime);
    if (lifetime == null || (lifetime.isZero() && grace.isZero())) {
      return new Refuse(Refusal.NO_LIFETIME);
    }
    if (lengthBytes > Terms.policy(plan).maxEntrySizeBytes()) {
      return new Refuse(Refusal.TOO_LARGE);
    }
    List<Tag> declared = DeclaredTags.of(plan, head.fields());
    return declared == null
        ? new Refuse(Refusal.TOO_MANY_TAGS)
        : new Store(
            stored,
            shorter(lifetime, LONGEST),
            shorter(grace, LONGEST),
            Vary.of(head),
            declared,
            isScanned());
  }

  private @Nullable Refusal refusal() {
    if (RequestDirectives.parse(plan.head().fields()).noStore()) {
      return Refusal.CLIENT_NO_STORE;
    }
    if (isStreaming()) {
      return Refusal.STREAMING;
    }
    if (isPartial()) {
      return Refusal.PARTIAL;
    }
    if (forbidsStoring()) {
      return Refusal.NO_STORE;
    }
    if (directives.isPrivate() && !perIdentity) {
      return Refusal.PRIVATE;
    }
    Fields fields = head.fields();
    if (fields.contains("Set-Cookie") || fields.contains("Set-Cookie2")) {
      return Refusal.SET_COOKIE;
    }
    Vary vary = Vary.of(fields);
    if (vary != null && vary.isStar()) {
      return Refusal.VARY_STAR;
    }
    if (isUnsharedAuthorization()) {
      return Refusal.AUTHORIZATION;
    }
    return isStatusStored() ? null : Refusal.STATUS;
  }

  private boolean isStreaming() {
    String type = MediaType.essence(head.fields());
    return head.status() == 101
        || type.equals("text/event-stream")
        || type.equals("multipart/x-mixed-replace")
        || never().contentTypes().contains(type);
  }

  private boolean isPartial() {
    return !hasContent || head.status() == 206 || head.fields().contains("Content-Range");
  }

  private boolean forbidsStoring() {
    boolean lifted = directives.mustUnderstand() && Statuses.isUnderstood(head.status());
    return directives.noStore() && !lifted;
  }

  private boolean isUnsharedAuthorization() {
    if (!plan.head().fields().contains("Authorization") || perIdentity) {
      return false;
    }
    boolean byRule =
        Terms.isSharedScope(plan) && Terms.ttl(plan.route(), head.status()) instanceof Ttl.Fixed;
    return !byRule && !directives.permitsAuthorization();
  }

  private boolean isStatusStored() {
    int status = head.status();
    Ttl ttl = Terms.ttl(plan.route(), status);
    boolean complete = status >= 200 && status != 304;
    boolean understood = !directives.mustUnderstand() || Statuses.isUnderstood(status);
    if (ttl == null || !complete || !understood) {
      return false;
    }
    return ttl instanceof Ttl.Fixed || isStatusStoredByOrigin();
  }

  /** What must be said for a status that is not cacheable by itself. RFC 9111, Section 3. */
  private boolean isStatusStoredByOrigin() {
    return Statuses.isHeuristicallyCacheable(head.status())
        || directives.isPublic()
        || directives.isPrivate()
        || directives.maxAge() != null
        || directives.sMaxage() != null
        || (!directives.targeted() && head.fields().contains("Expires"));
  }

  private StoredHead stored(Instant requestTime, Instant responseTime) {
    Duration age = Freshness.correctedInitialAge(head.fields(), requestTime, responseTime);
    Fields fields = Storing.storable(head.fields(), directives, perIdentity);
    ResponseHead kept = head.withFields(Storing.dated(fields, responseTime));
    return new StoredHead(kept, responseTime, age, Terms.policy(plan).targets());
  }

  /** How long it is fresh from now on; null if nothing gives it a lifetime. */
  private @Nullable Duration lifetime(StoredHead stored) {
    Ttl ttl = Terms.ttl(plan.route(), head.status());
    if (ttl instanceof Ttl.Fixed fixed && fixed.lifetime().isZero()) {
      return null;
    }
    if (mustValidate()) {
      return Duration.ZERO;
    }
    boolean given =
        ttl instanceof Ttl.Fixed
            || stored.explicitLifetime() != null
            || stored.heuristicLifetime() != null;
    Duration left = Freshness.of(stored, plan, stored.responseTime()).ttl();
    return !given ? null : left.isNegative() ? Duration.ZERO : left;
  }

  private boolean mustValidate() {
    return directives.noCache() && !Terms.overridesOrigin(plan.route(), head.status());
  }

  /** How long it is of use when it is stale: to be served so, or to be validated. */
  private Duration grace(StoredHead stored, Duration lifetime) {
    Duration grace = Duration.ZERO;
    if (!directives.forbidsStale() && !mustValidate()) {
      Duration revalidate = directives.staleWhileRevalidate();
      Duration error = directives.staleIfError();
      grace =
          longer(
              revalidate == null ? Terms.policy(plan).staleWhileRevalidate() : revalidate,
              error == null ? Terms.policy(plan).staleIfError() : error);
    }
    if (stored.originEtag() != null || stored.lastModified() != null) {
      grace = longer(grace, longer(shorter(lifetime, MOST_VALIDATION), LEAST_VALIDATION));
    }
    return grace;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private boolean isScanned() {
    return !never().responseFields().isEmpty()
        && MediaType.isJson(MediaType.essence(head.fields()));
  }

  private NeverCache never() {
    return plan.match().never();
  }

  /** Whether a response is stored; {@link #carryOut} calls the method that fits. */
  public sealed interface Verdict {
    void carryOut(Actions actions);
  }

  /**
   * It is stored.
   *
   * @param stored what is known of it
   * @param lifetime how long it is fresh from now on; zero if each use is validated
   * @param grace how long it is kept after that
   * @param vary by which request fields it is told from others; null: by none
   * @param declaredTags tags, and their families, that it declares and the plan does not have
   * @param scanForSensitiveFields whether its content is JSON that must be looked through first
   */
  public record Store(
      StoredHead stored,
      Duration lifetime,
      Duration grace,
      @Nullable Vary vary,
      List<Tag> declaredTags,
      boolean scanForSensitiveFields)
      implements Verdict {
    public Store {
      declaredTags = List.copyOf(declaredTags);
    }

    /** The same verdict on the response with another head. */
    public Store withStored(StoredHead other) {
      return new Store(other, lifetime, grace, vary, declaredTags, scanForSensitiveFields);
    }

    @Override
    public void carryOut(Actions actions) {
      actions.store(this);
    }
  }

  /** It is not stored. */
  public record Refuse(Refusal reason) implements Verdict {
    @Override
    public void carryOut(Actions actions) {
      actions.refuse(this);
    }
  }

  /** One method per verdict. */
  public interface Actions {
    void store(Store verdict);

    void refuse(Refuse verdict);
  }
}
