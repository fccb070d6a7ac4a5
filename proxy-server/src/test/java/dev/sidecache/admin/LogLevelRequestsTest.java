package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLevelRequestsTest {
  private final AdminFixture fixture = new AdminFixture();

  private Called put(String content) {
    return Called.of(fixture.local(), "PUT", "/v1/log-level", content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "warn", "info", "debug", "trace"})
  void levelIsPutToUse(String level) throws Exception {
    Called called = put("{\"level\":\"" + level + "\"}");
    assertThat(called.status()).isEqualTo(200);
    assertThat(called.json().get("level").asText()).isEqualTo(level);
    assertThat(fixture.levels).containsExactly(level);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "debug",
        "[]",
        "{}",
        "{\"level\":\"loud\"}",
        "{\"level\":1}",
        "{\"level\":\"info\",\"route\":\"a\"}",
        "{\"level\":\"info\"} {}"
      })
  void anythingElseIsRefusedWithTheLevels(String content) throws Exception {
    Called called = put(content);
    assertThat(called.status()).isEqualTo(422);
    assertThat(called.json().at("/errors/0/hint").asText()).contains("error, warn, info");
    assertThat(fixture.levels).isEmpty();
  }

  @Test
  void onlyPutIsAllowed() {
    assertThat(Called.get(fixture.local(), "/v1/log-level").status()).isEqualTo(405);
  }
}
