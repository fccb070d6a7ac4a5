package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  private static final Fields FIELDS = Fields.of("A", "1", "b", "2", "a", "3", "C", "");

  @Nested
  class Rfc9110Section5 {

    @Test
    void namesCompareWithoutCaseAndOrderStays() {
      assertThat(FIELDS.size()).isEqualTo(4);
      assertThat(FIELDS.contains("B")).isTrue();
      assertThat(FIELDS.contains("d")).isFalse();
      assertThat(FIELDS.first("a")).isEqualTo("1");
      assertThat(FIELDS.first("c")).isEmpty();
      assertThat(FIELDS.first("d")).isNull();
      assertThat(FIELDS.all("A")).containsExactly("1", "3");
      assertThat(FIELDS.all("d")).isEmpty();
      assertThat(FIELDS.count("a")).isEqualTo(2);
      assertThat(FIELDS.count("d")).isZero();
      assertThat(FIELDS.name(2)).isEqualTo("a");
      assertThat(FIELDS.value(2)).isEqualTo("3");
    }

    @Test
    void linesOfOneNameAreCombined() {
      assertThat(FIELDS.combined("a")).isEqualTo("1, 3");
      assertThat(FIELDS.combined("b")).isEqualTo("2");
      assertThat(FIELDS.combined("d")).isNull();
    }

    @ParameterizedTest(name = "of {0}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        textBlock =
            """
            a           | a
            a, b        | a+b
             a ,b\t     | a+b
            ,,a,,       | a
            ``          | ``
            ,           | ``
            "a,b",c     | "a,b"+c
            "a\\",b",c  | "a\\",b"+c
            "a,b        | "a,b
            a="x,y", b  | a="x,y"+b
            """)
    void listsAreSplitOutsideQuotes(String value, String elements) {
      assertThat(String.join("+", Fields.of("X", value).elements("x"))).isEqualTo(elements);
    }

    @Test
    void listsGoOverAllLines() {
      Fields fields = Fields.of("X", "a, b", "Y", "z", "x", "C");

      assertThat(fields.elements("X")).containsExactly("a", "b", "C");
      assertThat(fields.elements("none")).isEmpty();
      assertThat(fields.hasElement("x", "c")).isTrue();
      assertThat(fields.hasElement("x", "z")).isFalse();
      assertThat(fields.hasElement("none", "a")).isFalse();
    }
  }

  @Nested
  class Changing {

    @Test
    void givesOtherFields() {
      assertThat(FIELDS.plus("d", "4").all("D")).containsExactly("4");
      assertThat(FIELDS.with("a", "4")).isEqualTo(Fields.of("b", "2", "C", "", "a", "4"));
      assertThat(FIELDS.without("A", "c")).isEqualTo(Fields.of("b", "2"));
      assertThat(FIELDS.without("b")).isEqualTo(Fields.of("A", "1", "a", "3", "C", ""));
      assertThat(FIELDS.without("d")).isSameAs(FIELDS);
      assertThat(FIELDS.without("a", "b", "c")).isEqualTo(Fields.empty());
      assertThat(FIELDS.size()).isEqualTo(4);
    }

    @Test
    void appendsOthers() {
      Fields other = Fields.of("d", "4");

      assertThat(other.plus(Fields.of("e", "5"))).isEqualTo(Fields.of("d", "4", "e", "5"));
      assertThat(other.plus(Fields.empty())).isSameAs(other);
      assertThat(Fields.empty().plus(other)).isSameAs(other);
    }

    @Test
    void isCollectedByABuilder() {
      Fields.Builder builder = Fields.builder();
      IntStream.range(0, 40).forEach(i -> builder.add("N" + i, "V" + i));
      Fields fields = builder.addAll(Fields.of("a", "b")).build();

      assertThat(fields.size()).isEqualTo(41);
      assertThat(fields.first("n39")).isEqualTo("V39");
      assertThat(fields.first("a")).isEqualTo("b");
      assertThat(Fields.builder().build()).isSameAs(Fields.empty());
      assertThat(Fields.of()).isSameAs(Fields.empty());
      assertThat(Fields.empty().isEmpty()).isTrue();
      assertThat(fields.isEmpty()).isFalse();
    }

    @Test
    void doesNotReachWhatWasGiven() {
      String[] lines = {"a", "1"};
      Fields fields = Fields.of(lines);
      lines[1] = "2";

      assertThat(fields.first("a")).isEqualTo("1");
    }

    @Test
    void needsAValueForEachName() {
      assertThatThrownBy(() -> Fields.of("a")).hasMessage("a field name without a value");
    }
  }

  @Test
  void textHasNamesOnly() {
    assertThat(Fields.of("Authorization", "s3cret", "B", "x"))
        .hasToString("Fields[Authorization, B]");
  }

  @Test
  void equalLinesAreEqual() {
    assertThat(FIELDS)
        .isEqualTo(Fields.of("A", "1", "b", "2", "a", "3", "C", ""))
        .hasSameHashCodeAs(Fields.of("A", "1", "b", "2", "a", "3", "C", ""))
        .isNotEqualTo(Fields.of("A", "1"))
        .isNotEqualTo(List.of());
  }

  @Nested
  class Rfc9110Section761HopByHop {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Connection",
          "Keep-Alive",
          "proxy-connection",
          "TE",
          "Trailer",
          "Transfer-Encoding",
          "Upgrade",
          "HTTP2-Settings",
          "Proxy-Authenticate",
          "Proxy-Authorization",
          "Proxy-Authentication-Info"
        })
    void wellKnownFieldsEndHere(String name) {
      assertThat(Fields.of("A", "1", name, "x", "B", "2").endToEnd())
          .isEqualTo(Fields.of("A", "1", "B", "2"));
    }

    @Test
    void nominatedFieldsEndHere() {
      Fields fields =
          Fields.of(
              "X-Hop", "1", "Connection", "close, x-hop", "Connection", "Y", "y", "2", "Z", "3");

      assertThat(fields.endToEnd()).isEqualTo(Fields.of("Z", "3"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Host",
          "Content-Length",
          "Content-Type",
          "Authorization",
          "Cookie",
          "Set-Cookie",
          "Cache-Control",
          "Vary",
          "Range",
          "X-Forwarded-For"
        })
    void fieldsThatEveryHopMustReadAlikeStay(String name) {
      assertThat(Fields.of("Connection", name, name, "1").endToEnd())
          .isEqualTo(Fields.of(name, "1"));
    }

    @Test
    void allOthersStay() {
      Fields fields = Fields.of("A", "1", "a", "2");

      assertThat(fields.endToEnd()).isEqualTo(fields);
    }
  }

  @Nested
  class ResponseHeads {

    @ParameterizedTest
    @CsvSource({"100, true", "199, true", "200, false", "204, true", "205, false", "304, true"})
    void someStatusesHaveNoContent(int status, boolean none) {
      assertThat(new ResponseHead(status, Fields.empty()).hasNoContent()).isEqualTo(none);
    }

    @Test
    void textIsTheStatus() {
      ResponseHead head = new ResponseHead(200, "OK", Fields.empty());

      assertThat(head.withFields(FIELDS)).hasToString("200");
      assertThat(head.withFields(FIELDS).reason()).isEqualTo("OK");
    }
  }
}
