package dev.sidecache.caching;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a stored response answers a request. A client may narrow what is reused, never widen it
 * beyond what response and route permit. Source: RFC 9111, Section 4; RFC 5861.
 */
public final class Reuse {
  private Reuse() {}

  /**
   * What to do with a request. Stale responses are served while a new one is fetched if the
   * response permits it, or, where it says nothing of it, the route; never if the response forbids
   * it, and never after the caller's credential has expired.
   */
  public static Decision decide(Plan plan, Lookup lookup, Instant now) {
    Bypass bypass = plan.bypass();
    if (bypass != null) {
      return new Forward(bypass == Bypass.METHOD ? Fwd.METHOD : Fwd.BYPASS, bypass);
    }
    return lookup.carry(new Choice(plan, accepted(plan), now));
  }

  /**
   * Whether what a lookup found may be served although it is not known to be fresh, because the
   * origin could not be reached or failed (see {@link #isOriginFailure}); never if it is not
   * current. Source: RFC 9111, Section 4.2.4; RFC 5861, Section 4.
   */
  public static boolean onOriginFailure(Plan plan, Lookup.Found found, Instant now) {
    StoredHead stored = found.head();
    boolean usable = found.current() && !isUnconfirmable(plan, stored, now);
    if (!usable || isForOrigin(plan.head().fields())) {
      return false;
    }
    RequestDirectives accepted = accepted(plan);
    Freshness freshness = Freshness.of(stored, plan, now);
    if (freshness.isFresh()) {
      return accepted.accept(freshness);
    }
    Duration window = window(stored.directives().staleIfError(), Terms.policy(plan).staleIfError());
    Duration wanted = accepted.staleIfError();
    return isStaleFor(stored, freshness, window)
        && accepted.acceptStale(freshness)
        && (wanted == null || freshness.staleness().compareTo(wanted) <= 0);
  }

  /** Whether an answer with this status counts as a failure of the origin. */
  public static boolean isOriginFailure(int status) {
    return Statuses.isOriginFailure(status);
  }

  /** Whether the client wants nothing from the origin. RFC 9111, Section 5.2.1.7. */
  public static boolean wantsOnlyStored(RequestHead head) {
    return head.isRetrieval() && RequestDirectives.parse(head.fields()).onlyIfCached();
  }

  private static RequestDirectives accepted(Plan plan) {
    RequestDirectives directives = RequestDirectives.parse(plan.head().fields());
    boolean ignored = directives.isReload() && !Terms.policy(plan).honourClientNoCache();
    return ignored ? directives.withoutReload() : directives;
  }

  /** Whether nothing but an answer of the origin will do. */
  private static boolean isUnconfirmable(Plan plan, StoredHead stored, Instant now) {
    Duration credential = Terms.credentialLeft(plan, now);
    return mustValidate(plan, stored) || (credential != null && credential.isZero());
  }

  private static boolean mustValidate(Plan plan, StoredHead stored) {
    return stored.directives().noCache()
        && !Terms.overridesOrigin(plan.route(), stored.head().status());
  }

  /**
   * Whether the origin's answer to a request with these fields could be about all of what is
   * stored: neither of a part, nor of a precondition that only the origin evaluates.
   */
  public static boolean asksForWhole(Fields fields) {
    return !fields.contains("Range") && !isForOrigin(fields);
  }

  /**
   * Whether a request carries preconditions that only an origin evaluates. A cache could ignore
   * them; the client is better served by the one that can tell. RFC 9111, Section 4.3.2.
   */
  private static boolean isForOrigin(Fields fields) {
    return fields.contains("If-Match") || fields.contains("If-Unmodified-Since");
  }

  private static Duration window(@Nullable Duration response, Duration route) {
    return response == null ? route : response;
  }

  private static boolean isStaleFor(StoredHead stored, Freshness freshness, Duration window) {
    return !stored.directives().forbidsStale() && freshness.staleness().compareTo(window) < 0;
  }

  /** What to do; {@link #carryOut} calls the method that fits. */
  public sealed interface Decision {
    void carryOut(Actions actions);
  }

  /**
   * Answer with the stored response.
   *
   * @param head what is known of it
   * @param ttlSeconds what remains of its lifetime; negative if it is stale
   * @param stale whether it is stale
   */
  public record Serve(StoredHead head, long ttlSeconds, boolean stale) implements Decision {
    @Override
    public void carryOut(Actions actions) {
      actions.serve(this);
    }
  }

  /** Answer with the stored response and fetch a new one behind the client's back. */
  public record ServeWhileRevalidating(StoredHead head, long ttlSeconds, boolean stale)
      implements Decision {
    @Override
    public void carryOut(Actions actions) {
      actions.serveWhileRevalidating(this);
    }
  }

  /**
   * Ask the origin whether the stored response is still right.
   *
   * @param head what is known of it
   * @param fwd why it is not served
   * @param current whether it may be confirmed by its date too, not by its entity tag alone
   */
  public record Validate(StoredHead head, Fwd fwd, boolean current) implements Decision {
    @Override
    public void carryOut(Actions actions) {
      actions.validate(this);
    }
  }

  /**
   * Ask the origin for a response.
   *
   * @param fwd why
   * @param bypass why the cache was not asked, if so
   */
  public record Forward(Fwd fwd, @Nullable Bypass bypass) implements Decision {
    public Forward(Fwd fwd) {
      this(fwd, null);
    }

    @Override
    public void carryOut(Actions actions) {
      actions.forward(this);
    }
  }

  /** Answer 504: the client wants nothing from the origin. RFC 9111, Section 5.2.1.7. */
  public record Unsatisfiable() implements Decision {
    @Override
    public void carryOut(Actions actions) {
      actions.unsatisfiable(this);
    }
  }

  /** One method per decision. */
  public interface Actions {
    void serve(Serve decision);

    void serveWhileRevalidating(ServeWhileRevalidating decision);

    void validate(Validate decision);

    void forward(Forward decision);

    void unsatisfiable(Unsatisfiable decision);
  }

  /** The decision for each outcome of a lookup. */
  private record Choice(Plan plan, RequestDirectives accepted, Instant now)
      implements Lookup.Cases<Decision> {

    @Override
    public Decision found(Lookup.Found found) {
      StoredHead stored = found.head();
      if (!found.current() || isUnconfirmable(plan, stored, now)) {
        return validate(found, Fwd.STALE);
      }
      Freshness freshness = Freshness.of(stored, plan, now);
      boolean forOrigin = isForOrigin(plan.head().fields());
      if (freshness.isFresh()) {
        return accepted.accept(freshness) && !forOrigin
            ? new Serve(stored, freshness.ttlSeconds(), false)
            : validate(found, Fwd.REQUEST);
      }
      Duration window =
          window(
              stored.directives().staleWhileRevalidate(),
              Terms.policy(plan).staleWhileRevalidate());
      boolean permitted = isStaleFor(stored, freshness, window) && !forOrigin;
      return permitted && accepted.acceptStale(freshness)
          ? new ServeWhileRevalidating(stored, freshness.ttlSeconds(), true)
          : validate(found, Fwd.STALE);
    }

    @Override
    public Decision uriMiss() {
      return forward(new Forward(Fwd.URI_MISS));
    }

    @Override
    public Decision varyMiss() {
      return forward(new Forward(Fwd.VARY_MISS));
    }

    @Override
    public Decision unavailable(Lookup.Unavailable unavailable) {
      return forward(new Forward(Fwd.BYPASS, unavailable.reason()));
    }

    private Decision validate(Lookup.Found found, Fwd fwd) {
      boolean byEtag = found.head().originEtag() != null;
      boolean byDate = found.current() && found.head().lastModified() != null;
      // A second set of preconditions would change what the client's own mean.
      return (byEtag || byDate) && !isForOrigin(plan.head().fields())
          ? forward(new Validate(found.head(), fwd, found.current()))
          : forward(new Forward(fwd));
    }

    /** The decision, unless the client wants nothing from the origin. */
    private Decision forward(Decision decision) {
      return accepted.onlyIfCached() ? new Unsatisfiable() : decision;
    }
  }
}
