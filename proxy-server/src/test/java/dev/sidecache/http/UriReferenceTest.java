package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 3986, Section 5, as far as Location and Content-Location need it. */
class UriReferenceTest {
  private static RequestHead request(String scheme, String authority, String target) {
    RequestTarget parsed = Objects.requireNonNull(RequestTarget.parse(target), target);
    return new RequestHead("POST", scheme, authority, parsed, "1.1", Fields.empty());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "absolute path      | /x/y                              | /x/y",
        "with query         | /x?a=1                            | /x?a=1",
        "with fragment      | /x#top                            | /x",
        "relative           | y                                 | /api/y",
        "relative with dots | ./y                               | /api/y",
        "one up             | ../y                              | /y",
        "beyond the root    | ../../../y                        | /y",
        "up at the end      | ..                                | /",
        "dot at the end     | .                                 | /api/",
        "query alone        | ?b=2                              | /api/students?b=2",
        "empty              | ''                                | /api/students?page=2",
        "fragment alone     | #top                              | /api/students?page=2",
        "absolute           | http://api.example/x              | /x",
        "other case         | HTTP://API.Example/X              | /X",
        "default port       | http://api.example:80/x           | /x",
        "no path            | http://api.example                | /",
        "no path, query     | http://api.example?a=1            | /?a=1",
        "network path       | //api.example/x                   | /x",
        "dots in the middle | /a/./b/../c                       | /a/c",
        "escapes            | /a%7Eb                            | /a~b",
        "white space around | '  /x  '                          | /x",
        "a colon in a path  | /a:b                              | /a:b",
        "a leading colon    | :b                                | /api/:b",
        "a later colon      | a/b:c                             | /api/a/b:c",
        "a digit first      | 1a:b                              | /api/1a:b",
      })
  void targetsOfTheSameOriginAreFound(String description, String reference, String expected) {
    RequestHead request = request("http", "api.example", "/api/students?page=2");
    RequestTarget target = UriReference.sameOrigin(request, reference);
    assertThat(target).as(description).isNotNull();
    assertThat(target.pathAndQuery()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "other host         | http://other.example/x",
        "other network path | //other.example/x",
        "other scheme       | https://api.example/x",
        "other port         | http://api.example:8080/x",
        "user information   | http://api.example@other/x",
        "longer host        | http://api.example.other/x",
        "opaque             | mailto:a@b",
        "scheme and path    | http:/x",
        "a plus in a scheme | git+ssh://api.example/x",
        "no target          | /a%",
        "no target either   | /a b",
      })
  void othersAreNone(String description, String reference) {
    RequestHead request = request("http", "api.example", "/api/students");
    assertThat(UriReference.sameOrigin(request, "/x")).isNotNull();
    assertThat(UriReference.sameOrigin(request, reference)).as(description).isNull();
  }

  @Test
  void thePortOfTheSchemeIsTheDefault() {
    RequestHead secure = request("https", "api.example", "/");
    assertThat(UriReference.sameOrigin(secure, "https://api.example:443/x")).isNotNull();
    assertThat(UriReference.sameOrigin(secure, "https://api.example:80/x")).isNull();
    RequestHead spelt = request("http", "api.example:80", "/");
    assertThat(UriReference.sameOrigin(spelt, "http://api.example/x")).isNotNull();
  }

  @Test
  void anotherPortIsMatched() {
    RequestHead request = request("http", "api.example:8080", "/");
    assertThat(UriReference.sameOrigin(request, "http://api.example:8080/x")).isNotNull();
    assertThat(UriReference.sameOrigin(request, "http://api.example/x")).isNull();
  }
}
