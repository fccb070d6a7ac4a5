package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.redis.RedisAddress;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class YamlReadingTest {

  private static ProxyConfig load(String yaml, Map<String, String> environment) {
    return Configs.valid(yaml, environment, Map.of());
  }

  @Test
  void sectionOrListWithoutContentCountsAsLeftOut() {
    String yaml = Configs.SMALLEST + "routes:\ncache:\nnever_cache:\n  response_fields:\n";

    ProxyConfig config = load(yaml, Map.of());

    assertThat(config.rules().routes()).isEmpty();
    assertThat(config.rules().neverCache().responseFields()).contains("accesstoken");
  }

  @Test
  void wordDefaultStandsForTheListOfSensitiveFields() {
    String yaml = Configs.SMALLEST + "never_cache: { response_fields: [default, X-Secret] }\n";

    assertThat(load(yaml, Map.of()).rules().neverCache().responseFields())
        .contains("accesstoken", "cvv", "xsecret");
  }

  @Test
  void variablesFillValuesOfEveryKind() {
    String yaml =
        """
        version: 1
        upstream: { url: "http://${HOST}:${PORT_OF_API}", retries: "${RETRIES}" }
        admin: { ui: "${UI:-false}" }
        cache: { version: "${RELEASE}", l1: { lease: "${LEASE:-}" } }
        """;
    Map<String, String> environment =
        Map.of("HOST", "api", "PORT_OF_API", "1", "RETRIES", "3", "RELEASE", "7");

    ProxyConfig config = load(yaml, environment);

    assertThat(config.upstream().url()).hasToString("http://api:1");
    assertThat(config.upstream().retries()).isEqualTo(3);
    assertThat(config.admin().ui()).isFalse();
    assertThat(config.cache().version()).isEqualTo("7");
    assertThat(config.cache().l1().lease()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void contentOfAVariableCannotBreakTheYaml() {
    String yaml = Configs.SMALLEST + "cache: { redis: { host: a, password: \"${P}\" } }\n";
    String password = "a: #{[\"'\n!%@`|>&*?";

    RedisAddress.Found found = load(yaml, Map.of("P", password)).cache().redis().address();

    assertThat(((RedisAddress.Configured) found).address().login().password()).isEqualTo(password);
  }

  @Test
  void onAndYesAreTextsAndMergedKeysGiveWay() {
    String yaml =
        """
        version: 1
        upstream: { url: "http://a" }
        x-listed: &listed { ttl: short, tags: [yes, on] }
        routes:
          - { <<: *listed, name: a, match: { path: /a } }
          - { <<: *listed, name: b, match: { path: /b }, ttl: day }
        """;

    ProxyConfig config = load(yaml, Map.of());

    assertThat(config.rules().routes().get(0).tags())
        .extracting("text")
        .containsExactly("yes", "on");
    assertThat(config.rules().routes().get(1).ttl()).isEqualTo(new Ttl.Fixed(Duration.ofDays(1)));
  }

  @Test
  void aliasesThatMultiplyAreRefusedInTime() {
    StringBuilder yaml = new StringBuilder("version: 1\nx-0: &a0 [a, a, a, a, a, a, a, a, a]\n");
    for (int i = 1; i < 9; i++) {
      String alias = "*a" + (i - 1);
      String all = String.join(", ", Collections.nCopies(9, alias));
      yaml.append("x-%d: &a%d [%s]\n".formatted(i, i, all));
    }
    yaml.append("never_cache: { paths: *a8 }\n");

    assertThat(Configs.parse(yaml.toString()).errors())
        .extracting(ConfigError::message)
        .anyMatch(message -> message.contains("aliases"));
  }
}
