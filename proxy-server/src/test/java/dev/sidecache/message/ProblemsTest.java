package dev.sidecache.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9457. */
class ProblemsTest {
  private static String text(Response response) {
    ByteBuf content = response.body().whole();
    String text = content.toString(StandardCharsets.UTF_8);
    content.release();
    return text;
  }

  @Test
  void problemIsToldAsJson() {
    Response response = Problems.of(Problems.CONNECTION_LIMIT);
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.head().fields().first("Content-Type"))
        .isEqualTo("application/problem+json");
    assertThat(response.head().fields().first("Cache-Control")).isEqualTo("no-store");
    assertThat(response.head().fields().first("Retry-After")).isEqualTo("1");
    assertThat(text(response))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
                + "\"detail\":\"too many connections are open\",\"reason\":\"connection_limit\"}\n");
  }

  @Test
  void failureThatKnowsItsProblemIsToldAsThat() {
    Response response = Problems.of(new ProblemException(Problems.REQUEST_TIMEOUT, "10.0.0.1"));
    assertThat(response.status()).isEqualTo(408);
    assertThat(response.head().fields().contains("Retry-After")).isFalse();
    assertThat(text(response)).doesNotContain("10.0.0.1");
  }

  @Test
  void anyOtherFailureIs500WithoutItsMessage() {
    Response response = Problems.of(new IllegalStateException("secret"));
    assertThat(response.status()).isEqualTo(500);
    assertThat(text(response)).contains("\"reason\":\"internal\"").doesNotContain("secret");
  }

  /** RFC 9110, Section 15.5.6. */
  @Test
  void methodThatIsNotAllowedComesWithThoseThatAre() {
    Response response = Problems.of(Problems.METHOD_NOT_ALLOWED);
    assertThat(response.head().fields().first("Allow")).contains("GET", "OPTIONS");
    response.body().cancel();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "a\u007f", "a\u00e4", "a\r\nb"})
  void identifierThatCouldForgeALogLineIsUnfit(String value) {
    assertThat(RequestId.isFit("5b1e-A_z.9")).isTrue();
    assertThat(RequestId.isFit(value)).isFalse();
  }

  @Test
  void identifierHasALimitAndNewOnesDiffer() {
    assertThat(RequestId.isFit("a".repeat(128))).isTrue();
    assertThat(RequestId.isFit("a".repeat(129))).isFalse();
    assertThat(RequestId.isFit(null)).isFalse();
    assertThat(RequestId.next()).matches("[0-9a-f]{16}").isNotEqualTo(RequestId.next());
  }
}
