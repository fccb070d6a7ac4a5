package dev.sidecache.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The command {@code bench/run}: every case in rounds, in each round every peer once, the first of
 * one round last in the next.
 */
public final class Bench {
  private static final String PEER_CORE = "0";
  private static final String LOAD_CORE = "1";

  private static final int MIN_WARM_UP_RUNS = 3;
  private static final int MAX_WARM_UP_RUNS = 20;
  private static final int WARM_UP_REQUESTS = 50_000;

  private final Options options;
  private final Path work;
  private final Path lua;
  private final Report report;

  private Bench(Options options, Path work, Report report) {
    this.options = options;
    this.work = work;
    this.lua = options.home().resolve("lua").toAbsolutePath();
    this.report = report;
  }

  /** See {@link Options#HELP}. */
  public static void main(String[] arguments) throws IOException {
    Path work = Files.createTempDirectory("sidecache-bench");
    int status = 0;
    try {
      Options options = Options.parse(arguments);
      List<Case> cases = options.chosenCases();
      Map<Peer, String> peers = options.chosenPeers();
      Report report = new Report(peers, options);
      new Bench(options, work, report).measure(cases, List.copyOf(peers.keySet()));
      report.finish();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      status = 2;
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      status = 1;
    }
    System.exit(status);
  }

  private void measure(List<Case> cases, List<Peer> peers) throws IOException {
    Map<Setup, List<Case>> bySetup =
        cases.stream()
            .collect(Collectors.groupingBy(Case::setup, LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<Setup, List<Case>> group : bySetup.entrySet()) {
      List<Contender> contenders = new ArrayList<>();
      for (Peer peer : peers) {
        if (group.getValue().stream().anyMatch(peer::can)) {
          Path directory = Files.createTempDirectory(work, peer.name().replaceAll("\\W", "-"));
          contenders.add(Contender.start(peer, group.getKey(), directory, PEER_CORE, LOAD_CORE));
        }
      }
      for (Case one : group.getValue()) {
        measure(one, contenders.stream().filter(c -> c.peer().can(one)).toList());
      }
      contenders.forEach(Contender::close);
    }
  }

  private void measure(Case one, List<Contender> contenders) {
    Map<String, Figures> figures = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      figures.put(contender.peer().name(), new Figures());
      attempt(one, contender, figures, () -> warmUp(one, contender));
    }
    for (int round = 0; round < options.rounds(); round++) {
      for (int i = 0; i < contenders.size(); i++) {
        Contender contender = contenders.get((i + round) % contenders.size());
        attempt(
            one,
            contender,
            figures,
            () -> {
              Sample sample = contender.run(one, LOAD_CORE, lua, options.seconds());
              one.check(sample);
              figures.get(contender.peer().name()).add(sample);
            });
      }
    }
    report.add(one, figures);
  }

  /** Does a step; a peer for which one fails has no figures in this case, but a reason. */
  private static void attempt(
      Case one, Contender contender, Map<String, Figures> figures, Runnable step) {
    Figures own = figures.get(contender.peer().name());
    if (own == null || own.failure() != null) {
      return;
    }
    try {
      step.run();
    } catch (IllegalStateException e) {
      own.fail(String.valueOf(e.getMessage()));
      System.err.println(one.name() + ", " + contender.peer().name() + ": " + e.getMessage());
    }
  }

  /** Until a run costs no longer less than those before: caches are full and code is compiled. */
  private void warmUp(Case one, Contender contender) {
    contender.peer().fill(one, contender.server());
    double best = Double.MAX_VALUE;
    long requests = 0;
    for (int i = 1; i <= MAX_WARM_UP_RUNS; i++) {
      Sample sample = contender.run(one, LOAD_CORE, lua, options.seconds());
      requests += sample.seen().requests();
      boolean settled = sample.cpu() > 0.97 * best && requests >= WARM_UP_REQUESTS;
      if (i >= MIN_WARM_UP_RUNS && settled) {
        return;
      }
      best = Math.min(best, sample.cpu());
    }
  }
}
