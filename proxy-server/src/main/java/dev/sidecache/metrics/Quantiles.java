package dev.sidecache.metrics;

import io.micrometer.core.instrument.distribution.CountAtBucket;

/**
 * Quantiles as the buckets of a histogram tell them: within a bucket its values are taken to lie
 * evenly. Pure.
 */
final class Quantiles {
  private Quantiles() {}

  /** The counts of several histograms with the same buckets as one. */
  static double[] sum(double[] counts, CountAtBucket[] buckets) {
    double[] sum = counts.length == 0 ? new double[buckets.length] : counts;
    for (int i = 0; i < buckets.length; i++) {
      sum[i] += buckets[i].count();
    }
    return sum;
  }

  /**
   * The value that this part of all values does not exceed; that of the last bucket if it lies
   * above all, and -1 if there is none.
   *
   * @param bounds upper bounds of the buckets, ascending
   * @param counts how many values do not exceed each bound
   * @param all how many values there are
   */
  static double of(double quantile, double[] bounds, double[] counts, double all) {
    if (all <= 0 || bounds.length == 0) {
      return -1;
    }
    double rank = quantile * all;
    double below = 0;
    double lower = 0;
    for (int i = 0; i < bounds.length; i++) {
      if (counts[i] >= rank && counts[i] > below) {
        return lower + (bounds[i] - lower) * (rank - below) / (counts[i] - below);
      }
      below = counts[i];
      lower = bounds[i];
    }
    return lower;
  }
}
