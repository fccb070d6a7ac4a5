package dev.sidecache.exchange;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.consistency.CheckedStore;
import dev.sidecache.consistency.Mutations;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.identity.Credentials;
import dev.sidecache.message.ByteBudget;
import dev.sidecache.message.Response;
import dev.sidecache.message.Service;
import dev.sidecache.store.CompressedContents;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the path works with.
 *
 * @param origin answers what the cache does not
 * @param store looks up and keeps responses
 * @param mutations guard what changes data
 * @param credentials tell who asks
 * @param observer is told of each exchange
 * @param clock the wall clock
 * @param nanoTime the monotonic clock, in nanoseconds
 * @param settings the rest
 * @param shared what exchanges share among themselves
 */
public record GatewayParts(
    Service origin,
    CheckedStore store,
    Mutations mutations,
    Credentials credentials,
    ExchangeObserver observer,
    InstantSource clock,
    LongSupplier nanoTime,
    Settings settings,
    Shared shared) {

  /**
   * Settings of the path.
   *
   * @param fieldsForUs names of response fields that stay between origin and cache
   * @param patience how long a request waits for an equal one's fetch before it goes on alone
   * @param uncacheableMemory how long a key is remembered whose response may not be stored
   * @param backgroundFetches how many fetches without a client may run at once; the rest are left
   *     to later requests
   */
  public record Settings(
      List<String> fieldsForUs,
      Duration patience,
      Duration uncacheableMemory,
      int backgroundFetches) {
    public Settings {
      fieldsForUs = List.copyOf(fieldsForUs);
      if (patience.isNegative() || patience.isZero()) {
        throw new IllegalArgumentException("patience: " + patience + " (expected: > 0)");
      }
      if (backgroundFetches < 0) {
        throw new IllegalArgumentException(
            "backgroundFetches: " + backgroundFetches + " (expected: >= 0)");
      }
    }
  }

  /** What exchanges share among themselves. */
  public static final class Shared {
    final RequestCollapser collapser = new RequestCollapser();
    final Uncacheables uncacheables;
    final ByteBudget budget;
    final OriginTimes originTimes = new OriginTimes();
    final StoredContent content = new StoredContent();
    final HitFields hitFields = new HitFields();
    final Semaphore backgroundFetches;
    final @Nullable CompressedContents compressed;

    /**
     * Nothing is shared yet.
     *
     * @param budget what the process may hold for exchanges in flight
     * @param compressed contents in gzip; null: none are sent so
     */
    public Shared(Settings settings, ByteBudget budget, @Nullable CompressedContents compressed) {
      this.compressed = compressed;
      uncacheables = new Uncacheables(settings.uncacheableMemory().toNanos());
      this.budget = budget;
      backgroundFetches = new Semaphore(settings.backgroundFetches());
    }
  }

  /** The same, sharing the same, with what another configuration sets. */
  GatewayParts with(Credentials other, Settings more) {
    return new GatewayParts(
        origin, store, mutations, other, observer, clock, nanoTime, more, shared);
  }

  RequestCollapser collapser() {
    return shared.collapser;
  }

  StoredContent content() {
    return shared.content;
  }

  /** Stored contents in gzip, or null if nothing is sent so. */
  @Nullable CompressedContents compressed() {
    return shared.compressed;
  }

  HitFields hitFields() {
    return shared.hitFields;
  }

  /** Permits for fetches without a client. */
  Semaphore backgroundFetches() {
    return shared.backgroundFetches;
  }

  ByteBudget budget() {
    return shared.budget;
  }

  /**
   * Why the last response to an equal request was not stored, if that was a moment ago; else null.
   */
  @Nullable Refusal remembered(Plan plan) {
    CacheKey key = plan.key();
    return key == null ? null : shared.uncacheables.refusal(key, nanoTime.getAsLong());
  }

  /** Forgets which responses were not stored: other rules may store them. */
  void forgetRefusals() {
    shared.uncacheables.forget();
  }

  void remember(Plan plan, Refusal refusal) {
    CacheKey key = plan.key();
    if (key != null) {
      shared.uncacheables.remember(key, refusal, nanoTime.getAsLong());
    }
  }

  /** Notes how long the origin took for a route. */
  void learned(Plan plan, long originNanos) {
    shared.originTimes.learned(plan.routeName(), originNanos);
  }

  /** How long the origin takes at most for a route, as a rule; 0 if that is not known. */
  long longestNanos(Plan plan) {
    return shared.originTimes.p99Nanos(plan.routeName());
  }

  /** Tells that the origin was spared a request. */
  void saved(Plan plan) {
    observer.saved(plan.routeName(), shared.originTimes.expectedNanos(plan.routeName()));
  }

  /** Whether the head has fields that the client is not to see. */
  boolean hasFieldsForUsOnly(ResponseHead head) {
    List<String> names = settings.fieldsForUs;
    for (int i = 0; i < names.size(); i++) {
      if (head.fields().contains(names.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** The response without the fields that the client is not to see. */
  Response forClient(Response response) {
    if (!hasFieldsForUsOnly(response.head())) {
      return response;
    }
    Fields kept = response.head().fields().without(settings.fieldsForUs.toArray(new String[0]));
    return new Response(response.head().withFields(kept), null, response.tail(), response.body());
  }
}
