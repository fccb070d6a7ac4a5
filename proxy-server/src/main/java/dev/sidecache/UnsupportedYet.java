package dev.sidecache;

import dev.sidecache.config.ProxyConfig;
import dev.sidecache.redis.RedisAddress;
import dev.sidecache.redis.RedisSharedStore;
import java.util.ArrayList;
import java.util.List;

/** What a configuration may ask for that this version does not do: said at start, never ignored. */
final class UnsupportedYet {
  private UnsupportedYet() {}

  /** What keeps the proxy from starting, each with its remedy; empty if nothing does. */
  static List<String> errors(ProxyConfig config) {
    List<String> errors = new ArrayList<>();
    if (config.cache().redis().address() instanceof RedisAddress.Configured configured) {
      RedisSharedStore.unsupported(configured.address())
          .ifPresent(problem -> errors.add(configured.source() + ": " + problem));
    }
    return errors;
  }
}
