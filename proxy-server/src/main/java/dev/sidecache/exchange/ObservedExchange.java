package dev.sidecache.exchange;

import dev.sidecache.caching.Fingerprint;
import dev.sidecache.caching.Fwd;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.caching.Validation;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.BodyTee;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request of a route in mode observe: it goes to the origin as it came and its answer comes back
 * as it is. Of the content, which is looked through as before it would be stored, only a
 * fingerprint is told.
 */
final class ObservedExchange implements Responder, BodyTee.Keeper {
  private final GatewayParts parts;
  private final Exchange exchange;
  private final Plan plan;
  private final Body body;
  private final @Nullable ObservedRequest observed;
  private Instant requestTime;
  private Runnable cancelOrigin = () -> {};
  private Storability.@Nullable Store verdict;
  private @Nullable ResponseHead head;

  /**
   * An exchange that is observed.
   *
   * @param plan as if its route served
   */
  ObservedExchange(GatewayParts parts, Exchange exchange, Plan plan, Body body) {
    this.parts = parts;
    this.exchange = exchange;
    this.plan = plan;
    this.body = body;
    this.observed = parts.observer().observing(plan, exchange.arrival());
    this.requestTime = exchange.arrival();
  }

  void start() {
    exchange.onGone(
        () -> {
          cancelOrigin.run();
          failed();
        });
    requestTime = now();
    parts.origin().serve(exchange.toOrigin(exchange.head(), body), this);
  }

  private Instant now() {
    return parts.clock().instant();
  }

  @Override
  public void onGone(Runnable action) {
    cancelOrigin = action;
  }

  @Override
  public void informational(ResponseHead informational) {
    exchange.informational(informational);
  }

  @Override
  public void respond(Response response) {
    exchange.originAnswered(response.status());
    parts.learned(plan, exchange.originNanos());
    Body content = observe(response);
    exchange.respond(
        parts.forClient(response.withBody(content)),
        exchange.cacheStatus(Fwd.BYPASS).withFwdStatus(response.status()));
  }

  private Body observe(Response response) {
    ObservedRequest told = observed;
    Body content = response.body();
    if (told == null) {
      return content;
    }
    head = response.head();
    Validation.Received received = new Validation.Received(requestTime, now());
    verdict =
        told.answered(response.head(), received, content.lengthBytes(), exchange.originNanos());
    if (verdict == null) {
      told.ended(null, content.lengthBytes(), null, now());
      return content;
    }
    BodyTee tee = BodyTee.of(content, plan.maxEntrySizeBytes(), parts.budget(), this);
    if (tee == null) {
      overBudget();
      return content;
    }
    return tee;
  }

  @Override
  public void complete(ByteBuf content, Fields trailers) {
    Refusal refusal = parts.content().refusal(plan, Objects.requireNonNull(verdict), content);
    Fingerprint fingerprint = Fingerprint.of(Objects.requireNonNull(head));
    fingerprint.add(content.nioBuffers());
    int bytes = content.readableBytes();
    content.release();
    told().ended(fingerprint.end(), bytes, refusal, now());
  }

  @Override
  public void tooLarge() {
    told().ended(null, -1, Refusal.TOO_LARGE, now());
  }

  @Override
  public void overBudget() {
    told().ended(null, -1, Refusal.IN_FLIGHT_LIMIT, now());
  }

  @Override
  public void broken(Throwable cause) {
    failed();
  }

  @Override
  public boolean wantedWithoutReader() {
    return false;
  }

  @Override
  public void fail(Throwable cause) {
    exchange.originFailed(cause);
    failed();
    exchange.fail(cause, exchange.cacheStatus(Fwd.BYPASS));
  }

  private void failed() {
    if (observed != null) {
      observed.failed(now());
    }
  }

  private ObservedRequest told() {
    return Objects.requireNonNull(observed);
  }
}
