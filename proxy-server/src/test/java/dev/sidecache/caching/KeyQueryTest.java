package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.rule.KeyParts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyQueryTest {
  private static final KeyParts.Query ALL = new KeyParts.Query.All();
  private static final KeyParts.Query NONE = new KeyParts.Query.None();
  private static final KeyParts.Query CHOSEN =
      new KeyParts.Query.Names(List.of("page", "per_page"));

  private static List<String> split(String joined) {
    return joined == null ? List.of() : List.of(joined.split(" "));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      nullValues = "-",
      value = {
        "a=1,               a=1,                'one'",
        "b=2&a=1,           a=1 b=2,            'sorted by name'",
        "b=1&a=2&b=0,       a=2 b=1 b=0,        'equal names in the order sent'",
        "b&a=,              a= b,               'absent and empty values'",
        "%62=1&a=2,         a=2 %62=1,          'names compare decoded, stay raw'",
        "b=1&%61=2,         %61=2 b=1,          'names compare decoded, stay raw'",
        "B=1&a=2&b=3,       a=2 B=1 b=3,        'case does not part names'",
        "a[]=1&a=2,         a[]=1 a=2,          'brackets do not part names'",
        "a=2&a[]=1,         a=2 a[]=1,          'so their order is kept'",
        "a.b=1&a_b=2&a+b=3, a.b=1 a_b=2 a+b=3,  'nor what some origins fold'",
        "b=1;a=2&a=3,       b=1;a=2&a=3,        'a semicolon leaves all as sent'",
        "b=%zz&%zz=1,       %zz=1 b=%zz,        'malformed escapes stay'",
        "b&%6=1,            %6=1 b,             'cut escapes stay'",
        "b&%z1=1,           %z1=1 b,            'malformed escapes stay'",
        "b=1&%C3%A4=2,      b=1 %C3%A4=2,       'UTF-8'"
      })
  void everyParameterCounts(String query, String kept, String description) {
    KeyQuery all = KeyQuery.of(query, ALL);

    assertThat(all.isAbsent()).isFalse();
    assertThat(all.kept()).isEqualTo(split(kept));
    assertThat(all.dropped()).isEmpty();
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      nullValues = "-",
      value = {
        "page=1,                 page=1,          -,      'chosen'",
        "x=1&page=1,             page=1,          x,      'others are dropped'",
        "per_page=2&page=1,      page=1 per_page=2, -,    'sorted'",
        "page=2&page=1,          page=2 page=1,   -,      'order of one name'",
        "x=1&y,                  -,               x y,    'none chosen'",
        "p%61ge=1&x,             p%61ge=1,        x,      'by decoded name'",
        "page%5B%5D=1,           page%5B%5D=1,    -,      'encoded brackets do not hide it'",
        "page[a]=1,              page[a]=1,       -,      'brackets do not hide it'",
        "PAGE=1,                 PAGE=1,          -,      'case does not hide it'",
        "+page=1,                +page=1,         -,      'space does not hide it'",
        "per.page=1,             per.page=1,      -,      'a dot does not hide it'",
        "per%20page=1,           per%20page=1,    -,      'a space does not hide it'",
        "page%00x=1,             page%00x=1,      -,      'NUL does not hide it'",
        "pages=1&pag=2,          -,               pages pag, 'other names'",
        "x=1;page=2,             x=1;page=2,      -,      'a semicolon does not hide it'",
        "x=1&&page=2&,           page=2,          x,      'empty parameters'"
      })
  void chosenParametersCount(String query, String kept, String dropped, String description) {
    KeyQuery chosen = KeyQuery.of(query, CHOSEN);

    assertThat(chosen.kept()).isEqualTo(split(kept));
    assertThat(chosen.dropped()).isEqualTo(split(dropped));
    assertThat(chosen.isAbsent()).isEqualTo(kept == null);
  }

  @Test
  void noParameterCounts() {
    assertThat(KeyQuery.of("a=1&&b", NONE))
        .isEqualTo(new KeyQuery(true, List.of(), List.of("a", "b")));
    assertThat(KeyQuery.of("a;b", NONE).isAbsent()).isTrue();
  }

  @Test
  void emptyQueryDiffersFromNone() {
    assertThat(KeyQuery.of(null, ALL).isAbsent()).isTrue();
    assertThat(KeyQuery.of(null, CHOSEN).isAbsent()).isTrue();
    assertThat(KeyQuery.of("", ALL)).isEqualTo(new KeyQuery(false, List.of(""), List.of()));
    assertThat(KeyQuery.of("", CHOSEN)).isEqualTo(KeyQuery.of(null, CHOSEN));
  }
}
