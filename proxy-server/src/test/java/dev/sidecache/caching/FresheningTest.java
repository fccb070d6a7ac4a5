package dev.sidecache.caching;

import static dev.sidecache.caching.ValidationTest.LAST_WEEK;
import static dev.sidecache.caching.ValidationTest.bytes;
import static dev.sidecache.caching.ValidationTest.lines;
import static dev.sidecache.caching.ValidationTest.stored;
import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.after;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, Section 3.2, Section 4.3.4 and Section 4.3.5. */
class FresheningTest {
  @Nested
  class Section434Freshening {
    private StoredHead freshen(StoredHead stored, String... fields) {
      ResponseHead answer = new ResponseHead(304, Fields.of(fields));
      return Validation.freshen(stored, answer, after(60_000), after(61_000));
    }

    @ParameterizedTest(name = "[{index}] {0} by {1}: {2}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '~',
        value = {
          "\"a\"   | \"a\"   | true",
          "\"a\"   | \"b\"   | false",
          "\"a\"   | W/\"a\" | true",
          "\"a\"   | W/\"b\" | false",
          "W/\"a\" | W/\"a\" | true",
          "W/\"a\" | \"a\"   | false",
          "\"a\"   | broken  | true",
        })
    void entityTagSelects(String own, String received, boolean selected) {
      StoredHead fresh = freshen(stored("ETag", own, "Last-Modified", LAST_WEEK), "ETag", received);
      assertThat(fresh != null).isEqualTo(selected);
    }

    @Test
    void strongEntityTagSelectsNothingWithoutOne() {
      assertThat(freshen(stored("Last-Modified", LAST_WEEK), "ETag", "\"a\"")).isNull();
      StoredHead own = Validation.withEtag(stored("Last-Modified", LAST_WEEK), bytes("x"));
      assertThat(own.etag()).isNotNull();
      assertThat(freshen(own, "ETag", "\"a\"")).isNull();
      assertThat(freshen(own, "ETag", own.etag().toString())).isNull();
    }

    @Test
    void lastModifiedSelectsWithoutAnEntityTag() {
      StoredHead stored = stored("Last-Modified", LAST_WEEK);
      assertThat(freshen(stored, "Last-Modified", LAST_WEEK)).isNotNull();
      assertThat(freshen(stored, "Last-Modified", date(-1))).isNull();
      assertThat(freshen(stored, "Last-Modified", "broken")).isNotNull();
      assertThat(freshen(stored("ETag", "\"a\""), "Last-Modified", date(-1))).isNotNull();
    }

    @Test
    void answerWithoutValidatorSpeaksOfWhatWasAskedAbout() {
      assertThat(freshen(stored("ETag", "\"a\""))).isNotNull();
      assertThat(freshen(stored())).isNotNull();
    }

    @Test
    void ageBeginsAnew() {
      StoredHead stored = new StoredHead(Heads.fresh("ETag", "\"a\""), NOW, Duration.ofSeconds(50));
      StoredHead fresh = freshen(stored, "ETag", "\"a\"", "Date", date(61));
      assertThat(fresh).isNotNull();
      assertThat(fresh.responseTime()).isEqualTo(after(61_000));
      assertThat(fresh.correctedInitialAge()).isEqualTo(Duration.ofSeconds(1));
      assertThat(fresh.head().fields().all("Date")).containsExactly(date(61));
    }

    @Test
    void dateIsAddedWhereTheAnswerHasNone() {
      StoredHead fresh = freshen(stored("ETag", "\"a\""));
      assertThat(fresh).isNotNull();
      assertThat(fresh.head().fields().all("Date")).containsExactly(date(61));
      assertThat(fresh.date()).isEqualTo(after(61_000));
    }

    @Test
    void ageOfAnAnswerFromACacheCounts() {
      StoredHead fresh = freshen(stored("ETag", "\"a\""), "Age", "30");
      assertThat(fresh).isNotNull();
      assertThat(fresh.correctedInitialAge()).isEqualTo(Duration.ofSeconds(31));
      assertThat(fresh.head().fields().contains("Age")).isFalse();
    }
  }

  @Nested
  class Section32Updating {
    private List<String> updated(Fields own, Fields update) {
      StoredHead stored = new StoredHead(new ResponseHead(200, "Fine", own), NOW, Duration.ZERO);
      StoredHead fresh =
          Validation.freshen(stored, new ResponseHead(304, update.plus("Date", date(9))), NOW, NOW);
      assertThat(fresh).isNotNull();
      assertThat(fresh.head().status()).isEqualTo(200);
      assertThat(fresh.head().reason()).isEqualTo("Fine");
      return lines(fresh.head().fields().without("Date"));
    }

    @Test
    void receivedFieldsReplaceStoredOnes() {
      assertThat(
              updated(
                  Fields.of("A", "1", "b", "1", "B", "2", "C", "1"), Fields.of("B", "3", "D", "4")))
          .containsExactly("A: 1", "C: 1", "B: 3", "D: 4");
    }

    @Test
    void severalReceivedLinesReplaceAllStoredOnes() {
      assertThat(updated(Fields.of("A", "1"), Fields.of("A", "2", "a", "3")))
          .containsExactly("A: 2", "a: 3");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
        strings = {
          "Test-Header",
          "Content-Foo",
          "X-Content-Foo",
          "Content-Location",
          "Content-MD5",
          "Content-Security-Policy",
          "Expires",
          "Clear-Site-Data",
          "X-Frame-Options",
          "Cache-Control"
        })
    void isUpdated(String name) {
      assertThat(updated(Fields.of(name, "a"), Fields.of(name, "b"))).containsExactly(name + ": b");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Content-Encoding", "Content-Range"})
    void isNeverUpdated(String name) {
      assertThat(updated(Fields.of(name, "a"), Fields.of(name, "b"))).containsExactly(name + ": a");
      assertThat(updated(Fields.of("A", "a"), Fields.of(name, "b"))).containsExactly("A: a");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
        strings = {
          "Content-Length",
          "Age",
          "Set-Cookie",
          "Set-Cookie2",
          "Keep-Alive",
          "Connection",
          "Proxy-Authenticate",
          "Proxy-Authentication-Info",
          "Proxy-Authorization",
          "Proxy-Connection",
          "TE",
          "Trailer",
          "Transfer-Encoding",
          "Upgrade"
        })
    void isNeverTakenOver(String name) {
      assertThat(updated(Fields.of("A", "a"), Fields.of(name, "5"))).containsExactly("A: a");
    }

    @Test
    void parametersOfTheMediaTypeAreUpdatedTheTypeIsNot() {
      assertThat(
              updated(
                  Fields.of("Content-Type", "text/plain"),
                  Fields.of("Content-Type", "Text/Plain;charset=utf-8")))
          .containsExactly("Content-Type: Text/Plain;charset=utf-8");
      assertThat(
              updated(
                  Fields.of("Content-Type", "text/plain"),
                  Fields.of("Content-Type", "application/json")))
          .containsExactly("Content-Type: text/plain");
      assertThat(updated(Fields.of("A", "a"), Fields.of("Content-Type", "application/json")))
          .containsExactly("A: a");
    }

    @Test
    void fieldsThatTheUpdateExcludesAreNotTakenOver() {
      assertThat(
              updated(
                  Fields.of("A", "a"),
                  Fields.of("Cache-Control", "no-cache=\"X-A\"", "X-A", "1", "X-B", "2")))
          .containsExactly("A: a", "Cache-Control: no-cache=\"X-A\"", "X-B: 2");
    }

    @Test
    void fieldsThatConnectionNamesAreNotTakenOver() {
      assertThat(updated(Fields.of("X-A", "a"), Fields.of("Connection", "X-A", "X-A", "b")))
          .containsExactly("X-A: a");
    }

    @Test
    void newDirectivesAndTargetsCount() {
      StoredHead stored =
          new StoredHead(
              Heads.ok("Own-Cache-Control", "max-age=1", "ETag", "\"a\""),
              NOW,
              Duration.ZERO,
              List.of("Own-Cache-Control"));
      ResponseHead answer =
          new ResponseHead(304, Fields.of("Own-Cache-Control", "max-age=600, must-revalidate"));
      StoredHead fresh = Validation.freshen(stored, answer, NOW, NOW);
      assertThat(fresh).isNotNull();
      assertThat(fresh.explicitLifetime()).isEqualTo(Duration.ofMinutes(10));
      assertThat(fresh.directives().mustRevalidate()).isTrue();
    }
  }

  @Nested
  class Section435Head {
    private final StoredHead stored = stored("ETag", "\"a\"", "Last-Modified", LAST_WEEK);

    private StoredHead freshen(StoredHead head, int status, String... fields) {
      return Validation.freshenByHead(
          head,
          new ResponseHead(status, Fields.of(fields)),
          new Validation.Received(NOW, after(1000)),
          100);
    }

    @Test
    void equalValidatorsUpdate() {
      StoredHead fresh = freshen(stored, 200, "ETag", "\"a\"", "Content-Length", "100", "A", "1");
      assertThat(fresh).isNotNull();
      assertThat(fresh.head().fields().first("A")).isEqualTo("1");
      assertThat(fresh.responseTime()).isEqualTo(after(1000));
      assertThat(freshen(stored, 200, "Last-Modified", LAST_WEEK)).isNotEqualTo(stored);
    }

    @ParameterizedTest(name = "[{index}] {0}: {1}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '~',
        value = {
          "ETag           | \"b\"",
          "ETag           | W/\"a\"",
          "Last-Modified  | Sun, 01 Mar 2026 09:30:00 GMT",
          "Content-Length | 99",
          "Content-Length | 101",
          "Content-Length | x",
        })
    void anythingElseShowsThatItIsOld(String name, String value) {
      assertThat(freshen(stored, 200, "ETag", "\"a\"")).isNotNull();
      assertThat(freshen(stored, 200, name, value)).isNull();
    }

    @Test
    void otherStatusShowsThatItIsOld() {
      assertThat(freshen(stored, 404, "ETag", "\"a\"")).isNull();
    }

    @Test
    void answerWithoutValidatorChangesNothing() {
      assertThat(freshen(stored, 200, "A", "1", "Content-Length", "100")).isSameAs(stored);
      assertThat(freshen(stored, 200, "Content-Length", "99")).isNull();
    }

    @Test
    void validatorThatTheStoredResponseLacksShowsThatItIsOld() {
      assertThat(freshen(stored(), 200, "ETag", "\"a\"")).isNull();
    }
  }
}
