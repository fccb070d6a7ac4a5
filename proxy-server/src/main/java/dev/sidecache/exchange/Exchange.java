package dev.sidecache.exchange;

import dev.sidecache.caching.CacheStatus;
import dev.sidecache.caching.Fwd;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Upgrade;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.http.Traceparent;
import dev.sidecache.message.Body;
import dev.sidecache.message.BrokenOff;
import dev.sidecache.message.Problem;
import dev.sidecache.message.Problems;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Tunnel;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer: what all paths have in common. Keeps what observers are told at the
 * end, and adds to the answer what is said on every one. Used on the request's loop only.
 */
final class Exchange {
  private static final Problem UNSATISFIABLE =
      new Problem(
          504,
          "Gateway Timeout",
          "nothing stored answers this request, and it asks for nothing else",
          CacheStatus.ONLY_IF_CACHED);

  private final GatewayParts parts;
  private final Request request;
  private final Responder responder;
  private final Instant arrival;
  private final long startNanos;
  private final String requestId;

  private @Nullable Plan plan;
  private CacheResult result = CacheResult.PASS;
  private @Nullable String tier;
  private @Nullable String reason;
  private long ageSeconds = -1;
  private long ttlSeconds = Long.MIN_VALUE;
  private long forwardedNanos = -1;
  private long originNanos = -1;
  private @Nullable String originOutcome;
  private int status;
  private boolean answered;

  Exchange(GatewayParts parts, Request request, Responder responder) {
    this.parts = parts;
    this.request = request;
    this.responder = responder;
    this.arrival = parts.clock().instant();
    this.startNanos = parts.nanoTime().getAsLong();
    String given = request.head().fields().first("X-Request-Id");
    this.requestId = given == null ? "" : given;
  }

  RequestHead head() {
    return request.head();
  }

  Request request() {
    return request;
  }

  ScheduledExecutorService loop() {
    return request.loop();
  }

  Instant arrival() {
    return arrival;
  }

  void planned(Plan made) {
    plan = made;
  }

  /** Whether an answer was given. */
  boolean isAnswered() {
    return answered;
  }

  /** What to do when the client leaves before the answer. */
  void onGone(Runnable action) {
    responder.onGone(
        () -> {
          if (!answered) {
            answered = true;
            action.run();
            completed(0);
          }
        });
  }

  void informational(ResponseHead head) {
    if (!answered) {
      responder.informational(head);
    }
  }

  /** The request to the origin, with this head in place of the client's. */
  Request toOrigin(RequestHead head, Body body) {
    forwardedNanos = parts.nanoTime().getAsLong();
    return request.withHead(head).withBody(body);
  }

  void originAnswered(int originStatus) {
    originNanos = parts.nanoTime().getAsLong() - forwardedNanos;
    originOutcome = (char) ('0' + originStatus / 100) + "xx";
  }

  void originFailed(Throwable cause) {
    if (OriginOutcome.isShed(cause)) {
      return;
    }
    originNanos = parts.nanoTime().getAsLong() - forwardedNanos;
    originOutcome = OriginOutcome.of(cause);
  }

  long originNanos() {
    return originNanos;
  }

  /** Notes what the cache did. */
  Exchange result(CacheResult known, @Nullable String why) {
    result = known;
    reason = why;
    return this;
  }

  /** What Cache-Status says of a forwarded request, with the reason known so far. */
  CacheStatus cacheStatus(Fwd fwd) {
    CacheStatus status = CacheStatus.forwarded(fwd);
    return reason == null ? status : status.withDetail(reason);
  }

  /** Notes where a stored response came from, its age and what remains of its lifetime. */
  Exchange stored(@Nullable String from, long age, long ttl) {
    tier = from;
    ageSeconds = age;
    ttlSeconds = ttl;
    return this;
  }

  /** Gives the answer, and says what the cache did. */
  void respond(Response response, CacheStatus cacheStatus) {
    Fields tail = cacheStatus.appendTo(response.tail());
    respond(new Response(response.head(), response.wire(), tail, response.body()));
  }

  /** Gives the answer, which says already what the cache did. */
  void respond(Response response) {
    if (answered) {
      response.body().cancel();
      return;
    }
    answered = true;
    status = response.status();
    responder.respond(response.withBody(new ObservedBody(response.body(), this::completed)));
  }

  /** The protocol to offer to the origin in place of HTTP, or null. */
  @Nullable String allowedUpgrade() {
    Plan known = plan;
    return known == null ? null : Upgrade.allowed(known.match(), head());
  }

  /** Answers with another protocol; the exchange is over when both directions are. */
  void tunnel(Tunnel tunnel, CacheStatus cacheStatus) {
    Response switched = tunnel.switched();
    if (answered) {
      switched.body().cancel();
      return;
    }
    answered = true;
    status = switched.status();
    ObservedTunnel observed = new ObservedTunnel(tunnel, this::completed);
    Fields tail = cacheStatus.appendTo(switched.tail());
    responder.tunnel(observed.with(tail));
  }

  /** Answers that nothing stored suits a client that wants nothing else. */
  void unsatisfiable() {
    result = CacheResult.MISS;
    reason = CacheStatus.ONLY_IF_CACHED;
    respond(Problems.of(UNSATISFIABLE), CacheStatus.unsatisfiable());
  }

  /** Answers that the origin gave none. */
  void fail(Throwable cause, CacheStatus cacheStatus) {
    result = CacheResult.ERROR;
    reason = OriginOutcome.of(cause);
    respond(
        Problems.of(cause),
        OriginOutcome.isShed(cause) ? cacheStatus.withDetail(reason) : cacheStatus);
  }

  /** Ends the client's connection without an answer: what it would be told must not be told. */
  void breakOff() {
    if (!answered) {
      answered = true;
      result = CacheResult.ERROR;
      responder.fail(new BrokenOff());
      completed(0);
    }
  }

  private void completed(long bytes) {
    Plan known = plan;
    RequestHead head = request.head();
    parts
        .observer()
        .completed(
            new ExchangeRecord(
                arrival,
                head.method(),
                head.path(),
                head.target().query(),
                known == null ? "-" : known.routeName(),
                status,
                result,
                tier,
                reason,
                ageSeconds,
                ttlSeconds,
                bytes,
                parts.nanoTime().getAsLong() - startNanos,
                originNanos,
                originOutcome,
                requestId,
                Traceparent.of(head.fields()),
                known == null ? null : known.key()));
  }
}
