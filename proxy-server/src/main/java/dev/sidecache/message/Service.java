package dev.sidecache.message;

/** Answers requests. */
@FunctionalInterface
public interface Service {

  /**
   * Answers a request by exactly one call of {@link Responder#respond} or {@link Responder#fail},
   * on the request's loop, possibly before this method returns. Called on the request's loop. The
   * service owns the request's body: it opens or cancels it.
   */
  void serve(Request request, Responder responder);
}
