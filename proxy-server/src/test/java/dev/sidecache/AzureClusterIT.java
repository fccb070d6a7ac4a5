package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.RedisCluster;
import dev.sidecache.testing.RedisServerProcess;
import dev.sidecache.testing.TlsFiles;
import dev.sidecache.testing.VersionedOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clustered form of Azure Cache for Redis: one name with a certificate for it, nodes that
 * announce an address that the certificate does not know, and an access key beside the address.
 * Source: redis.md, Section 4.
 *
 * <p>The name leads here by a hosts file of Java's own, so the sidecars are processes.
 */
class AzureClusterIT {
  private static final String HOST = "cache.redis.cache.windows.net";
  private static final String ACCESS_KEY = "a/b+c=";

  /** Reachable, so that whoever goes there is not stopped but found out. */
  private static final String ANNOUNCED = "127.0.0.2";

  private static final int ITEMS = 30;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final String CONFIG =
      """
      version: 1
      server: { listen: "127.0.0.1:0" }
      admin: { listen: "127.0.0.1:0" }
      upstream: { url: "%s" }
      cache:
        l1: { lease: 0ms }
        redis: { url: "rediss://%s:%d?ssl_ca_certs=%s", password: "%s" }
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h, tags: ["item:{id}"] }
      invalidate:
        - { name: changed, when: { methods: [PUT], path: "/items/{id}" }, tags: ["item:{id}"] }
      """;

  @TempDir static Path directory;
  private static TlsFiles files;
  private static RedisCluster cluster;
  private static Path hosts;

  @BeforeAll
  static void start() throws Exception {
    files = TlsFiles.forHost(HOST, directory);
    cluster =
        RedisCluster.withTls(
            files, "--bind", "127.0.0.1", ANNOUNCED, "--cluster-announce-ip", ANNOUNCED);
    Awaitility.await("all nodes announce it")
        .atMost(LIMIT)
        .until(() -> cluster.nodes().stream().allMatch(AzureClusterIT::announces));
    cluster.demandPassword(ACCESS_KEY);
    hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost " + HOST + "\n");
  }

  private static boolean announces(RedisServerProcess node) {
    String told = node.command("CLUSTER", "SLOTS");
    return told.split(ANNOUNCED, -1).length - 1 == cluster.nodes().size()
        && node.command("CLUSTER", "INFO").contains("cluster_state:ok");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static long entries(RedisServerProcess node) {
    return node.commandAs(ACCESS_KEY, "KEYS", "*:d:*")
        .lines()
        .filter(key -> key.contains(":d:"))
        .count();
  }

  private static long entries() {
    return cluster.nodes().stream().mapToLong(AzureClusterIT::entries).sum();
  }

  private static SidecarProcess sidecar(VersionedOrigin origin, Path log) throws Exception {
    int port = cluster.portForClients(cluster.nodes().get(1));
    return SidecarProcess.start(
        CONFIG.formatted(origin.url(), HOST, port, files.certificate(), ACCESS_KEY),
        Map.of(),
        List.of("-Djdk.net.hosts.file=" + hosts, "-XX:TieredStopAtLevel=1", "-Xmx192m"),
        log);
  }

  private static RawMessage send(SidecarProcess to, String method, String path) throws Exception {
    String length = method.equals("GET") ? "" : "Content-Length: 0\r\n";
    return RawClient.exchange(
        to.address().getPort(),
        method + " " + path + " HTTP/1.1\r\nHost: api.example\r\n" + length + "\r\n");
  }

  private static String status(SidecarProcess of, String path) throws Exception {
    return String.valueOf(send(of, "GET", path).field("Cache-Status"));
  }

  @Test
  void nodesAreReachedByTheOneNameOnTheCertificate() throws Exception {
    Path log = directory.resolve("log");
    try (VersionedOrigin origin = new VersionedOrigin();
        SidecarProcess one = sidecar(origin, log);
        SidecarProcess two = sidecar(origin, directory.resolve("log2"))) {
      for (SidecarProcess sidecar : List.of(one, two)) {
        Awaitility.await("the cache")
            .atMost(LIMIT)
            .until(() -> status(sidecar, "/items/0").contains("; hit"));
      }
      for (int item = 1; item <= ITEMS; item++) {
        assertThat(status(one, "/items/" + item)).contains("stored");
      }
      Awaitility.await("what is stored").atMost(LIMIT).until(() -> entries() > ITEMS);
      for (int item = 1; item <= ITEMS; item++) {
        assertThat(status(two, "/items/" + item)).contains("detail=l2");
      }
      for (RedisServerProcess node : cluster.nodes()) {
        assertThat(entries(node)).as("its part").isPositive();
      }
      assertThat(send(one, "PUT", "/items/1").status()).isEqualTo(200);
      assertThat(send(two, "GET", "/items/1").body()).contains("\"version\":1,");
      assertThat(Files.readString(log)).doesNotContain(ACCESS_KEY).doesNotContain("certificate");
    }
  }
}
