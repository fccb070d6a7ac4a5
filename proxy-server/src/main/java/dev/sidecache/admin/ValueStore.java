package dev.sidecache.admin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Values by key, beside the stored responses: same tags, tiers and purges. All methods are called
 * on the loop given; handlers are called on it too, exactly once, possibly before the method
 * returns.
 */
public interface ValueStore {

  /** Reads a value. */
  void get(String key, ScheduledExecutorService loop, GetHandler handler);

  /**
   * Keeps a value.
   *
   * @param json one JSON value, UTF-8
   */
  void put(
      String key, byte[] json, Terms terms, ScheduledExecutorService loop, DoneHandler handler);

  /** Deletes a value; {@code done} tells 1 or 0. */
  void delete(String key, ScheduledExecutorService loop, DoneHandler handler);

  /**
   * Deletes all values whose key begins so; {@code done} tells how many, as far as this instance
   * knows.
   *
   * @param prefix empty: all values
   */
  void deletePrefix(String prefix, ScheduledExecutorService loop, DoneHandler handler);

  /**
   * On what terms a value is kept.
   *
   * @param ttl above zero
   */
  record Terms(Duration ttl, List<String> tags) {
    public Terms {
      tags = List.copyOf(tags);
    }
  }

  /** Takes what a read found. */
  interface GetHandler {
    void found(byte[] json);

    void absent();

    /** The cache is not used at the moment. */
    void unavailable(String reason);
  }

  /** Takes the outcome of a change. */
  interface DoneHandler {
    void done(long count);

    /** The value was not kept: too large, too many tags, the store refused it. */
    void refused(String reason);

    /** The cache is not used at the moment. */
    void unavailable(String reason);
  }
}
