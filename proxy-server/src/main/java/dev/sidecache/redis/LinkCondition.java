package dev.sidecache.redis;

import dev.sidecache.store.SharedStore.State;

/**
 * Whether a connection can be used, and why not.
 *
 * @param reason in a few words for people; empty if it can
 */
record LinkCondition(State state, String reason) {
  static final LinkCondition UP = new LinkCondition(State.UP, "");

  boolean isUp() {
    return state == State.UP;
  }

  /** Whether commands are sent: also over the quota, since the first answered shows its end. */
  boolean takesCommands() {
    return isUp() || state == State.QUOTA;
  }
}
