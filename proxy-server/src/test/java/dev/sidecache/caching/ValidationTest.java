package dev.sidecache.caching;

import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111, Section 3.2 and Section 4.3; RFC 9110, Section 13. */
class ValidationTest {
  static final String LAST_WEEK = date(-604_800);

  static StoredHead stored(String... fields) {
    return new StoredHead(Heads.ok(fields), NOW, Duration.ZERO);
  }

  static List<String> lines(Fields fields) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      lines.add(fields.name(i) + ": " + fields.value(i));
    }
    return lines;
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Nested
  class Section431Asking {
    private final StoredHead both = stored("ETag", "\"v1\"", "Last-Modified", LAST_WEEK);

    @Test
    void bothValidatorsAreSent() {
      assertThat(lines(Validation.conditional(Heads.get("Accept", "a/b"), both, true)))
          .containsExactly(
              "Accept: a/b", "If-None-Match: \"v1\"", "If-Modified-Since: " + LAST_WEEK);
    }

    @Test
    void entityTagAloneIsSentForWhatIsNotCurrent() {
      assertThat(lines(Validation.conditional(Heads.get(), both, false)))
          .containsExactly("If-None-Match: \"v1\"");
    }

    @Test
    void lastModifiedIsSentAsReceived() {
      StoredHead dated = stored("Last-Modified", "Sun Mar  1 09:00:00 2026");
      assertThat(lines(Validation.conditional(Heads.get(), dated, true)))
          .containsExactly("If-Modified-Since: Sun Mar  1 09:00:00 2026");
      assertThat(lines(Validation.conditional(Heads.get(), dated, false))).isEmpty();
    }

    @Test
    void lastModifiedThatCannotBeReadIsNotSent() {
      assertThat(lines(Validation.conditional(Heads.get(), stored("Last-Modified", "x"), true)))
          .isEmpty();
    }

    @Test
    void weakEntityTagIsSent() {
      assertThat(lines(Validation.conditional(Heads.get(), stored("ETag", "W/\"v1\""), true)))
          .containsExactly("If-None-Match: W/\"v1\"");
    }

    @Test
    void entityTagOfOurOwnIsNeverSent() {
      StoredHead own = Validation.withEtag(stored("Last-Modified", LAST_WEEK), bytes("x"));
      assertThat(own.hasGeneratedEtag()).isTrue();
      assertThat(lines(Validation.conditional(Heads.get(), own, true)))
          .containsExactly("If-Modified-Since: " + LAST_WEEK);
    }

    @Test
    void validatorsAndRangesOfTheClientAreReplaced() {
      Fields sent =
          Validation.conditional(
              Heads.get(
                  "If-None-Match", "\"client\"",
                  "if-modified-since", date(0),
                  "If-Range", "\"client\"",
                  "Range", "bytes=0-1",
                  "Accept", "a/b"),
              both,
              true);
      assertThat(lines(sent))
          .containsExactly(
              "Accept: a/b", "If-None-Match: \"v1\"", "If-Modified-Since: " + LAST_WEEK);
    }

    @Test
    void fetchForTheCacheIsUnconditional() {
      Fields sent =
          Validation.unconditional(
              Heads.get("If-None-Match", "\"c\"", "If-Modified-Since", date(0), "A", "1"));
      assertThat(lines(sent)).containsExactly("A: 1");
    }

    @Test
    void preconditionsForTheOriginAreKept() {
      Fields sent = Validation.unconditional(Heads.get("If-Match", "\"c\"", "A", "1"));
      assertThat(lines(sent)).containsExactly("If-Match: \"c\"", "A: 1");
    }

    @Test
    void requestForARangeIsPassedOnAsItIs() {
      Fields fields = Heads.get("Range", "bytes=0-1", "If-None-Match", "\"c\"").fields();
      assertThat(Validation.unconditional(Heads.get().withFields(fields))).isEqualTo(fields);
    }
  }

  @Nested
  class Section432Answering {
    @ParameterizedTest(name = "[{index}] {0} against {1}: {2}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '~',
        value = {
          "\"a\"           | \"a\"   | true",
          "W/\"a\"         | \"a\"   | true",
          "\"a\"           | W/\"a\" | true",
          "\"b\"           | \"a\"   | false",
          "\"x\", \"a\"    | \"a\"   | true",
          "\"a\", \"x\"    | \"a\"   | true",
          "\"x\",\"a,b\"   | \"a,b\" | true",
          "\"x,a\"         | \"a\"   | false",
          "*               | \"a\"   | true",
          "a               | \"a\"   | false",
          "\"a             | \"a\"   | false",
          "~~              | \"a\"   | false",
        })
    void ifNoneMatchComparesWeakly(String sent, String own, boolean notModified) {
      assertThat(Validation.notModified(Heads.get("If-None-Match", sent), stored("ETag", own)))
          .isEqualTo(notModified);
    }

    @Test
    void linesOfIfNoneMatchAreOneList() {
      assertThat(
              Validation.notModified(
                  Heads.get("If-None-Match", "\"x\"", "If-None-Match", "\"a\""),
                  stored("ETag", "\"a\"")))
          .isTrue();
    }

    @Test
    void starMatchesWithoutAnEntityTagAndOthersDoNot() {
      assertThat(Validation.notModified(Heads.get("If-None-Match", "*"), stored())).isTrue();
      assertThat(Validation.notModified(Heads.get("If-None-Match", "\"a\""), stored())).isFalse();
    }

    @Test
    void ifNoneMatchBeatsIfModifiedSince() {
      StoredHead stored = stored("ETag", "\"a\"", "Last-Modified", LAST_WEEK);
      assertThat(Validation.notModified(Heads.get("If-Modified-Since", date(0)), stored)).isTrue();
      assertThat(
              Validation.notModified(
                  Heads.get("If-None-Match", "\"b\"", "If-Modified-Since", date(0)), stored))
          .isFalse();
      assertThat(
              Validation.notModified(
                  Heads.get("If-None-Match", "\"a\"", "If-Modified-Since", date(-999_999)), stored))
          .isTrue();
    }

    @ParameterizedTest(name = "changed at {0}, since {1}: {2}")
    @CsvSource({"-10, -11, false", "-10, -10, true", "-10, -9, true"})
    void ifModifiedSinceComparesWithLastModified(long changed, long since, boolean notModified) {
      assertThat(
              Validation.notModified(
                  Heads.get("If-Modified-Since", date(since)),
                  stored("Last-Modified", date(changed))))
          .isEqualTo(notModified);
    }

    @ParameterizedTest(name = "generated now, since {0}: {1}")
    @CsvSource({"-1, false", "0, true", "1, true"})
    void ifModifiedSinceComparesWithDateWithoutLastModified(long since, boolean notModified) {
      assertThat(Validation.notModified(Heads.get("If-Modified-Since", date(since)), stored()))
          .isEqualTo(notModified);
      StoredHead undated =
          new StoredHead(new ResponseHead(200, Fields.empty()), NOW, Duration.ZERO);
      assertThat(Validation.notModified(Heads.get("If-Modified-Since", date(since)), undated))
          .isEqualTo(notModified);
    }

    @Test
    void ifModifiedSinceMustBeASingleDate() {
      StoredHead stored = stored("Last-Modified", LAST_WEEK);
      assertThat(Validation.notModified(Heads.get("If-Modified-Since", "x"), stored)).isFalse();
      assertThat(
              Validation.notModified(
                  Heads.get("If-Modified-Since", date(0), "If-Modified-Since", date(0)), stored))
          .isFalse();
    }

    @Test
    void withoutPreconditionNothingIsNotModified() {
      assertThat(Validation.notModified(Heads.get(), stored("ETag", "\"a\""))).isFalse();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"GET, true", "HEAD, true", "POST, false", "QUERY, true"})
    void onlyRetrievalIsAnsweredSo(String method, boolean notModified) {
      assertThat(
              Validation.notModified(
                  Heads.request(method, "/x", "If-None-Match", "\"a\""), stored("ETag", "\"a\"")))
          .isEqualTo(notModified);
    }

    @Test
    void onlyA200IsAnsweredSo() {
      StoredHead missing = new StoredHead(Heads.response(404, "ETag", "\"a\""), NOW, Duration.ZERO);
      assertThat(Validation.notModified(Heads.get("If-None-Match", "\"a\""), missing)).isFalse();
    }

    @Test
    void headOf304HasWhatTheClientNeeds() {
      StoredHead stored =
          stored(
              "Cache-Control", "max-age=60",
              "ETag", "\"a\"",
              "Last-Modified", LAST_WEEK,
              "Expires", date(60),
              "Vary", "Origin",
              "Content-Location", "/x",
              "Content-Encoding", "gzip",
              "Content-Language", "de",
              "Access-Control-Allow-Origin", "*");
      ResponseHead head = Validation.notModifiedHead(stored);
      assertThat(head.status()).isEqualTo(304);
      assertThat(lines(head.fields()))
          .containsExactly(
              "Date: " + date(0),
              "Cache-Control: max-age=60",
              "ETag: \"a\"",
              "Expires: " + date(60),
              "Vary: Origin",
              "Content-Location: /x",
              "Access-Control-Allow-Origin: *");
    }

    @Test
    void headOf304HasLastModifiedWithoutAnEntityTag() {
      ResponseHead head = Validation.notModifiedHead(stored("Last-Modified", LAST_WEEK));
      assertThat(lines(head.fields()))
          .containsExactly("Date: " + date(0), "Last-Modified: " + LAST_WEEK);
    }
  }

  @Nested
  class EntityTagOfOurOwn {
    @Test
    void isStrongAndMadeFromTheContent() {
      StoredHead one = Validation.withEtag(stored(), bytes("content"));
      assertThat(one.etag()).isNotNull();
      assertThat(one.etag().weak()).isFalse();
      assertThat(one.head().fields().first("ETag")).matches("\"sidecache-[A-Za-z0-9_-]{22}\"");
      assertThat(Validation.withEtag(stored(), bytes("content"))).isEqualTo(one);
      assertThat(Validation.withEtag(stored(), bytes("con"), bytes("tent"))).isEqualTo(one);
      assertThat(Validation.withEtag(stored(), bytes("Content"))).isNotEqualTo(one);
    }

    @Test
    void contentIsNotConsumed() {
      ByteBuffer content = bytes("content");
      Validation.withEtag(stored(), content);
      assertThat(content.remaining()).isEqualTo(7);
    }

    @Test
    void dependsOnWhatTheBytesMean() {
      StoredHead plain = Validation.withEtag(stored(), bytes("x"));
      assertThat(plain.etag()).isNotNull();
      StoredHead coded = Validation.withEtag(stored("Content-Encoding", "gzip"), bytes("x"));
      StoredHead german = Validation.withEtag(stored("Content-Language", "gzip"), bytes("x"));
      StoredHead other = Validation.withEtag(stored("X-A", "gzip"), bytes("x"));
      assertThat(coded.etag()).isNotEqualTo(plain.etag());
      assertThat(german.etag()).isNotEqualTo(coded.etag());
      assertThat(other.etag()).isEqualTo(plain.etag());
    }

    @Test
    void isMadeOnlyWhereTheOriginGaveNone() {
      StoredHead tagged = stored("ETag", "W/\"a\"");
      assertThat(Validation.withEtag(tagged, bytes("x"))).isSameAs(tagged);
      assertThat(tagged.hasGeneratedEtag()).isFalse();
    }

    @Test
    void replacesWhatIsNoEntityTag() {
      StoredHead stored = Validation.withEtag(stored("ETag", "unquoted"), bytes("x"));
      assertThat(stored.head().fields().count("ETag")).isEqualTo(1);
      assertThat(stored.hasGeneratedEtag()).isTrue();
    }

    @Test
    void isMadeForA200Only() {
      StoredHead missing = new StoredHead(Heads.response(404), NOW, Duration.ZERO);
      assertThat(Validation.withEtag(missing, bytes("x"))).isSameAs(missing);
    }

    @Test
    void answersClients() {
      StoredHead stored = Validation.withEtag(stored(), bytes("x"));
      String etag = stored.head().fields().first("ETag");
      assertThat(Validation.notModified(Heads.get("If-None-Match", etag), stored)).isTrue();
    }

    @Test
    void timeAndTargetsStay() {
      StoredHead stored =
          new StoredHead(Heads.ok(), NOW, Duration.ofSeconds(5), List.of("Own-Cache-Control"));
      StoredHead tagged = Validation.withEtag(stored, bytes("x"));
      assertThat(tagged.responseTime()).isEqualTo(NOW);
      assertThat(tagged.correctedInitialAge()).isEqualTo(Duration.ofSeconds(5));
      assertThat(tagged.targets()).containsExactly("Own-Cache-Control");
    }
  }
}
