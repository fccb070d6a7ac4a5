package dev.sidecache.caching;

import static dev.sidecache.testing.Heads.NOW;
import static dev.sidecache.testing.Heads.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Ranges.Answer;
import dev.sidecache.caching.Ranges.Part;
import dev.sidecache.caching.Ranges.Parts;
import dev.sidecache.caching.Ranges.Unsatisfiable;
import dev.sidecache.caching.Ranges.Whole;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, Section 14. */
class RangesTest {
  private static final long LENGTH = 1000;
  private static final StoredHead STORED = stored("ETag", "\"a\"");

  private static StoredHead stored(String... fields) {
    return new StoredHead(Heads.ok(fields), NOW, Duration.ZERO);
  }

  private static Answer answer(String range) {
    return Ranges.of(Heads.get("Range", range), STORED, LENGTH);
  }

  /** The parts as {@code 0-1 5-9}, or the name of the answer. */
  private static String told(Answer answer) {
    StringBuilder text = new StringBuilder();
    answer.carryOut(
        new Ranges.Actions() {
          @Override
          public void whole(Whole whole) {
            text.append("whole");
          }

          @Override
          public void parts(Parts parts) {
            for (Part part : parts.parts()) {
              text.append(text.length() == 0 ? "" : " ").append(part.first() + "-" + part.last());
            }
          }

          @Override
          public void unsatisfiable(Unsatisfiable none) {
            text.append("unsatisfiable ").append(none.lengthBytes());
          }
        });
    return text.toString();
  }

  @Nested
  class Section1411 {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "first byte            | bytes=0-0            | 0-0",
          "last byte             | bytes=999-999        | 999-999",
          "first half            | bytes=0-499          | 0-499",
          "open end              | bytes=500-           | 500-999",
          "beyond the end        | bytes=500-1000       | 500-999",
          "far beyond the end    | bytes=500-99999999999999999999 | 500-999",
          "all of it             | bytes=0-             | 0-999",
          "suffix                | bytes=-500           | 500-999",
          "suffix of one         | bytes=-1             | 999-999",
          "suffix of all         | bytes=-1000          | 0-999",
          "suffix of more        | bytes=-1001          | 0-999",
          "two parts             | bytes=0-0,-1         | 0-0 999-999",
          "in the order asked    | bytes=500-600,0-1    | 500-600 0-1",
          "white space           | 'bytes= 0-1 ,\t5-6 ' | 0-1 5-6",
          "empty elements        | 'bytes=,0-1,,5-6,'   | 0-1 5-6",
          "case of the unit      | BYTES=0-1            | 0-1",
          "one of two missing    | bytes=0-1,1000-      | 0-1",
          "first beyond          | bytes=1000-          | unsatisfiable 1000",
          "first far beyond      | bytes=99999999999999999999- | unsatisfiable 1000",
          "suffix of none        | bytes=-0             | unsatisfiable 1000",
          "both of two missing   | bytes=1000-,-0       | unsatisfiable 1000",
          "last before first     | bytes=2-1            | whole",
          "one of two unreadable | bytes=0-1,2-1        | whole",
          "no number             | bytes=-              | whole",
          "letters               | bytes=a-b            | whole",
          "a letter behind       | bytes=0-1x           | whole",
          "space inside          | 'bytes=0 -1'         | whole",
          "no dash               | bytes=5              | whole",
          "two dashes            | bytes=0--1           | whole",
          "no range              | bytes=               | whole",
          "commas only           | 'bytes=,'            | whole",
          "other unit            | lines=0-1            | whole",
          "no unit               | 0-1                  | whole",
          "spaced unit           | 'bytes =0-1'         | whole",
          "signed                | bytes=+0-1           | whole",
          "other digits          | bytes=\u0660-\u0661  | whole",
        })
    void rangeIsRead(String what, String range, String expected) {
      assertThat(told(answer(range))).as(what).isEqualTo(expected);
    }

    @Test
    void withoutRangeItIsTheWhole() {
      assertThat(Ranges.of(Heads.get(), STORED, LENGTH)).isEqualTo(new Whole());
    }

    @Test
    void severalRangeLinesAreIgnored() {
      assertThat(Ranges.of(Heads.get("Range", "bytes=0-1", "Range", "bytes=0-1"), STORED, LENGTH))
          .isEqualTo(new Whole());
    }

    @Test
    void emptyContentSatisfiesNoRange() {
      for (String range : new String[] {"bytes=0-", "bytes=0-0", "bytes=-1"}) {
        assertThat(Ranges.of(Heads.get("Range", range), STORED, 0)).isEqualTo(new Unsatisfiable(0));
      }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"GET, 0-1", "HEAD, whole", "POST, whole"})
    void onlyGetHasRanges(String method, String expected) {
      assertThat(told(Ranges.of(Heads.request(method, "/x", "Range", "bytes=0-1"), STORED, LENGTH)))
          .isEqualTo(expected);
    }

    @Test
    void onlyA200HasRanges() {
      StoredHead missing = new StoredHead(Heads.response(404), NOW, Duration.ZERO);
      assertThat(Ranges.of(Heads.get("Range", "bytes=0-1"), missing, LENGTH))
          .isEqualTo(new Whole());
    }
  }

  @Nested
  class Section1715Abuse {
    private String tiny(int count) {
      StringBuilder range = new StringBuilder("bytes=");
      for (int i = 0; i < count; i++) {
        range.append(i == 0 ? "" : ",").append(2 * i).append('-').append(2 * i);
      }
      return range.toString();
    }

    @ParameterizedTest(name = "{0} parts")
    @ValueSource(ints = {7, 8})
    void fewPartsAreCut(int count) {
      assertThat(answer(tiny(count))).isInstanceOf(Parts.class);
    }

    @ParameterizedTest(name = "{0} parts")
    @ValueSource(ints = {9, 1000})
    void manyPartsAreTheWhole(int count) {
      assertThat(answer(tiny(count))).isEqualTo(new Whole());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"bytes=0-5,5-9", "bytes=5-9,0-5", "bytes=0-9,3-4", "bytes=0-0,-1000"})
    void overlappingPartsAreTheWhole(String range) {
      assertThat(answer("bytes=0-5,6-9")).isInstanceOf(Parts.class);
      assertThat(answer(range)).isEqualTo(new Whole());
    }

    @Test
    void partsThatComeToTheWholeAreTheWhole() {
      assertThat(answer("bytes=0-499,501-999")).isInstanceOf(Parts.class);
      assertThat(answer("bytes=0-499,500-999")).isEqualTo(new Whole());
    }
  }

  @Nested
  class Section1315IfRange {
    private String answer(StoredHead stored, String ifRange) {
      return told(Ranges.of(Heads.get("Range", "bytes=0-1", "If-Range", ifRange), stored, LENGTH));
    }

    @ParameterizedTest(name = "[{index}] {0} against {1}: {2}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '~',
        value = {
          "\"a\"   | \"a\"   | 0-1",
          "\"b\"   | \"a\"   | whole",
          "W/\"a\" | \"a\"   | whole",
          "\"a\"   | W/\"a\" | whole",
          "W/\"a\" | W/\"a\" | whole",
          "a       | \"a\"   | whole",
          "*       | \"a\"   | whole",
        })
    void entityTagComparesStrongly(String sent, String own, String expected) {
      assertThat(answer(stored("ETag", own), sent)).isEqualTo(expected);
    }

    @Test
    void entityTagMatchesNothingWithoutOne() {
      assertThat(answer(stored(), "\"a\"")).isEqualTo("whole");
    }

    @ParameterizedTest(name = "changed {0}, sent {1}: {2}")
    @CsvSource({
      "-10, -10, 0-1",
      "-10, -9, whole",
      "-10, -11, whole",
      "-1, -1, 0-1",
      "0, 0, whole",
      "1, 1, whole"
    })
    void dateMatchesExactlyAndIfItIsOlderThanTheResponse(long changed, long sent, String expected) {
      assertThat(answer(stored("Last-Modified", date(changed)), date(sent))).isEqualTo(expected);
    }

    @Test
    void dateMatchesNothingWithoutLastModified() {
      assertThat(answer(stored(), date(-10))).isEqualTo("whole");
      assertThat(answer(stored("Last-Modified", "x"), "x")).isEqualTo("whole");
    }

    @Test
    void countsForNothingWithoutRange() {
      assertThat(Ranges.of(Heads.get("If-Range", "\"a\""), STORED, LENGTH)).isEqualTo(new Whole());
    }
  }

  @Nested
  class Section1537Answers {
    private final StoredHead full =
        stored("ETag", "\"a\"", "Cache-Control", "max-age=60", "Last-Modified", date(-99));

    @Test
    void onePartHasItsPlaceAndTheStoredFields() {
      ResponseHead head = Ranges.partialHead(full, new Part(2, 5), 10);
      assertThat(head.status()).isEqualTo(206);
      assertThat(head.fields())
          .isEqualTo(full.head().fields().plus("Content-Range", "bytes 2-5/10"));
    }

    @Test
    void unsatisfiableTellsTheLength() {
      ResponseHead head = Ranges.unsatisfiableHead(full, new Unsatisfiable(10));
      assertThat(head.status()).isEqualTo(416);
      assertThat(head.fields().first("Content-Range")).isEqualTo("bytes */10");
      assertThat(head.fields().first("Date")).isEqualTo(date(0));
      assertThat(head.fields().contains("ETag")).isFalse();
    }

    @Test
    void severalPartsAreOneMultipart() {
      byte[] content = "0123456789".getBytes(StandardCharsets.US_ASCII);
      Parts parts = new Parts(List.of(new Part(1, 2), new Part(9, 9)), content.length);
      Ranges.Multipart multipart = Ranges.multipart(full, parts, "sep");
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int i = 0; i < parts.parts().size(); i++) {
        Part part = parts.parts().get(i);
        body.writeBytes(multipart.openings().get(i));
        body.write(content, (int) part.first(), (int) part.lengthBytes());
      }
      body.writeBytes(multipart.closing());
      assertThat(body.toString(StandardCharsets.US_ASCII))
          .isEqualTo(
              """
              --sep\r
              Content-Type: application/json\r
              Content-Range: bytes 1-2/10\r
              \r
              12\r
              --sep\r
              Content-Type: application/json\r
              Content-Range: bytes 9-9/10\r
              \r
              9\r
              --sep--\r
              """);
      assertThat(multipart.lengthBytes()).isEqualTo(body.size());
      assertThat(multipart.head().status()).isEqualTo(206);
      assertThat(multipart.head().fields().all("Content-Type"))
          .containsExactly("multipart/byteranges; boundary=sep");
      assertThat(multipart.head().fields().contains("Content-Range")).isFalse();
      assertThat(multipart.head().fields().first("ETag")).isEqualTo("\"a\"");
    }

    @Test
    void partsOfUnknownTypeHaveNone() {
      StoredHead untyped =
          full.withHead(full.head().withFields(full.head().fields().without("Content-Type")));
      Parts parts = new Parts(List.of(new Part(0, 0), new Part(2, 2)), 10);
      byte[] opening = Ranges.multipart(untyped, parts, "sep").openings().get(0);
      assertThat(new String(opening, StandardCharsets.US_ASCII))
          .isEqualTo("--sep\r\nContent-Range: bytes 0-0/10\r\n\r\n");
    }
  }

  @Test
  void junkNeverThrowsAndPartsAreAlwaysWithin() {
    Random random = new Random(19);
    String alphabet = "0123459-,= bytes\u0660";
    List<Answer> cut = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      StringBuilder range = new StringBuilder("bytes=");
      for (int n = random.nextInt(14); n > 0; n--) {
        range.append(alphabet.charAt(random.nextInt(random.nextBoolean() ? 8 : 16)));
      }
      long length = random.nextInt(40);
      Answer answer = Ranges.of(Heads.get("Range", range.toString()), STORED, length);
      if (answer instanceof Parts parts) {
        cut.add(parts);
        for (Part part : parts.parts()) {
          assertThat(part.first()).isBetween(0L, part.last());
          assertThat(part.last()).isLessThan(length);
        }
      }
    }
    assertThat(cut).hasSizeGreaterThan(1_000);
  }
}
