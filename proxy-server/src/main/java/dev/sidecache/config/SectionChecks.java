package dev.sidecache.config;

import dev.sidecache.config.CacheSection.Consistency;
import dev.sidecache.config.CacheSection.MutationPolicy;
import dev.sidecache.config.ConfigError.Code;
import dev.sidecache.config.Findings.Problem;
import java.util.Set;
import java.util.TreeSet;

/** What values of different sections must be to each other. */
final class SectionChecks {
  private static final int SHORTEST_TOKEN = 16;

  private SectionChecks() {}

  /** The admin port, its token, and what the traffic port lets through to it. */
  static void admin(ServerSection server, AdminSection admin, Findings findings) {
    Secret token = admin.token();
    ListenAddress listen = admin.listen();
    if (token != null && token.text().length() < SHORTEST_TOKEN) {
      findings.error(
          "admin.token",
          Code.ADMIN_TOKEN,
          "has fewer than " + SHORTEST_TOKEN + " characters",
          "write a random text, such as openssl rand -hex 16 prints");
    }
    if (token == null && admin.trafficPrefix() != null) {
      findings.error(
          "admin.traffic_prefix", Code.ADMIN_TOKEN, "needs admin.token", "set one, or write none");
    }
    if (token == null && server.metrics()) {
      findings.warning(
          "server.metrics",
          Code.ADMIN_TOKEN,
          "metrics on the traffic port need admin.token",
          "set one, or read them on the admin port");
    }
    if (token == null && listen != null && !listen.loopback()) {
      findings.warning(
          "admin.listen",
          Code.ADMIN_TOKEN,
          "without admin.token only health and metrics are answered there",
          "set SIDECACHE_ADMIN_TOKEN");
    }
    if (listen != null && collide(listen, server.listen())) {
      findings.error(
          "admin.listen",
          Code.CONTRADICTION,
          "is the address of server.listen too",
          "choose another port");
    }
  }

  private static boolean collide(ListenAddress one, ListenAddress other) {
    String host = one.host();
    boolean sameHost = host == null || other.host() == null || host.equals(other.host());
    return one.port() != 0 && one.port() == other.port() && sameHost;
  }

  /** The cache and the memory for it. */
  static void cache(CacheSection cache, long maxHeapBytes, Findings findings) {
    long half = maxHeapBytes / 2;
    if (cache.l1().maxSizeBytes() > half) {
      String size = Quantities.text(cache.l1().maxSizeBytes());
      long mebibytes = half >> 20;
      findings.warning(
          "cache.l1.max_size",
          Code.L1_SIZE,
          size + " is over half of the heap of " + (maxHeapBytes >> 20) + "MiB",
          "write " + mebibytes + "MiB or less, or give the process more memory");
    }
    if (cache.mutationPolicy() == MutationPolicy.REJECT
        && cache.consistency() == Consistency.LITE) {
      findings.error(
          "cache.mutation_policy",
          Code.CONTRADICTION,
          "reject needs consistency: default",
          "lite announces no write beforehand");
    }
  }

  /** Variables whose names look mistyped. */
  static void variables(Reading reading) {
    Set<String> known = Variables.known();
    for (String name : new TreeSet<>(reading.surroundings().environment().keySet())) {
      String near = known.contains(name) ? null : Spelling.didYouMean(name, known);
      if (name.startsWith("SIDECACHE_") && near != null) {
        Problem problem = new Problem(Code.UNKNOWN_VARIABLE, "unknown variable", near, null);
        reading.findings().warning(Position.of("env " + name), problem);
      }
    }
  }
}
