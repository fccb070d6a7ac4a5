package dev.sidecache.store;

import dev.sidecache.caching.CacheKey;
import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The store that all instances share: stored responses, and the versions of tags that decide which
 * of them are valid.
 *
 * <p>It is used through a {@link Session} per event loop. Handlers are called on that loop, exactly
 * once, by the deadline at the latest, possibly before the method returns. Nothing here throws;
 * what goes wrong is a {@link Failure}. What its values mean is told in consistency.md, Sections 3
 * to 6.
 */
public interface SharedStore {

  /** The session of an event loop; always the same one for the same loop. Called on that loop. */
  Session session(ScheduledExecutorService loop);

  /** How the store is at this moment: a volatile read, no I/O. */
  Availability availability();

  /**
   * Registers who is told, on any thread, of each change of availability and of each new
   * connection.
   */
  void onChange(ChangeListener listener);

  /**
   * Whether mutations can be marked before they are forwarded. False once the server has refused us
   * scripts: then only {@link Session#finish} invalidates, and it always tells a gap.
   */
  default boolean supportsMarks() {
    return true;
  }

  /** Ends all connections. */
  void close();

  /** Who is told of changes. */
  interface ChangeListener {
    /**
     * The availability has changed, or a connection was lost, made anew or made to another server.
     */
    void changed(Availability now);
  }

  /** Whether the store can be asked. */
  enum State {
    /** Switched off, or never configured. */
    OFF,
    /** Not connected for the first time yet. */
    CONNECTING,
    DOWN,
    /** It refuses our credentials. */
    AUTH,
    /** The provider's quota is used up. */
    QUOTA,
    UP
  }

  /**
   * The state and why, for people.
   *
   * @param state whether it can be asked
   * @param reason such as {@code connection refused}; empty when UP
   * @param storesPaused whether it is full: reads and invalidations work, stores do not
   */
  record Availability(State state, String reason, boolean storesPaused) {}

  /**
   * The operations, on one event loop. Within a session commands arrive in the order sent, if
   * {@link #ordered}.
   */
  interface Session {

    /** Whether a command sent later is never carried out earlier. */
    boolean ordered();

    /**
     * Whether each version of a stamp is current and unmarked at this moment, where that is known
     * without a command; false: a {@link #lookup} tells.
     */
    default boolean confirms(Stamp stamp) {
      return false;
    }

    /**
     * Reads the epoch, the versions of tags and, if asked for, one stored form, at one moment (in a
     * cluster: two).
     *
     * @param tags without the epoch, which is always read
     * @param entry the stored response to read too, or null
     */
    void lookup(
        List<Tag.Id> tags, @Nullable CacheKey entry, long timeoutNanos, LookupHandler handler);

    /**
     * Keeps a stored form for a time, or a little less; the store owns {@code form}. Nobody waits
     * for it.
     */
    void store(CacheKey key, ByteBuf form, long ttlMillis, AckHandler handler);

    /**
     * Gives a first version to those of the tags that have none, and to the epoch if it is absent
     * or names another server; reads all.
     */
    void init(List<Tag.Id> tags, Init init, long timeoutNanos, LookupHandler handler);

    /** Says that a mutation of these tags is about to be forwarded, or renews that. */
    void mark(Mark mark, long timeoutNanos, MarkHandler handler);

    /** Says that the mutation is over; gives its tags new versions. */
    void finish(Finish finish, long timeoutNanos, FinishHandler handler);

    /**
     * Claims the fetch of a cold key for all instances, unless it is claimed already. It saves
     * calls of the origin, nothing rests on it. A store that keeps no claims refuses.
     *
     * @param holder who claims, and for what, as others will be told it
     */
    default void claim(
        CacheKey key, String holder, long leaseMillis, long timeoutNanos, ClaimHandler handler) {
      handler.failed(Failure.REJECTED);
    }

    /** Ends a claim early: nothing will be stored under it. Nobody waits for it. */
    default void disclaim(CacheKey key, long timeoutNanos) {}

    /** Deletes stored forms. */
    void delete(Collection<CacheKey> keys, long timeoutNanos, AckHandler handler);

    /** Asks for figures about the store, for statistics and diagnosis. */
    void info(long timeoutNanos, InfoHandler handler);

    /**
     * Reads the stamps of all stored responses, some at a time; what is stored meanwhile may be
     * among them or not. It reads all that is there: for operators, not for the path. A store that
     * cannot list what it holds refuses.
     *
     * @param timeoutNanos for each of its commands
     */
    default void stamps(long timeoutNanos, StampsHandler handler) {
      handler.failed(Failure.REJECTED);
    }
  }

  /**
   * The version of a tag.
   *
   * @param uid 16 characters of base64url, never reused
   * @param marked whether a mutation of the tag is under way
   */
  record Version(String uid, boolean marked) {}

  /**
   * The version of everything.
   *
   * @param uid 16 characters of base64url
   * @param server identity of the server that held it when it was written; {@code -} where unknown
   * @param leaseMillis the lease in force
   */
  record Epoch(String uid, String server, long leaseMillis) {}

  /**
   * What one read found.
   *
   * @param epoch null if absent
   * @param server identity of the server that answered; {@code -} where unknown
   * @param versions in the order asked for; null where absent
   */
  record Versions(@Nullable Epoch epoch, String server, List<@Nullable Version> versions) {}

  /**
   * What first versions are made from: a uid per tag asked for, and the epoch to write if none is
   * valid.
   */
  record Init(List<String> uids, String epochUid, long leaseMillis, long ttlMillis) {}

  /**
   * A mark.
   *
   * @param mid the mutation, 16 characters of base64url, the same for all its marks
   * @param tags what it may touch, {@link Tag#ANY_MUTATION} included
   * @param uids a fresh one per tag, for tags without a version
   * @param leaseMillis how long the mark lives without renewal
   */
  record Mark(String mid, List<Tag.Id> tags, List<String> uids, long leaseMillis) {}

  /**
   * The end of a mutation.
   *
   * @param mid the mutation; null: its marks stay, or it had none (a purge)
   * @param tags what it touched
   * @param uids a fresh one per tag; empty: the versions stay, nothing was changed
   * @param newEpoch for a purge of everything: the epoch's new uid; else null
   * @param leaseMillis the own lease, written with a new epoch
   * @param ttlMillis how long versions live
   */
  record Finish(
      @Nullable String mid,
      List<Tag.Id> tags,
      List<String> uids,
      @Nullable String newEpoch,
      long leaseMillis,
      long ttlMillis) {}

  /** How a command failed. */
  enum Failure {
    /** It was never sent: nothing has happened. */
    REJECTED,
    /** No reply by the deadline: outcome unknown. */
    EXPIRED,
    /** The connection broke after it was sent: outcome unknown. */
    BROKEN,
    /** The server refused it. */
    REFUSED,
    /** The server refused it because its memory is full. */
    FULL
  }

  /** Takes what a lookup found. */
  interface LookupHandler {
    /**
     * Takes what was found.
     *
     * @param versions epoch and tags
     * @param form the stored form, owned by the handler; null if none was asked for or found
     */
    void found(Versions versions, @Nullable ByteBuf form);

    void failed(Failure failure);
  }

  /** Takes the stamps of what is stored: any number of calls of {@code some}, then one other. */
  interface StampsHandler {
    /**
     * Takes some of them.
     *
     * @param next to be run, once, on the loop, for what follows
     */
    void some(List<Stamp> stamps, Runnable next);

    /** There are no more. */
    void all();

    void failed(Failure failure);
  }

  /** Takes an acknowledgement. */
  interface AckHandler {
    void acknowledged();

    void failed(Failure failure);
  }

  /** Takes the reply to a claim. */
  interface ClaimHandler {
    /** The fetch is the caller's. */
    void claimed();

    /**
     * Another one has claimed it.
     *
     * @param holder as that one said; null if the claim has just ended
     */
    void held(@Nullable String holder);

    void failed(Failure failure);
  }

  /** Takes the reply to a mark. */
  interface MarkHandler {
    /**
     * Tells that the marks are set.
     *
     * @param gap whether the mark was new on any of its tags
     * @param leastMillis the least time to live that was set
     * @param epoch null if absent
     */
    void marked(boolean gap, long leastMillis, @Nullable Epoch epoch);

    void failed(Failure failure);
  }

  /** Takes the reply to a finish. */
  interface FinishHandler {
    /**
     * Tells that the mutation has ended.
     *
     * @param gap whether the mark was missing on any tag
     * @param epoch as it was before; null if absent
     */
    void finished(boolean gap, @Nullable Epoch epoch);

    void failed(Failure failure);
  }

  /** Takes figures about the store. */
  interface InfoHandler {
    void info(Info info);

    void failed(Failure failure);
  }

  /**
   * Figures about the store.
   *
   * @param server software and version, such as {@code redis 7.0.15}
   * @param keys number of keys in the database, -1 if unknown
   * @param usedBytes memory in use, -1 if unknown
   * @param maxBytes its limit, 0: none, -1 if unknown
   * @param evictionPolicy such as {@code allkeys-lru}; empty if unknown
   */
  record Info(String server, long keys, long usedBytes, long maxBytes, String evictionPolicy) {}
}
