package dev.sidecache.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagTemplateTest {

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "students,           students",
    "student:{id},       student:7",
    "{id},               7",
    "a{id}b{kind}c,      a7bxc",
    "{id}{kind},         7x",
    "profile:{identity}, profile:"
  })
  void parametersAreReplaced(String template, String filled) {
    assertThat(TagTemplate.parse(template).fill(Map.of("id", "7", "kind", "x"))).isEqualTo(filled);
  }

  @Test
  void parametersAreKnown() {
    assertThat(TagTemplate.parse("a:{b}:{c}:{b}").parameters()).containsExactly("b", "c", "b");
    assertThat(TagTemplate.parse("a").parameters()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a{, a { without a name and }",
    "a{}, a { without a name and }",
    "{a}{, a { without a name and }",
    "a}, a } without {",
    "{a}}, a } without {"
  })
  void bracesArePaired(String text, String message) {
    assertThatThrownBy(() -> TagTemplate.parse(text)).hasMessage(message);
  }

  @Test
  void familyIsTheTextNotAValue() {
    assertThat(TagTemplate.parse("student:*").isFamily()).isTrue();
    assertThat(TagTemplate.parse("{kind}:*").isFamily()).isTrue();
    assertThat(TagTemplate.parse("student:{id}").isFamily()).isFalse();
    assertThat(TagTemplate.parse("student*").isFamily()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "/a/", "/a/{id}", "/a/{id}/b/", "/{a}{b}", "/a/x-{id}/b"})
  void pathTemplates(String text) {
    assertThat(TagTemplate.parsePath(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a          | a path begins with /
          //a        | an empty segment; such paths are never cached
          /a//b      | an empty segment; such paths are never cached
          /a/{id}//b | an empty segment; such paths are never cached
          /a/*       | "*" is no segment; * and {name} stand alone, ** at the end
          /a%20b     | "a%20b" is no segment; paths are written decoded, without query
          /a?x=1     | "a?x=1" is no segment; paths are written decoded, without query
          /../a      | a dot segment; such paths are refused
          /a/{id     | a { without a name and }
          """)
  void pathTemplatesSayWhatToWrite(String text, String message) {
    assertThatThrownBy(() -> TagTemplate.parsePath(text)).hasMessage(message);
  }

  @ParameterizedTest(name = "{0} gives {1}: {2}")
  @CsvSource({
    "a,          a,       true",
    "a,          ab,      false",
    "a:{id},     a:7,     true",
    "a:{id},     a:,      true",
    "a:{id},     b:7,     false",
    "a:{id},     a,       false",
    "{id}:z,     7:z,     true",
    "{id}:z,     7:y,     false",
    "ab{id}ba,   aba,     false",
    "{a}-{b},    x-y,     true",
    "{a}-{b},    xy,      false",
    "a{a}-{b}-z, a--z,    true",
    "a{a}-{b}-z, a-z,     false",
    "{a}x{b}x{c}y, xxy,   true",
    "{a}x{b}x{c}y, xy,    false",
    "{a}xy{b}y,  xy,      false"
  })
  void someValuesGiveAText(String template, String text, boolean gives) {
    assertThat(TagTemplate.parse(template).canGive(text)).isEqualTo(gives);
  }

  @Test
  void whatIsFilledCanBeGiven() {
    Random random = new Random(2);
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(6); j >= 0; j--) {
        text.append(random.nextBoolean() ? "{p" + j + "}" : random.nextBoolean() ? "a" : ":");
      }
      TagTemplate template = TagTemplate.parse(text.toString());
      String filled =
          template.fill(Map.of("p0", "a", "p1", "", "p2", ":", "p3", "aa:", "p4", ":a"));
      assertThat(template.canGive(filled)).as("%s %s", text, filled).isTrue();
    }
  }
}
