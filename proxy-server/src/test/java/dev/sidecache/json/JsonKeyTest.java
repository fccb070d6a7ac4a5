package dev.sidecache.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.rule.KeyParts.BodyKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonKeyTest {
  private static final BodyKey ALL = json(List.of(), List.of());

  private static BodyKey json(List<String> only, List<String> ignore) {
    return new BodyKey(BodyKey.Format.JSON, only, ignore, 1 << 20);
  }

  private static byte[] form(String json, BodyKey rule) {
    return JsonKey.of(json.getBytes(StandardCharsets.UTF_8), rule);
  }

  @ParameterizedTest(name = "{0} and {1} are one: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {"a":1,"b":2}        | {"b":2,"a":1}          | true
          {"a":1}              |  { "a" :\t1 }           | true
          {"a":{"c":1,"b":[]}} | {"a":{"b":[],"c":1}}   | true
          "\\u0061"            | "a"                    | true
          {"\\u0061":1}        | {"a":1}                | true
          "\\/"                | "/"                    | true
          "\\ud83d\\ude00"     | "😀"                   | true
          1                    | 1.0                    | true
          100                  | 1e2                    | true
          0.1                  | 1E-1                   | true
          0                    | -0.0                   | true
          12345678901234567890 | 12345678901234567890.0 | true
          12345678901234567890 | 12345678901234567891   | false
          0.1                  | 0.10000000000000001    | false
          1e400                | 1e401                  | false
          1                    | -1                     | false
          1                    | "1"                    | false
          1                    | true                   | false
          0                    | false                  | false
          null                 | false                  | false
          null                 | ""                     | false
          null                 | {}                     | false
          {}                   | []                     | false
          [1,2]                | [2,1]                  | false
          [1,2]                | [12]                   | false
          [[1],2]              | [1,[2]]                | false
          [[],[]]              | [[[]]]                 | false
          [null]               | []                     | false
          {"a":1}              | {"a":1,"b":null}       | false
          {"a":"b"}            | {"b":"a"}              | false
          {"a":{"b":1}}        | {"a":{},"b":1}         | false
          {"a":1}              | {"A":1}                | false
          {"":1}               | {}                     | false
          "a"                  | "a "                   | false
          "\\ud800"            | "\\ud801"              | false
          "\\ud800"            | "?"                    | false
          "é"                  | "e\\u0301"             | false
          """)
  void meaningCounts(String one, String other, boolean same) {
    byte[] first = form(one, ALL);
    byte[] second = form(other, ALL);

    assertThat(first).isNotNull();
    assertThat(second).isNotNull();
    assertThat(Arrays.equals(first, second)).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}}",
        "{} {}",
        "1 2",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"x\":{\"a\":1,\"a\":2}}",
        "[{\"a\":1,\"a\":2}]",
        "NaN",
        "01",
        "+1",
        ".5",
        "1.",
        "0x1",
        "// x\n1",
        "\"a",
        "\"\\x\"",
        "\"\n\"",
        "nul",
        "\ufeff{}",
        "1e99999999999"
      })
  void whatIsNoJsonHasNoForm(String text) {
    assertThat(form("{\"a\":1}", ALL)).isNotNull();
    assertThat(form(text, ALL)).isNull();
  }

  @Test
  void whatIsNoUtf8HasNoForm() {
    assertThat(JsonKey.of(new byte[] {'"', (byte) 0xc3, (byte) 0xa9, '"'}, ALL)).isNotNull();
    assertThat(JsonKey.of(new byte[] {'"', (byte) 0xff, '"'}, ALL)).isNull();
    assertThat(JsonKey.of("{}".getBytes(StandardCharsets.UTF_16), ALL)).isNull();
    assertThat(JsonKey.of("{}".getBytes(StandardCharsets.UTF_16LE), ALL)).isNull();
  }

  @Test
  void depthHasALimit() {
    String deep = "[".repeat(64) + "]".repeat(64);

    assertThat(form(deep, ALL)).isNotNull();
    assertThat(form("[" + deep + "]", ALL)).isNull();
    assertThat(form("{\"x\":[" + deep + "]}", json(List.of(), List.of("/x")))).isNull();
    assertThat(form("[".repeat(1_000_000), ALL)).isNull();
  }

  @Test
  void numbersHaveALimit() {
    assertThat(form("1".repeat(1000), ALL)).isNotNull();
    assertThat(form("1".repeat(1001), ALL)).isNull();
    assertThat(form("1e2147483647", ALL)).isNotNull();
    assertThat(form("1000e2147483647", ALL)).isNull();
  }

  @Test
  void rawContentIsItsOwnForm() {
    BodyKey raw = new BodyKey(BodyKey.Format.RAW, List.of(), List.of(), 100);
    byte[] content = {0, (byte) 0xff};

    assertThat(JsonKey.of(content, raw)).isEqualTo(content).isNotSameAs(content);
  }

  @Nested
  class Rfc6901Pointers {

    @ParameterizedTest(name = "without {0}: {1} and {2} are one: {3}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '\'',
        textBlock =
            """
            /id       | {"id":1,"q":2}       | {"q":2}            | true
            /id       | {"id":1,"q":2}       | {"id":{},"q":2}    | true
            /id       | {"id":1,"q":2}       | {"id":1,"q":3}     | false
            /id       | {"x":{"id":1}}       | {"x":{"id":2}}     | false
            /x/id     | {"x":{"id":1,"y":1}} | {"x":{"y":1}}      | true
            /x/id     | {"x":{"id":1}}       | {"x":1}            | false
            /x/id     | {"x":{"id":1}}       | {}                 | false
            /a~1b     | {"a/b":1}            | {"a/b":2}          | true
            /a~0b     | {"a~b":1}            | {"a~b":2}          | true
            /~01      | {"~1":1}             | {"~1":2}           | true
            /~01      | {"/":1}              | {"/":2}            | false
            /a~1b     | {"a":{"b":1}}        | {"a":{"b":2}}      | false
            /         | {"":1}               | {"":2}             | true
            /x/0      | {"x":[1,2]}          | {"x":[3,2]}        | true
            /x/0      | {"x":[1,2]}          | {"x":[2]}          | false
            /x/0      | {"x":[1,2]}          | {"x":[1,3]}        | false
            /x/00     | {"x":[1,2]}          | {"x":[3,2]}        | false
            /x/1/y    | {"x":[1,{"y":1}]}    | {"x":[1,{"y":2}]}  | true
            /0        | [1,2]                | [3,2]              | true
            ''        | {"a":1}              | [2]                | true
            """)
    void ignoredPlacesDoNotCount(String ignore, String one, String other, boolean same) {
      BodyKey rule = json(List.of(), List.of(ignore));

      assertThat(Arrays.equals(form(one, rule), form(other, rule))).isEqualTo(same);
      assertThat(form(one, ALL)).isNotEqualTo(form(other, ALL));
    }

    @ParameterizedTest(name = "only {0}: {1} and {2} are one: {3}")
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '\'',
        textBlock =
            """
            /q        | {"q":1,"x":2}        | {"x":3,"q":1}      | true
            /q        | {"q":1}              | {"q":2}            | false
            /q        | {"q":1}              | {}                 | false
            /q        | {"q":{"a":[1]}}      | {"q":{"a":[2]}}    | false
            /q        | {"q":{}}             | {"q":[]}           | false
            /q        | {"q":null}           | {}                 | false
            /q        | {"x":1}              | [1,2]              | true
            /q        | {"x":1}              | 7                  | true
            /q/a      | {"q":{"a":1,"b":2}}  | {"q":{"a":1}}      | true
            /q/a      | {"q":{"b":2}}        | {}                 | true
            /q/a      | {"q":5}              | {}                 | true
            /q/0      | {"q":[1,2]}          | {"q":[1,3,4]}      | true
            /q/0      | {"q":[1,2]}          | {"q":[2,1]}        | false
            /q/0      | {"q":[1]}            | {"q":{"0":1}}      | false
            /q/1      | {"q":[1,{"a":1}]}    | {"q":[2,{"a":1}]}  | true
            /q/1      | {"q":[1]}            | {"q":[]}           | true
            ''        | {"a":1}              | {"a":2}            | false
            """)
    void onlyPlacesCount(String only, String one, String other, boolean same) {
      BodyKey rule = json(List.of(only), List.of());

      assertThat(Arrays.equals(form(one, rule), form(other, rule))).isEqualTo(same);
    }

    @Test
    void severalAndBoth() {
      BodyKey rule = json(List.of("/q", "/r/s"), List.of("/q/id", "/r/s/0"));

      assertThat(form("{\"q\":{\"id\":1,\"a\":2},\"r\":{\"s\":[1,2],\"t\":3}}", rule))
          .isEqualTo(form("{\"q\":{\"a\":2},\"r\":{\"s\":[9,2]},\"z\":1}", rule))
          .isNotEqualTo(form("{\"q\":{\"a\":2},\"r\":{\"s\":[9,3]}}", rule));
    }

    @Test
    void placesOfElementsCount() {
      BodyKey rule = json(List.of("/0/a", "/1/a"), List.of());

      assertThat(form("[{\"a\":1},{\"b\":2}]", rule))
          .isEqualTo(form("[{\"a\":1},{\"b\":3},7]", rule))
          .isNotEqualTo(form("[{\"b\":2},{\"a\":1}]", rule));
    }

    @Test
    void whatDoesNotCountIsStillRead() {
      assertThat(form("{\"id\":{\"a\":1,\"a\":2}}", json(List.of(), List.of("/id")))).isNull();
      assertThat(form("{\"q\":1,\"x\":[1,}", json(List.of("/q"), List.of()))).isNull();
    }
  }

  @Test
  void orderAndSpaceNeverCountAndChangesAlwaysDo() {
    Random random = new Random(6);
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      Object value = object(random, 4);
      String canonical = written(value, null);
      byte[] form = form(written(value, random), ALL);
      assertThat(form).as(canonical).isEqualTo(form(canonical, ALL));
      String earlier = seen.putIfAbsent(new String(form, StandardCharsets.ISO_8859_1), canonical);
      assertThat(earlier == null || earlier.equals(canonical))
          .as("%s %s", earlier, canonical)
          .isTrue();
    }
    assertThat(seen.size()).isGreaterThan(1000);
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> random.nextInt(3);
      case 1 -> "\"" + "ab".repeat(random.nextInt(2)) + random.nextInt(2) + "\"";
      case 2 -> "null";
      case 3 -> random.nextBoolean();
      case 4 -> list(random, depth);
      default -> object(random, depth);
    };
  }

  private static List<Object> list(Random random, int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      list.add(value(random, depth - 1));
    }
    return list;
  }

  private static Map<String, Object> object(Random random, int depth) {
    Map<String, Object> object = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      object.put("k" + random.nextInt(3), value(random, depth - 1));
    }
    return object;
  }

  /** The value as text; with random members' order and space, or without. */
  private static String written(Object value, Random random) {
    String space = random == null ? "" : " \n".repeat(random.nextInt(2));
    List<String> parts = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(element -> parts.add(written(element, random)));
      return space + "[" + String.join(",", parts) + space + "]";
    }
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, member) -> parts.add("\"" + name + "\"" + space + ":" + written(member, random)));
      if (random != null) {
        Collections.shuffle(parts, random);
      }
      return "{" + space + String.join(space + ",", parts) + "}";
    }
    return space + value + space;
  }
}
