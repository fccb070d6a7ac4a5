package dev.sidecache.exchange;

import dev.sidecache.caching.Refusal;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.message.Response;
import dev.sidecache.store.StoredResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A fetch without a client, behind a stale response that was just served; one per key at a time.
 * Source: RFC 5861, Section 3.
 */
final class BackgroundFetch implements Fetch.Receiver {
  private static final BackgroundFetch RECEIVER = new BackgroundFetch();

  private BackgroundFetch() {}

  /**
   * Begins one unless one is running; takes over the order with its body and its stale response.
   */
  static void start(GatewayParts parts, Fetch.Order order) {
    if (!parts.collapser().lead(Objects.requireNonNull(order.collapsing()))) {
      Objects.requireNonNull(order.validating()).release();
      order.request().body().cancel();
      return;
    }
    new Fetch(parts, order, RECEIVER).startUnattended();
  }

  @Override
  public void informational(ResponseHead head) {}

  @Override
  public boolean prefersStored(int status) {
    return true;
  }

  @Override
  public void answered(Response response, @Nullable Refusal refusal, long lifetimeSeconds) {
    response.body().cancel();
  }

  @Override
  public void confirmed(StoredResponse freshened, @Nullable Refusal refusal, long lifetimeSeconds) {
    freshened.release();
  }

  @Override
  public void failed(Throwable cause) {}
}
