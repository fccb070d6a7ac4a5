package dev.sidecache.consistency;

/**
 * Who is told what the protocol does; for metrics. Called on event loops; must not block. Source:
 * consistency.md, Section 13.
 */
public interface ConsistencyObserver {

  /** Is told everything and does nothing. */
  ConsistencyObserver NONE = new ConsistencyObserver() {};

  /** A mutation passed although other instances may not know of it. */
  default void unmarkedMutation() {}

  /** The answer of a mutation waited this long for its invalidation; 0: not at all. */
  default void mutationHeld(long nanos) {}

  /** A stored response was found whose stamp no longer matches. */
  default void stampMismatch() {}

  /** A response was served from L1 without asking the shared store. */
  default void leaseHit() {}

  /** The cache rested this long after a reconnect. */
  default void settled(long nanos) {}

  /** First versions were asked for. */
  default void versionInit() {}

  /** The shared store was asked in a lookup and did not tell; {@code late}: not in time. */
  default void lookupFailed(boolean late) {}

  /** A stored form could not be read; it was deleted. */
  default void unreadableForm() {}
}
