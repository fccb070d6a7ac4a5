package dev.sidecache.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantilesTest {
  private static final double[] BOUNDS = {1, 5, 25};

  @ParameterizedTest
  @CsvSource({
    // ten values up to 1, ten more up to 5, none in the last bucket
    "0.25, 0.5",
    "0.5, 1",
    "0.75, 3",
    "1, 5",
  })
  void valuesLieEvenlyInTheirBucket(double quantile, double value) {
    assertThat(Quantiles.of(quantile, BOUNDS, new double[] {10, 20, 20}, 20)).isEqualTo(value);
  }

  @Test
  void valuesAboveAllBoundsCountAsTheLast() {
    assertThat(Quantiles.of(0.99, BOUNDS, new double[] {0, 0, 1}, 100)).isEqualTo(25);
  }

  @Test
  void bucketsThatAreEmptyArePassedOver() {
    assertThat(Quantiles.of(0.5, BOUNDS, new double[] {0, 0, 4}, 4)).isEqualTo(15);
  }

  @Test
  void nothingSeenIsNone() {
    assertThat(Quantiles.of(0.5, BOUNDS, new double[] {0, 0, 0}, 0)).isEqualTo(-1);
    assertThat(Quantiles.of(0.5, new double[0], new double[0], 0)).isEqualTo(-1);
  }
}
