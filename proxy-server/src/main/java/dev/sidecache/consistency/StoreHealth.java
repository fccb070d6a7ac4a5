package dev.sidecache.consistency;

import dev.sidecache.caching.Bypass;
import dev.sidecache.store.SharedStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the cache may be used at all: one state machine for the process, and the era, which grows
 * at every change and so voids what was learnt before it.
 *
 * <p>After each connection the cache rests for a time ({@link State#SETTLING}), in which it is
 * neither read nor filled, so that other instances can deliver the invalidations they owe. Source:
 * consistency.md, Sections 3 and 7.
 */
public final class StoreHealth {
  private static final Logger LOG = System.getLogger(StoreHealth.class.getName());

  private final SharedStore store;
  private final Settings settings;
  private final Rules rules;
  private final LongSupplier nanoTime;
  private final ConsistencyObserver observer;
  private final ScheduledExecutorService home;
  private final Log log;
  private volatile Snapshot now;
  private SharedStore.Availability last;
  private boolean quotaSeen;

  /** How often a state was entered. */
  private int entries;

  private volatile @Nullable String server;
  private @Nullable Returned returned;

  StoreHealth(SharedStore store, Settings settings, Rules rules, Environment environment) {
    this.store = store;
    this.settings = settings;
    this.rules = rules;
    this.nanoTime = environment.nanoTime();
    this.observer = environment.observer();
    this.home = environment.loops().get(0);
    this.log = new Log(settings.address());
    this.last =
        new SharedStore.Availability(SharedStore.State.CONNECTING, "not connected yet", false);
    this.now = new Snapshot(State.CONNECTING, 0, nanoTime.getAsLong());
  }

  /** What is known of the shared store, and what of it follows for the cache. */
  public enum State {
    /** Switched off, or never configured. */
    OFF(Bypass.DISABLED),
    /** Not connected for the first time yet. */
    CONNECTING(Bypass.REDIS_DOWN),
    DOWN(Bypass.REDIS_DOWN),
    /** The store refuses our credentials. */
    AUTH(Bypass.REDIS_DOWN),
    /** The provider's quota is used up. */
    QUOTA(Bypass.REDIS_QUOTA),
    /** Connected, on probation. */
    SETTLING(Bypass.REDIS_SETTLING),
    /** The only state in which the cache is used. */
    UP(null);

    private final @Nullable Bypass bypass;

    State(@Nullable Bypass bypass) {
      this.bypass = bypass;
    }

    /** Why requests are not looked up in this state; null: they are. */
    public @Nullable Bypass bypass() {
      return bypass;
    }

    /** Whether commands have a chance to be answered. */
    public boolean connected() {
      return this == SETTLING || this == UP;
    }

    /** The state that follows when the store reports this. */
    static State after(SharedStore.State store, boolean probation) {
      return switch (store) {
        case OFF -> OFF;
        case CONNECTING -> CONNECTING;
        case DOWN -> DOWN;
        case AUTH -> AUTH;
        case QUOTA -> QUOTA;
        case UP -> probation ? SETTLING : UP;
      };
    }
  }

  /**
   * The state at one moment.
   *
   * @param state of the cache
   * @param era grows at every change
   * @param since when the store became unreachable, or the state was entered; nanoTime
   */
  record Snapshot(State state, int era, long since) {

    /** For how long the store has been known to be out of reach; 0 while it is connected. */
    long cutOffNanos(long clock) {
      return state.connected() ? 0 : Math.max(0, clock - since);
    }
  }

  /** Is told of each connection. */
  interface Returned {
    /** The store can be asked again; called on the home loop. */
    void returned(boolean afterQuota);
  }

  /** Begins to follow the store. */
  void start(Returned whenReturned) {
    synchronized (this) {
      returned = whenReturned;
    }
    store.onChange(ignored -> storeChanged());
    storeChanged();
  }

  /** The state now: a volatile read. */
  public State state() {
    return now.state();
  }

  Snapshot now() {
    return now;
  }

  /** One more invalidation that was owed has been delivered; for the log. */
  void delivered() {
    log.delivered.incrementAndGet();
  }

  /** Takes the identity of the server that answered; another one than before is a change. */
  void sawServer(String identity) {
    if (!identity.equals(server) && rules.hold(Rules.Rule.SERVER_IDENTITY)) {
      serverChanged(identity);
    }
  }

  private synchronized void serverChanged(String identity) {
    String before = server;
    server = identity;
    if (before != null && !before.equals(identity) && now.state() == State.UP) {
      move(State.after(SharedStore.State.UP, probation()), "another server answers");
    }
  }

  private synchronized void storeChanged() {
    SharedStore.Availability before = last;
    last = store.availability();
    if (before.state() == last.state() && before.storesPaused() != last.storesPaused()) {
      // Full or no longer full: no connection has changed, so nobody can owe anything.
      now = new Snapshot(now.state(), now.era() + 1, now.since());
      return;
    }
    quotaSeen |= last.state() == SharedStore.State.QUOTA;
    server = null;
    move(State.after(last.state(), probation()), last.reason());
  }

  private boolean probation() {
    return settings.timing().probation().toNanos() > 0 && rules.hold(Rules.Rule.PROBATION);
  }

  private void move(State next, String reason) {
    long clock = nanoTime.getAsLong();
    boolean same = now.state().connected() == next.connected();
    now = new Snapshot(next, now.era() + 1, same ? now.since() : clock);
    int entry = ++entries;
    log.entered(next, reason, clock);
    if (!next.connected()) {
      return;
    }
    boolean afterQuota = quotaSeen;
    quotaSeen = false;
    Returned told = returned;
    if (told != null) {
      home.execute(() -> told.returned(afterQuota));
    }
    if (next == State.SETTLING) {
      long rest = settings.timing().probation().toNanos();
      Timer.start(home, rest, () -> settled(entry, rest));
    }
  }

  /** NB: not told by the era, which a store that is full, or no longer, changes as well. */
  private synchronized void settled(int entry, long rest) {
    if (entries == entry) {
      long clock = nanoTime.getAsLong();
      now = new Snapshot(State.UP, now.era() + 1, now.since());
      observer.settled(rest);
      log.entered(State.UP, "", clock);
    }
  }

  /** Says once when the cache is disabled, and once when it is enabled. */
  private static final class Log {
    private final String address;
    private final java.util.concurrent.atomic.AtomicInteger delivered =
        new java.util.concurrent.atomic.AtomicInteger();
    private boolean enabled;
    private boolean disabled;
    private long disabledSince;

    Log(String address) {
      this.address = address;
    }

    void entered(State state, String reason, long clock) {
      if (address.isEmpty() || state == State.CONNECTING) {
        return;
      }
      if (state == State.UP) {
        up(clock);
      } else if (!disabled && (enabled || state != State.SETTLING)) {
        disabled = true;
        enabled = false;
        disabledSince = clock;
        delivered.set(0);
        if (state == State.OFF) {
          LOG.log(Level.INFO, "Redis cache disabled: " + reason);
        } else {
          String why = reason.isEmpty() ? "connection renewed" : reason;
          LOG.log(Level.WARNING, "Redis cache disabled: " + why + "; forwarding everything");
        }
      }
    }

    private void up(long clock) {
      if (enabled) {
        return;
      }
      enabled = true;
      String after = "";
      if (disabled) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(clock - disabledSince);
        after = " after " + seconds + " s; " + delivered.get() + " invalidations delivered";
      }
      disabled = false;
      LOG.log(Level.INFO, "Redis cache enabled: " + address + after);
    }
  }
}
