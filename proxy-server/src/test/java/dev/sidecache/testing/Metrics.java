package dev.sidecache.testing;

import java.util.OptionalDouble;

/** What a scrape in Prometheus' text format says. */
public final class Metrics {
  private Metrics() {}

  /**
   * The value of one series; empty if it is absent.
   *
   * @param series spelt as in the text, with its labels, without the prefix {@code sidecache_}
   */
  public static OptionalDouble value(String scrape, String series) {
    String begin = "sidecache_" + series + " ";
    return scrape
        .lines()
        .filter(line -> line.startsWith(begin))
        .mapToDouble(line -> Double.parseDouble(line.substring(begin.length())))
        .findFirst();
  }
}
