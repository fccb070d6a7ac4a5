package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceRequestsTest {
  private final AdminFixture fixture = new AdminFixture();

  private Called get(String target) {
    Called called = Called.get(fixture.local(), target);
    while (!fixture.background.isEmpty()) {
      fixture.background.remove().run();
    }
    called.after(0, TimeUnit.SECONDS);
    return called;
  }

  @Test
  void documentIsTheOneOfTheReference() throws Exception {
    Called called = get("/v1/advice");

    assertThat(called.status()).isEqualTo(200);
    assertThat(called.json()).isEqualTo(Called.golden("advice"));
  }

  @Test
  void whatWasAskedForTooSeldomIsLeftAlone() throws Exception {
    assertThat(get("/v1/advice?min_requests=413").json().get("suggestions")).isEmpty();
    assertThat(get("/v1/advice?min_requests=412").json().get("suggestions")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"min_requests=many, min_requests", "min_requests=, min_requests", "min=1, min"})
  void wrongParametersAreRefused(String query, String path) throws Exception {
    Called called = get("/v1/advice?" + query);

    assertThat(called.status()).isEqualTo(422);
    assertThat(called.json().at("/errors/0/path").asText()).isEqualTo(path);
  }
}
