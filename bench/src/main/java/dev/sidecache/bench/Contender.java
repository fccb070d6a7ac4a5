package dev.sidecache.bench;

import java.nio.file.Path;
import java.util.List;

/** A peer that runs, with an origin and, where its setup says so, a Redis of its own. */
record Contender(Peer peer, Peer.Server server, Running origin, int originPort, List<Running> redis)
    implements AutoCloseable {

  static Contender start(Peer peer, Setup setup, Path directory, String core, String others) {
    Running origin = origin(directory, others);
    int originPort = port(origin);
    List<Running> redis = List.of();
    int redisPort = 0;
    if (setup.redis()) {
      redisPort = Http.freePort();
      redis = List.of(redis(directory, redisPort, others));
    }
    Peer.Site site = new Peer.Site(setup, directory, originPort, redisPort, Http.freePort(), core);
    return new Contender(peer, peer.start(site), origin, originPort, redis);
  }

  private static Running origin(Path directory, String core) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Origin.class.getName());
    return Running.start(core, command, List.of(), directory.resolve("origin"));
  }

  private static int port(Running origin) {
    origin.await("\n");
    return Integer.parseInt(origin.log().trim().replaceAll("\\D", ""));
  }

  /** Starts a Redis that keeps nothing on disk; it answers when this returns. */
  static Running redis(Path directory, int port, String core) {
    List<String> command =
        List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1");
    List<String> all = new java.util.ArrayList<>(command);
    all.addAll(List.of("--save", "", "--dir", directory.toString(), "--maxmemory", "512mb"));
    all.addAll(List.of("--maxmemory-policy", "allkeys-lru"));
    Running redis = Running.start(core, all, List.of(), directory.resolve("redis"));
    redis.await("Ready to accept connections");
    return redis;
  }

  /** One run of this load. */
  Sample run(Case one, String core, Path lua, double seconds) {
    long originBefore = originCount();
    long redisBefore = redisCpu();
    long before = server.process().cpuMicros();
    Load.Seen seen = peer.drive(one, core, lua, server, seconds);
    double n = seen.requests();
    double cpu = (server.process().cpuMicros() - before) / n;
    double redisCpu = (redisCpu() - redisBefore) / n;
    double toOrigin = (originCount() - originBefore) / n;
    return new Sample(seen, cpu, redisCpu, server.process().memoryKib(), toOrigin);
  }

  private long redisCpu() {
    return redis.stream().mapToLong(Running::cpuMicros).sum();
  }

  private long originCount() {
    return Long.parseLong(Http.get(originPort, "/count").body());
  }

  @Override
  public void close() {
    server.close();
    origin.close();
    redis.forEach(Running::close);
  }
}
