package dev.sidecache.message;

import dev.sidecache.http.ResponseHead;

/**
 * Takes the answer to one request. All calls come on the request's loop. After exactly one call of
 * {@link #respond}, {@link #tunnel} or {@link #fail} it takes no more.
 */
public interface Responder {

  /**
   * Passes on an interim response (1xx, except 100 and 101); any number before the final one. RFC
   * 9110, Section 15.2.
   */
  void informational(ResponseHead head);

  /** Gives the final response; the responder then owns its body. */
  void respond(Response response);

  /** In place of {@link #respond}: the origin speaks the protocol that the request offered. */
  default void tunnel(Tunnel tunnel) {
    tunnel.switched().body().cancel();
    fail(new IllegalStateException("no tunnel was asked for"));
  }

  /** Tells that no response can be had; the receiver makes one (502, 503 or 504) or breaks off. */
  void fail(Throwable cause);

  /**
   * Registers what to do when whoever asked is gone before {@link #respond} or {@link #fail};
   * replaces what was registered before. Runs at most once, on the request's loop, at once if that
   * is already so. After {@code respond}, leaving shows as {@link Body#cancel} of the response's
   * body.
   */
  void onGone(Runnable action);
}
