package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.admin.Configurations.Finding;
import dev.sidecache.admin.Configurations.Findings;
import dev.sidecache.admin.Configurations.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigRequestsTest {
  private static final Finding BAD_TTL =
      new Finding(
          "routes[0].ttl", 30, 10, null, "bad_ttl", "\"2 minutes\" is not a TTL", "write 2m");

  private final AdminFixture admin = new AdminFixture();

  private Called post(String target, String yaml) {
    return Called.of(admin.local(), "POST", target, yaml);
  }

  @Test
  void withoutAskingOnlyWhatIsNoDefaultIsShown() throws Exception {
    Called shown = Called.get(admin.local(), "/v1/config");

    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json()).isEqualTo(Called.golden("config"));
    assertThat(Called.get(admin.local(), "/v1/config?effective=true").json())
        .isEqualTo(Called.golden("config-effective"));
  }

  @Test
  void reloadTellsWhatChanged() throws Exception {
    admin.configurations.outcome =
        new Outcome.Loaded(
            4, List.of("server.listen", "routes[2].ttl"), List.of("server.listen"), List.of());

    Called reloaded = post("/v1/config/reload", "");

    assertThat(reloaded.status()).isEqualTo(200);
    assertThat(reloaded.json()).isEqualTo(Called.golden("reload"));
    assertThat(admin.configurations.asked).containsExactly("reload null by 127.0.0.1");
  }

  @Test
  void refusedReloadIsAProblemWithEachError() throws Exception {
    admin.configurations.outcome = new Outcome.Refused(List.of(BAD_TTL));

    Called refused = post("/v1/config/reload", "version: 1");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("Content-Type")).isEqualTo("application/problem+json");
    assertThat(refused.json()).isEqualTo(Called.golden("problem-config"));
    assertThat(admin.configurations.asked).containsExactly("reload version: 1 by 127.0.0.1");
  }

  @Test
  void textIsCheckedWithoutBeingPutToUse() throws Exception {
    Finding doubt =
        new Finding("", null, null, "env REDIS_HOST", "contradiction", "does not count", null);
    admin.configurations.findings = new Findings(List.of(BAD_TTL), List.of(doubt));

    assertThat(post("/v1/config/validate", "version: 1").json())
        .isEqualTo(Called.golden("config-validate"));
    assertThat(admin.configurations.asked).containsExactly("validate version: 1");
  }

  @Test
  void otherMethodsAndParametersAreRefused() throws Exception {
    assertThat(Called.get(admin.local(), "/v1/config/reload").field("Allow")).isEqualTo("POST");
    assertThat(post("/v1/config", "").status()).isEqualTo(405);
    assertThat(Called.get(admin.local(), "/v1/config?effective=yes").status()).isEqualTo(422);
    assertThat(post("/v1/config/reload?now=1", "").status()).isEqualTo(422);
    assertThat(post("/v1/config/reload", "x".repeat((1 << 20) + 1)).status()).isEqualTo(413);
    assertThat(admin.configurations.asked).isEmpty();
  }

  @Test
  void tokenIsNeeded() {
    assertThat(
            Called.get(admin.service("127.0.0.1", "0123456789abcdef"), "/v1/config?effective=true")
                .status())
        .isEqualTo(401);
  }
}
