package dev.sidecache.config;

import java.util.Set;
import java.util.TreeSet;

/** The variables of sidecache's own. */
final class Variables {
  /** Those that are no value of a key. */
  private static final Set<String> OTHERS =
      Set.of(
          "SIDECACHE_CONFIG",
          "SIDECACHE_CONFIG_YAML",
          "SIDECACHE_CONFIG_BASE64",
          "SIDECACHE_ADMIN",
          "SIDECACHE_JVM_OPTS");

  private Variables() {}

  /** All names, those of values as the keys tell them. */
  static Set<String> known() {
    Set<String> known = new TreeSet<>(OTHERS);
    ProxyConfig.SHAPE.visit(
        "",
        (path, key) ->
            key.sources().variables().stream().map(Key.Variable::name).forEach(known::add));
    return known;
  }
}
