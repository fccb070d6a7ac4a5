package dev.sidecache.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

  @Nested
  class OfValues {
    @ParameterizedTest
    @CsvSource({
      "profile:7, /v1/values/profile:7",
      "a b, /v1/values/a%20b",
      "a/b, /v1/values/a%2Fb",
      "a?b#c&d=e, /v1/values/a%3Fb%23c%26d%3De",
      "100%, /v1/values/100%25",
      "café, /v1/values/caf%C3%A9",
      "a+b, /v1/values/a%2Bb",
      ".a/..b/c., /v1/values/.a%2F..b%2Fc.",
    })
    void areEncodedSoThatTheirPathGivesThemBack(String key, String path) {
      assertThat(Keys.path(key)).isEqualTo(path);
      assertThat(URI.create(path).getPath()).isEqualTo("/v1/values/" + key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void blankKeyIsWrongUse(String key) {
      assertThatThrownBy(() -> Keys.path(key))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("key: is blank");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/../b", "a/.", "a\\..\\b", "a;..;b"})
    void partsThatMoveInThePathAreWrongUse(String key) {
      assertThatThrownBy(() -> Keys.path(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lengthIsBounded() {
      assertThat(Keys.path("x".repeat(1_024))).isNotEmpty();
      assertThatThrownBy(() -> Keys.path("x".repeat(1_025)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("key: 1025 characters (expected: up to 1024)");
    }
  }

  @Nested
  class Ttls {
    @ParameterizedTest
    @CsvSource({"PT5M, 300", "PT1S, 1", "PT0.5S, 500ms", "PT0.001S, 1ms", "PT1.0005S, 1000ms"})
    void areSecondsOrMilliseconds(Duration ttl, String text) {
      assertThat(Keys.ttl(ttl)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S"})
    void nothingIsWrongUse(String ttl) {
      assertThatThrownBy(() -> Keys.ttl(Duration.parse(ttl)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("ttl: ")
          .hasMessageEndingWith("(expected: above 0)");
    }
  }

  @Nested
  class Tags {
    @Test
    void areSeparatedByCommas() {
      assertThat(Keys.tags(List.of("student:7", "a b"))).isEqualTo("student:7%2Ca%20b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,b", "student:*"})
    void thatCannotBeSentAreWrongUse(String tag) {
      assertThatThrownBy(() -> Keys.tags(List.of(tag)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("tags: \"" + tag + "\"");
    }

    @Test
    void areBounded() {
      assertThat(Keys.tags(Collections.nCopies(64, "x".repeat(128)))).isNotEmpty();
      assertThatThrownBy(() -> Keys.tags(Collections.nCopies(65, "x")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Keys.tags(List.of("x".repeat(129))))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
