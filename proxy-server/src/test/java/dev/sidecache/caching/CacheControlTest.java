package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, Section 5.2.2; RFC 5861; RFC 9213. */
class CacheControlTest {
  private static CacheControl parse(String... lines) {
    Fields fields = Fields.empty();
    for (String line : lines) {
      fields = fields.plus("Cache-Control", line);
    }
    return CacheControl.parse(fields);
  }

  private static CacheControl targeted(String... namesAndValues) {
    return CacheControl.parse(Fields.of(namesAndValues), "CDN-Cache-Control");
  }

  @Nested
  class Section522 {
    static Stream<Arguments> flags() {
      return Stream.of(
          flag("no-store", CacheControl::noStore),
          flag("no-cache", CacheControl::noCache),
          flag("private", CacheControl::isPrivate),
          flag("public", CacheControl::isPublic),
          flag("must-revalidate", CacheControl::mustRevalidate),
          flag("proxy-revalidate", CacheControl::proxyRevalidate),
          flag("must-understand", CacheControl::mustUnderstand),
          flag("no-transform", CacheControl::noTransform));
    }

    private static Arguments flag(String name, Function<CacheControl, Boolean> accessor) {
      return Arguments.of(name, accessor);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flags")
    void flagIsRead(String name, Function<CacheControl, Boolean> accessor) {
      assertThat(accessor.apply(parse("max-age=60"))).isFalse();
      assertThat(accessor.apply(parse(name))).isTrue();
      assertThat(accessor.apply(parse("max-age=60 , " + name.toUpperCase(Locale.ROOT)))).isTrue();
      assertThat(accessor.apply(parse("max-age=60", "x", name))).isTrue();
      assertThat(accessor.apply(parse("x-" + name, name + "-x"))).isFalse();
      assertThat(accessor.apply(parse("x=\"" + name + "\""))).isFalse();
    }

    static Stream<Arguments> times() {
      return Stream.of(
          time("max-age", CacheControl::maxAge),
          time("s-maxage", CacheControl::sMaxage),
          time("stale-while-revalidate", CacheControl::staleWhileRevalidate),
          time("stale-if-error", CacheControl::staleIfError));
    }

    private static Arguments time(String name, Function<CacheControl, Duration> accessor) {
      return Arguments.of(name, accessor);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("times")
    void timeIsRead(String name, Function<CacheControl, Duration> accessor) {
      assertThat(accessor.apply(parse("no-transform"))).isNull();
      assertThat(accessor.apply(parse(name + "=60"))).isEqualTo(Duration.ofMinutes(1));
      assertThat(accessor.apply(parse("a=\"" + name + "=1\", " + name + "=60")))
          .isEqualTo(Duration.ofMinutes(1));
      assertThat(accessor.apply(parse(name + "=60," + name + "=1", name + "=2")))
          .isEqualTo(Duration.ofMinutes(1));
      assertThat(accessor.apply(parse(name + "=x, " + name + "=60"))).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest(name = "{0}: max-age{1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "plain              | =3600                 | 3600",
          "zero               | =0                    | 0",
          "leading zeros      | =003600               | 3600",
          "quoted             | '=\"3600\"'           | 3600",
          "quoted pair        | '=\"3\\600\"'         | 3600",
          "2^31 - 1           | =2147483647           | 2147483647",
          "2^31               | =2147483648           | 2147483648",
          "2^31 + 1           | =2147483649           | 2147483648",
          "2^64 and more      | =99999999999999999999 | 2147483648",
          "no argument        | ''                    | 0",
          "empty argument     | =                     | 0",
          "empty quotes       | '=\"\"'               | 0",
          "negative           | =-1                   | 0",
          "signed             | =+1                   | 0",
          "fraction           | =3600.0               | 0",
          "letters before     | =a3600                | 0",
          "letters behind     | =3600a                | 0",
          "single quotes      | =''3600''             | 0",
          "one quote          | '=\"3600'             | 0",
          "space before the = | ' =3600'              | 0",
          "space after the =  | '= 3600'              | 0",
          "two equals signs   | ==3600                | 0",
          "other digits       | =\u0663\u0660         | 0",
        })
    void deltaSecondsAreReadAndWhatIsNoneHasRunOut(String what, String argument, long seconds) {
      assertThat(parse("max-age" + argument).maxAge())
          .as(what)
          .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {
          "x=\"a, no-store",
          "x=a\"b, no-store",
          "\"x, no-store",
          "x \"a, no-store, y\"",
          "no-store, x=\"a",
          "x=\"a\\\", no-store",
          ",,no-store,,",
          "no-store=1",
          "no-store=\"x\"",
          "no-store =x",
          "=, no-store",
          "\tno-store\t",
          "max-age=60;no-transform, no-store"
        })
    void junkHidesNoDirective(String line) {
      assertThat(parse(line).noStore()).isTrue();
    }

    @Test
    void quotedStringHidesWhatIsInIt() {
      CacheControl directives = parse("x=\"a, no-store, \\\", private\", max-age=60");
      assertThat(directives.noStore()).isFalse();
      assertThat(directives.isPrivate()).isFalse();
      assertThat(directives.maxAge()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void withoutAnyLineThereIsNoDirective() {
      assertThat(CacheControl.parse(Fields.of("Pragma", "no-cache"))).isEqualTo(CacheControl.NONE);
      assertThat(parse("", " , ", "unknown=1")).isEqualTo(CacheControl.NONE);
    }

    @Test
    void publicWithArgumentPermitsNothing() {
      assertThat(parse("public").isPublic()).isTrue();
      assertThat(parse("public=\"x\"").isPublic()).isFalse();
    }
  }

  @Nested
  class Section5224And5227QualifiedForm {
    @Test
    void namedFieldsAloneAreMeant() {
      CacheControl directives = parse("no-cache=\"X-A, x-b\"", "private=\"X-C\", private=\"x-d\"");
      assertThat(directives.noCache()).isFalse();
      assertThat(directives.noCacheFields()).containsExactly("x-a", "x-b");
      assertThat(directives.isPrivate()).isFalse();
      assertThat(directives.privateFields()).containsExactly("x-c", "x-d");
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {
          "",
          "=",
          "=x-a",
          "=\"\"",
          "=\" , \"",
          "=\"x-a",
          "=\"Content-Type\"",
          "=\"x-a, vary\"",
          "=\"x-a\"z",
          " =\"x-a"
        })
    void otherwiseTheWholeResponseIsMeant(String argument) {
      assertThat(parse("no-cache" + argument).noCache()).isTrue();
      assertThat(parse("private" + argument).isPrivate()).isTrue();
    }

    @Test
    void bothFormsTogetherMeanTheWholeResponse() {
      CacheControl directives = parse("no-cache=\"x-a\", no-cache, private, private=\"x-b\"");
      assertThat(directives.noCache()).isTrue();
      assertThat(directives.isPrivate()).isTrue();
    }
  }

  @Nested
  class Rfc9213Targeted {
    @Test
    void targetBeatsCacheControl() {
      CacheControl directives =
          targeted(
              "Cache-Control", "no-store", "CDN-Cache-Control", "max-age=600, must-revalidate");
      assertThat(directives.noStore()).isFalse();
      assertThat(directives.maxAge()).isEqualTo(Duration.ofMinutes(10));
      assertThat(directives.mustRevalidate()).isTrue();
      assertThat(directives.targeted()).isTrue();
    }

    @Test
    void nothingIsTargetedWithoutIt() {
      assertThat(targeted("Cache-Control", "max-age=60").targeted()).isFalse();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "empty           | ''",
          "blank           | '  '",
          "unknown type    | max-age=10000, &&&&&",
          "upper case      | MAX-AGE=10000",
          "space before =  | max-age =10000",
          "space after =   | max-age= 10000",
          "final comma     | 'max-age=10000,'",
          "number too long | max-age=9999999999999999",
        })
    void invalidOrEmptyTargetIsIgnored(String what, String value) {
      assertThat(targeted("CDN-Cache-Control", "no-cache", "Cache-Control", "no-store").noStore())
          .isFalse();
      CacheControl directives =
          targeted("CDN-Cache-Control", value, "Cache-Control", "no-store, max-age=5");
      assertThat(directives.noStore()).as(what).isTrue();
      assertThat(directives.maxAge()).isEqualTo(Duration.ofSeconds(5));
      assertThat(directives.targeted()).isFalse();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        delimiter = '|',
        value = {
          "string       | max-age=\"60\"",
          "decimal      | max-age=60.0",
          "token        | max-age=x",
          "flag         | max-age",
          "inner list   | max-age=(60)",
          "negative     | max-age=-60",
        })
    void lifetimeOfTheWrongTypeHasRunOut(String what, String value) {
      assertThat(targeted("CDN-Cache-Control", value).maxAge()).as(what).isEqualTo(Duration.ZERO);
    }

    @Test
    void flagOfTheWrongTypeStillForbids() {
      assertThat(targeted("CDN-Cache-Control", "no-store=1").noStore()).isTrue();
      assertThat(targeted("CDN-Cache-Control", "no-store=(a)").noStore()).isTrue();
      assertThat(targeted("CDN-Cache-Control", "no-store=\"x\"").noStore()).isTrue();
      assertThat(targeted("CDN-Cache-Control", "no-store=?0").noStore()).isFalse();
      assertThat(targeted("CDN-Cache-Control", "public=1").isPublic()).isFalse();
    }

    @Test
    void namedFieldsAreRead() {
      CacheControl directives =
          targeted("CDN-Cache-Control", "no-cache=\"x-a\", private=\"x-b\", max-age=5");
      assertThat(directives.noCacheFields()).containsExactly("x-a");
      assertThat(directives.privateFields()).containsExactly("x-b");
      assertThat(targeted("CDN-Cache-Control", "no-cache=x").noCache()).isTrue();
    }

    @Test
    void parametersAndUnknownDirectivesAreIgnored() {
      assertThat(targeted("CDN-Cache-Control", "none, max-age=60;x=1").maxAge())
          .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void ofEqualDirectivesTheLastCountsAndOfLinesAll() {
      Fields fields =
          Fields.of(
              "CDN-Cache-Control", "max-age=1, no-transform", "CDN-Cache-Control", "max-age=2");
      CacheControl directives = CacheControl.parse(fields, "CDN-Cache-Control");
      assertThat(directives.maxAge()).isEqualTo(Duration.ofSeconds(2));
      assertThat(directives.noTransform()).isTrue();
    }

    @Test
    void firstValidTargetOfTheListCounts() {
      Fields fields =
          Fields.of(
              "CDN-Cache-Control",
              "max-age=2",
              "Example-Cache-Control",
              "max-age=1",
              "Broken-Cache-Control",
              "&");
      assertThat(parsed(fields, "Example-Cache-Control", "CDN-Cache-Control")).isEqualTo(1);
      assertThat(parsed(fields, "CDN-Cache-Control", "Example-Cache-Control")).isEqualTo(2);
      assertThat(parsed(fields, "Broken-Cache-Control", "Absent", "CDN-Cache-Control"))
          .isEqualTo(2);
    }

    private static long parsed(Fields fields, String... targets) {
      Duration maxAge = CacheControl.parse(fields, targets).maxAge();
      assertThat(maxAge).isNotNull();
      return maxAge.toSeconds();
    }

    @Test
    void fieldThatIsNoTargetChangesNothing() {
      Fields fields = Fields.of("Other-Cache-Control", "no-store", "Cache-Control", "max-age=1");
      assertThat(CacheControl.parse(fields, "CDN-Cache-Control").noStore()).isFalse();
    }
  }

  @Nested
  class Meaning {
    @ParameterizedTest(name = "{0}: stale {1}, authorised {2}")
    @CsvSource({
      "no-transform, false, false",
      "must-revalidate, true, true",
      "proxy-revalidate, true, false",
      "s-maxage=60, true, true",
      "public, false, true",
      "max-age=60, false, false",
    })
    void staleIsForbiddenAndAuthorisationPermitted(String line, boolean stale, boolean authorised) {
      assertThat(parse(line).forbidsStale()).isEqualTo(stale);
      assertThat(parse(line).permitsAuthorization()).isEqualTo(authorised);
    }
  }

  @Test
  void parsingNeverThrowsAndNeverLosesNoStore() {
    Random random = new Random(13);
    String alphabet = "a-=\"\\, \t0;'\u00e4";
    for (int i = 0; i < 50_000; i++) {
      String before = junk(random, alphabet);
      String after = junk(random, alphabet);
      Fields fields = Fields.of("Cache-Control", before, "Cache-Control", "no-store," + after);
      assertThat(CacheControl.parse(fields, "CDN-Cache-Control").noStore()).isTrue();
      CacheControl.parse(Fields.of("CDN-Cache-Control", before + after), "CDN-Cache-Control");
    }
  }

  private static String junk(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(12); n > 0; n--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @Test
  void defaultTargetIsTheOneForContentDeliveryNetworks() {
    assertThat(CacheControl.DEFAULT_TARGETS).isEqualTo(List.of("CDN-Cache-Control"));
  }
}
