package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.KeyParts;
import dev.sidecache.rule.KeyParts.BodyKey;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.Route;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheKeyTest {
  private static final Route PLAIN = Rules.route("r", "/**");

  private static CacheKey key(Route route, RequestHead head) {
    return CacheKey.of(match(route), head, Identity.NONE, null);
  }

  private static Match match(Route route) {
    return new Match(route, Map.of(), null, List.of());
  }

  private static Route keyed(KeyParts parts) {
    return Rules.changing("r", "/**").key(parts).build();
  }

  @Nested
  class Rfc9111Section2 {

    @ParameterizedTest(name = "{0} {1} and {2} {3} share: {4}")
    @CsvSource({
      "GET, /a,     HEAD, /a,     true",
      "GET, /a,     POST, /a,     false",
      "GET, /a,     GET,  /b,     false",
      "GET, /a,     GET,  /a/,    false",
      "GET, /a,     GET,  /%61,   true",
      "GET, /a:b,   GET,  /a%3Ab, false",
      "GET, /a,     GET,  /a?,    false",
      "GET, /a?x,   GET,  /a?x=,  false",
      "GET, /a?x=1, GET,  /a?x=%31, false",
      "GET, /a?x=1&y=2, GET, /a?y=2&x=1, true",
      "GET, /a?x=1&x=2, GET, /a?x=2&x=1, false",
      "GET, /a?x=+,     GET, /a?x=%20,   false",
      "GET, /a?x=1&y=2, GET, /a?x=1;y=2, false",
      "GET, /a?x=1&y=2, GET, /a?x=1%26y=2, false",
      "GET, /a?xy=1,    GET, /a?x=y1,      false"
    })
    void methodPathAndQuery(
        String method, String target, String otherMethod, String otherTarget, boolean share) {
      CacheKey one = key(PLAIN, Requests.of(method, target));
      CacheKey other = key(PLAIN, Requests.of(otherMethod, otherTarget));

      assertThat(one.equals(other)).isEqualTo(share);
    }

    @Test
    void originCountsUnlessTheRuleSaysOtherwise() {
      RequestHead head = Requests.get("/a");
      RequestHead https =
          new RequestHead("GET", "https", head.authority(), head.target(), "1.1", head.fields());
      RequestHead other =
          new RequestHead("GET", "http", "b.example", head.target(), "1.1", head.fields());
      Route hostless =
          keyed(new KeyParts(new KeyParts.Query.All(), List.of(), List.of(), false, null));

      assertThat(key(PLAIN, https)).isNotEqualTo(key(PLAIN, head));
      assertThat(key(PLAIN, other)).isNotEqualTo(key(PLAIN, head));
      assertThat(key(hostless, https)).isEqualTo(key(hostless, head));
      assertThat(key(hostless, other)).isEqualTo(key(hostless, head));
    }

    @Test
    void versionAndOtherFieldsDoNotCount() {
      RequestHead head = Requests.get("/a");
      RequestHead other =
          new RequestHead(
              "GET",
              "http",
              head.authority(),
              head.target(),
              "2",
              Fields.of("Accept", "x", "Cookie", "a=1"));

      assertThat(key(PLAIN, other)).isEqualTo(key(PLAIN, head));
    }

    @Test
    void rulesCount() {
      RequestHead head = Requests.get("/a");

      assertThat(key(Rules.route("s", "/**"), head)).isNotEqualTo(key(PLAIN, head));
      assertThat(key(Rules.route("r", "/a"), head)).isNotEqualTo(key(PLAIN, head));
      assertThat(key(Rules.route("r", "/**", "t"), head)).isNotEqualTo(key(PLAIN, head));
    }

    @Test
    void needsARoute() {
      assertThatThrownBy(
              () ->
                  CacheKey.of(
                      new Match(null, Map.of(), null, List.of()),
                      Requests.get("/a"),
                      Identity.NONE,
                      null))
          .hasMessage("no route");
    }
  }

  @Nested
  class ChosenFields {
    private final Route route =
        keyed(
            new KeyParts(
                new KeyParts.Query.All(), List.of("x-org", "x-b"), List.of("lang"), true, null));

    private CacheKey with(String... fields) {
      return key(route, Requests.get("/a", fields));
    }

    @Test
    void absentDiffersFromEmpty() {
      assertThat(with()).isNotEqualTo(with("X-Org", ""));
      assertThat(with()).isNotEqualTo(with("Cookie", "lang="));
      assertThat(with()).isEqualTo(with("Cookie", "other=1"));
    }

    @Test
    void valuesAndPlacesCount() {
      assertThat(with("X-Org", "1")).isEqualTo(with("x-org", "1", "X-Other", "2"));
      assertThat(with("X-Org", "1")).isNotEqualTo(with("X-Org", "2"));
      assertThat(with("X-Org", "1")).isNotEqualTo(with("X-B", "1"));
      assertThat(with("X-Org", "1", "X-Org", "2")).isNotEqualTo(with("X-Org", "12"));
      assertThat(with("X-Org", "1", "X-Org", "2")).isNotEqualTo(with("X-Org", "1", "X-B", "2"));
      assertThat(with("X-Org", "1")).isNotEqualTo(with("Cookie", "lang=1"));
      assertThat(with("Cookie", "lang=1; b=2")).isEqualTo(with("Cookie", "a=3; lang=1"));
      assertThat(with("Cookie", "lang=1")).isNotEqualTo(with("Cookie", "lang=1; lang=2"));
    }

    @Test
    void loneSurrogatesAreNotOneCharacter() {
      assertThat(with("X-Org", "\ud800")).isNotEqualTo(with("X-Org", "\ud801"));
      assertThat(with("X-Org", "\ud800")).isNotEqualTo(with("X-Org", "?"));
      assertThat(with("X-Org", "é")).isNotEqualTo(with("X-Org", "Ã©"));
    }
  }

  @Nested
  class Content {
    private static final byte[] SMALL = new byte[256];
    private static final byte[] LARGE = new byte[257];

    private CacheKey with(BodyKey.Format format, byte[] content, String... fields) {
      BodyKey body = new BodyKey(format, List.of(), List.of(), 1000);
      Route route =
          Rules.changing("r", "/**")
              .key(new KeyParts(new KeyParts.Query.All(), List.of(), List.of(), true, body))
              .methods("POST")
              .build();
      return CacheKey.of(match(route), Requests.of("POST", "/a", fields), Identity.NONE, content);
    }

    @Test
    void bytesCount() {
      byte[] other = SMALL.clone();
      other[200] = 1;
      byte[] otherLarge = LARGE.clone();
      otherLarge[200] = 1;

      assertThat(with(BodyKey.Format.RAW, SMALL)).isEqualTo(with(BodyKey.Format.RAW, SMALL));
      assertThat(with(BodyKey.Format.RAW, SMALL)).isNotEqualTo(with(BodyKey.Format.RAW, other));
      assertThat(with(BodyKey.Format.RAW, LARGE)).isEqualTo(with(BodyKey.Format.RAW, LARGE));
      assertThat(with(BodyKey.Format.RAW, LARGE))
          .isNotEqualTo(with(BodyKey.Format.RAW, otherLarge))
          .isNotEqualTo(with(BodyKey.Format.RAW, SMALL));
      assertThat(with(BodyKey.Format.RAW, null))
          .isNotEqualTo(with(BodyKey.Format.RAW, new byte[0]));
    }

    @Test
    void endOfContentIsNotTheStartOfAnIdentity() {
      BodyKey body = new BodyKey(BodyKey.Format.JSON, List.of(), List.of(), 1000);
      Route route = keyed(new KeyParts(new KeyParts.Query.All(), List.of(), List.of(), true, body));
      Identity odd = new Identity("\u0001\u0000", null, "header Authorization");
      RequestHead head = Requests.of("POST", "/a");

      assertThat(CacheKey.of(match(route), head, odd, new byte[] {9}))
          .isNotEqualTo(CacheKey.of(match(route), head, Identity.NONE, new byte[] {9, 1, 3}));
    }

    @Test
    void largeContentIsNotKept() {
      assertThat(with(BodyKey.Format.RAW, new byte[100_000]).lengthBytes()).isLessThan(200);
    }

    @Test
    void contentIsNotItsOwnDigest() {
      byte[] digest = Digests.sha256().digest(LARGE);

      assertThat(with(BodyKey.Format.RAW, digest)).isNotEqualTo(with(BodyKey.Format.RAW, LARGE));
    }

    @Test
    void rawContentMeansWhatItsTypeAndCodingSay() {
      CacheKey none = with(BodyKey.Format.RAW, SMALL);

      assertThat(with(BodyKey.Format.RAW, SMALL, "Content-Type", "a/b")).isNotEqualTo(none);
      assertThat(with(BodyKey.Format.RAW, SMALL, "Content-Encoding", "gzip"))
          .isNotEqualTo(none)
          .isNotEqualTo(with(BodyKey.Format.RAW, SMALL, "Content-Type", "gzip"));
    }

    @Test
    void jsonIsOneThingWhateverItsParameters() {
      CacheKey json = with(BodyKey.Format.JSON, SMALL, "Content-Type", "application/json");

      assertThat(with(BodyKey.Format.JSON, SMALL, "Content-Type", "Application/JSON ; charset=x"))
          .isEqualTo(json);
      assertThat(with(BodyKey.Format.JSON, SMALL, "Content-Type", "application/x+json"))
          .isNotEqualTo(json);
      assertThat(with(BodyKey.Format.JSON, SMALL)).isNotEqualTo(json);
    }
  }

  @Nested
  class Rfc9111Section41Variants {
    private final CacheKey base = key(PLAIN, Requests.get("/a"));

    private CacheKey variant(String... fields) {
      return CacheKey.variant(base, List.of("accept", "x-b"), Fields.of(fields));
    }

    @Test
    void linesAreCombinedAndOuterSpaceDoesNotCount() {
      assertThat(variant("Accept", "a", "accept", "b")).isEqualTo(variant("Accept", " a, b\t"));
    }

    @Test
    void absentDiffersFromEmpty() {
      assertThat(variant()).isNotEqualTo(variant("Accept", ""));
      assertThat(variant("Accept", "")).isNotEqualTo(variant("X-B", ""));
    }

    @Test
    void valuesNamesAndBaseCount() {
      CacheKey one = variant("Accept", "a");

      assertThat(one).isNotEqualTo(variant("Accept", "b")).isNotEqualTo(variant("X-B", "a"));
      assertThat(one).isEqualTo(variant("Accept", "a", "X-Other", "b"));
      assertThat(one)
          .isNotEqualTo(CacheKey.variant(base, List.of("accept"), Fields.of("Accept", "a")))
          .isNotEqualTo(
              CacheKey.variant(
                  key(PLAIN, Requests.get("/b")),
                  List.of("accept", "x-b"),
                  Fields.of("Accept", "a")));
      assertThat(CacheKey.variant(base, List.of(), Fields.empty())).isNotEqualTo(base);
    }
  }

  @Nested
  class Forms {
    private final CacheKey key = key(PLAIN, Requests.get("/a"));

    @Test
    void bytesThereAndBack() {
      byte[] bytes = key.toBytes();

      assertThat(CacheKey.ofBytes(bytes)).isEqualTo(key).hasSameHashCodeAs(key);
      assertThat(key.hasBytes(bytes)).isTrue();
      assertThat(key.lengthBytes()).isEqualTo(bytes.length);
      bytes[0]++;
      assertThat(key.hasBytes(bytes)).isFalse();
      assertThat(CacheKey.ofBytes(bytes)).isNotEqualTo(key);
      assertThat(key.equals(null)).isFalse();
    }

    @Test
    void digestsNameIt() {
      assertThat(key.digest()).matches("[A-Za-z0-9_-]{22}");
      assertThat(key.shortDigest()).matches("[0-9a-f]{8}");
      assertThat(key).hasToString(key.shortDigest());
    }

    @Test
    void layoutStaysAsEntriesInSharedStoresHaveIt() {
      String bytes = HexFormat.of().formatHex(key.toBytes());

      // 1, digest, GET, http, api.example, /a, no query, no content, scope user, no identity
      assertThat(bytes.substring(0, 2)).isEqualTo("01");
      assertThat(bytes.substring(34))
          .isEqualTo(
              "04474554" + "0568747470" + "0c6170692e6578616d706c65" + "032f61" + "00000100");
    }
  }
}
