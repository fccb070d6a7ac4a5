package dev.sidecache.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This proxy, as its launcher starts it, on one JDK.
 *
 * @param checkout where the launcher is
 */
record Sidecache(String name, Path checkout, Path jdk) implements Peer {

  /** One for each JDK on this machine, the newest first: sidecache-25, sidecache-17. */
  static List<Sidecache> installed(Path checkout, String suffix) {
    List<Sidecache> all = new ArrayList<>();
    for (Map.Entry<Integer, Path> jdk : Machine.jdks().descendingMap().entrySet()) {
      all.add(new Sidecache("sidecache-" + jdk.getKey() + suffix, checkout, jdk.getValue()));
    }
    return all;
  }

  @Override
  public @Nullable String version() {
    if (!Files.isExecutable(checkout.resolve("sidecache"))) {
      return null;
    }
    String version = Load.output(List.of(launcher(), "version"), environment());
    return version.lines().reduce((first, last) -> last).orElse("") + ", " + Machine.javaOf(jdk);
  }

  @Override
  public boolean can(Case one) {
    return true;
  }

  @Override
  public Server start(Site site) {
    Path file = site.write("config.yaml", configuration(site));
    return site.run(
        List.of(launcher(), "run", "-c", file.toString()),
        environment().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }

  private String launcher() {
    return checkout.resolve("sidecache").toString();
  }

  private Map<String, String> environment() {
    return Map.of("SIDECACHE_JAVA", jdk.toString());
  }

  private static String configuration(Site site) {
    String cache =
        switch (site.setup()) {
          case MEMORY -> "store: memory, l1: { max_size: 64MiB }";
          case LEASED -> "l1: { max_size: 64MiB, lease: 100ms }";
          case CHECKED -> "l1: { max_size: 64MiB, lease: 0 }";
          case SHARED -> "l1: { max_size: 1MiB, lease: 0 }";
        };
    if (site.setup().redis()) {
      cache += ", redis: { url: \"redis://127.0.0.1:" + site.redis() + "\" }";
    }
    return """
    version: 1
    server: { listen: "127.0.0.1:%d", max_connections_per_peer: 2000 }
    admin: { listen: none }
    upstream: { url: "http://127.0.0.1:%d" }
    cache: { %s }
    defaults: { scope: shared }
    routes:
      - { name: cached, match: { path: "/c/**" }, ttl: 1h }
      - { name: tagged, match: { path: "/t/{size}/{id}" }, ttl: 1h, tags: ["item:{id}"] }
      - { name: delayed, match: { path: "/d/**" }, ttl: 1h }
    invalidate:
      - { name: written, when: { methods: [POST], path: "/t/{size}/{id}" }, tags: ["item:{id}"] }
    log: { access: none, format: json }
    """
        .formatted(site.port(), site.origin(), cache);
  }
}
