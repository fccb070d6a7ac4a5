package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TagTest {

  @ParameterizedTest
  @CsvSource({
    "TAG, students, students",
    "FAMILY, student, student:*",
    "ROUTE, r, route:r",
    "URL, /a, url:/a",
    "UNDER, /a/b, under:/a/b"
  })
  void textForPeople(Tag.Kind kind, String name, String text) {
    assertThat(new Tag(kind, name).text()).isEqualTo(text);
  }

  @Test
  void textOfThoseWithoutName() {
    assertThat(Tag.ALL.text()).isEqualTo("all");
    assertThat(Tag.ANY_MUTATION.text()).isEqualTo("any-mutation");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"a:b, a", "a:b:c, a", ":b, ''", "a:, a", "ab, -"})
  void familyEndsAtTheFirstColon(String name, String family) {
    assertThat(Tag.familyOf(name))
        .isEqualTo(family == null ? null : new Tag(Tag.Kind.FAMILY, family));
  }

  @ParameterizedTest
  @EnumSource(Tag.Kind.class)
  void idIsTheHashOfKindAndName(Tag.Kind kind) throws Exception {
    assertThat(new Tag(kind, "ü:7").id().text()).isEqualTo(hash(kind, "ü:7")).hasSize(22);
    assertThat(new Tag(kind, "ü:7").id()).hasSameHashCodeAs(new Tag(kind, "ü:7").id());
  }

  @Test
  void idStaysTheSameHoweverManyTagsComeBetween() throws Exception {
    for (int i = 0; i < 1000; i++) {
      String name = "/students/" + i % 500 + (i % 3 == 0 ? "/long".repeat(60) : "");
      for (Tag.Kind kind : Tag.Kind.values()) {
        assertThat(new Tag(kind, name).id().text()).isEqualTo(hash(kind, name));
        assertThat(new Tag(kind, name).id().text()).isEqualTo(hash(kind, name));
      }
    }
  }

  private static String hash(Tag.Kind kind, String name) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest((kind.word() + "\0" + name).getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
  }
}
