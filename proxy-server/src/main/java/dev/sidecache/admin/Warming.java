package dev.sidecache.admin;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Fetches lists of URLs through the proxy. */
public interface Warming {

  /** The list of the configuration. */
  List<Url> configured();

  /**
   * Begins to fetch a list.
   *
   * @param atATime how many requests are under way at once
   */
  Run begin(List<Url> urls, int atATime, ScheduledExecutorService loop);

  /**
   * What is fetched.
   *
   * @param target path and query
   * @param authority host and port; null: the proxy's own
   */
  record Url(String target, @Nullable String authority) {}

  /** A list that is being fetched, or was. */
  @FunctionalInterface
  interface Run {
    /** How far it is at this moment; on any thread. */
    State state();
  }

  /**
   * How far a list is.
   *
   * @param done as many as {@code total} when it is over
   * @param stored how many answers are in the cache now
   * @param failures how many had no answer, or one with a status of 400 or above
   * @param failed the first of those
   */
  record State(int total, int done, int stored, int failures, List<String> failed) {
    public State {
      failed = List.copyOf(failed);
    }
  }
}
