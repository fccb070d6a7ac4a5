package dev.sidecache.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.consistency.Settings.Mode;
import dev.sidecache.consistency.Settings.Policy;
import dev.sidecache.consistency.Settings.Timing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Duration HOLD = Duration.ofSeconds(6);

  private static Settings with(Duration lease, Mode mode, Policy policy, Timing timing) {
    return new Settings("", lease, mode, policy, HOLD, timing);
  }

  private static Settings leased(long millis) {
    return with(Duration.ofMillis(millis), Mode.DEFAULT, Policy.FORWARD, Timing.DEFAULT);
  }

  @Test
  void leaseIsUpToASecond() {
    assertThat(leased(0).lease()).isZero();
    assertThat(leased(1_000).lease()).isEqualTo(Duration.ofSeconds(1));
    assertThatThrownBy(() -> leased(1_001)).hasMessageContaining("expected: 0 to 1000 ms");
    assertThatThrownBy(() -> leased(-1)).hasMessageContaining("expected: 0 to 1000 ms");
  }

  @Test
  void leaseIsNoLongerThanProbation() {
    Timing timing = Timing.DEFAULT.withProbation(Duration.ofMillis(200));

    assertThat(with(Duration.ofMillis(200), Mode.DEFAULT, Policy.FORWARD, timing).lease())
        .isEqualTo(Duration.ofMillis(200));
    assertThatThrownBy(() -> with(Duration.ofMillis(201), Mode.DEFAULT, Policy.FORWARD, timing))
        .hasMessageContaining("expected: 0 to 200 ms");
  }

  @Test
  void withoutLeaseNoProbationIsNeeded() {
    Timing timing = Timing.DEFAULT.withProbation(Duration.ZERO);

    assertThat(with(Duration.ZERO, Mode.DEFAULT, Policy.FORWARD, timing).lease()).isZero();
  }

  @Test
  void liteMarksNothingSoItCannotReject() {
    assertThatThrownBy(() -> with(Duration.ZERO, Mode.LITE, Policy.REJECT, Timing.DEFAULT))
        .hasMessageContaining("mutation_policy: reject");
    assertThat(with(Duration.ZERO, Mode.LITE, Policy.FORWARD, Timing.DEFAULT).mode())
        .isEqualTo(Mode.LITE);
  }

  @Test
  void holdMaxIsPositive() {
    assertThatThrownBy(
            () ->
                new Settings(
                    "", Duration.ZERO, Mode.DEFAULT, Policy.FORWARD, Duration.ZERO, Timing.DEFAULT))
        .hasMessageContaining("hold_max");
  }

  @Test
  void versionsLiveTwiceTheLongestResponseAndADayAtLeast() {
    assertThat(Timing.DEFAULT.forLifetimes(Duration.ofHours(1)).versions())
        .isEqualTo(Duration.ofDays(1));
    assertThat(Timing.DEFAULT.forLifetimes(Duration.ofDays(7)).versions())
        .isEqualTo(Duration.ofDays(14));
  }

  @Test
  void storeInThisProcessNeedsNeitherLeaseNorProbationNorTurns() {
    Settings memory = Settings.memory();

    assertThat(memory.lease()).isZero();
    assertThat(memory.timing().probation()).isZero();
    assertThat(memory.fillLease()).isFalse();
  }

  @Test
  void fillLeaseChangesNothingElse() {
    Settings with = Settings.DEFAULT.withFillLease(true);

    assertThat(with.fillLease()).isTrue();
    assertThat(with.withFillLease(false)).isEqualTo(Settings.DEFAULT);
  }

  @Test
  void marksWaitAsLongAsLookupsAndNeverLessThanTheirOwn() {
    Timing near = Timing.DEFAULT.withLookup(Duration.ofMillis(50));
    assertThat(near.lookup()).isEqualTo(Duration.ofMillis(50));
    assertThat(near.mark()).isEqualTo(Duration.ofMillis(100));
    assertThat(near.finish()).isEqualTo(Duration.ofMillis(300));

    Timing usual = Timing.DEFAULT.withLookup(Duration.ofMillis(250));
    assertThat(usual.mark()).isEqualTo(Duration.ofMillis(250));
    assertThat(usual.finish()).isEqualTo(Duration.ofMillis(300));

    Timing far = Timing.DEFAULT.withLookup(Duration.ofMillis(600));
    assertThat(far.mark()).isEqualTo(Duration.ofMillis(600));
    assertThat(far.finish()).isEqualTo(Duration.ofMillis(600));

    Timing patient = Timing.DEFAULT.withLookup(Duration.ofSeconds(5));
    assertThat(patient.lookup()).isEqualTo(Duration.ofSeconds(5));
    assertThat(patient.mark()).isEqualTo(Duration.ofSeconds(1));
    assertThat(patient.finish()).isEqualTo(Duration.ofSeconds(1));
  }
}
