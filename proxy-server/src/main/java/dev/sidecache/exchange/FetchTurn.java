package dev.sidecache.exchange;

import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Reuse;
import dev.sidecache.consistency.FillLease;
import dev.sidecache.store.StoredResponse;
import org.jspecify.annotations.Nullable;

/** The turn of one fetch among those of all instances for the same key. */
final class FetchTurn implements FillLease.Handler {
  private final GatewayParts parts;
  private final Fetch.Order order;
  private final Fetch fetch;
  private @Nullable FillLease lease;
  private boolean waits = true;

  FetchTurn(GatewayParts parts, Fetch.Order order, Fetch fetch) {
    this.parts = parts;
    this.order = order;
    this.fetch = fetch;
  }

  /** Starts the fetch, or ends it with what another instance has stored; at once or later. */
  void ask() {
    lease =
        parts
            .store()
            .takeTurn(
                order.plan(),
                order.stamp(),
                parts.longestNanos(order.plan()),
                order.request().loop(),
                this);
  }

  @Override
  public boolean suffices(Lookup found) {
    return Reuse.decide(order.plan(), found, parts.clock().instant()) instanceof Reuse.Serve;
  }

  @Override
  public void fetch() {
    waits = false;
    fetch.start();
  }

  @Override
  public void filled(StoredResponse response) {
    waits = false;
    order.request().body().cancel();
    fetch.filled(response);
  }

  /** Nobody needs the answer any more; nothing happens if the fetch has started. */
  void abandon() {
    if (waits) {
      waits = false;
      order.request().body().cancel();
      if (lease != null) {
        lease.abandon();
      }
    }
  }

  /** The answer is not stored: others need not wait for it. */
  void notStored() {
    if (lease != null) {
      lease.notStored();
    }
  }
}
