package dev.sidecache.consistency;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Lookup;
import dev.sidecache.caching.Plan;
import dev.sidecache.store.SharedStore;
import dev.sidecache.store.StoredResponse;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One turn to fetch a cold key: who is granted it fetches, others wait for what that one stores,
 * once and for no longer than a fetch takes as a rule, and then fetch too. It saves requests to the
 * origin only: whatever is found while waiting was checked like any other lookup, so nothing rests
 * on it. Source: consistency.md, Section 5, step 10.
 */
public final class FillLease {
  static final long SHORTEST_MILLIS = 100;
  static final long LONGEST_MILLIS = 2_000;

  /** While no request of a route was answered yet. */
  static final long UNKNOWN_MILLIS = 1_000;

  static final int MAX_LOOKUPS = 6;
  static final long FIRST_PAUSE_MILLIS = 25;

  private final Instance instance;
  private final Plan plan;
  private final FetchStamp stamp;
  private final ScheduledExecutorService loop;
  private final Handler handler;
  private @Nullable Timer pause;
  private boolean holding;
  private boolean ended;
  private long deadline;
  private int lookups;

  /** Who asked for the turn. */
  public interface Handler {
    /** Whether what was found meanwhile may be served, as far as HTTP goes. */
    boolean suffices(Lookup found);

    /** Fetch now. */
    void fetch();

    /**
     * Another instance has fetched it.
     *
     * @param response the handler owns one reference
     */
    void filled(StoredResponse response);
  }

  FillLease(
      Instance instance,
      Plan plan,
      FetchStamp stamp,
      ScheduledExecutorService loop,
      Handler handler) {
    this.instance = instance;
    this.plan = plan;
    this.stamp = stamp;
    this.loop = loop;
    this.handler = handler;
  }

  /**
   * How long the claim lives, and others wait for it: half as long again as the origin takes, for
   * the answer must be stored too before others find it.
   */
  static long leaseMillis(long expectedNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(expectedNanos + expectedNanos / 2);
    return expectedNanos <= 0
        ? UNKNOWN_MILLIS
        : Math.max(SHORTEST_MILLIS, Math.min(LONGEST_MILLIS, millis));
  }

  void start(long expectedNanos) {
    if (!instance.settings().fillLease()
        || instance.health().state() != StoreHealth.State.UP
        || !stamp.isComplete()) {
      handler.fetch();
      return;
    }
    long millis = leaseMillis(expectedNanos);
    String holder = instance.uid() + ":" + stamp.digest();
    instance
        .session(loop)
        .claim(key(), holder, millis, instance.lookupNanos(), new Claimed(millis));
  }

  private CacheKey key() {
    return Objects.requireNonNull(plan.key());
  }

  /** Nobody needs the response any more; the handler is not called again. */
  public void abandon() {
    ended = true;
    Timer running = pause;
    pause = null;
    if (running != null) {
      running.cancel();
    }
    notStored();
  }

  /** The response is not stored: others need not wait for it. */
  public void notStored() {
    if (holding) {
      holding = false;
      instance.session(loop).disclaim(key(), instance.lookupNanos());
    }
  }

  private void fetch() {
    ended = true;
    handler.fetch();
  }

  /** Takes the reply to the claim. */
  private final class Claimed implements SharedStore.ClaimHandler {
    private final long millis;

    Claimed(long millis) {
      this.millis = millis;
    }

    @Override
    public void claimed() {
      holding = true;
      if (ended) {
        notStored();
      } else {
        fetch();
      }
    }

    @Override
    public void held(@Nullable String holder) {
      if (ended) {
        return;
      }
      if (holder == null || !holder.endsWith(":" + stamp.digest())) {
        fetch();
      } else {
        deadline = instance.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        pause();
      }
    }

    @Override
    public void failed(SharedStore.Failure failure) {
      if (!ended) {
        fetch();
      }
    }
  }

  /** The last lookup comes when the time is over, if not before. */
  private void pause() {
    long left = deadline - instance.nanoTime();
    if (left <= 0 || lookups == MAX_LOOKUPS) {
      fetch();
      return;
    }
    long next = TimeUnit.MILLISECONDS.toNanos(FIRST_PAUSE_MILLIS << lookups);
    lookups++;
    pause = Timer.start(loop, Math.min(next, left), this::lookUp);
  }

  private void lookUp() {
    pause = null;
    instance.checkedStore().lookup(plan, loop, this::found);
  }

  private void found(CheckedStore.CheckedLookup result) {
    StoredResponse response = result.response();
    if (ended || response == null || !isGood(result.lookup())) {
      if (response != null) {
        response.release();
      }
      if (!ended) {
        onwards(result);
      }
      return;
    }
    ended = true;
    handler.filled(response);
  }

  private boolean isGood(Lookup lookup) {
    return lookup instanceof Lookup.Found found && found.current() && handler.suffices(found);
  }

  /** What the other one stores is of use only under the versions that it was fetched under. */
  private void onwards(CheckedStore.CheckedLookup result) {
    FetchStamp now = result.stamp();
    if (now == null || !now.digest().equals(stamp.digest())) {
      fetch();
    } else {
      pause();
    }
  }
}
