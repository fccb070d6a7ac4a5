package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.rule.RuleSet;
import dev.sidecache.testing.Rules;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeTest {
  private static final RuleSet RULES =
      Rules.of(Rules.route("students", "/api/students"), Rules.route("files", "/files/**"));

  private static List<String> texts(List<Tag> tags) {
    return tags.stream().map(Tag::text).toList();
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/students               | /api/students
          /api/students?page=2        | /api/students
          /api/%73tudents             | /api/students
          /api/a b                    | /api/a b
          /api/ü                      | /api/ü
          /api/%C3%BC                 | /api/ü
          http://h:80/api/students?x  | /api/students
          https://h/                  | /
          https://h                   | /
          """)
  void urlIsItsDecodedPath(String url, String path) {
    Purge purge = Purge.of(Purge.Kind.URL, List.of(url));

    assertThat(purge.names()).containsExactly(path);
    assertThat(texts(purge.tags(RULES))).containsExactly("url:" + path, "any-mutation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "api", "/a/../b", "/%zz", "/a#b", "/a\u0000b", "/a\u0007"})
  void whatIsNoUrl(String url) {
    assertThatThrownBy(() -> Purge.of(Purge.Kind.URL, List.of("/a", url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no URL; write /path");
    assertThatThrownBy(() -> Purge.of(Purge.Kind.PREFIX, List.of(url)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void prefixNamesTheKeysUsed() {
    Purge purge = Purge.of(Purge.Kind.PREFIX, List.of("/files/a/b/c/", "/api"));
    List<Purge.Item> items = purge.items(RULES);

    assertThat(items).extracting(Purge.Item::name).containsExactly("/files/a/b/c/", "/api");
    assertThat(texts(items.get(0).tags())).containsExactly("under:/files/a/b");
    assertThat(texts(items.get(1).tags())).containsExactly("route:students", "url:/api");
  }

  @Test
  void tagFamilyAndWidening() {
    Purge purge = Purge.of(Purge.Kind.TAG, List.of("students", "student:7", "student:*", "a:b:*"));

    assertThat(purge.items(RULES))
        .containsExactly(
            new Purge.Item("students", List.of(Tag.named("students")), null),
            new Purge.Item("student:7", List.of(Tag.named("student:7")), null),
            new Purge.Item("student:*", List.of(new Tag(Tag.Kind.FAMILY, "student")), null),
            new Purge.Item("a:b:*", List.of(new Tag(Tag.Kind.FAMILY, "a")), "a:*"));
  }

  @Test
  void routeMayBeNamedAsATag() {
    assertThat(texts(Purge.of(Purge.Kind.TAG, List.of("route:files")).tags(RULES)))
        .containsExactly("route:files", "route:files", "any-mutation");
    assertThat(Purge.of(Purge.Kind.TAG, List.of("route:files")).tags(RULES))
        .contains(new Tag(Tag.Kind.ROUTE, "files"), Tag.named("route:files"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "a*", "a:*b", "*:*", ":*", "a:**"})
  void whatIsNoTag(String tag) {
    assertThatThrownBy(() -> Purge.of(Purge.Kind.TAG, List.of(tag)))
        .hasMessage(
            "\"" + tag + "\" is no tag; write a name, or name:* for all that begin with name:");
  }

  @Test
  void routeAndAll() {
    assertThat(texts(Purge.of(Purge.Kind.ROUTE, List.of("files", "gone")).tags(RULES)))
        .containsExactly("route:files", "route:gone", "any-mutation");
    assertThat(Purge.ALL.tags(RULES)).containsExactly(Tag.ALL, Tag.ANY_MUTATION);
    assertThat(Purge.of(Purge.Kind.ALL, List.of()).items(RULES))
        .containsExactly(new Purge.Item("all", List.of(Tag.ALL), null));
  }

  @Test
  void wordsAreThoseOfTheMetric() {
    assertThat(Purge.Kind.values())
        .extracting(Purge.Kind::word)
        .containsExactly("url", "prefix", "tag", "route", "all");
  }
}
