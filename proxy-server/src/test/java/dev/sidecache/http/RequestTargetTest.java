package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

  @Nested
  class Rfc3986Section622Normalization {

    @ParameterizedTest(name = "{0} is sent as {1}, decoded {2}")
    @CsvSource(
        quoteCharacter = '"',
        textBlock =
            """
            /,                   /,                /
            /api/students,       /api/students,    /api/students
            /api/students/,      /api/students/,   /api/students/
            /a-b._~c/1,          /a-b._~c/1,       /a-b._~c/1
            /%61pi,              /api,             /api
            /api%2Dx,            /api-x,           /api-x
            /a%3ab,              /a%3Ab,           /a:b
            /a:b,                /a:b,             /a:b
            /a%20b,              /a%20b,           /a b
            /%e2%82%ac,          /%E2%82%AC,       /€
            /a.b/..c/d..,        /a.b/..c/d..,     /a.b/..c/d..
            /...,                /...,             /...
            /{id},               /{id},            /{id}
            /a!$&'()*+=@,        /a!$&'()*+=@,     /a!$&'()*+=@
            """)
    void onePathHasOneForm(String sent, String path, String decoded) {
      RequestTarget target = RequestTarget.parse(sent);

      assertThat(target).isNotNull();
      assertThat(target.path()).isEqualTo(path);
      assertThat(target.decodedPath()).isEqualTo(decoded);
      assertThat(target.unusual()).isFalse();
      assertThat(target.readings()).startsWith(decoded);
    }

    @Test
    void queryStaysAsSent() {
      RequestTarget target = RequestTarget.parse("/a?x=%61&y=%2f?/..;[]");

      assertThat(target.query()).isEqualTo("x=%61&y=%2f?/..;[]");
      assertThat(target.pathAndQuery()).isEqualTo("/a?x=%61&y=%2f?/..;[]");
      assertThat(target.unusual()).isFalse();
    }

    @Test
    void emptyQueryDiffersFromNone() {
      assertThat(RequestTarget.parse("/a?").query()).isEmpty();
      assertThat(RequestTarget.parse("/a?").pathAndQuery()).isEqualTo("/a?");
      assertThat(RequestTarget.parse("/a").query()).isNull();
      assertThat(RequestTarget.parse("/a").pathAndQuery()).isEqualTo("/a");
    }

    @Test
    void normalFormIsItsOwnNormalForm() {
      Random random = new Random(1);
      int accepted = 0;
      for (int i = 0; i < 20_000; i++) {
        RequestTarget once = RequestTarget.parse(Spellings.junk(random));
        if (once != null) {
          accepted++;
          assertThat(RequestTarget.parse(once.pathAndQuery())).isEqualTo(once);
        }
      }
      assertThat(accepted).isGreaterThan(1000);
    }
  }

  @Nested
  class Refused {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "*",
          "a",
          "http://host/a",
          "?a",
          "/a b",
          "/a\u007f",
          "/a\tb",
          "/ü",
          "/a#b",
          "/a?b#c",
          "/a?b c",
          "/a?ü",
          "/%",
          "/%4",
          "/%4g",
          "/%g4",
          "/a%\uff12\uff11",
          "/%zz",
          "/%00",
          "/%0a",
          "/%0D",
          "/%1f",
          "/%7F"
        })
    void whatIsNoTarget(String target) {
      assertThat(RequestTarget.parse("/a%21")).isNotNull();
      assertThat(RequestTarget.parse(target)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/.",
          "/..",
          "/./a",
          "/../a",
          "/a/.",
          "/a/..",
          "/a/./b",
          "/a/../b",
          "/a/%2e/b",
          "/a/%2E%2e/b",
          "/a/.%2e",
          "/a/..;x=1/b",
          "/a/.;/b",
          "/a;/../b",
          "/a;b;..",
          "/a/..%2Fb",
          "/a%2f..%2fb",
          "/a%5c..%5cb",
          "/a\\..\\b",
          "/a/..%3Bx/b",
          "/a/..%5C"
        })
    void dotSegmentsInEverySpelling(String target) {
      assertThat(RequestTarget.parse(target)).isNull();
    }
  }

  @Nested
  class Unusual {

    @ParameterizedTest(name = "{0} may be read as {1}")
    @CsvSource(
        quoteCharacter = '"',
        textBlock =
            """
            /api//students,             /api/students
            //api/students,             /api/students
            /api/students//,            /api/students
            /api%2Fstudents,            /api/students
            /api%2fstudents,            /api/students
            /api\\students,             /api/students
            /api%5Cstudents,            /api/students
            /api/students;v=1,          /api/students
            /api;x=/students,           /api/students
            /api%3Bx/students,          /api/students
            /api/%2573tudents,          /api/students
            /api/%252573tudents,        /api/students
            /api/x/%252e%252e/students, /api/students
            /api/%252e/students,        /api/students
            /api%252Fstudents,          /api/students
            /api/%25zz,                 /api/%zz
            /api/%25,                   /api/%
            /%255cx,                    /x
            /%2525ü,                    ""
            """)
    void mayBeReadInAnotherWay(String sent, String reading) {
      RequestTarget target = RequestTarget.parse(sent.replace("ü", "%C3%BC"));

      assertThat(target).isNotNull();
      assertThat(target.unusual()).isTrue();
      assertThat(target.readings()).startsWith(target.decodedPath());
      if (!reading.isEmpty()) {
        assertThat(target.readings()).contains(reading);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%ff", "/%C0%AF", "/%E2%82", "/%ED%A0%80", "/%EF%BF%BD"})
    void escapesThatAreNoUtf8(String sent) {
      assertThat(RequestTarget.parse("/%E2%82%AC").unusual()).isFalse();
      assertThat(RequestTarget.parse(sent).unusual()).isTrue();
    }
  }

  @Nested
  class Readings {

    @Test
    void usualPathHasOne() {
      assertThat(RequestTarget.parse("/a/b").readings()).containsExactly("/a/b");
      assertThat(RequestTarget.parse("/").readings()).containsExactly("/");
    }

    @Test
    void finalSlashMayNotCount() {
      assertThat(RequestTarget.parse("/a/b/").readings()).isEqualTo(List.of("/a/b/", "/a/b"));
    }
  }

  @Test
  void noSpellingOfAPathIsBothUsualAndAnotherPath() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String spelling = Spellings.of("/api/auth/me", random);
      RequestTarget target = RequestTarget.parse(spelling);
      boolean refused = target == null;
      boolean same = !refused && target.readings().contains("/api/auth/me");
      assertThat(refused || same).as(spelling).isTrue();
      assertThat(refused || target.unusual() || target.decodedPath().startsWith("/api/auth/me"))
          .as(spelling)
          .isTrue();
    }
  }
}
