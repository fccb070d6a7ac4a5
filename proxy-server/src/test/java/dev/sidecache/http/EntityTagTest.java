package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, Section 8.8.3. */
class EntityTagTest {
  private static EntityTag tag(String text) {
    EntityTag tag = EntityTag.parse(text);
    assertThat(tag).as(text).isNotNull();
    return tag;
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        "\"xyzzy\"",
        "W/\"xyzzy\"",
        "\"\"",
        "W/\"\"",
        "\"a,b\"",
        "\"a\u00fcb\"",
        "\"a\\\""
      })
  void isReadAndWritten(String text) {
    assertThat(tag(text)).hasToString(text);
  }

  @Test
  void spaceAroundIsDropped() {
    assertThat(tag("  \"a\"\t")).isEqualTo(new EntityTag(false, "\"a\""));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        "",
        "abc",
        "\"",
        "\"abc",
        "abc\"",
        "'abc'",
        "w/\"abc\"",
        "W\"abc\"",
        "W/abc",
        "W/",
        "W/\"",
        "\"a\"b",
        "\"a\"\"b\"",
        "\"a b\"",
        "\"a\", \"b\"",
        "*"
      })
  void othersAreNone(String text) {
    assertThat(EntityTag.parse(text)).isNull();
  }

  @ParameterizedTest(name = "{0}, {1}: strong {2}, weak {3}")
  @CsvSource({
    "W/\"1\", W/\"1\", false, true",
    "W/\"1\", W/\"2\", false, false",
    "W/\"1\", \"1\", false, true",
    "\"1\", W/\"1\", false, true",
    "\"1\", \"1\", true, true",
    "\"1\", \"2\", false, false",
  })
  void comparesAsTheSourcesTable(String one, String other, boolean strong, boolean weak) {
    assertThat(tag(one).strongMatches(tag(other))).isEqualTo(strong);
    assertThat(tag(one).weakMatches(tag(other))).isEqualTo(weak);
  }

  @Test
  void listIsReadTagByTag() {
    assertThat(EntityTag.parseList("\"a\", W/\"b\",, \"c,d\" ,\"e\""))
        .extracting(EntityTag::toString)
        .isEqualTo(List.of("\"a\"", "W/\"b\"", "\"c,d\"", "\"e\""));
  }

  @Test
  void whatIsNoTagInAListIsLeftOut() {
    assertThat(EntityTag.parseList("abc, \"a\", *, W/x, \"b"))
        .extracting(EntityTag::toString)
        .isEqualTo(List.of("\"a\""));
    assertThat(EntityTag.parseList("")).isEmpty();
  }
}
