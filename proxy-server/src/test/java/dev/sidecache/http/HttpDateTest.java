package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, Section 5.6.7. */
class HttpDateTest {
  private static final Instant NOW = Instant.parse("2026-03-01T09:30:00Z");
  private static final String EXAMPLE = "1994-11-06T08:49:37Z";

  @Nested
  class Reading {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "IMF-fixdate       | Sun, 06 Nov 1994 08:49:37 GMT       | 1994-11-06T08:49:37Z",
          "RFC 850           | Sunday, 06-Nov-94 08:49:37 GMT      | 1994-11-06T08:49:37Z",
          "asctime           | Sun Nov  6 08:49:37 1994            | 1994-11-06T08:49:37Z",
          "asctime, 2 digits | Wed Nov 16 08:49:37 1994            | 1994-11-16T08:49:37Z",
          "case of names     | sUN, 06 nOV 1994 08:49:37 gmt       | 1994-11-06T08:49:37Z",
          "case, RFC 850     | SUNDAY, 06-NOV-94 08:49:37 GMT      | 1994-11-06T08:49:37Z",
          "wrong weekday     | Mon, 06 Nov 1994 08:49:37 GMT       | 1994-11-06T08:49:37Z",
          "leap second       | Sat, 31 Dec 2016 23:59:60 GMT       | 2017-01-01T00:00:00Z",
          "29 February       | Thu, 29 Feb 2024 00:00:00 GMT       | 2024-02-29T00:00:00Z",
          "year 0            | Sat, 01 Jan 0000 00:00:00 GMT       | 0000-01-01T00:00:00Z",
          "year 9999         | Fri, 31 Dec 9999 23:59:59 GMT       | 9999-12-31T23:59:59Z",
          "white space       | '  Sun, 06 Nov 1994 08:49:37 GMT  ' | 1994-11-06T08:49:37Z",
        })
    void formsAreRead(String description, String text, Instant expected) {
      assertThat(HttpDate.parse(text, NOW)).as(description).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "zero               | 0",
          "minus one          | -1",
          "empty              | ''",
          "words              | never",
          "other zone         | Sun, 06 Nov 1994 08:49:37 UTC",
          "offset             | Sun, 06 Nov 1994 08:49:37 +0000",
          "no zone            | Sun, 06 Nov 1994 08:49:37",
          "no such day        | Wed, 29 Feb 2023 00:00:00 GMT",
          "day 0              | Sun, 00 Nov 1994 08:49:37 GMT",
          "day 32             | Sun, 32 Nov 1994 08:49:37 GMT",
          "hour 24            | Sun, 06 Nov 1994 24:00:00 GMT",
          "minute 60          | Sun, 06 Nov 1994 08:60:00 GMT",
          "second 61          | Sun, 06 Nov 1994 08:49:61 GMT",
          "one-digit day      | Sun, 6 Nov 1994 08:49:37 GMT",
          "one-digit hour     | Sun, 06 Nov 1994 8:49:37 GMT",
          "no comma           | Sun 06 Nov 1994 08:49:37 GMT",
          "two spaces         | Sun, 06  Nov  1994 08:49:37 GMT",
          "dashes             | Sun, 06-Nov-1994 08:49:37 GMT",
          "periods            | Sun, 06 Nov 1994 08.49.37 GMT",
          "two-digit year     | Sun, 06 Nov 94 08:49:37 GMT",
          "long year, RFC 850 | Sunday, 06-Nov-1994 08:49:37 GMT",
          "unknown month      | Sun, 06 Foo 1994 08:49:37 GMT",
          "unknown weekday    | Abc, 06 Nov 1994 08:49:37 GMT",
          "weekday only       | Sun",
          "weekday and more   | Sunny",
          "long weekday only  | Sunday",
          "text behind        | Sun, 06 Nov 1994 08:49:37 GMT;",
          "behind RFC 850     | Sunday, 06-Nov-94 08:49:37 GMT GMT",
          "behind asctime     | Sun Nov  6 08:49:37 1994 GMT",
          "asctime, no day    | Sun Nov    08:49:37 1994",
          "asctime, dashes    | Sun Nov-06 08:49:37 1994",
          "asctime, tight     | Sun Nov 0608:49:37 1994",
          "asctime, no gap    | Sun Nov  6 08:49:371994",
          "ISO 8601           | 1994-11-06T08:49:37Z",
          "seconds            | 784111777",
        })
    void othersAreNone(String description, String text) {
      assertThat(HttpDate.parse(text, NOW)).as(description).isNull();
    }

    @Test
    void everyCutIsNone() {
      for (String text :
          new String[] {
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994"
          }) {
        assertThat(HttpDate.parse(text, NOW)).isEqualTo(Instant.parse(EXAMPLE));
        for (int length = 0; length < text.length(); length++) {
          assertThat(HttpDate.parse(text.substring(0, length), NOW)).isNull();
        }
      }
    }

    @ParameterizedTest(name = "read in {0}, year {1} is {2}")
    @CsvSource({
      "2026-03-01T00:00:00Z, 94, 1994",
      "2026-03-01T00:00:00Z, 75, 2075",
      "2026-03-01T00:00:00Z, 76, 2076",
      "2026-03-01T00:00:00Z, 77, 1977",
      "2026-03-01T00:00:00Z, 00, 2000",
      "2070-03-01T00:00:00Z, 20, 2020",
      "1994-03-01T00:00:00Z, 44, 1944",
    })
    void twoDigitYearIsAtMostFiftyYearsAhead(Instant now, String year, int expected) {
      Instant parsed = HttpDate.parse("Sunday, 06-Nov-" + year + " 08:49:37 GMT", now);
      assertThat(parsed).isNotNull();
      assertThat(parsed.atZone(ZoneOffset.UTC).getYear()).isEqualTo(expected);
    }

    @Test
    void junkNeverThrows() {
      Random random = new Random(7);
      String alphabet = "SunovMdayGT0123456789 ,:-\t\u00e4";
      for (int i = 0; i < 20_000; i++) {
        StringBuilder text = new StringBuilder("Sun, 06 Nov 1994 08:49:37 GMT");
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
          int at = random.nextInt(text.length());
          text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
        }
        Instant parsed = HttpDate.parse(text.toString(), NOW);
        assertThat(parsed == null || parsed.isAfter(Instant.MIN)).isTrue();
      }
    }
  }

  @Nested
  class Writing {
    private final DateTimeFormatter reference =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    @Test
    void isImfFixdate() {
      assertThat(HttpDate.format(Instant.parse(EXAMPLE)))
          .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void fractionIsDropped() {
      assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37.999Z")))
          .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void momentsBefore1970AreWritten() {
      assertThat(HttpDate.format(Instant.parse("1969-12-31T23:59:59Z")))
          .isEqualTo("Wed, 31 Dec 1969 23:59:59 GMT");
    }

    @Test
    void agreesWithTheFormatterOfThePlatformAndIsReadBack() {
      Random random = new Random(11);
      for (int i = 0; i < 5_000; i++) {
        Instant moment = Instant.ofEpochSecond(random.nextLong(-62_135_596_800L, 253_402_300_800L));
        ZonedDateTime zoned = moment.atZone(ZoneOffset.UTC);
        assertThat(HttpDate.format(moment)).isEqualTo(reference.format(zoned));
        assertThat(HttpDate.parse(HttpDate.format(moment), NOW)).isEqualTo(moment);
      }
    }
  }
}
