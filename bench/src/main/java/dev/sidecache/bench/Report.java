package dev.sidecache.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The tables of one measurement, printed as they come and, at the end, written. */
final class Report {
  private final Options options;
  private final StringBuilder text = new StringBuilder();

  Report(Map<Peer, String> versions, Options options) {
    this.options = options;
    StringBuilder head = new StringBuilder(Machine.describe());
    versions.forEach(
        (peer, version) ->
            head.append("- ").append(peer.name()).append(": ").append(version).append('\n'));
    head.append(
        String.format(Locale.ROOT, "- %d rounds of %.0f s%n", options.rounds(), options.seconds()));
    add(head);
  }

  void add(Case one, Map<String, Figures> figures) {
    StringBuilder part = new StringBuilder("\n### " + one.title() + "\n\n");
    part.append("`--cases ").append(one.name()).append("`; ").append(one.setup().text());
    part.append("\n\n| | CPU µs/request | requests/s | p50 µs | p99 µs | p99.9 µs | memory MiB");
    part.append(" | at the origin |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
    figures.forEach((peer, all) -> part.append(row(peer, all)));
    figures.forEach((peer, all) -> addRatios(part, peer, all, figures));
    add(part);
  }

  private void add(CharSequence part) {
    System.out.print(part);
    text.append(part);
  }

  private static String row(String peer, Figures all) {
    if (all.failure() != null) {
      String reason = all.failure().lines().findFirst().orElse("");
      return "| " + peer + " | failed: " + reason + " | | | | | | |\n";
    }
    return String.format(
        Locale.ROOT,
        "| %s | %s%s | %s | %s | %s | %s | %s | %s |%n",
        peer,
        number(all.median(Sample::cpu)),
        redis(all),
        number(all.median(Sample::perSecond)),
        number(all.median(sample -> sample.seen().p50())),
        number(all.median(sample -> sample.seen().p99())),
        number(all.median(sample -> sample.seen().p999())),
        number(all.median(Sample::memoryKib) / 1024),
        percent(all.median(Sample::toOrigin)));
  }

  private static String redis(Figures all) {
    double cpu = all.median(Sample::redisCpu);
    return cpu == 0 ? "" : " + Redis " + number(cpu);
  }

  /** About three digits, thousands apart; a dash for what is not known. */
  static String number(double value) {
    if (value == 0) {
      return "–";
    }
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.01 ? "%.3f %%" : "%.0f %%", share * 100);
  }

  private static void addRatios(
      StringBuilder part, String peer, Figures own, Map<String, Figures> figures) {
    if (!peer.startsWith("sidecache") || figures.size() < 2 || own.failure() != null) {
      return;
    }
    part.append("\n| ").append(peer).append(" over | CPU | requests/s | p50 | p99 |\n");
    part.append("|---|---|---|---|---|\n");
    List<ToDoubleFunction<Sample>> columns =
        List.of(
            Sample::cpu,
            Sample::perSecond,
            sample -> sample.seen().p50(),
            sample -> sample.seen().p99());
    figures.forEach(
        (other, all) -> {
          if (!other.equals(peer) && all.failure() == null) {
            part.append("| ").append(other);
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
