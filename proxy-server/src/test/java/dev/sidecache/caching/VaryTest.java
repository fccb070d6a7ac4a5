package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import dev.sidecache.testing.Heads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, Section 4.1; RFC 9110, Section 12.5.5. */
class VaryTest {
  private static final CacheKey BASE = CacheKey.ofBytes(new byte[] {1, 2, 3});

  @Nested
  class Naming {
    @Test
    void namesAreLowerCaseSortedAndSingle() {
      Vary vary = Vary.of(Heads.ok("Vary", "Origin,, accept-Encoding", "vary", "ORIGIN, A"));
      assertThat(vary).isEqualTo(new Vary(List.of("a", "accept-encoding", "origin"), false));
    }

    @Test
    void nothingNominatedIsNull() {
      assertThat(Vary.of(Heads.ok())).isNull();
      assertThat(Vary.of(Heads.ok("Vary", " , "))).isNull();
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(strings = {"*", "*, *", ", *", "*, foo", "foo, *", "foo,*,bar"})
    void starAnywhereIsStar(String value) {
      Vary vary = Vary.of(Fields.of("Vary", value));
      assertThat(vary).isNotNull();
      assertThat(vary.isStar()).isTrue();
    }

    @Test
    void starOnAnotherLineIsStar() {
      Vary vary = Vary.of(Fields.of("Vary", "", "Vary", "foo", "Vary", "*"));
      assertThat(vary).isNotNull();
      assertThat(vary.isStar()).isTrue();
    }
  }

  @Nested
  class Matching {
    private static CacheKey key(String name, Fields request) {
      return CacheKey.variant(BASE, List.of(name), request);
    }

    @ParameterizedTest(name = "{0}: {1} and {2}: {3}")
    @CsvSource(
        delimiter = '|',
        value = {
          "foo             | a          | a           | true",
          "foo             | ' a '      | a           | true",
          "foo             | a          | A           | false",
          "foo             | a          | b           | false",
          "foo             | 'a, b'     | 'a,b'       | false",
          "accept-encoding | 'gzip, br' | 'GZIP,br'   | true",
          "accept-encoding | 'gzip;q=1' | 'gzip; q=1' | true",
          "accept-encoding | 'gzip,,br' | 'gzip,br'   | true",
          "accept-encoding | 'gzip, br' | 'br, gzip'  | true",
          "accept-encoding | 'x-gzip'   | 'gzip'      | true",
          "accept-encoding | 'br;q=0.5' | 'br;q=.5'   | false",
          "accept-encoding | 'br;q=0.5' | 'br; Q=0.500' | true",
          "accept-encoding | 'br;q=0'   | 'br'        | false",
          "accept-encoding | 'gzip'     | 'gzip, br'  | false",
          "accept-language | 'de, en'   | 'en, de'    | false",
          "accept-language | 'de;q=1.0' | 'de'        | true",
          "accept-language | 'de, en'   | 'DE , EN'   | true",
          "accept          | 'a/b;x=C'  | 'a/b;x=c'   | false",
          "accept-charset  | 'UTF-8'    | 'utf-8'     | true",
          "cookie          | 'a=1'      | 'a=2'       | false",
          "authorization   | 'Bearer a' | 'Bearer a'  | true",
        })
    void valuesMatchAsTheirFieldAllows(String name, String one, String other, boolean match) {
      CacheKey first = key(name, Fields.of(name, one));
      assertThat(first.equals(key(name, Fields.of(name, other)))).isEqualTo(match);
    }

    @Test
    void severalLinesEqualOneCombined() {
      CacheKey combined = key("foo", Fields.of("Foo", "a, b"));
      assertThat(key("foo", Fields.of("Foo", "a", "x", "y", "FOO", " b "))).isEqualTo(combined);
    }

    @Test
    void absentMatchesAbsentOnly() {
      CacheKey absent = key("foo", Fields.of("bar", "x"));
      assertThat(key("foo", Fields.empty())).isEqualTo(absent);
      assertThat(key("foo", Fields.of("foo", ""))).isNotEqualTo(absent);
      assertThat(key("accept-encoding", Fields.of("accept-encoding", "")))
          .isNotEqualTo(key("accept-encoding", Fields.empty()));
    }

    @Test
    void namesAndBaseCount() {
      Fields request = Fields.of("a", "1", "b", "1");
      assertThat(key("a", request)).isNotEqualTo(key("b", request));
      assertThat(CacheKey.variant(CacheKey.ofBytes(new byte[] {1, 2}), List.of("a"), request))
          .isNotEqualTo(key("a", request));
      assertThat(CacheKey.variant(BASE, List.of("a", "b"), request))
          .isNotEqualTo(key("a", request));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"authorization", "cookie", "x-api-key", "proxy-authorization"})
    void credentialIsNotInTheKey(String name) {
      byte[] bytes = key(name, Fields.of(name, "s3cr3t-value")).toBytes();
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("s3cr3t");
      byte[] plain = key("foo", Fields.of("foo", "s3cr3t-value")).toBytes();
      assertThat(new String(plain, StandardCharsets.ISO_8859_1)).contains("s3cr3t");
    }

    @Test
    void differentRequestsNeverShareAVariant() {
      Random random = new Random(17);
      String[] values = {"", "a", "b", "a, b", "a,b", "ab", "\u0000", "a\u0000b"};
      List<String> names = List.of("x", "y", "z");
      Map<CacheKey, List<String>> seen = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        Fields.Builder request = Fields.builder();
        List<String> chosen = new ArrayList<>();
        for (String name : names) {
          int pick = random.nextInt(values.length + 1);
          if (pick < values.length) {
            request.add(name, values[pick]);
          }
          chosen.add(pick < values.length ? "=" + values[pick] : "absent");
        }
        List<String> before = seen.put(CacheKey.variant(BASE, names, request.build()), chosen);
        assertThat(before == null || before.equals(chosen)).isTrue();
      }
      assertThat(seen).hasSize(9 * 9 * 9);
    }
  }
}
