package dev.sidecache.store;

import dev.sidecache.caching.Stamp;

/**
 * What lies under a cache key: a response, or the names of the fields by which several responses
 * are told apart.
 */
public sealed interface Stored permits StoredResponse, VaryRecord {

  /** The versions under which it was fetched. */
  Stamp stamp();
}
