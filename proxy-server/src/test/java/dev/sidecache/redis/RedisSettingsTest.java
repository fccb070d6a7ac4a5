package dev.sidecache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.RedisAddress.Configured;
import dev.sidecache.redis.RedisAddress.Found;
import dev.sidecache.redis.RedisAddress.Kind;
import dev.sidecache.redis.RedisAddress.Malformed;
import dev.sidecache.redis.RedisAddress.Off;
import dev.sidecache.redis.RedisAddress.Tls;
import dev.sidecache.redis.RedisAddress.Verify;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several settings names the address, and what fills its gaps. */
class RedisSettingsTest {

  private static Map<String, String> environment(String... namesAndValues) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return environment;
  }

  private static Found found(String... namesAndValues) {
    return RedisAddress.of(environment(namesAndValues));
  }

  private static Configured configured(String... namesAndValues) {
    Found found = found(namesAndValues);
    assertThat(found).isInstanceOf(Configured.class);
    return (Configured) found;
  }

  private static List<String> errors(String... namesAndValues) {
    Found found = found(namesAndValues);
    assertThat(found).isInstanceOf(Malformed.class);
    return ((Malformed) found).errors();
  }

  private static void assertLogin(RedisAddress address, String username, String password, int db) {
    assertThat(address.login().username()).isEqualTo(username);
    assertThat(address.login().password()).isEqualTo(password);
    assertThat(address.login().database()).isEqualTo(db);
  }

  @Nested
  class Environment {
    @Test
    void nothingSetIsOffWithoutReason() {
      assertThat(found()).isEqualTo(new Off(""));
      assertThat(found("REDIS_URL", "", "REDIS_HOST", " ", "UPSTASH_REDIS_REST_URL", "\"\""))
          .isEqualTo(new Off(""));
      assertThat(found("REDIS_PORT", "6379", "REDIS_PASSWORD", "x")).isEqualTo(new Off(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "0", "no", "off", "False", " OFF "})
    void disabledBeatsEverything(String no) {
      assertThat(found("REDIS_ENABLED", no, "REDIS_URL", "redis://h"))
          .isEqualTo(new Off("REDIS_ENABLED"));
    }

    @Test
    void enabledThatIsNeitherTrueNorFalseIsAnError() {
      assertThat(configured("REDIS_ENABLED", "true", "REDIS_URL", "h").address()).isNotNull();
      assertThat(errors("REDIS_ENABLED", "maybe", "REDIS_URL", "h"))
          .containsExactly("REDIS_ENABLED: is neither true nor false");
    }

    @Test
    void firstOfUrlHostAndPairCounts() {
      String[] all = {
        "REDIS_URL", "redis://a",
        "REDIS_HOST", "b",
        "UPSTASH_REDIS_REST_URL", "https://c.upstash.io",
        "UPSTASH_REDIS_REST_TOKEN", "t"
      };
      Map<String, String> environment = environment(all);

      assertThat(((Configured) RedisAddress.of(environment)).source()).isEqualTo("REDIS_URL");
      environment.remove("REDIS_URL");
      assertThat(((Configured) RedisAddress.of(environment)).source()).isEqualTo("REDIS_HOST");
      environment.remove("REDIS_HOST");
      assertThat(((Configured) RedisAddress.of(environment)).source())
          .isEqualTo("UPSTASH_REDIS_REST_URL");
    }

    @Test
    void hostWithItsCompanions() {
      RedisAddress address =
          configured(
                  "REDIS_HOST", "h",
                  "REDIS_PORT", "7",
                  "REDIS_DB", "3",
                  "REDIS_USERNAME", "u",
                  "REDIS_PASSWORD", "p",
                  "REDIS_TLS", "true")
              .address();

      assertThat(address.endpoint()).isEqualTo("rediss://h:7");
      assertLogin(address, "u", "p", 3);
    }

    @Test
    void companionsFillWhatTheUrlLeavesOut() {
      String[] companions = {
        "REDIS_PORT", "7", "REDIS_DB", "3", "REDIS_USERNAME", "u", "REDIS_PASSWORD", "p"
      };
      Map<String, String> environment = environment(companions);
      environment.put("REDIS_URL", "redis://h");
      RedisAddress filled = ((Configured) RedisAddress.of(environment)).address();
      assertLogin(filled, "u", "p", 3);
      assertThat(filled.endpoint())
          .as("the port belongs to REDIS_HOST")
          .isEqualTo("redis://h:6379");

      environment.put("REDIS_URL", "redis://v:q@h:8/4");
      RedisAddress own = ((Configured) RedisAddress.of(environment)).address();
      assertLogin(own, "v", "q", 4);
    }

    @ParameterizedTest
    @CsvSource({"REDIS_PORT, 0", "REDIS_PORT, x", "REDIS_DB, -1", "REDIS_TLS, perhaps"})
    void malformedCompanionIsAnErrorThatHidesIt(String variable, String value) {
      assertThat(errors("REDIS_HOST", "h", variable, value))
          .singleElement()
          .asString()
          .startsWith(variable + ": is n")
          .doesNotContain("perhaps", "x");
    }

    @Test
    void valuesFromAFileAreCalledAsThere() {
      Map<String, String> values = environment("REDIS_HOST", "h", "REDIS_PORT", "x");

      Found found =
          RedisAddress.of(
              values, name -> "cache.redis." + name.substring(6).toLowerCase(Locale.ROOT));

      assertThat(((Malformed) found).errors())
          .containsExactly("cache.redis.port: is no number from 1 to 65535");
    }
  }

  @Nested
  class Rest {
    private final String url = "UPSTASH_REDIS_REST_URL";
    private final String token = "UPSTASH_REDIS_REST_TOKEN";

    @Test
    void pairIsAnHttpAddress() {
      RedisAddress address =
          configured(url, " \"https://x.upstash.io/\" ", token, "'tok'").address();

      assertThat(address.kind()).isEqualTo(Kind.REST);
      assertThat(address.endpoint()).isEqualTo("https://x.upstash.io:443");
      assertThat(address.login().password()).isEqualTo("tok");
    }

    @Test
    void pathPrefixIsKept() {
      assertThat(configured(url, "https://h/a/b/", token, "t").address().endpoint())
          .isEqualTo("https://h:443/a/b");
    }

    @Test
    void redisUrlMayBeOne() {
      assertThat(configured("REDIS_URL", "https://x.upstash.io", token, "t").address().kind())
          .isEqualTo(Kind.REST);
      assertThat(
              configured("REDIS_URL", "https://x.upstash.io", "REDIS_PASSWORD", "t")
                  .address()
                  .login()
                  .password())
          .isEqualTo("t");
      assertThat(errors("REDIS_URL", "https://x.upstash.io"))
          .containsExactly(token + ": is missing: an https:// address needs it");
    }

    @Test
    void halfOfThePairIsAnError() {
      assertThat(errors(url, "https://x.upstash.io"))
          .containsExactly(token + ": is missing beside " + url);
      assertThat(errors(token, "t")).containsExactly(url + ": is missing beside " + token);
      assertThat(errors(url, "redis://x.upstash.io", token, "t"))
          .containsExactly(url + ": is no https:// address");
    }

    @Test
    void plainHttpIsForThisMachineOnly() {
      assertThat(configured(url, "http://localhost:8079", token, "t").address().endpoint())
          .isEqualTo("http://localhost:8079");
      assertThat(errors(url, "http://h:8079", token, "t"))
          .containsExactly(url + ": must be https:// unless it is on this machine");
    }

    @Test
    void upstashIsReachedOverTheRedisProtocolToo() {
      RedisAddress resp =
          configured(url, "https://x.upstash.io", token, "tok").address().overResp();

      assertThat(resp.endpoint()).isEqualTo("rediss://x.upstash.io:6379");
      assertLogin(resp, "default", "tok", 0);
      assertThat(resp.tls().verify()).isEqualTo(Verify.FULL);
    }

    @Test
    void whoIsTrustedIsTheSameOverTheRedisProtocol() {
      RedisAddress rest =
          configured(url, "https://x.upstash.io/?ssl_ca_certs=/ca.pem&verifyPeer=CA", token, "tok")
              .address();

      assertThat(rest.endpoint()).isEqualTo("https://x.upstash.io:443");
      assertThat(rest.tls()).isEqualTo(new Tls(Verify.CA, "/ca.pem"));
      assertThat(rest.overResp().tls()).isEqualTo(rest.tls());
    }

    @Test
    void elsewherePort6379MayBeAnotherRedis() {
      RedisAddress rest = configured(url, "https://redis.example.com", token, "t").address();

      assertThat(rest.overResp()).isSameAs(rest);
    }
  }
}
