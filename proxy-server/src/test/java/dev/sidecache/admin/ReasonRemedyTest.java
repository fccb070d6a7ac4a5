package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Bypass;
import dev.sidecache.caching.Refusal;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonRemedyTest {
  static Stream<String> reasons() {
    return Stream.concat(
        Stream.of(Bypass.values()).map(Bypass::word),
        Stream.of(Refusal.values()).map(Refusal::word));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void everyReasonIsExplainedInOneSentence(String word) {
    ReasonRemedy told = ReasonRemedy.of(word);
    assertThat(told).isNotNull();
    assertThat(told.meaning()).isNotBlank().doesNotEndWith(".");
    assertThat(told.remedy()).doesNotEndWith(".");
  }

  @Test
  void otherWordsAreNone() {
    assertThat(ReasonRemedy.of("nothing")).isNull();
  }
}
