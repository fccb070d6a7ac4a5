package dev.sidecache;

import dev.sidecache.config.ConfigLoader;
import dev.sidecache.consistency.Environment;
import dev.sidecache.consistency.RuledInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A sidecar as a process of its own for {@link SidecarProcess}: it ends with the one that started
 * it. A rule of the protocol can be switched off, and its wall clock set.
 */
public final class SidecarMain {
  private SidecarMain() {}

  /**
   * Arguments: a YAML file, a rule to switch off or {@code -}, seconds the wall clock is fast, and
   * how many thousandths the monotonic clock is slow.
   */
  public static void main(String[] arguments) throws Exception {
    String yaml = Files.readString(Path.of(arguments[0]));
    ConfigLoader.Result result =
        ConfigLoader.parse(
            "process.yaml",
            yaml,
            new ConfigLoader.Surroundings(System.getenv(), Map.of(), 1L << 28));
    if (!(result instanceof ConfigLoader.Result.Valid valid)) {
      throw new IllegalArgumentException(result.findings().toString());
    }
    String rule = arguments[1].equals("-") ? null : arguments[1];
    Duration fast = Duration.ofSeconds(Long.parseLong(arguments[2]));
    long permilleSlow = Long.parseLong(arguments[3]);
    InstantSource clock = () -> InstantSource.system().instant().plus(fast);
    Outside outside =
        new Outside(
            clock,
            (settings, tiers, environment) ->
                RuledInstance.without(rule, settings, tiers, slow(environment, permilleSlow)));
    ProxyServer server =
        ProxyServer.start(
            valid.config(), new ProxyServer.Output(line -> {}, true, "process", "test"), outside);
    System.out.println(SidecarProcess.READY + server.address() + " " + server.admin());
    // NB: the end of input is the end of whoever started this.
    int read = 0;
    while (read >= 0) {
      read = System.in.read();
    }
    System.exit(0);
  }

  /** As by a machine whose clock drifts. */
  private static Environment slow(Environment real, long permille) {
    long began = System.nanoTime();
    LongSupplier nanoTime =
        () -> {
          long passed = System.nanoTime() - began;
          return began + passed - passed / 1_000 * permille;
        };
    return new Environment(
        permille == 0 ? real.nanoTime() : nanoTime,
        real.wallMillis(),
        real.uids(),
        real.jitter(),
        real.loops(),
        real.observer());
  }
}
