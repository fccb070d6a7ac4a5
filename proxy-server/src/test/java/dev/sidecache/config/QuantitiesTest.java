package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "1h, PT1H",
    "1d, PT24H",
    "60, PT1M",
    "0, PT0S",
    "0s, PT0S",
    "007, PT7S"
  })
  void durationHasOneUnitOrIsSeconds(String text, Duration expected) {
    assertThat(Quantities.duration(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-5s", "5 s", "1.5h", "1h30m", "5M", "5w", "٣s", "+5"})
  void anythingElseIsNoDuration(String text) {
    assertThat(Quantities.duration(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "9999999999d", "999999999999d", "99999999999999999999999d"})
  void longestDurationIsWhatDeltaSecondsHold(String text) {
    assertThat(Quantities.duration("2147483646")).isLessThan(Quantities.LONGEST);
    assertThat(Quantities.duration("2147483647")).isEqualTo(Quantities.LONGEST);
    assertThat(Quantities.duration(text)).isEqualTo(Quantities.LONGEST);
  }

  @ParameterizedTest
  @CsvSource({
    "1B, 1",
    "64KiB, 65536",
    "1MiB, 1048576",
    "2GiB, 2147483648",
    "100, 100",
    "0, 0",
    "4294967296, 4294967296"
  })
  void sizeHasOneUnitOrIsBytes(String text, long expected) {
    assertThat(Quantities.bytes(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "KiB", "64KB", "64 KiB", "64kib", "1.5MiB", "-1", "99999999999GiB"})
  void anythingElseIsNoSize(String text) {
    assertThat(Quantities.bytes(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "2 minutes, 2m",
    "2 Min, 2m",
    "1h30m, 90m",
    "1.5h, 90m",
    "PT5M, 5m",
    "5M, 5m",
    "90 secs, 90s",
    "1 day 1 hour, 25h",
    "0.25s, 250ms",
    "30 S, 30s"
  })
  void usualSpellingsOfADurationAreUnderstoodForTheHint(String text, String expected) {
    assertThat(Quantities.suggestedDuration(text)).isEqualTo(expected);
    assertThat(Quantities.duration(expected)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "", "-5s", "5 fortnights", "1..5h", "minutes 2"})
  void othersGiveNoHint(String text) {
    assertThat(Quantities.suggestedDuration(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"64 KB, 64KiB", "64k, 64KiB", "1M, 1MiB", "2 gb, 2GiB", "10 bytes, 10B"})
  void usualSpellingsOfASizeAreUnderstoodForTheHint(String text, String expected) {
    assertThat(Quantities.suggestedSize(text)).isEqualTo(expected);
    assertThat(Quantities.bytes(expected)).isNotNull();
  }

  @Test
  void largestUnitWithoutRestIsWritten() {
    assertThat(Quantities.text(Duration.ofMillis(1500))).isEqualTo("1500ms");
    assertThat(Quantities.text(Duration.ofDays(2))).isEqualTo("2d");
    assertThat(Quantities.text(Duration.ZERO)).isEqualTo("0s");
    assertThat(Quantities.text(3L << 19)).isEqualTo("1536KiB");
    assertThat(Quantities.text(0)).isEqualTo("0");
  }
}
