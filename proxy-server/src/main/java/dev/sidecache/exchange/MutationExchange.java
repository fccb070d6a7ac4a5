package dev.sidecache.exchange;

import dev.sidecache.caching.Fwd;
import dev.sidecache.caching.Invalidation;
import dev.sidecache.caching.Mutation;
import dev.sidecache.caching.Tag;
import dev.sidecache.consistency.MutationGuard;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Problem;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that may change data: mark what it may touch, forward, and let the answer go only when
 * what it touched is invalid everywhere. Source: consistency.md, Section 6; RFC 9111, Section 4.4.
 */
final class MutationExchange implements MutationGuard.Marked, Responder {
  private static final Problem UNMARKED =
      new Problem(
          503,
          "Service Unavailable",
          "the change cannot be announced to the other instances of the cache; try again",
          "unmarked",
          1);

  private final GatewayParts parts;
  private final Supplier<@Nullable Mutation> later;
  private final Exchange exchange;
  private final Mutation mutation;
  private final Body body;
  private @Nullable MutationGuard guard;

  /** The answer while it waits for its release. */
  private @Nullable Response held;

  private boolean gone;

  /**
   * What a mutation works with.
   *
   * @param gateway what the path works with
   * @param later what the request changes under rules that came into force since it began; null:
   *     none did
   */
  record Parts(GatewayParts gateway, Supplier<@Nullable Mutation> later) {}

  MutationExchange(Parts parts, Exchange exchange, Mutation mutation, Body body) {
    this.parts = parts.gateway();
    this.later = parts.later();
    this.exchange = exchange;
    this.mutation = mutation;
    this.body = body;
  }

  void start() {
    if (mutation.needsMark()) {
      guard = parts.mutations().begin(mutation.tags(), exchange.loop());
      guard.mark(this);
    } else {
      proceed();
    }
  }

  @Override
  public void proceed() {
    exchange.onGone(this::clientGone);
    parts.origin().serve(exchange.toOrigin(exchange.head(), body), this);
  }

  @Override
  public void rejected() {
    body.cancel();
    exchange.fail(new ProblemException(UNMARKED, "not marked"), exchange.cacheStatus(Fwd.METHOD));
  }

  /** NB: the origin's request goes on: what it changes must be known, whoever is left to hear. */
  private void clientGone() {
    gone = true;
    if (guard != null) {
      guard.clientGone();
    }
    if (held != null) {
      held.body().cancel();
    }
  }

  @Override
  public void onGone(Runnable action) {}

  @Override
  public void informational(ResponseHead head) {
    exchange.informational(head);
  }

  @Override
  public void respond(Response response) {
    exchange.originAnswered(response.status());
    List<Tag> changed = mutation.changedBy(response.status());
    List<Tag> named =
        Invalidation.of(exchange.head(), response.head()) instanceof Invalidation.Changed found
            ? found.tags()
            : List.of();
    tellObservers(response.status(), changed, named);
    Mutation now = later.get();
    List<Tag> more = now == null ? named : with(named, now.changedBy(response.status()));
    if (gone) {
      response.body().cancel();
    } else {
      held = response;
    }
    Release release = new Release(response, null);
    if (guard != null) {
      boolean kept = changed.isEmpty() && more.isEmpty();
      guard.finish(
          kept ? MutationGuard.Outcome.KEPT : MutationGuard.Outcome.CHANGED, more, release);
    } else if (more.isEmpty()) {
      release.release();
    } else {
      parts
          .mutations()
          .begin(more, exchange.loop())
          .finish(MutationGuard.Outcome.CHANGED, List.of(), release);
    }
  }

  private static List<Tag> with(List<Tag> some, List<Tag> others) {
    List<Tag> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  @Override
  public void fail(Throwable cause) {
    exchange.originFailed(cause);
    Release release = new Release(null, cause);
    boolean inDoubt = OriginOutcome.isInDoubt(cause);
    Mutation now = inDoubt ? later.get() : null;
    List<Tag> more = now == null ? List.of() : now.tags();
    if (guard == null && more.isEmpty()) {
      release.release();
      return;
    }
    MutationGuard ending =
        guard == null ? parts.mutations().begin(List.of(), exchange.loop()) : guard;
    ending.finish(
        inDoubt ? MutationGuard.Outcome.IN_DOUBT : MutationGuard.Outcome.KEPT, more, release);
  }

  private void tellObservers(int status, List<Tag> changed, List<Tag> named) {
    ExchangeObserver observer = parts.observer();
    observer.mutated(exchange.head(), status);
    for (Mutation.Touch touch : mutation.actingOn(status)) {
      observer.invalidated("rule", touch.rule().rule().name(), touch.tags());
    }
    if (!mutation.own().isEmpty() && changed.containsAll(mutation.own())) {
      observer.invalidated("method", "-", mutation.own());
    }
    if (!named.isEmpty()) {
      observer.invalidated("header", "-", named);
    }
  }

  /** What goes out once the invalidation has taken effect. */
  private final class Release implements MutationGuard.Released {
    private final @Nullable Response response;
    private final @Nullable Throwable cause;

    Release(@Nullable Response response, @Nullable Throwable cause) {
      this.response = response;
      this.cause = cause;
    }

    @Override
    public void release() {
      held = null;
      if (gone) {
        return;
      }
      if (response != null) {
        exchange.respond(
            parts.forClient(response),
            exchange.cacheStatus(Fwd.METHOD).withFwdStatus(response.status()));
      } else {
        exchange.fail(Objects.requireNonNull(cause), exchange.cacheStatus(Fwd.METHOD));
      }
    }

    @Override
    public void breakOff() {
      held = null;
      if (response != null) {
        response.body().cancel();
      }
      exchange.breakOff();
    }
  }
}
