package dev.sidecache.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The samples of one peer in one case, one for each round. */
final class Figures {
  private final List<Sample> samples = new ArrayList<>();
  private @Nullable String failure;

  void add(Sample sample) {
    samples.add(sample);
  }

  /** There are none, for this reason. */
  void fail(String reason) {
    samples.clear();
    failure = reason;
  }

  /** Why there are none, or null. */
  @Nullable String failure() {
    return failure;
  }

  double median(ToDoubleFunction<Sample> figure) {
    return Spread.of(samples.stream().mapToDouble(figure).toArray()).median();
  }

  /** This one's figure over the other's, round by round. */
  Spread ratio(Figures other, ToDoubleFunction<Sample> figure) {
    double[] ratios = new double[Math.min(samples.size(), other.samples.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(samples.get(i)) / figure.applyAsDouble(other.samples.get(i));
    }
    return Spread.of(ratios);
  }

  /** The middle, the lowest and the highest of some figures. */
  record Spread(double median, double low, double high) {

    static Spread of(double... figures) {
      double[] sorted = figures.clone();
      java.util.Arrays.sort(sorted);
      int n = sorted.length;
      if (n == 0) {
        return new Spread(Double.NaN, Double.NaN, Double.NaN);
      }
      double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      return new Spread(median, sorted[0], sorted[n - 1]);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, low, high);
    }
  }
}
