package dev.sidecache.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.config.ConfigLoader.Result;
import dev.sidecache.rule.Scope;
import dev.sidecache.rule.Ttl;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TeamFilesTest {
  @Test
  void careerCrmLoadsWithoutErrorOrWarning() {
    ProxyConfig config = load("career-crm.yaml");

    assertThat(config.upstream().url()).hasToString("http://127.0.0.1:3000");
    assertThat(config.cache().l1().maxSizeBytes()).isEqualTo(48L << 20);
    assertThat(config.rules().routes())
        .extracting("name")
        .containsExactly("dashboard-stats", "ai-responses", "students-list", "student-detail");
    assertThat(config.rules().routes().get(0).ttl())
        .isEqualTo(new Ttl.Fixed(Duration.ofMinutes(2)));
    assertThat(config.rules().routes().get(0).policy().staleIfError())
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(config.rules().routes().get(1).policy().staleIfError()).isZero();
    assertThat(config.rules().invalidations()).hasSize(3);
  }

  @Test
  void propiqLoadsWithoutErrorOrWarning() {
    ProxyConfig config = load("propiq.yaml");

    assertThat(config.rules().routes()).hasSize(8);
    assertThat(config.rules().routes().get(6).scope()).isEqualTo(Scope.SHARED);
    assertThat(config.rules().invalidations().get(4).routes())
        .containsExactly("subscription", "usage-stats");
    assertThat(config.warm()).containsExactly(new WarmRequest("/api/v1/pricing", Map.of()));
  }

  private static ProxyConfig load(String name) {
    Result result = Configs.parse(Configs.file(name), Map.of(), Map.of());
    assertThat(result.findings()).isEmpty();
    return ((Result.Valid) result).config();
  }
}
