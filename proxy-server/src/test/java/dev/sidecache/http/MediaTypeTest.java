package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, Section 8.3. */
class MediaTypeTest {
  @ParameterizedTest(name = "[{index}] {0}")
  @CsvSource({
    "application/json, application/json, true",
    "'Application/JSON; charset=utf-8', application/json, true",
    "application/problem+json, application/problem+json, true",
    "text/json, text/json, true",
    "'text/event-stream ;x', text/event-stream, false",
    "application/jsonp, application/jsonp, false",
    "text/html, text/html, false",
  })
  void essenceHasNoParameters(String value, String essence, boolean json) {
    assertThat(MediaType.essence(Fields.of("content-type", value))).isEqualTo(essence);
    assertThat(MediaType.isJson(essence)).isEqualTo(json);
  }

  @Test
  void absentIsEmpty() {
    assertThat(MediaType.essence(Fields.empty())).isEmpty();
    assertThat(MediaType.isJson("")).isFalse();
  }
}
