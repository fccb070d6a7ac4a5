package dev.sidecache.store;

import dev.sidecache.caching.Stamp;

/**
 * What lies under a cache key: a response, or the names of the fields by which several responses
 * are told apart.
 */
public sealed interface Stored permits StoredResponse, VaryRecord {

  /** The versions under which it was fetched. */
  Stamp stamp();

  /** Roughly the memory it takes, in bytes. */
  int weightBytes();

  /** Takes a reference to its content, if it has any; false: its last one is gone. */
  boolean tryAcquire();

  /** Returns a reference to its content; whether that was the last one. */
  boolean release();
}
