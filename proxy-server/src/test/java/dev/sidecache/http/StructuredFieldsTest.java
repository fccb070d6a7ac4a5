package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.http.StructuredFields.Bare;
import dev.sidecache.http.StructuredFields.BooleanValue;
import dev.sidecache.http.StructuredFields.ByteSequence;
import dev.sidecache.http.StructuredFields.DateValue;
import dev.sidecache.http.StructuredFields.DecimalValue;
import dev.sidecache.http.StructuredFields.DisplayString;
import dev.sidecache.http.StructuredFields.InnerList;
import dev.sidecache.http.StructuredFields.IntegerValue;
import dev.sidecache.http.StructuredFields.Item;
import dev.sidecache.http.StructuredFields.Member;
import dev.sidecache.http.StructuredFields.StringValue;
import dev.sidecache.http.StructuredFields.TokenValue;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9651. */
class StructuredFieldsTest {
  private static ByteSequence bytes(String text) {
    return new ByteSequence(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Nested
  class Items {
    static Stream<Arguments> values() {
      return Stream.of(
          Arguments.of("42", new IntegerValue(42)),
          Arguments.of("-0", new IntegerValue(0)),
          Arguments.of("042", new IntegerValue(42)),
          Arguments.of("999999999999999", new IntegerValue(999_999_999_999_999L)),
          Arguments.of("-999999999999999", new IntegerValue(-999_999_999_999_999L)),
          Arguments.of("4.5", new DecimalValue(new BigDecimal("4.5"))),
          Arguments.of("-1.0", new DecimalValue(new BigDecimal("-1"))),
          Arguments.of("123456789012.123", new DecimalValue(new BigDecimal("123456789012.123"))),
          Arguments.of("\"hello \\\"world\\\\\"", new StringValue("hello \"world\\")),
          Arguments.of("\"\"", new StringValue("")),
          Arguments.of("foo123/456", new TokenValue("foo123/456")),
          Arguments.of("*foo:bar", new TokenValue("*foo:bar")),
          Arguments.of(":aGVsbG8=:", bytes("hello")),
          Arguments.of(":aGVsbG8:", bytes("hello")),
          Arguments.of("::", bytes("")),
          Arguments.of("?1", new BooleanValue(true)),
          Arguments.of("?0", new BooleanValue(false)),
          Arguments.of("@1659578233", new DateValue(1_659_578_233L)),
          Arguments.of("@-1", new DateValue(-1)),
          Arguments.of("%\"f%c3%bc%25%22\"", new DisplayString("f\u00fc%\"")),
          Arguments.of("  1  ", new IntegerValue(1)));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @MethodSource("values")
    void valuesAreRead(String text, Bare expected) {
      assertThat(StructuredFields.parseItem(text)).isEqualTo(new Item(expected));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {
          "",
          " ",
          "-",
          "--1",
          "1000000000000000",
          "1.",
          "1.1234",
          "1234567890123.1",
          ".5",
          "1 2",
          "\"a",
          "\"\\a\"",
          "\"\\",
          "\"\u00fc\"",
          "\"\t\"",
          ":a",
          ":!:",
          "?",
          "?2",
          "@",
          "@1.5",
          "@a",
          "%",
          "%a",
          "%\"a",
          "%\"%C3\"",
          "%\"%c\"",
          "%\"%c3\"",
          "%\"%zz\"",
          "%\"%az\"",
          "%\"\u00fc\"",
          "%\"\t\"",
          "&",
          "(1)",
          "a;",
          "a;A=1",
          "a;b=",
          "a;b=&",
          "a,",
          "\tx",
          "a\t",
          "\u00fc",
          "%\"%"
        })
    void othersAreNone(String text) {
      assertThat(StructuredFields.parseItem(text)).isNull();
    }

    @Test
    void parametersAreRead() {
      Item item = StructuredFields.parseItem("a;x; y=2;x=\"z\"");
      assertThat(item).isNotNull();
      assertThat(item.parameters())
          .containsExactly(
              Map.entry("y", new IntegerValue(2)), Map.entry("x", new StringValue("z")));
    }
  }

  @Nested
  class Lists {
    @Test
    void membersAreRead() {
      assertThat(StructuredFields.parseList("sugar \t,\t tea;hot, (\"foo\" 1);q=0.5, ()"))
          .isEqualTo(
              List.of(
                  new Item(new TokenValue("sugar")),
                  new Item(new TokenValue("tea"), Map.of("hot", BooleanValue.TRUE)),
                  new InnerList(
                      List.of(new Item(new StringValue("foo")), new Item(new IntegerValue(1))),
                      Map.of("q", new DecimalValue(new BigDecimal("0.5")))),
                  new InnerList(List.of(), Map.of())));
    }

    @Test
    void emptyIsEmpty() {
      assertThat(StructuredFields.parseList("")).isEmpty();
      assertThat(StructuredFields.parseList("  ")).isEmpty();
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {
          "a,",
          "a,,b",
          ",a",
          "a b",
          "(a",
          "(a,b)",
          "(a\u00fc)",
          "(a);",
          "(&)",
          "a, &",
          "(1\"\")"
        })
    void othersAreNone(String text) {
      assertThat(StructuredFields.parseList(text)).isNull();
    }
  }

  @Nested
  class Dictionaries {
    @Test
    void membersAreRead() {
      Map<String, Member> members =
          StructuredFields.parseDictionary("a=1, b;x, c=(1 2), *d=?0, a=3;y");
      assertThat(members)
          .containsExactly(
              Map.entry("b", new Item(BooleanValue.TRUE, Map.of("x", BooleanValue.TRUE))),
              Map.entry(
                  "c",
                  new InnerList(
                      List.of(new Item(new IntegerValue(1)), new Item(new IntegerValue(2))),
                      Map.of())),
              Map.entry("*d", new Item(new BooleanValue(false))),
              Map.entry("a", new Item(new IntegerValue(3), Map.of("y", BooleanValue.TRUE))));
    }

    @Test
    void emptyIsEmpty() {
      assertThat(StructuredFields.parseDictionary("")).isEmpty();
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {"A=1", "a=", "a=1,", "a=1 b=2", "a =1", "a= 1", "=1", "a=&", "a;&", "1"})
    void othersAreNone(String text) {
      assertThat(StructuredFields.parseDictionary(text)).isNull();
    }
  }

  @Nested
  class Writing {
    @Test
    void listAndDictionaryAreWrittenInTheCanonicalForm() {
      String list = "sugar, tea;hot, (\"foo\" 1);q=0.5, ()";
      List<Member> members = StructuredFields.parseList(list);
      assertThat(StructuredFields.serializeList(members)).isEqualTo(list);
      String dictionary = "a=1, b;x=?0, c=(1 2), d, e=?0, f=:aGk=:, g=@1, h=%\"%c3%bc\", i=1.0";
      Map<String, Member> entries = StructuredFields.parseDictionary(dictionary);
      assertThat(StructuredFields.serializeDictionary(entries)).isEqualTo(dictionary);
    }

    @Test
    void decimalIsRoundedToThreePlacesToEven() {
      assertThat(StructuredFields.serializeItem(new Item(decimal("0.0025")))).isEqualTo("0.002");
      assertThat(StructuredFields.serializeItem(new Item(decimal("0.0035")))).isEqualTo("0.004");
      assertThat(StructuredFields.serializeItem(new Item(decimal("100")))).isEqualTo("100.0");
    }

    private static DecimalValue decimal(String text) {
      return new DecimalValue(new BigDecimal(text));
    }

    static Stream<Arguments> impossible() {
      return Stream.of(
          Arguments.of("an integer too large", new IntegerValue(1_000_000_000_000_000L)),
          Arguments.of("an integer too small", new IntegerValue(-1_000_000_000_000_000L)),
          Arguments.of("a decimal too large", decimal("1000000000000.1")),
          Arguments.of("a string with a control", new StringValue("a\nb")),
          Arguments.of("a string beyond ASCII", new StringValue("\u00fc")),
          Arguments.of("an empty token", new TokenValue("")),
          Arguments.of("a token with a space", new TokenValue("a b")),
          Arguments.of("a token with a digit first", new TokenValue("1a")),
          Arguments.of("a date too large", new DateValue(1_000_000_000_000_000L)));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @MethodSource("impossible")
    void whatCannotBeWrittenIsTold(String description, Bare value) {
      assertThatThrownBy(() -> StructuredFields.serializeItem(new Item(value)))
          .as(description)
          .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(strings = {"", "A", "a b", "1", "\u00fc"})
    void aKeyThatIsNoneIsTold(String key) {
      Map<String, Member> dictionary = Map.of(key, new Item(BooleanValue.TRUE));
      assertThatThrownBy(() -> StructuredFields.serializeDictionary(dictionary))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource({"no_store, true", "uri-miss, true", "9f2c, false", "'a b', false", "'', false"})
    void tokensAreKnown(String text, boolean token) {
      assertThat(StructuredFields.isToken(text)).isEqualTo(token);
    }

    @Test
    void quotedNeverFails() {
      assertThat(StructuredFields.quoted("9f2c41d0")).isEqualTo("\"9f2c41d0\"");
      assertThat(StructuredFields.quoted("a\"b\\c\nd\u00fc")).isEqualTo("\"a\\\"b\\\\c?d?\"");
    }
  }

  @Nested
  class Properties {
    @Test
    void whatIsWrittenIsReadBack() {
      Random random = new Random(3);
      for (int i = 0; i < 3_000; i++) {
        List<Member> list = new ArrayList<>();
        Map<String, Member> dictionary = new LinkedHashMap<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          list.add(member(random));
          dictionary.put(key(random), member(random));
        }
        assertThat(StructuredFields.parseList(StructuredFields.serializeList(list)))
            .isEqualTo(list);
        assertThat(
                StructuredFields.parseDictionary(StructuredFields.serializeDictionary(dictionary)))
            .isEqualTo(dictionary);
      }
    }

    @Test
    void parsingNeverThrowsAndAcceptsOnlyWhatCanBeWritten() {
      Random random = new Random(5);
      String alphabet = "ab*1.-\"\\:?@%;=(), \tAz/{&\u00fc\u0000c3";
      int accepted = 0;
      for (int i = 0; i < 100_000; i++) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        List<Member> list = StructuredFields.parseList(text.toString());
        StructuredFields.parseItem(text.toString());
        Map<String, Member> dictionary = StructuredFields.parseDictionary(text.toString());
        if (list != null) {
          accepted++;
          assertThat(StructuredFields.parseList(StructuredFields.serializeList(list)))
              .isEqualTo(list);
        }
        if (dictionary != null) {
          StructuredFields.serializeDictionary(dictionary);
        }
      }
      assertThat(accepted).isGreaterThan(1_000);
    }

    private static Member member(Random random) {
      if (random.nextInt(4) > 0) {
        return new Item(value(random), parameters(random));
      }
      List<Item> items = new ArrayList<>();
      for (int n = random.nextInt(3); n > 0; n--) {
        items.add(new Item(value(random), parameters(random)));
      }
      return new InnerList(items, parameters(random));
    }

    private static Map<String, Bare> parameters(Random random) {
      Map<String, Bare> parameters = new LinkedHashMap<>();
      for (int n = random.nextInt(3); n > 0; n--) {
        parameters.put(key(random), value(random));
      }
      return parameters;
    }

    private static String key(Random random) {
      String first = "abcxyz*";
      String rest = "abc019_-.*";
      StringBuilder key = new StringBuilder().append(first.charAt(random.nextInt(first.length())));
      for (int n = random.nextInt(5); n > 0; n--) {
        key.append(rest.charAt(random.nextInt(rest.length())));
      }
      return key.toString();
    }

    private static Bare value(Random random) {
      long number = random.nextLong(-999_999_999_999_999L, 1_000_000_000_000_000L);
      return switch (random.nextInt(8)) {
        case 0 -> new IntegerValue(number);
        case 1 -> new DecimalValue(BigDecimal.valueOf(number, 3));
        case 2 -> new StringValue(text(random, 0x20, 0x7e));
        case 3 -> new TokenValue("t" + key(random));
        case 4 -> bytes(text(random, 0, 0x7ff));
        case 5 -> new BooleanValue(random.nextBoolean());
        case 6 -> new DateValue(number);
        default -> new DisplayString(text(random, 0, 0x7ff));
      };
    }

    private static String text(Random random, int least, int most) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(6); n > 0; n--) {
        text.append((char) random.nextInt(least, most + 1));
      }
      return text.toString();
    }
  }
}
