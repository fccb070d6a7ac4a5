package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How old and how long fresh, over real sockets: RFC 9111, Sections 4.2, 5.1 and 5.3. */
class FreshnessIT {
  private static Scene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = Scene.start(RULES);
  }

  @AfterAll
  static void stop() throws IOException {
    scene.close();
  }

  private static final String RULES =
      Scene.ROUTES
          + "  - { name: override, match: { path: \"/override/**\" }, ttl: 60s, scope: shared,"
          + " override_origin: true }\n";

  private static String second(String path, long later) throws IOException {
    scene.get(path);
    scene.advance(later);
    return Scene.isHit(scene.get(path)) ? "hit" : "origin";
  }

  /** RFC 9111, Section 4.2: fresh while the lifetime exceeds the age; at the end it is stale. */
  @ParameterizedTest
  @CsvSource({
    "origin, max-age=10, 9, hit",
    "origin, max-age=10, 10, origin",
    "origin, 's-maxage=10, max-age=100', 10, origin",
    "origin, 's-maxage=100, max-age=1', 99, hit",
    "origin, 's-maxage=100, max-age=1', 100, origin",
    "origin, max-age=0, 0, origin",
    "ttl, max-age=10, 10, origin",
    "ttl, max-age=100, 59, hit",
    "ttl, max-age=100, 60, origin",
    "ttl, s-maxage=10, 10, origin",
    "override, max-age=10, 59, hit",
    "override, max-age=10, 60, origin",
    "override, no-cache, 59, hit",
    "ttl, no-cache, 0, origin",
    "origin, 'no-cache, max-age=60', 0, origin",
  })
  void lifetimeIsTheOneThatCounts(String route, String directives, int later, String expected)
      throws Exception {
    String path = scene.path(route, Scene.ok("text", "Cache-Control: " + directives));
    assertThat(second(path, later)).isEqualTo(expected);
  }

  /** RFC 9111, Section 4.2.1: what cannot be read has run out; broken forms never make it last. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=3600          | hit",
        "max-age=\"3600\"      | hit",
        "max-age=003600        | hit",
        "MAX-AGE=3600          | hit",
        "max-age=99999999999999999999 | hit",
        "foo=\"max-age=1\", max-age=3600 | hit",
        "foo=\"a, max-age=3600\", max-age=1 | origin",
        "max-age=1, foo=\"max-age=3600\" | origin",
        "max-age='3600'        | origin",
        "max-age=-3600         | origin",
        "max-age=3600.5        | origin",
        "max-age=a3600         | origin",
        "max-age=3600a         | origin",
        "max-age = 3600        | origin",
        "max-age =3600         | origin",
        "max-age= 3600         | origin",
        "max-age               | origin",
        "max-age=              | origin",
        "max-age=\"            | origin",
        "s-maxage=x, max-age=3600 | origin",
      })
  void directiveInAnyForm(String directives, String expected) throws Exception {
    String path = scene.path("origin", Scene.ok("text", "Cache-Control: " + directives));
    assertThat(second(path, 2)).isEqualTo(expected);
  }

  /** RFC 9111, Section 5.3: an invalid Expires, such as 0, is a time in the past. */
  @ParameterizedTest
  @CsvSource({
    "0, origin",
    "-1, origin",
    "soon, origin",
    "'', origin",
    "'Sun, 01 Mar 2026 09:30', origin",
    "'Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:18 GMT', origin",
    "'2050-08-18T02:01:18Z', origin",
    "'Thu, 18 Aug 2050 02:01:18 CET', origin",
    "'Thu, 18 Aug 2050 02:01:18 GMT', hit",
    "'Thursday, 18-Aug-50 02:01:18 GMT', hit",
    "'Thu Aug 18 02:01:18 2050', hit",
  })
  void expiresInAnyForm(String expires, String expected) throws Exception {
    String path = scene.path("origin", Scene.ok("text", "Expires: " + expires));
    assertThat(second(path, 1)).isEqualTo(expected);
  }

  @Test
  void expiresCountsFromDateAndEndsThere() throws Exception {
    String path = scene.path("origin", Scene.ok("text", "Expires: " + scene.date(10)));
    assertThat(second(path, 9)).isEqualTo("hit");
    String other = scene.path("origin", Scene.ok("text", "Expires: " + scene.date(10)));
    assertThat(second(other, 10)).isEqualTo("origin");
  }

  /** RFC 9111, Section 5.3: max-age and s-maxage beat Expires. */
  @ParameterizedTest
  @ValueSource(strings = {"max-age", "s-maxage"})
  void directiveBeatsExpires(String name) throws Exception {
    String past = "Expires: " + scene.date(-1000);
    assertThat(
            second(scene.path("origin", Scene.ok("a", past, "Cache-Control: " + name + "=9")), 8))
        .isEqualTo("hit");
    String later = "Expires: " + scene.date(1000);
    assertThat(
            second(scene.path("origin", Scene.ok("a", later, "Cache-Control: " + name + "=9")), 9))
        .isEqualTo("origin");
  }

  /** RFC 9111, Section 4.2.2. */
  @Test
  void lifetimeIsGuessedFromLastModifiedOnlyWhereNothingIsSaid() throws Exception {
    String modified = "Last-Modified: " + scene.date(-1000);
    assertThat(second(scene.path("origin", Scene.ok("a", modified)), 99)).isEqualTo("hit");
    modified = "Last-Modified: " + scene.date(-1000);
    assertThat(second(scene.path("origin", Scene.ok("a", modified)), 100)).isEqualTo("origin");
    modified = "Last-Modified: " + scene.date(-100_000);
    String path = scene.path("origin", Scene.ok("a", modified, "Cache-Control: max-age=5"));
    assertThat(second(path, 5)).isEqualTo("origin");
  }

  /** RFC 9111, Section 4.2.3: what the response was old already counts. */
  @ParameterizedTest
  @CsvSource({
    "'Age: 50', 9, hit",
    "'Age: 50', 10, origin",
    "'Age: 60', 0, origin",
    "'Age: 2147483648', 0, origin",
    "'Age: 99999999999999999999', 0, origin",
    "'Age: -50', 59, hit",
    "'Age: x', 59, hit",
    "'Age: ', 59, hit",
    "'Age: 50.5', 59, hit",
    "'Age: 50, 0', 10, origin",
    "'Age: 50\r\nAge: 0', 10, origin",
  })
  void ageOnArrivalCounts(String lines, int later, String expected) throws Exception {
    String path = scene.path("origin", Scene.ok("text", "Cache-Control: max-age=60", lines));
    assertThat(second(path, later)).isEqualTo(expected);
  }

  @Test
  void oldDateCountsAsAge() throws Exception {
    String old =
        Scene.wire("200 OK", "text", "Date: " + scene.date(-50), "Cache-Control: max-age=60");
    assertThat(second(scene.path("origin", old), 9)).isEqualTo("hit");
    old = Scene.wire("200 OK", "text", "Date: " + scene.date(-50), "Cache-Control: max-age=60");
    assertThat(second(scene.path("origin", old), 10)).isEqualTo("origin");
  }

  @Test
  void dateInTheFutureMakesNothingYounger() throws Exception {
    String early =
        Scene.wire("200 OK", "text", "Date: " + scene.date(1000), "Cache-Control: max-age=10");
    String path = scene.path("origin", early);
    assertThat(second(path, 9)).isEqualTo("hit");
    assertThat(scene.get(path).field("Age")).isEqualTo("9");
    scene.advance(1);
    assertThat(Scene.isHit(scene.get(path))).isFalse();
  }

  /** RFC 9111, Section 4 and 5.1: Age on what comes from the cache, Date as it was. */
  @ParameterizedTest
  @ValueSource(strings = {"origin", "ttl"})
  void storedResponseHasItsAgeAndItsOldDate(String route) throws Exception {
    String date = "Date: " + scene.date(0);
    String path =
        scene.path(route, Scene.wire("200 OK", "text", date, "Cache-Control: max-age=60"));
    scene.get(path);
    scene.advance(7);
    RawMessage hit = scene.get(path);
    assertThat(hit.fields("Age")).containsExactly("7");
    assertThat("Date: " + hit.field("Date")).isEqualTo(date);
    assertThat(hit.fields("Date")).hasSize(1);
    assertThat(Scene.status(hit)).contains("ttl=53");
  }

  @Test
  void ageOnArrivalIsToldOnToClients() throws Exception {
    String path = scene.path("origin", Scene.ok("text", "Cache-Control: max-age=60", "Age: 20"));
    assertThat(scene.get(path).field("Age")).isEqualTo("20");
    scene.advance(3);
    assertThat(scene.get(path).fields("Age")).containsExactly("23");
  }

  @Test
  void missingDateIsTheTimeOfArrival() throws Exception {
    String path = scene.path("origin", Scene.wire("200 OK", "a", "Cache-Control: max-age=60"));
    String arrived = scene.date(0);
    scene.get(path);
    scene.advance(5);
    assertThat(scene.get(path).field("Date")).isEqualTo(arrived);
  }

  /** RFC 9111, Section 5.4: in responses Pragma means nothing. */
  @Test
  void pragmaInAResponseMeansNothing() throws Exception {
    String path =
        scene.path("origin", Scene.ok("a", "Cache-Control: max-age=60", "Pragma: no-cache"));
    assertThat(second(path, 1)).isEqualTo("hit");
  }
}
