package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, Section 3.2. */
class TraceparentTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String USUAL = "00-" + TRACE + "-" + PARENT + "-01";

  @Test
  void fieldIsReadWhole() {
    assertThat(Traceparent.of(Fields.of("Traceparent", USUAL)))
        .isEqualTo(new Traceparent(TRACE, PARENT, true));
    assertThat(Traceparent.parse(USUAL.replace("-01", "-00")).sampled()).isFalse();
  }

  @Test
  void laterVersionMayGoOn() {
    assertThat(Traceparent.parse("cc" + USUAL.substring(2) + "-what-the-future-will-be-like"))
        .isEqualTo(new Traceparent(TRACE, PARENT, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
        "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
      })
  void malformedFieldIsNone(String value) {
    assertThat(Traceparent.parse(value)).isNull();
  }

  @Test
  void severalFieldsAreNone() {
    assertThat(Traceparent.of(Fields.of("traceparent", USUAL, "Traceparent", USUAL))).isNull();
    assertThat(Traceparent.of(Fields.empty())).isNull();
  }
}
