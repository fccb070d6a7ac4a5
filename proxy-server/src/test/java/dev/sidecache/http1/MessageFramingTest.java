package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112, Section 6. */
class MessageFramingTest {
  private static MessageFraming of(String... fields) {
    return MessageFraming.of(Fields.of(fields), true);
  }

  @Test
  void withoutEitherFieldItIsAbsent() {
    assertThat(of("Host", "a").isAbsent()).isTrue();
  }

  @Test
  void oneLengthOfDigitsCounts() {
    assertThat(of("content-length", "12")).isEqualTo(new MessageFraming(false, 12));
    assertThat(of("Content-Length", "0").lengthBytes()).isZero();
    assertThat(of("Content-Length", "999999999999999999").lengthBytes())
        .isEqualTo(999_999_999_999_999_999L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "+1",
        "-1",
        "1 ",
        "1,1",
        "1, 1",
        "0x1",
        "1_0",
        "1.0",
        "a",
        "\u0661",
        "1000000000000000000",
        "18446744073709551617"
      })
  void anythingElseIsNoLength(String value) {
    assertThat(of("Content-Length", "1")).isNotNull();
    assertThat(of("Content-Length", value)).isNull();
  }

  @Test
  void twoLengthsAreNone() {
    assertThat(of("Content-Length", "1", "Content-Length", "1")).isNull();
  }

  @Test
  void chunkedCountsInAnyCase() {
    assertThat(of("Transfer-Encoding", "chunked").chunked()).isTrue();
    assertThat(of("transfer-encoding", "CHUNKED").chunked()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "identity",
        "gzip",
        "gzip, chunked",
        "chunked, chunked",
        "chunked,",
        "xchunked",
        "chunked;q=1",
        "\"chunked\"",
        "chunked\u000b"
      })
  void anyOtherCodingIsRefused(String value) {
    assertThat(of("Transfer-Encoding", value)).isNull();
  }

  @Test
  void twoCodingsOrALengthBesideAreRefused() {
    assertThat(of("Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked")).isNull();
    assertThat(of("Transfer-Encoding", "chunked", "Content-Length", "1")).isNull();
    assertThat(of("Content-Length", "1", "Transfer-Encoding", "chunked")).isNull();
  }

  @Test
  void http10KnowsNoCoding() {
    assertThat(MessageFraming.of(Fields.of("Content-Length", "1"), false)).isNotNull();
    assertThat(MessageFraming.of(Fields.of("Transfer-Encoding", "chunked"), false)).isNull();
  }
}
