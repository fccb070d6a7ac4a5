package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiesTest {

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      nullValues = "-",
      textBlock =
          """
          session=abc              | session | abc   | alone
          a=1; session=abc; b=2    | session | abc   | among others
          a=1;session=abc;b=2      | session | abc   | without spaces
          a=1;  session = abc ;b=2 | session | abc   | with too many spaces
          session=a=b=             | session | a=b=  | equals in the value
          session="abc"            | session | "abc" | quotes belong to the value
          session=                 | session | ''    | empty value
          session                  | session | ''    | no value
          a=1; session             | session | ''    | no value at the end
          Session=abc              | session | -     | names have case
          xsession=abc             | session | -     | longer name before
          sessionx=abc             | session | -     | longer name after
          a=session=abc            | session | -     | name inside a value
          ''                       | session | -     | nothing
          ;;=;                     | session | -     | junk
          """)
  void valueOfOneCookie(String line, String name, String value, String description) {
    Fields fields = Fields.of("Host", "h", "Cookie", line);

    if (value == null) {
      assertThat(Cookies.values(fields, name)).isEmpty();
    } else {
      assertThat(Cookies.values(fields, name)).containsExactly(value);
    }
  }

  @Test
  void everyCookieOfTheNameInOrderOverAllLines() {
    Fields fields = Fields.of("cookie", "s=1; t=2; s=3", "Cookie", "s=4");

    assertThat(Cookies.values(fields, "s")).containsExactly("1", "3", "4");
  }

  @Test
  void noLineHasNoCookie() {
    assertThat(Cookies.values(Fields.of("Set-Cookie", "s=1"), "s")).isEmpty();
  }
}
