package dev.sidecache.store;

import dev.sidecache.caching.Stamp;
import java.util.List;

/**
 * Tells that responses under a cache key differ by request fields. Source: RFC 9111, Section 4.1.
 *
 * @param names the fields nominated by Vary, lower case, sorted
 * @param stamp the versions under which the last response was fetched
 */
public record VaryRecord(List<String> names, Stamp stamp) implements Stored {
  public VaryRecord {
    names = List.copyOf(names);
  }

  @Override
  public int weightBytes() {
    return 64 * (names.size() + stamp.size()) + 128;
  }

  /** Always: it has no content that could be gone. */
  @Override
  public boolean tryAcquire() {
    return true;
  }

  /** Without effect. */
  @Override
  public boolean release() {
    return false;
  }
}
