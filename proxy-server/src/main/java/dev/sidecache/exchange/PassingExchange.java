package dev.sidecache.exchange;

import dev.sidecache.caching.Fwd;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Body;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Response;
import dev.sidecache.message.Tunnel;

/** A request that goes to the origin and comes back, the cache standing aside. */
final class PassingExchange implements Responder {
  private final GatewayParts parts;
  private final Exchange exchange;
  private final Body body;
  private Fwd fwd = Fwd.BYPASS;
  private Runnable cancelOrigin = () -> {};

  PassingExchange(GatewayParts parts, Exchange exchange, Body body) {
    this.parts = parts;
    this.exchange = exchange;
    this.body = body;
  }

  /** Forwards; {@code why} is what Cache-Status says of it. */
  void start(Fwd why) {
    fwd = why;
    exchange.onGone(() -> cancelOrigin.run());
    Request forwarded = exchange.toOrigin(exchange.head(), body);
    String protocol = exchange.allowedUpgrade();
    parts.origin().serve(protocol == null ? forwarded : forwarded.withUpgrade(protocol), this);
  }

  @Override
  public void onGone(Runnable action) {
    cancelOrigin = action;
  }

  @Override
  public void informational(ResponseHead head) {
    exchange.informational(head);
  }

  @Override
  public void respond(Response response) {
    exchange.originAnswered(response.status());
    exchange.respond(
        parts.forClient(response), exchange.cacheStatus(fwd).withFwdStatus(response.status()));
  }

  @Override
  public void tunnel(Tunnel tunnel) {
    int status = tunnel.switched().status();
    exchange.originAnswered(status);
    Response switched = parts.forClient(tunnel.switched());
    exchange.tunnel(tunnel.withSwitched(switched), exchange.cacheStatus(fwd).withFwdStatus(status));
  }

  @Override
  public void fail(Throwable cause) {
    exchange.originFailed(cause);
    exchange.fail(cause, exchange.cacheStatus(fwd));
  }
}
