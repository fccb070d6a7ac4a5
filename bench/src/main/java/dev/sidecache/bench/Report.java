package dev.sidecache.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The tables of one measurement, printed as they come and, at the end, written. */
final class Report {
  private final List<Peer> peers;
  private final Options options;
  private final StringBuilder text = new StringBuilder();

  Report(List<Peer> peers, Options options) {
    this.peers = peers;
    this.options = options;
  }

  void add(Case one, Map<String, Figures> figures) {
    StringBuilder part = new StringBuilder("\n### " + one.title() + "\n\n");
    part.append("`--cases ").append(one.name()).append("`; ").append(one.setup().text());
    part.append("\n\n| | CPU µs/request | requests/s | p50 µs | p99 µs | p99.9 µs | memory MiB |\n");
    part.append("|---|---:|---:|---:|---:|---:|---:|\n");
    figures.forEach(
        (peer, all) ->
            part.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.2f%s | %.0f | %.0f | %.0f | %.0f | %.0f |%n",
                    peer,
                    all.median(Sample::cpu),
                    redis(all),
                    all.median(Sample::perSecond),
                    all.median(sample -> sample.seen().p50()),
                    all.median(sample -> sample.seen().p99()),
                    all.median(sample -> sample.seen().p999()),
                    all.median(Sample::memoryKib) / 1024)));
    figures.forEach((peer, all) -> addRatios(part, peer, all, figures));
    System.out.print(part);
    text.append(part);
  }

  private static String redis(Figures all) {
    double cpu = all.median(Sample::redisCpu);
    return cpu == 0 ? "" : String.format(Locale.ROOT, " + Redis %.2f", cpu);
  }

  private static void addRatios(
      StringBuilder part, String peer, Figures own, Map<String, Figures> figures) {
    if (!peer.startsWith("sidecache") || figures.size() < 2) {
      return;
    }
    part.append("\n| ").append(peer).append(" over | CPU | requests/s | p50 | p99 |\n");
    part.append("|---|---|---|---|---|\n");
    figures.forEach(
        (other, all) -> {
          if (!other.equals(peer)) {
            part.append("| ").append(other);
            List<ToDoubleFunction<Sample>> columns =
                List.of(
                    Sample::cpu,
                    Sample::perSecond,
                    sample -> sample.seen().p50(),
                    sample -> sample.seen().p99());
            columns.forEach(column -> part.append(" | ").append(own.ratio(all, column)));
            part.append(" |\n");
          }
        });
  }

  /** Writes the report where the options say. */
  void finish() throws IOException {
    if (options.markdown() != null) {
      Files.writeString(options.markdown(), text);
    }
  }
}
