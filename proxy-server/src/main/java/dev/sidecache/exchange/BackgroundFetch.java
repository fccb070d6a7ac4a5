package dev.sidecache.exchange;

import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Response;
import dev.sidecache.store.StoredResponse;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/**
 * A fetch without a client, behind a stale response that was just served; one per key at a time,
 * and a bounded number in all. Source: RFC 5861, Section 3.
 */
final class BackgroundFetch implements Fetch.Receiver {
  private static final BackgroundFetch RECEIVER = new BackgroundFetch();

  private BackgroundFetch() {}

  /**
   * Begins one unless one is running for the key or too many for others; takes over the order with
   * its body and its stale response.
   */
  static void start(GatewayParts parts, Fetch.Order order) {
    Semaphore permits = parts.backgroundFetches();
    boolean permitted = permits.tryAcquire();
    if (permitted && parts.collapser().lead(Objects.requireNonNull(order.collapsing()))) {
      new Fetch(parts, order, RECEIVER).startUnattended(permits::release);
      return;
    }
    if (permitted) {
      permits.release();
    }
    StoredResponse stale = order.validating();
    if (stale != null) {
      stale.release();
    }
    order.request().body().cancel();
  }

  @Override
  public void informational(ResponseHead head) {}

  @Override
  public boolean prefersStored(int status) {
    return true;
  }

  @Override
  public void answered(Response response, Fate fate) {
    response.body().cancel();
  }

  @Override
  public void confirmed(StoredResponse freshened, ResponseHead by, Fate fate) {
    freshened.release();
  }

  @Override
  public void filled(StoredResponse response) {
    response.release();
  }

  @Override
  public void failed(Throwable cause) {}
}
