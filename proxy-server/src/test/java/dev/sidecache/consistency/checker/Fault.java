package dev.sidecache.consistency.checker;

/** What may go wrong in a run. */
enum Fault {
  /** A version is evicted. */
  EVICT,
  /** Everything is flushed. */
  FLUSH,
  /** Another server takes over, lacking the last writes. */
  FAILOVER,
  /** The server stops for all, which is noticed late, and goes on. */
  OUTAGE,
  /** One instance is cut off, in one direction or both. */
  PARTITION,
  /** What was given up is carried out all the same, later. */
  LATE,
  /** An instance dies and starts again. */
  CRASH,
  /** An instance stands still. */
  PAUSE,
  /** Clocks run at different speeds, within the bound that is allowed for. */
  DRIFT,
  /** The backend is slow, often beyond the mark lease. */
  SLOW,
  /** The server is full. */
  FULL,
  /** The server refuses writes and answers reads. */
  REFUSING,
  /** The provider's quota is used up; instances learn its end at different times. */
  QUOTA,
  /** Instances run with different leases, and are started again with others. */
  LEASES
}
