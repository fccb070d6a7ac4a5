package dev.sidecache.consistency;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.caching.Refusal;
import dev.sidecache.caching.Storability;
import dev.sidecache.store.StoredResponse;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The only way to look up and put stored responses: what it calls current was checked against the
 * versions of its tags after the request arrived.
 *
 * <h2>Races</h2>
 *
 * A mutation may begin, take effect and end at any moment around a fetch. The stamp of a fetch is
 * read before the fetch begins, so whatever ends later has changed a version of it, and what was
 * stored under it is never served. A request joins a running fetch only under an equal stamp. A hit
 * is believed by a read sent after the request arrived, or by a lease that no mutation outlives,
 * because its answer is held for as long. Source: consistency.md, Section 5.
 */
public final class CheckedStore {
  private final Instance instance;

  CheckedStore(Instance instance) {
    this.instance = instance;
  }

  /** Takes the outcome of a lookup. */
  public interface LookupHandler {
    /** Called once, on the loop of the lookup, possibly before it returns. */
    void done(CheckedLookup result);
  }

  /**
   * The outcome of a lookup.
   *
   * @param lookup what decisions need to know
   * @param response what was found, also if it is not current; the handler owns a reference
   * @param stamp what a fetch for this request runs under; null: nothing of it may be stored or
   *     shared
   */
  public record CheckedLookup(
      Lookup lookup, @Nullable StoredResponse response, @Nullable FetchStamp stamp) {}

  /** Takes the outcome of a put. */
  public interface PutHandler {
    /**
     * The response is valid and may be given to others, if {@link FetchStamp#mayTake} agrees; the
     * shared store has not answered yet. Not called if it is refused before.
     *
     * @param response the caller's; who keeps it takes a reference of his own
     */
    default void kept(StoredResponse response) {}

    /** The put has ended, once: null if it is stored, else why it is not. */
    void done(@Nullable Refusal refusal);
  }

  /** The state of the shared store, as far as it concerns the cache. */
  public StoreHealth.State state() {
    return instance.health().state();
  }

  /**
   * Looks up what the plan's key and the request's fields select, in L1, then in L2, and checks its
   * versions. Vary records are followed.
   *
   * @param loop the request's
   */
  public void lookup(Plan plan, ScheduledExecutorService loop, LookupHandler handler) {
    new StoredLookup(instance, plan, loop, false, handler).start();
  }

  /**
   * The same for people who ask what a request would find: nothing is kept, moved or counted for
   * it.
   *
   * @param loop any of the instance's
   */
  public void peek(Plan plan, ScheduledExecutorService loop, LookupHandler handler) {
    new StoredLookup(instance, plan, loop, true, handler).start();
  }

  /**
   * Asks for the turn to fetch what a lookup did not find, among all instances.
   *
   * @param expectedNanos how long the origin takes at most, as a rule; 0 if that is not known
   * @param loop the request's
   */
  public FillLease takeTurn(
      Plan plan,
      FetchStamp stamp,
      long expectedNanos,
      ScheduledExecutorService loop,
      FillLease.Handler handler) {
    FillLease turn = new FillLease(instance, plan, stamp, loop, handler);
    turn.start(expectedNanos);
    return turn;
  }

  /**
   * Keeps a fetched response in both tiers under the stamp of its lookup. Never fails the request.
   *
   * @param body the whole content, one reference to which is taken over
   */
  public void put(
      Plan plan,
      FetchStamp stamp,
      Storability.Store verdict,
      ByteBuf body,
      ScheduledExecutorService loop,
      PutHandler handler) {
    new Fill(instance, plan, stamp, verdict, loop).start(body, handler);
  }

  /**
   * Keeps the content of a stored response that the origin has just confirmed (304), under a new
   * head and the stamp of the lookup that led to the confirmation.
   *
   * @param old still the caller's
   */
  public void freshened(
      Plan plan,
      FetchStamp stamp,
      StoredResponse old,
      Storability.Store verdict,
      ScheduledExecutorService loop,
      PutHandler handler) {
    new Fill(instance, plan, stamp, verdict, loop).start(old.body(), handler);
  }

  /** Lets go of what lies under a key in both tiers: it is known to be wrong. */
  public void forget(CacheKey key, ScheduledExecutorService loop) {
    instance.memory().invalidate(key);
    if (instance.codec() != null) {
      instance.session(loop).delete(List.of(key), instance.lookupNanos(), Unwatched.INSTANCE);
    }
  }
}
