package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginTimesTest {
  private final OriginTimes times = new OriginTimes();

  private void learned(int times, long nanos) {
    for (int i = 0; i < times; i++) {
      this.times.learned("route", nanos);
    }
  }

  @Test
  void nothingIsKnownBeforeTheFirstAnswer() {
    learned(1, 7);

    assertThat(times.expectedNanos("other")).isZero();
    assertThat(times.p99Nanos("other")).isZero();
    assertThat(times.p99Nanos("route")).isEqualTo(7);
    assertThat(times.expectedNanos("route")).isEqualTo(7);
  }

  @Test
  void ofFewAnswersTheSlowestCounts() {
    learned(99, 10);
    learned(1, 90);

    assertThat(times.p99Nanos("route")).isEqualTo(90);
  }

  @Test
  void ofMoreThanAHundredOneMayBeSlower() {
    learned(120, 10);
    learned(1, 90);
    assertThat(times.p99Nanos("route")).isEqualTo(10);

    learned(1, 80);
    assertThat(times.p99Nanos("route")).isEqualTo(80);
  }

  @Test
  void whatIsLongPastIsForgotten() {
    learned(10, 90);
    learned(127, 10);
    assertThat(times.p99Nanos("route")).isEqualTo(10);
    learned(28, 30);
    learned(100, 20);

    assertThat(times.p99Nanos("route")).isEqualTo(30);
    learned(28, 20);
    assertThat(times.p99Nanos("route")).isEqualTo(20);
  }

  @Test
  void averageFollowsByAnEighth() {
    learned(1, 80);
    learned(1, 160);

    assertThat(times.expectedNanos("route")).isEqualTo(90);
  }
}
