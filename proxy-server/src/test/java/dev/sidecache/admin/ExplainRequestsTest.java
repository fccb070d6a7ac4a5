package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainRequestsTest {
  private final AdminFixture fixture = new AdminFixture();

  private Called post(String content) {
    return Called.of(fixture.local(), "POST", "/v1/explain", content);
  }

  @Test
  void documentIsTheOneOfTheReference() throws Exception {
    String asked =
        "{\"method\":\"get\",\"url\":\"/api/students?page=2\",\"body\":\"x\",\"send\":true,"
            + "\"headers\":{\"Accept\":[\"a\",\"b\"],\"X-Y\":\"z\"}}";

    Called called = post(asked);

    assertThat(called.status()).as(called.content()).isEqualTo(200);
    assertThat(called.json()).isEqualTo(Called.golden("explain"));
    assertThat(fixture.explaining.asked).hasSize(1);
    assertThat(fixture.explaining.sent).containsExactly(true);
    assertThat(post("{\"method\":\"GET\",\"url\":\"/\"}").status()).isEqualTo(200);
    assertThat(fixture.explaining.sent).containsExactly(true, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          GET / | '' | the body is no JSON
          [] | '' | the body is no JSON object
          {"url":"/"} | method | is missing
          {"method":"GET"} | url | is missing
          {"method":1,"url":"/"} | method | is no string
          {"method":"G T","url":"/"} | method | is no method
          {"method":"GET","url":"a b"} | url | is no request target and would be answered 400
          {"method":"GET","url":"/ä"} | url | is no request target and would be answered 400
          {"method":"GET","url":"/","headers":[]} | headers | is no object
          {"method":"GET","url":"/","headers":{"A":1}} | headers.A | is no string
          {"method":"GET","url":"/","headers":{"A B":"1"}} | headers | a name is none of a field
          {"method":"GET","url":"/","headers":{"A":"1\\r\\nB: 2"}} | headers | A has a character that no field may
          {"method":"GET","url":"/","send":1} | send | is neither true nor false
          {"method":"GET","url":"/","identity":"x"} | identity | unknown field
          """)
  void whatCannotBeAskedIsRefused(String json, String path, String message) throws Exception {
    Called called = post(json);

    assertThat(called.status()).isEqualTo(422);
    assertThat(called.json().at("/errors/0/path").asText()).isEqualTo(path.replace("''", ""));
    assertThat(called.json().at("/errors/0/message").asText()).isEqualTo(message);
    assertThat(fixture.explaining.asked).isEmpty();
  }

  @Test
  void onlyPostIsAllowed() {
    assertThat(Called.get(fixture.local(), "/v1/explain").status()).isEqualTo(405);
  }
}
