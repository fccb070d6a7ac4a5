package dev.sidecache.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How requests are made.
 *
 * @param script which of {@code bench/lua} makes them
 * @param connections kept alive
 * @param arguments of the script
 */
record Load(String script, int connections, List<String> arguments) {

  /** What one run of the load generator saw; times in microseconds. */
  record Seen(long requests, long micros, long bytes, long errors, long p50, long p99, long p999) {
    double perSecond() {
      return requests * 1e6 / micros;
    }
  }

  static Load wrk(String script, int connections, String... arguments) {
    return new Load(script, connections, List.of(arguments));
  }

  /** Runs for so many seconds against a server on this machine. */
  Seen run(String core, Path lua, int port, String path, double seconds) {
    List<String> command = new ArrayList<>(List.of("taskset", "-c", core, "wrk", "-t", "1"));
    command.addAll(List.of("-c", Integer.toString(connections)));
    command.addAll(List.of("-d", Math.max(1, Math.round(seconds)) + "s", "--timeout", "10s"));
    command.addAll(List.of("-s", lua.resolve(script + ".lua").toString()));
    command.addAll(List.of("http://127.0.0.1:" + port + path, "--"));
    command.addAll(arguments);
    String out = output(command, Map.of("BENCH_LUA", lua.toString()));
    return out.lines()
        .filter(line -> line.startsWith("@ "))
        .map(Load::seen)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("wrk gave no figures:\n" + out));
  }

  private static Seen seen(String line) {
    String[] f = line.split(" ");
    return new Seen(n(f[1]), n(f[2]), n(f[3]), n(f[4]), n(f[5]), n(f[6]), n(f[7]));
  }

  private static long n(String text) {
    return Long.parseLong(text);
  }

  /** What a command prints, errors included. */
  static String output(List<String> command, Map<String, String> environment) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes());
      process.waitFor();
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
