package dev.sidecache.origin;

import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Request;
import dev.sidecache.message.Responder;
import dev.sidecache.message.Service;

/**
 * A service that forwards nothing more while the process holds as much for exchanges in flight as
 * it may: each answer of the origin would add to it. Of a request it refuses, nothing was sent.
 */
public final class InFlightLimit implements Service {
  private final Service origin;
  private final ByteBudget budget;

  public InFlightLimit(Service origin, ByteBudget budget) {
    this.origin = origin;
    this.budget = budget;
  }

  @Override
  public void serve(Request request, Responder responder) {
    if (!budget.isSpent()) {
      origin.serve(request, responder);
      return;
    }
    budget.refused();
    request.body().cancel();
    responder.fail(
        new OriginException(OriginException.Kind.IN_FLIGHT_LIMIT, "the budget in flight is spent"));
  }
}
