package dev.sidecache.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.message.Service;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueRequestsTest {
  private final AdminFixture fixture = new AdminFixture();
  private final AdminFixture.Values values = fixture.values;
  private final Service service = fixture.local();

  private Called put(String target, String json) {
    return Called.of(service, "PUT", target, json);
  }

  private void keep(String key) {
    values.kept.put(key, "{\"id\":7}".getBytes(UTF_8));
  }

  @Nested
  class Getting {
    @Test
    void valueIsGivenAsItWasPut() {
      assertThat(put("/v1/values/profile:7?ttl=300", "{ \"id\": 7 }").status()).isEqualTo(204);
      Called call = Called.get(service, "/v1/values/profile:7");
      assertThat(call.status()).isEqualTo(200);
      assertThat(call.field("Content-Type")).isEqualTo("application/json");
      assertThat(call.content()).isEqualTo("{ \"id\": 7 }");
    }

    @Test
    void absentValueIsNotFound() throws Exception {
      keep("profile:7");
      Called call = Called.get(service, "/v1/values/profile:8");
      assertThat(call.status()).isEqualTo(404);
      assertThat(call.json().get("title").asText()).isEqualTo("No such value");
    }

    @Test
    void cacheThatIsAwayIsUnavailable() throws Exception {
      keep("profile:7");
      values.unavailable = "redis_down";
      Called call = Called.get(service, "/v1/values/profile:7");
      assertThat(call.status()).isEqualTo(503);
      assertThat(call.json()).isEqualTo(Called.golden("problem-disabled"));
    }

    @ParameterizedTest
    @CsvSource({
      "/v1/values/a%2Fb, a/b", "/v1/values/a/b, a/b", "/v1/values/a%20b, 'a b'",
      "/v1/values/caf%C3%A9, café", "/v1/values/100%25, 100%", "/v1/values/a;b, a;b",
      "/v1/values/a+b, a+b"
    })
    void keyIsDecoded(String target, String key) {
      keep(key);
      assertThat(Called.get(service, target).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/values/", "/v1/values/%20", "/v1/values/%FF"})
    void keyThatIsNoneIsRefused(String target) throws Exception {
      Called call = Called.get(service, target);
      assertThat(call.status()).isEqualTo(422);
      assertThat(call.json().at("/errors/0/code").asText()).isEqualTo("bad_key");
    }

    @Test
    void keyIsBounded() {
      assertThat(Called.get(service, "/v1/values/" + "x".repeat(1_024)).status()).isEqualTo(404);
      assertThat(Called.get(service, "/v1/values/" + "x".repeat(1_025)).status()).isEqualTo(422);
    }

    @Test
    void parametersAreRefused() {
      assertThat(Called.get(service, "/v1/values/a?ttl=5").status()).isEqualTo(422);
    }
  }

  @Nested
  class Putting {
    @ParameterizedTest
    @CsvSource({
      "300, PT5M",
      "30s, PT30S",
      "500ms, PT0.5S",
      "5m, PT5M",
      "1h, PT1H",
      "1d, PT24H",
      "366d, PT8784H"
    })
    void ttlIsWrittenAsInTheConfiguration(String ttl, Duration expected) {
      assertThat(put("/v1/values/a?ttl=" + ttl, "1").status()).isEqualTo(204);
      assertThat(values.terms.ttl()).isEqualTo(expected);
      assertThat(values.terms.tags()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "?ttl=",
          "?ttl=0",
          "?ttl=-5",
          "?ttl=5w",
          "?ttl=367d",
          "?ttl=1.5",
          "?ttl=m",
          "?ttl=123456789012"
        })
    void ttlThatIsNoneIsRefused(String query) throws Exception {
      Called call = put("/v1/values/a" + query, "1");
      assertThat(call.status()).isEqualTo(422);
      assertThat(call.json().at("/errors/0/path").asText()).isEqualTo("ttl");
      assertThat(values.kept).isEmpty();
    }

    @Test
    void tagsAreSeparatedByCommas() {
      put("/v1/values/a?ttl=5&tags=profile:7,b%20c", "1");
      assertThat(values.terms.tags()).isEqualTo(List.of("profile:7", "b c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,,b", ",", "a,%20", "student:*"})
    void tagThatIsNoneIsRefused(String tags) throws Exception {
      Called call = put("/v1/values/a?ttl=5&tags=" + tags, "1");
      assertThat(call.status()).isEqualTo(422);
      assertThat(call.json().at("/errors/0/code").asText()).isEqualTo("bad_tag");
    }

    @Test
    void tagsAreBounded() {
      String many = "a,".repeat(63) + "a";
      assertThat(put("/v1/values/a?ttl=5&tags=" + many, "1").status()).isEqualTo(204);
      assertThat(put("/v1/values/a?ttl=5&tags=" + many + ",a", "1").status()).isEqualTo(422);
      String tag = "x".repeat(128);
      assertThat(put("/v1/values/a?ttl=5&tags=" + tag, "1").status()).isEqualTo(204);
      assertThat(put("/v1/values/a?ttl=5&tags=" + tag + "x", "1").status()).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "null", "\"x\"", "[]", "{\"a\":[1,{\"b\":null}]}", " true "})
    void anyJsonValueIsKept(String json) {
      assertThat(put("/v1/values/a?ttl=5", json).status()).isEqualTo(204);
      assertThat(values.kept.get("a")).asString(UTF_8).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"a\":1", "1 2", "x", "{\"a\":1,}", "[1]]", "[{]}"})
    void whatIsNoJsonIsRefused(String text) throws Exception {
      Called call = put("/v1/values/a?ttl=5", text);
      assertThat(call.status()).isEqualTo(422);
      assertThat(call.json().at("/errors/0/code").asText()).isEqualTo("bad_json");
      assertThat(values.kept).isEmpty();
    }

    @Test
    void valueThatTheStoreRefusesIsNotStored() throws Exception {
      values.refusal = "too_large";
      Called call = put("/v1/values/a?ttl=5", "1");
      assertThat(call.status()).isEqualTo(507);
      assertThat(call.json().get("detail").asText()).isEqualTo("too_large");
    }

    @Test
    void cacheThatIsAwayIsUnavailable() {
      values.unavailable = "redis_down";
      assertThat(put("/v1/values/a?ttl=5", "1").status()).isEqualTo(503);
    }
  }

  @Nested
  class Deleting {
    @Test
    void valueIsDeletedOnce() {
      keep("a");
      assertThat(Called.of(service, "DELETE", "/v1/values/a", "").status()).isEqualTo(204);
      assertThat(Called.of(service, "DELETE", "/v1/values/a", "").status()).isEqualTo(404);
    }

    @Test
    void prefixDeletesWhatBeginsSo() throws Exception {
      List.of("profile:1", "profile:2", "profile:3", "other").forEach(ValueRequestsTest.this::keep);
      Called call = Called.of(service, "DELETE", "/v1/values?prefix=profile:", "");
      assertThat(call.status()).isEqualTo(200);
      assertThat(call.json()).isEqualTo(Called.golden("values-deleted"));
      assertThat(values.kept).containsOnlyKeys("other");
    }

    @Test
    void emptyPrefixIsAll() throws Exception {
      keep("a");
      assertThat(
              Called.of(service, "DELETE", "/v1/values?prefix=", "").json().get("deleted").asInt())
          .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/values", "/v1/values?", "/v1/values?prefixes=a"})
    void withoutAPrefixNothingIsDeleted(String target) {
      keep("a");
      assertThat(Called.of(service, "DELETE", target, "").status()).isEqualTo(422);
      assertThat(values.kept).containsOnlyKeys("a");
    }

    @Test
    void cacheThatIsAwayIsUnavailable() {
      values.unavailable = "redis_down";
      assertThat(Called.of(service, "DELETE", "/v1/values/a", "").status()).isEqualTo(503);
    }
  }
}
