package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.Plans;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** contract.md, Section 2; consistency.md, Section 4; RFC 9875. */
class DeclaredTagsTest {
  private static List<Tag> tags(String... namesAndValues) {
    return DeclaredTags.of(Plans.origin().build(), Fields.of(namesAndValues));
  }

  private static Tag tag(String name) {
    return new Tag(Tag.Kind.TAG, name);
  }

  private static Tag family(String name) {
    return new Tag(Tag.Kind.FAMILY, name);
  }

  private static Tag group(String name) {
    return new Tag(Tag.Kind.GROUP, "http://api.example " + name);
  }

  private static String numbered(int count, String separator) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("t" + i);
    }
    return String.join(separator, names);
  }

  @Test
  void withoutAFieldThereAreNone() {
    assertThat(tags()).isEmpty();
    assertThat(tags("Cache-Tag", " , ", "Surrogate-Key", "  ", "Cache-Groups", "")).isEmpty();
  }

  @Test
  void cacheTagIsSeparatedByCommas() {
    assertThat(tags("Cache-Tag", "a b ,c", "cache-tag", "d,,a b"))
        .containsExactly(tag("a b"), tag("c"), tag("d"));
  }

  @Test
  void surrogateKeyIsSeparatedBySpaces() {
    assertThat(tags("Surrogate-Key", " a  b,c\td ", "Surrogate-Key", "e"))
        .containsExactly(tag("a"), tag("b,c"), tag("d"), tag("e"));
  }

  @Test
  void groupIsATagAndOneOfItsOrigin() {
    assertThat(tags("Cache-Groups", "\"scripts\";revalidate, \"a b\""))
        .containsExactly(tag("scripts"), tag("a b"), group("scripts"), group("a b"));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(strings = {"scripts", "\"a\" \"b\"", "\"a", "(\"a\")", "1"})
  void groupsThatAreNoListOfStringsAreIgnored(String value) {
    assertThat(tags("Cache-Groups", value)).isEmpty();
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @CsvSource({"student:7, student", "a:b:c, a"})
  void familyIsTheNameUpToTheFirstColon(String name, String family) {
    assertThat(tags("Cache-Tag", name)).containsExactly(tag(name), family(family));
  }

  @Test
  void nameWithoutAColonHasNoFamily() {
    assertThat(tags("Cache-Tag", "students")).containsExactly(tag("students"));
  }

  @Test
  void whatThePlanHasAlreadyIsLeftOut() {
    Plan plan = Plans.origin().tags(List.of(Tag.ALL, tag("student:7"), family("student"))).build();
    Fields fields = Fields.of("Cache-Tag", "student:7, student:8");
    assertThat(DeclaredTags.of(plan, fields)).containsExactly(tag("student:8"));
  }

  @ParameterizedTest(name = "{0} tags: {1}")
  @CsvSource({"63, true", "64, true", "65, false"})
  void sixtyFourAreTheMost(int count, boolean stored) {
    assertThat(tags("Cache-Tag", numbered(count, ",")) != null).isEqualTo(stored);
    assertThat(tags("Surrogate-Key", numbered(count, " ")) != null).isEqualTo(stored);
  }

  @Test
  void familiesCountAmongThem() {
    assertThat(tags("Cache-Tag", numbered(62, ",") + ",f:1")).hasSize(64);
    assertThat(tags("Cache-Tag", numbered(63, ",") + ",f:1")).isNull();
    assertThat(tags("Cache-Tag", numbered(62, ",") + ",f:1,f:2")).isNull();
  }

  @Test
  void thoseOfThePlanCountAmongThem() {
    List<Tag> carried =
        List.of(Tag.ALL, new Tag(Tag.Kind.ROUTE, "r"), new Tag(Tag.Kind.URL, "/x"), tag("own"));
    Plan plan = Plans.origin().tags(carried).build();
    assertThat(DeclaredTags.of(plan, Fields.of("Cache-Tag", numbered(63, ",")))).hasSize(63);
    assertThat(DeclaredTags.of(plan, Fields.of("Cache-Tag", numbered(64, ",")))).isNull();
    assertThat(DeclaredTags.of(plan, Fields.of("Cache-Tag", numbered(63, ",") + ",own")))
        .hasSize(63);
  }

  @ParameterizedTest(name = "{0} bytes: {1}")
  @CsvSource({"127, true", "128, true", "129, false"})
  void longestNameHas128Bytes(int length, boolean stored) {
    String name = "a".repeat(length);
    assertThat(tags("Cache-Tag", name) != null).isEqualTo(stored);
    assertThat(tags("Surrogate-Key", name) != null).isEqualTo(stored);
    assertThat(tags("Cache-Groups", '"' + name + '"') != null).isEqualTo(stored);
  }

  @Test
  void namesAreUtf8() {
    String received =
        new String("f\u00fcr".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(tags("Cache-Tag", received)).containsExactly(tag("f\u00fcr"));
    assertThat(tags("Surrogate-Key", received)).containsExactly(tag("f\u00fcr"));
    assertThat(tags("Cache-Tag", received.repeat(32))).isNotNull();
    assertThat(tags("Cache-Tag", received.repeat(33))).isNull();
  }

  @Test
  void groupBelongsToItsOrigin() {
    assertThat(DeclaredTags.group(Heads.get(), "a")).isEqualTo(group("a"));
    assertThat(group("a").id()).isNotEqualTo(tag("http://api.example a").id());
  }
}
