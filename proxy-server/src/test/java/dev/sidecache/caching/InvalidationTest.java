package dev.sidecache.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Invalidation.Changed;
import dev.sidecache.caching.Invalidation.Kept;
import dev.sidecache.http.Fields;
import dev.sidecache.http.RequestHead;
import dev.sidecache.http.ResponseHead;
import dev.sidecache.testing.Heads;
import dev.sidecache.testing.Plans;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111, Section 4.4; RFC 9875; consistency.md, Section 6. */
class InvalidationTest {
  private static Invalidation of(String method, int status, String... fields) {
    return Invalidation.of(
        Heads.request(method, "/api/students?x=1"), new ResponseHead(status, Fields.of(fields)));
  }

  private static List<Tag> tags(String... fields) {
    Invalidation invalidation = of("POST", 201, fields);
    assertThat(invalidation.isChange()).isTrue();
    return invalidation.tags();
  }

  private static Tag url(String path) {
    return new Tag(Tag.Kind.URL, path);
  }

  @Nested
  class Methods {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "PURGE", "X-UNKNOWN", "get"})
    void unsafeAndUnknownOnesChange(String method) {
      assertThat(of(method, 200)).isEqualTo(new Changed(List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
    void safeOnesChangeNothing(String method) {
      assertThat(of(method, 200)).isEqualTo(new Kept());
      assertThat(of(method, 201, "Location", "/x", "Cache-Group-Invalidation", "\"a\""))
          .isEqualTo(new Kept());
    }
  }

  @Test
  void safeMethodThatAFieldTurnsIntoAnotherChanges() {
    RequestHead head = Heads.get("X-HTTP-Method-Override", "DELETE");
    assertThat(Invalidation.of(head, new ResponseHead(200, Fields.empty())).isChange()).isTrue();
  }

  @Nested
  class Statuses {
    @ParameterizedTest(name = "{0}")
    @ValueSource(
        ints = {
          200, 201, 202, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308, 399, 500, 501, 502, 503,
          504, 599, 402, 406, 407, 408, 410, 411, 413, 414, 415, 416, 417, 418, 421, 423, 424, 425,
          426, 428, 431, 451, 499
        })
    void changeOrLeaveInDoubt(int status) {
      assertThat(of("POST", status)).isInstanceOf(Changed.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {400, 401, 403, 404, 405, 409, 412, 422, 429})
    void refuse(int status) {
      Invalidation invalidation = of("POST", status, "Location", "/x");
      assertThat(invalidation).isEqualTo(new Kept());
      assertThat(invalidation.isChange()).isFalse();
      assertThat(invalidation.tags()).isEmpty();
    }
  }

  @Nested
  class OtherUris {
    @Test
    void locationAndContentLocationAreNamed() {
      assertThat(tags("Location", "/api/students/7?y=2", "Content-Location", "8"))
          .containsExactly(url("/api/students/7"), url("/api/8"));
    }

    @Test
    void decodedPathIsTheName() {
      assertThat(tags("Location", "/a%C3%BCb")).containsExactly(url("/a\u00fcb"));
    }

    @Test
    void everyReadingOfAPathIsNamed() {
      assertThat(tags("Location", "/x/")).containsExactly(url("/x/"), url("/x"));
    }

    @Test
    void sameUriIsNamedOnce() {
      assertThat(tags("Location", "/x", "Content-Location", "http://api.example/x"))
          .containsExactly(url("/x"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
      "http://other.example/x",
      "https://api.example/x",
      "http://api.example:81/x",
      "//other/x",
      "mailto:x",
      "/%zz"
    })
    void otherOriginsAndJunkAreNotNamed(String reference) {
      assertThat(tags("Location", reference, "Content-Location", reference)).isEmpty();
    }
  }

  @Nested
  class Groups {
    private Tag group(String name) {
      return new Tag(Tag.Kind.GROUP, "http://api.example " + name);
    }

    @Test
    void areThoseOfTheOrigin() {
      assertThat(tags("Cache-Group-Invalidation", "\"a\";x, \"b c\""))
          .containsExactly(group("a"), group("b c"));
    }

    @Test
    void areThoseThatAResponseCarries() {
      Plan plan = Plans.origin().build();
      List<Tag> carried = DeclaredTags.of(plan, Fields.of("Cache-Groups", "\"a\""));
      assertThat(carried).containsAll(tags("Cache-Group-Invalidation", "\"a\""));
    }

    @Test
    void thatAreNoListAreIgnored() {
      assertThat(tags("Cache-Group-Invalidation", "\"a\", b, 1")).containsExactly(group("a"));
      assertThat(tags("Cache-Group-Invalidation", "\"a")).isEmpty();
    }
  }

  @Test
  void everyGroupOfALongListIsNamed() {
    StringBuilder value = new StringBuilder("\"g0\"");
    for (int i = 1; i < 100; i++) {
      value.append(", \"g").append(i).append('"');
    }
    assertThat(tags("Cache-Group-Invalidation", value.toString())).hasSize(100);
  }
}
