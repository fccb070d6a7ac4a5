package dev.sidecache.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.message.Problem;
import dev.sidecache.message.ProblemException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each failure of the origin is called, and whether a write may have happened all the same.
 */
class OriginOutcomeTest {
  private static ProblemException failure(int status, String reason) {
    return new ProblemException(new Problem(status, "title", "detail", reason), "message");
  }

  @ParameterizedTest
  @CsvSource({
    "502,upstream_refused,refused,false",
    "502,upstream_unresolved,refused,false",
    "502,upstream_tls,refused,false",
    "504,upstream_connect_timeout,timeout,false",
    "503,upstream_busy,upstream_busy,false",
    "503,upstream_open,upstream_open,false",
    "504,upstream_timeout,timeout,true",
    "502,upstream_reset,reset,true",
    "502,upstream_bad_response,reset,true",
  })
  void onlyWhatWasNeverSentIsNotInDoubt(int status, String reason, String word, boolean inDoubt) {
    ProblemException failure = failure(status, reason);
    assertThat(OriginOutcome.of(failure)).isEqualTo(word);
    assertThat(OriginOutcome.isInDoubt(failure)).isEqualTo(inDoubt);
  }

  @Test
  void whatIsUnknownIsInDoubt() {
    assertThat(OriginOutcome.of(new IOException())).isEqualTo("reset");
    assertThat(OriginOutcome.isInDoubt(new IOException())).isTrue();
  }
}
