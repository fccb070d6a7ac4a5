package dev.sidecache.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Redis asked by redis-benchmark without a proxy between: what the shared tier could give. */
final class RedisBenchmark implements Peer {

  @Override
  public String name() {
    return "redis-benchmark";
  }

  @Override
  public @Nullable String version() {
    return Machine.versionOf("redis-benchmark", "--version");
  }

  @Override
  public boolean can(Case one) {
    return one.setup() == Setup.SHARED;
  }

  @Override
  public Server start(Site site) {
    Running redis = Contender.redis(site.directory(), site.port(), site.core());
    String set = "redis-benchmark -p %d -n 1 -c 1 -d 1024 -t set".formatted(site.port());
    Load.output(List.of(set.split(" ")), Map.of());
    return new Server(redis, site.port(), site.port());
  }

  @Override
  public void fill(Case one, Server server) {
    // The key was set at the start.
  }

  /** GETs of so many bytes by as many connections, none pipelined. */
  @Override
  public Load.Seen drive(Case one, String core, Path lua, Server server, double seconds) {
    long requests = Math.round(30_000 * seconds);
    String get =
        "taskset -c %s redis-benchmark -p %d -c %d -n %d -t get --csv"
            .formatted(core, server.port(), one.load().connections(), requests);
    String out = Load.output(List.of(get.split(" ")), Map.of());
    String line = out.lines().filter(text -> text.startsWith("\"GET\"")).findFirst().orElseThrow();
    String[] f = line.replace("\"", "").split(",");
    double perSecond = Double.parseDouble(f[1]);
    long micros = Math.round(requests * 1e6 / perSecond);
    return new Load.Seen(requests, micros, 0, us(f[4]), us(f[6]), 0);
  }

  private static long us(String milliseconds) {
    return Math.round(Double.parseDouble(milliseconds.trim()) * 1000);
  }
}
