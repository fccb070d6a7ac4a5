package dev.sidecache.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.Requests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {

  @ParameterizedTest
  @ValueSource(strings = {"X-HTTP-Method-Override", "x-http-method", "X-METHOD-OVERRIDE"})
  void fieldMayNameAnotherMethod(String name) {
    assertThat(Requests.get("/a").methodOverride()).isNull();
    assertThat(Requests.get("/a", "Host", "h", name, " delete ").methodOverride())
        .isEqualTo("DELETE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Original-URL", "x-rewrite-url"})
  void fieldMayNameAnotherTarget(String name) {
    assertThat(Requests.get("/a", "X-Original", "/b", "TE", "x").targetOverride()).isNull();
    assertThat(Requests.get("/a", name, "/b").targetOverride()).isEqualTo("/b");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, true",
    "HEAD, true",
    "OPTIONS, true",
    "TRACE, true",
    "QUERY, true",
    "POST, false",
    "PUT, false",
    "PATCH, false",
    "DELETE, false",
    "get, false",
    "PURGE, false"
  })
  void safeMethods(String method, boolean safe) {
    assertThat(Requests.of(method, "/a").isSafe()).isEqualTo(safe);
  }

  @Test
  void textHasNoQueryAndNoFields() {
    assertThat(Requests.get("/a?token=x", "Authorization", "y")).hasToString("GET /a");
  }
}
