package dev.sidecache.message;

import dev.sidecache.http.ResponseHead;

/** Passes the answer on as it is; who extends it says what else is done, and passes it on too. */
public abstract class ForwardingResponder implements Responder {
  private final Responder responder;

  protected ForwardingResponder(Responder responder) {
    this.responder = responder;
  }

  @Override
  public void informational(ResponseHead head) {
    responder.informational(head);
  }

  @Override
  public void respond(Response response) {
    responder.respond(response);
  }

  @Override
  public void tunnel(Tunnel tunnel) {
    responder.tunnel(tunnel);
  }

  @Override
  public void fail(Throwable cause) {
    responder.fail(cause);
  }

  @Override
  public void onGone(Runnable action) {
    responder.onGone(action);
  }
}
