package dev.sidecache.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real cluster of three masters, each with a replica or none, on the loopback address. The slots
 * are split into thirds.
 */
public final class RedisCluster implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(40);
  private static final int MASTERS = 3;
  private static final int SLOTS = 16384;

  /** Its neighbour at + 10,000 is needed too, and must not be one that connections leave from. */
  private static final int FIRST_PORT = 12_000;

  private static final int LAST_PORT = 22_000;

  private final List<RedisServerProcess> nodes = new ArrayList<>();
  private final List<String> options;
  private final @Nullable TlsFiles tls;

  private RedisCluster(List<String> options, @Nullable TlsFiles tls) {
    this.options = options;
    this.tls = tls;
  }

  /** Three masters that name each other, to those who ask by TLS, by the ports for TLS. */
  public static RedisCluster withTls(TlsFiles files, String... options) {
    return started(new RedisCluster(List.of(options), files), MASTERS, 0);
  }

  /** Three masters. */
  public static RedisCluster ofMasters(String... options) {
    return started(new RedisCluster(List.of(options), null), MASTERS, 0);
  }

  /** Three masters with a replica each; a master that is killed is replaced after a second. */
  public static RedisCluster withReplicas(String... options) {
    return started(new RedisCluster(List.of(options), null), MASTERS, MASTERS);
  }

  /** One node with all slots: keys of several still may not be asked for together. */
  public static RedisCluster ofOne(String... options) {
    return started(new RedisCluster(List.of(options), null), 1, 0);
  }

  private static RedisCluster started(RedisCluster cluster, int masters, int replicas) {
    try {
      cluster.start(masters, replicas);
      return cluster;
    } catch (RuntimeException | Error notReady) {
      cluster.close();
      throw notReady;
    }
  }

  private void start(int masters, int replicas) {
    for (int i = 0; i < masters + replicas; i++) {
      nodes.add(startNode());
    }
    for (int i = 0; i < masters; i++) {
      List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      for (int slot = SLOTS * i / masters; slot < SLOTS * (i + 1) / masters; slot++) {
        words.add(Integer.toString(slot));
      }
      nodes.get(i).command(words.toArray(String[]::new));
    }
    nodes.forEach(node -> meet(node, nodes.get(0)));
    for (RedisServerProcess node : nodes) {
      awaitInfo(node, info -> info.contains("cluster_known_nodes:" + nodes.size()));
    }
    for (int i = 0; i < replicas; i++) {
      nodes.get(masters + i).command("CLUSTER", "REPLICATE", id(nodes.get(i)));
    }
    for (int i = 0; i < replicas; i++) {
      RedisServerProcess replica = nodes.get(masters + i);
      await(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
    }
    nodes.forEach(node -> awaitInfo(node, info -> info.contains("cluster_state:ok")));
  }

  /** A further master, which has no slot yet. */
  public RedisServerProcess addEmptyNode() {
    RedisServerProcess node = startNode();
    nodes.add(node);
    meet(node, nodes.get(0));
    for (RedisServerProcess known : nodes) {
      awaitInfo(known, info -> info.contains("cluster_known_nodes:" + nodes.size()));
      awaitInfo(known, info -> info.contains("cluster_state:ok"));
    }
    return node;
  }

  /** One after the other: a port that was found free must not be found by another. */
  private RedisServerProcess startNode() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--cluster-enabled", "yes",
                "--cluster-node-timeout", "1000",
                "--cluster-config-file", "nodes.conf",
                // NB: Redis 7 waits 5 s before a first copy; without it no replica is promoted.
                "--repl-diskless-sync-delay", "0"));
    all.addAll(options);
    synchronized (RedisCluster.class) {
      return startNode(freePort(), all);
    }
  }

  private RedisServerProcess startNode(int port, List<String> all) {
    if (tls != null) {
      all.addAll(List.of(tls.redisOptions()));
      all.addAll(List.of("--port", "{port}", "--tls-port", Integer.toString(port + 1)));
      all.addAll(List.of("--tls-cluster", "yes", "--tls-replication", "yes"));
    }
    RedisServerProcess node = RedisServerProcess.reservedAt(port, all.toArray(String[]::new));
    node.startAgain();
    return node;
  }

  private static int freePort() {
    for (int i = 0; i < 1_000; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      if (isFree(port) && isFree(port + 1) && isFree(port + 10_000) && isFree(port + 10_001)) {
        return port;
      }
    }
    throw new AssertionError("no free ports");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  /** Its number tells where the nodes speak to each other, too. */
  private int announcedPort(RedisServerProcess node) {
    return tls == null ? node.port() : node.port() + 1;
  }

  private void meet(RedisServerProcess one, RedisServerProcess other) {
    one.command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(announcedPort(other)));
  }

  private static void awaitInfo(RedisServerProcess node, Predicate<String> condition) {
    await(() -> condition.test(node.command("CLUSTER", "INFO")));
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(READY).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  /** The masters of the beginning, then their replicas in the same order. */
  public List<RedisServerProcess> nodes() {
    return nodes;
  }

  public static String id(RedisServerProcess node) {
    return node.command("CLUSTER", "MYID");
  }

  /** From now on every node demands this password, of the others too. */
  public void demandPassword(String password) {
    for (RedisServerProcess node : nodes) {
      node.command("CONFIG", "SET", "masterauth", password);
      node.command("CONFIG", "SET", "requirepass", password);
    }
  }

  /** The port by which clients are told to reach a node. */
  public int portForClients(RedisServerProcess node) {
    return announcedPort(node);
  }

  /** Names one node, as somebody would who does not know that it is a cluster. */
  public String oneUrl() {
    return nodes.get(1).url();
  }

  /** Names all nodes of the beginning. */
  public String url() {
    return (tls == null ? "redis" : "rediss")
        + "+cluster://"
        + nodes.stream()
            .map(node -> (tls == null ? "127.0.0.1:" : "localhost:") + announcedPort(node))
            .collect(Collectors.joining(","));
  }

  /** The master that has this key now, by what the others say. */
  public RedisServerProcess master(String key) {
    int slot = slot(key);
    for (RedisServerProcess node : nodes) {
      if (node.isRunning()) {
        String answer = node.command("GET", key);
        if (!answer.startsWith("-MOVED ")) {
          return node;
        }
        int port = Integer.parseInt(answer.substring(answer.lastIndexOf(':') + 1).trim());
        return nodes.stream().filter(named -> named.port() == port).findFirst().orElseThrow();
      }
    }
    throw new AssertionError("nobody knows slot " + slot);
  }

  public int slot(String key) {
    return Integer.parseInt(nodes.get(0).command("CLUSTER", "KEYSLOT", key));
  }

  /** Begins to move a slot: no key yet, but both nodes know of it. */
  public void beginMove(int slot, RedisServerProcess from, RedisServerProcess to) {
    to.command("CLUSTER", "SETSLOT", Integer.toString(slot), "IMPORTING", id(from));
    from.command("CLUSTER", "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
  }

  /** Moves up to this many keys of a slot; tells how many it moved. */
  public static int moveKeys(int slot, RedisServerProcess from, RedisServerProcess to, int most) {
    String keys =
        from.command("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), Integer.toString(most));
    int moved = 0;
    for (String key : keys.split("\n", -1)) {
      if (!key.isEmpty()) {
        moveKey(key, from, to);
        moved++;
      }
    }
    return moved;
  }

  public static void moveKey(String key, RedisServerProcess from, RedisServerProcess to) {
    String port = Integer.toString(to.port());
    String answer = from.command("MIGRATE", "127.0.0.1", port, key, "0", "5000");
    if (!answer.equals("OK") && !answer.equals("NOKEY")) {
      throw new AssertionError(answer);
    }
  }

  /** Gives an emptied slot to its new node for good. */
  public void endMove(int slot, RedisServerProcess from, RedisServerProcess to) {
    List<RedisServerProcess> told = new ArrayList<>(List.of(to, from));
    nodes.stream().filter(node -> node.isRunning() && !told.contains(node)).forEach(told::add);
    for (RedisServerProcess node : told) {
      // NB: a replica refuses it and learns it from its master.
      node.command("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id(to));
    }
  }

  @Override
  public void close() {
    nodes.forEach(RedisServerProcess::close);
  }
}
