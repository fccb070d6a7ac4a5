package dev.sidecache.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param home the directory {@code bench} of the checkout
 * @param cases names, {@code *} standing for any text; empty for all
 * @param peers names likewise, or {@code sidecache-25@DIR} for another checkout; empty for all
 * @param seconds of each measured run
 * @param markdown the file to write the report to, or null
 */
record Options(
    Path home,
    List<String> cases,
    List<String> peers,
    int rounds,
    double seconds,
    @Nullable Path markdown) {

  static final String HELP =
      """
      bench/run [OPTIONS]: sidecache and the caches installed here under the same load, in turns

        --cases LIST      such as hit-1k-64,miss or hit-*; default: all. --cases help names them
        --peers LIST      such as sidecache-25,nginx; sidecache-25@DIR is another checkout's;
                          default: all that are installed
        --rounds N        interleaved rounds of each case, default 5
        --seconds N       of each run, default 5
        --markdown FILE   write the report there, too

      The caches run on the first core; the load generator, the origin and Redis on the second.
      SIDECACHE_JVM_OPTS gives the proxy further options for Java.
      """;

  static Options parse(String... arguments) {
    Path home = Path.of(".");
    List<String> cases = List.of();
    List<String> peers = List.of();
    int rounds = 5;
    double seconds = 5;
    Path markdown = null;
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(HELP);
      }
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--home" -> home = Path.of(value);
        case "--cases" -> cases = List.of(value.split(","));
        case "--peers" -> peers = List.of(value.split(","));
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--seconds" -> seconds = Double.parseDouble(value);
        case "--markdown" -> markdown = Path.of(value);
        default -> throw new IllegalArgumentException(HELP);
      }
    }
    return new Options(home, cases, peers, rounds, seconds, markdown);
  }

  /** The cases asked for; one that does not exist is an error that names those that do. */
  List<Case> chosenCases() {
    List<Case> all = Case.all();
    if (cases.isEmpty()) {
      return all;
    }
    for (String wanted : cases) {
      if (all.stream().noneMatch(one -> like(wanted).test(one.name()))) {
        StringBuilder names = new StringBuilder();
        all.forEach(one -> names.append(String.format("%n  %-16s %s", one.name(), one.title())));
        throw new IllegalArgumentException("the cases are" + names);
      }
    }
    return all.stream()
        .filter(one -> cases.stream().anyMatch(wanted -> like(wanted).test(one.name())))
        .toList();
  }

  private static Predicate<String> like(String wanted) {
    return Pattern.compile(Pattern.quote(wanted).replace("*", "\\E.*\\Q")).asMatchPredicate();
  }

  /** The peers asked for that are installed, each with what it says of its version. */
  Map<Peer, String> chosenPeers() {
    List<Peer> all = new ArrayList<>(Sidecache.installed(home.resolve("..").normalize(), ""));
    all.addAll(
        List.of(
            new Nginx(),
            new HaProxy(),
            new Varnish(),
            new TrafficServer(),
            new NginxRedis(),
            new RedisBenchmark()));
    for (String wanted : peers) {
      int at = wanted.indexOf('@');
      if (at > 0) {
        Path checkout = Path.of(wanted.substring(at + 1)).toAbsolutePath().normalize();
        all.addAll(Sidecache.installed(checkout, wanted.substring(at)));
      }
    }
    Map<Peer, String> installed = new LinkedHashMap<>();
    for (Peer peer : all) {
      String version = peers.isEmpty() || isWanted(peer) ? peer.version() : null;
      if (version != null) {
        installed.put(peer, version);
      }
    }
    return installed;
  }

  private boolean isWanted(Peer peer) {
    return peers.stream().anyMatch(wanted -> like(wanted).test(peer.name()));
  }
}
