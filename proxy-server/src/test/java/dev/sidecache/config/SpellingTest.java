package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {

  @ParameterizedTest
  @CsvSource({
    "ttl, ttl, 0",
    "tll, ttl, 1",
    "shrot, short, 1",
    "tl, ttl, 1",
    "tttl, ttl, 1",
    "'', ttl, 3",
    "mode, ttl, 4"
  })
  void editsAreInsertionsDeletionsSubstitutionsAndSwaps(String a, String b, int edits) {
    assertThat(Spelling.edits(a, b)).isEqualTo(edits);
    assertThat(Spelling.edits(b, a)).isEqualTo(edits);
  }

  @Test
  void nearestIsTheOneWithTheFewestEdits() {
    List<String> known = List.of("stale_if_error", "stale_while_revalidate", "statuses");

    assertThat(Spelling.nearest("stale_while_revalidat", known))
        .isEqualTo("stale_while_revalidate");
    assertThat(Spelling.nearest("status", known)).isEqualTo("statuses");
  }

  @Test
  void nothingIsNearBeyondAThirdOfTheLetters() {
    assertThat(Spelling.nearest("modes", List.of("mode"))).isEqualTo("mode");
    assertThat(Spelling.nearest("modest", List.of("mode"))).isEqualTo("mode");
    assertThat(Spelling.nearest("demo", List.of("mode"))).isNull();
    assertThat(Spelling.didYouMean("demo", List.of("mode"))).isNull();
  }
}
