package dev.sidecache.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How requests are made.
 *
 * @param script which of {@code bench/lua} makes them; none for HTTP/2
 * @param connections kept alive
 * @param arguments of the script
 */
record Load(Protocol protocol, String script, int connections, List<String> arguments) {

  /** HTTP/1.1 by wrk, or HTTP/2 in clear text by h2load. */
  enum Protocol {
    HTTP1,
    H2C
  }

  private static final int STREAMS = 10;
  private static final Pattern H2LOAD_REQUESTS =
      Pattern.compile("requests: \\d+ total, \\d+ started, (\\d+) done, (\\d+) succeeded");

  /** What one run of the load generator saw; times in microseconds, 0 if it does not tell. */
  record Seen(long requests, long micros, long errors, long p50, long p99, long p999) {
    double perSecond() {
      return requests * 1e6 / micros;
    }
  }

  static Load wrk(String script, int connections, String... arguments) {
    return new Load(Protocol.HTTP1, script, connections, List.of(arguments));
  }

  /** One URL, ten streams at a time on each connection. */
  static Load h2c(int connections) {
    return new Load(Protocol.H2C, "", connections, List.of());
  }

  /** Runs for so many seconds against a server on this machine. */
  Seen run(String core, Path lua, int port, String path, double seconds) {
    String whole = Long.toString(Math.max(1, Math.round(seconds)));
    String url = "http://127.0.0.1:" + port + path;
    return protocol == Protocol.H2C ? h2load(core, url, whole) : wrk(core, lua, url, whole);
  }

  private Seen wrk(String core, Path lua, String url, String seconds) {
    List<String> command = new ArrayList<>(List.of("taskset", "-c", core, "wrk", "-t", "1"));
    command.addAll(List.of("-c", Integer.toString(connections), "-d", seconds + "s"));
    command.addAll(List.of("--timeout", "10s", "-s", lua.resolve(script + ".lua").toString(), url));
    command.add("--");
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
    return new Seen(n(f[1]), n(f[2]), n(f[3]), n(f[4]), n(f[5]), n(f[6]));
  }

  private Seen h2load(String core, String url, String seconds) {
    try {
      Path log = Files.createTempFile("h2load", ".tsv");
      List<String> command =
          List.of(
              ("taskset -c %s h2load -t 1 -c %d -m %d -D %s --log-file=%s %s")
                  .formatted(core, connections, STREAMS, seconds, log, url)
                  .split(" "));
      String out = output(command, Map.of());
      List<String> lines = Files.readAllLines(log);
      Files.delete(log);
      Matcher matcher = H2LOAD_REQUESTS.matcher(out);
      if (!matcher.find()) {
        throw new IllegalStateException("h2load gave no figures:\n" + out);
      }
      long done = n(matcher.group(1));
      long[] times = lines.stream().mapToLong(line -> n(line.split("\t")[2])).sorted().toArray();
      long micros = n(seconds) * 1_000_000;
      long failed = done - n(matcher.group(2));
      return new Seen(done, micros, failed, at(times, 500), at(times, 990), at(times, 999));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The time that so many of a thousand do not exceed. */
  static long at(long[] sorted, int thousandths) {
    int index = (int) ((sorted.length * (long) thousandths + 999) / 1000) - 1;
    return sorted.length == 0 ? 0 : sorted[Math.max(0, index)];
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
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
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
