package dev.sidecache.exchange;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.CacheStatus;
import dev.sidecache.caching.Freshness;
import dev.sidecache.caching.Fwd;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Reuse;
import dev.sidecache.caching.Tier;
import dev.sidecache.caching.Validation;
import dev.sidecache.caching.Vary;
import dev.sidecache.consistency.CheckedStore;
import dev.sidecache.consistency.FetchStamp;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.ProblemException;
import dev.sidecache.message.Problems;
import dev.sidecache.message.Request;
import dev.sidecache.message.Response;
import dev.sidecache.rule.Route;
import dev.sidecache.store.StoredResponse;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request that may be answered from the cache: look up, decide, and serve, validate or forward.
 * Source: RFC 9111, Section 4.
 */
final class ReadExchange
    implements CheckedStore.LookupHandler, Reuse.Actions, Fetch.Receiver, RequestCollapser.Waiter {
  private final GatewayParts parts;
  private final Exchange exchange;
  private final Plan plan;
  private final Body body;

  /**
   * What was found; this exchange owns the reference to its response until it is served or let go.
   */
  private @Nullable StoredResponse found;

  private @Nullable Lookup lookup;
  private @Nullable FetchStamp stamp;
  private Fwd fwd = Fwd.URI_MISS;
  private @Nullable Fetch fetch;
  private @Nullable Future<?> patience;
  private boolean waiting;

  ReadExchange(GatewayParts parts, Exchange exchange, Plan plan, Body body) {
    this.parts = parts;
    this.exchange = exchange;
    this.plan = plan;
    this.body = body;
  }

  void start() {
    Refusal refusal = parts.remembered(plan);
    if (refusal != null && !Reuse.wantsOnlyStored(exchange.head())) {
      exchange.result(CacheResult.MISS, refusal.word());
      new PassingExchange(parts, exchange, body).start(Fwd.MISS);
      return;
    }
    parts.store().lookup(plan, exchange.loop(), this);
  }

  @Override
  public void done(CheckedStore.CheckedLookup result) {
    found = result.response();
    stamp = result.stamp();
    lookup = result.lookup();
    parts.observer().lookedUp(result.lookup());
    if (result.lookup() instanceof Lookup.Unavailable unavailable
        && !Reuse.wantsOnlyStored(exchange.head())) {
      exchange.result(CacheResult.BYPASS, unavailable.reason().word());
      new PassingExchange(parts, exchange, body).start(Fwd.BYPASS);
      return;
    }
    Reuse.decide(plan, result.lookup(), parts.clock().instant()).carryOut(this);
  }

  @Override
  public void serve(Reuse.Serve decision) {
    body.cancel();
    if (StoredAnswer.isTooDear(parts, foundResponse())) {
      letGo();
      parts.budget().refused();
      exchange.fail(
          new ProblemException(Problems.IN_FLIGHT_LIMIT, "not kept in memory"),
          CacheStatus.forwarded(Fwd.MISS));
      return;
    }
    serve(decision.ttlSeconds(), decision.stale() ? CacheResult.STALE : CacheResult.HIT);
  }

  @Override
  public void serveWhileRevalidating(Reuse.ServeWhileRevalidating decision) {
    StoredResponse response = foundResponse();
    FetchStamp under = stamp;
    if (under != null && response.tryAcquire()) {
      RequestHead head = exchange.head();
      RequestHead whole = head.method().equals("HEAD") ? head.withMethod("GET") : head;
      boolean asks = head.isRetrieval();
      Fields fields =
          asks
              ? Validation.conditional(head, response.head(), true)
              : Validation.unconditional(head);
      if (!asks) {
        response.release();
      }
      Request request = exchange.toOrigin(whole.withFields(fields), body);
      BackgroundFetch.start(
          parts, new Fetch.Order(plan, request, under, asks ? response : null, fetching(under)));
    } else {
      body.cancel();
    }
    serve(decision.ttlSeconds(), CacheResult.STALE);
  }

  private void serve(long ttlSeconds, CacheResult result) {
    StoredResponse response = foundResponse();
    found = null;
    Tier tier = ((Lookup.Found) Objects.requireNonNull(lookup)).tier();
    Freshness freshness = Freshness.of(response.head(), plan, parts.clock().instant());
    exchange.result(result, null).stored(tier.word(), freshness.ageSeconds(), ttlSeconds);
    RequestHead head = exchange.head();
    if (result == CacheResult.STALE) {
      exchange.respond(
          StoredAnswer.of(parts, head, response, freshness), CacheStatus.staleHit(ttlSeconds));
    } else {
      Fields told = parts.hitFields().of(freshness.ageSeconds(), ttlSeconds, tier);
      exchange.respond(StoredAnswer.of(parts, head, response, told));
    }
    parts.saved(plan);
  }

  @Override
  public void validate(Reuse.Validate decision) {
    fwd = decision.fwd();
    RequestHead head = exchange.head();
    StoredResponse response = foundResponse();
    if (isConfirmedBy(head, decision) && response.tryAcquire()) {
      Fields fields = Validation.conditional(head, response.head(), decision.current());
      fetchOrJoin(head.withFields(fields), response);
    } else {
      fetchOrJoin(head.withFields(Validation.unconditional(head)), null);
    }
  }

  /**
   * NB: a precondition makes another method fail instead of confirming what is stored; and the
   * answer to HEAD can only confirm what is current.
   */
  private static boolean isConfirmedBy(RequestHead head, Reuse.Validate decision) {
    return head.isRetrieval() && (decision.current() || !head.method().equals("HEAD"));
  }

  @Override
  public void forward(Reuse.Forward decision) {
    fwd = decision.fwd();
    RequestHead head = exchange.head();
    fetchOrJoin(head.withFields(Validation.unconditional(head)), null);
  }

  @Override
  public void unsatisfiable(Reuse.Unsatisfiable decision) {
    body.cancel();
    letGo();
    exchange.unsatisfiable();
  }

  private void fetchOrJoin(RequestHead head, @Nullable StoredResponse validating) {
    FetchStamp under = stamp;
    boolean asksHead = head.method().equals("HEAD");
    if (under == null
        || !Reuse.asksForWhole(exchange.head().fields())
        || (asksHead && validating == null)) {
      releaseIfAny(validating);
      goAlone();
      return;
    }
    Route route = plan.route();
    boolean coalesce = route != null && route.policy().coalesce() && !asksHead;
    RequestCollapser.Fetching fetching = coalesce ? fetching(under) : null;
    exchange.onGone(this::clientGone);
    if (fetching != null && parts.collapser().joinOrLead(fetching, this)) {
      releaseIfAny(validating);
      waiting = true;
      patience =
          exchange
              .loop()
              .schedule(
                  this::impatient, parts.settings().patience().toNanos(), TimeUnit.NANOSECONDS);
      return;
    }
    Request request = exchange.toOrigin(head, body);
    Fetch led = new Fetch(parts, new Fetch.Order(plan, request, under, validating, fetching), this);
    fetch = led;
    if (fwd == Fwd.REQUEST) {
      led.start();
    } else {
      led.startInTurn();
    }
  }

  private RequestCollapser.Fetching fetching(FetchStamp under) {
    return new RequestCollapser.Fetching(Objects.requireNonNull(plan.key()), under);
  }

  @Override
  public ScheduledExecutorService loop() {
    return exchange.loop();
  }

  @Override
  public void collapsed(RequestCollapser.Outcome outcome) {
    if (outcome instanceof RequestCollapser.Outcome.Shared shared) {
      collapsedTo(shared.response(), shared.leader());
    } else if (waiting && outcome instanceof RequestCollapser.Outcome.OriginFailed) {
      waiting = false;
      stopPatience();
      if (prefersStored(0)) {
        serveAfterFailure();
      } else {
        goAlone();
      }
    } else if (waiting) {
      goAlone();
    }
  }

  private void collapsedTo(StoredResponse response, FetchStamp leader) {
    if (!waiting) {
      response.release();
      return;
    }
    FetchStamp own = Objects.requireNonNull(stamp);
    if (!own.mayTake(leader, response.stamp()) || !isForUs(response)) {
      response.release();
      goAlone();
      return;
    }
    waiting = false;
    stopPatience();
    body.cancel();
    filled(response);
  }

  @Override
  public void filled(StoredResponse response) {
    letGo();
    Freshness freshness = Freshness.of(response.head(), plan, parts.clock().instant());
    exchange
        .result(CacheResult.COALESCED, null)
        .stored(null, freshness.ageSeconds(), freshness.ttlSeconds());
    exchange.respond(
        StoredAnswer.of(parts, exchange.head(), response, freshness),
        CacheStatus.forwarded(fwd).asCollapsed());
    parts.saved(plan);
  }

  /** Whether the response, which may vary, is the one that this request selects. */
  private boolean isForUs(StoredResponse response) {
    Vary vary = Vary.of(response.head().head());
    CacheKey base = Objects.requireNonNull(plan.key());
    CacheKey own =
        vary == null ? base : CacheKey.variant(base, vary.names(), exchange.head().fields());
    return own.equals(response.key());
  }

  /** The other's fetch takes longer than one would wait for the origin itself. */
  private void impatient() {
    if (waiting) {
      goAlone();
    }
  }

  private void goAlone() {
    waiting = false;
    stopPatience();
    StoredResponse stored = found;
    found = null;
    releaseIfAny(stored);
    exchange.result(CacheResult.MISS, null);
    new PassingExchange(parts, exchange, body).start(fwd);
  }

  private void clientGone() {
    waiting = false;
    stopPatience();
    letGo();
    Fetch led = fetch;
    if (led == null) {
      body.cancel();
    } else {
      led.receiverGone();
    }
  }

  @Override
  public void informational(ResponseHead head) {
    exchange.informational(head);
  }

  @Override
  public boolean prefersStored(int status) {
    StoredResponse response = found;
    return response != null
        && lookup instanceof Lookup.Found known
        && (status == 0 || Reuse.isOriginFailure(status))
        && Reuse.onOriginFailure(plan, known, parts.clock().instant());
  }

  @Override
  public void answered(Response response, Fate fate) {
    letGo();
    exchange.originAnswered(response.status());
    parts.learned(plan, exchange.originNanos());
    exchange
        .result(CacheResult.MISS, fate.refusal() == null ? null : fate.refusal().word())
        .stored(null, -1, fate.refusal() == null ? fate.lifetimeSeconds() : Long.MIN_VALUE);
    Response answer = ConditionalAnswer.of(exchange.head(), response, fate, exchange.arrival());
    exchange.respond(parts.forClient(answer), fetched(response.status(), fate));
  }

  @Override
  public void confirmed(StoredResponse freshened, ResponseHead by, Fate fate) {
    letGo();
    exchange.originAnswered(304);
    Freshness freshness = Freshness.of(freshened.head(), plan, parts.clock().instant());
    exchange
        .result(CacheResult.REVALIDATED, fate.refusal() == null ? null : fate.refusal().word())
        .stored(null, freshness.ageSeconds(), fate.lifetimeSeconds());
    Response answer = StoredAnswer.of(parts, exchange.head(), freshened, freshness);
    exchange.respond(ConditionalAnswer.withCookies(answer, by), fetched(304, fate));
    parts.saved(plan);
  }

  @Override
  public void failed(Throwable cause) {
    exchange.originFailed(cause);
    if (prefersStored(0)) {
      serveAfterFailure();
    } else {
      letGo();
      exchange.fail(cause, CacheStatus.forwarded(fwd));
    }
  }

  private CacheStatus fetched(int status, Fate fate) {
    CacheStatus known = CacheStatus.forwarded(fwd).withFwdStatus(status);
    return fate.refusal() == null
        ? known.asStored(fate.lifetimeSeconds())
        : known.asRefused(fate.refusal());
  }

  private void serveAfterFailure() {
    body.cancel();
    StoredResponse response = foundResponse();
    Freshness freshness = Freshness.of(response.head(), plan, parts.clock().instant());
    serve(freshness.ttlSeconds(), CacheResult.STALE);
  }

  private StoredResponse foundResponse() {
    return Objects.requireNonNull(found);
  }

  private void letGo() {
    StoredResponse response = found;
    found = null;
    releaseIfAny(response);
  }

  private void stopPatience() {
    Future<?> running = patience;
    patience = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  private static void releaseIfAny(@Nullable StoredResponse response) {
    if (response != null) {
      response.release();
    }
  }
}
