package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecache.message.Body;
import dev.sidecache.message.Service;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminAccessTest {
  private static final String TOKEN = "a-token-of-24-characters";

  private final AdminFixture fixture = new AdminFixture();

  private static Called ask(Service service, String authority, String path, String... fields) {
    return Called.of(service, authority, "GET " + path, Body.empty(), fields);
  }

  @Nested
  class OnLoopbackWithoutAToken {
    private final Service service = fixture.local();

    @ParameterizedTest
    @ValueSource(
        strings = {
          "localhost",
          "localhost:8180",
          "127.0.0.1:8180",
          "10.1.2.3",
          "[::1]:8180",
          "[::1]"
        })
    void allIsAllowedUnderAnAddress(String authority) {
      assertThat(ask(service, authority, "/v1/info").status()).isEqualTo(200);
      assertThat(ask(service, authority, "/livez").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "evil.example",
          "evil.example:8180",
          "localhost.evil.example",
          "127.0.0.1.evil.example",
          "1.2.3",
          "1.2.3.256",
          "1.2.3.x",
          "1.2.3.",
          "",
          "[evil]",
          "[]",
          "[::1]x",
          "127.0.0.1x"
        })
    void nameThatOthersResolveIsForbidden(String authority) throws Exception {
      Called call = ask(service, authority, "/v1/info");
      assertThat(call.status()).isEqualTo(403);
      assertThat(call.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(call.json().get("detail").asText())
          .isEqualTo("Host is neither localhost nor an address; ask by one of them");
      assertThat(ask(service, authority, "/livez").status()).isEqualTo(403);
    }

    @Test
    void ownOriginIsAllowed() {
      assertThat(
              ask(service, "localhost:8180", "/v1/info", "Origin", "http://localhost:8180")
                  .status())
          .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://evil.example",
          "null",
          "http://localhost",
          "https://localhost:8180",
          "http://localhost:8181",
          "http://127.0.0.1:8180",
          ""
        })
    void webPageOfAnotherOriginIsForbidden(String origin) throws Exception {
      Called call = ask(service, "localhost:8180", "/v1/info", "Origin", origin);
      assertThat(call.status()).isEqualTo(403);
      assertThat(call.json().get("detail").asText()).isEqualTo("Origin is not this port's own");
    }
  }

  @Nested
  class ElsewhereWithoutAToken {
    private final Service service = fixture.service("", "");

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/startupz", "/readyz", "/health", "/metrics"})
    void healthAndMetricsAreOpen(String path) {
      assertThat(ask(service, "sidecache.example:8180", path).isAnswered())
          .isEqualTo(!path.equals("/metrics"));
      fixture.background.forEach(Runnable::run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/info", "/v1/stats", "/v1/purge", "/v1/values/a", "/", "/nothing"})
    void theRestIsForbiddenWithTheReason(String path) throws Exception {
      Called call = ask(service, "127.0.0.1:8180", path, "Authorization", "Bearer " + TOKEN);
      assertThat(call.status()).isEqualTo(403);
      assertThat(call.json().get("detail").asText())
          .isEqualTo("the port is open to others; set admin.token to use it");
    }
  }

  @Nested
  class WithAToken {
    private final Service service = fixture.service("127.0.0.1", TOKEN);

    @ParameterizedTest
    @CsvSource({"Bearer", "bearer", "BEARER"})
    void tokenOpensTheRest(String scheme) {
      assertThat(
              ask(service, "any.example", "/v1/info", "Authorization", scheme + " " + TOKEN)
                  .status())
          .isEqualTo(200);
    }

    @Test
    void healthAndMetricsNeedNone() {
      assertThat(ask(service, "any.example", "/livez").status()).isEqualTo(200);
      assertThat(ask(service, "any.example", "/metrics").isAnswered()).isFalse();
      fixture.background.forEach(Runnable::run);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Bearer a-token-of-24-characterz",
          "Bearer a-token",
          "Bearer ",
          "Bearer",
          "Basic a-token-of-24-characters",
          "a-token-of-24-characters",
          "Bearer a-token-of-24-characters-and-more"
        })
    void wrongTokenIsRefused(String credentials) throws Exception {
      Called call = ask(service, "localhost", "/v1/info", "Authorization", credentials);
      assertThat(call.status()).isEqualTo(401);
      assertThat(call.field("WWW-Authenticate")).isEqualTo("Bearer realm=\"sidecache\"");
      assertThat(call.json()).isEqualTo(Called.golden("problem-unauthorized"));
    }

    @Test
    void missingOrDoubledTokenIsRefused() {
      assertThat(ask(service, "localhost", "/v1/info").status()).isEqualTo(401);
      String bearer = "Bearer " + TOKEN;
      assertThat(
              ask(
                      service,
                      "localhost",
                      "/v1/info",
                      "Authorization",
                      bearer,
                      "Authorization",
                      bearer)
                  .status())
          .isEqualTo(401);
    }
  }

  @Nested
  class OnTheTrafficPort {
    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/health", "/metrics", "/v1/info", "/nothing"})
    void everyPathNeedsTheToken(String path) {
      Service service = fixture.onTrafficPort(TOKEN);
      assertThat(ask(service, "127.0.0.1:8080", path).status()).isEqualTo(401);
      Called call = ask(service, "api.example", path, "Authorization", "Bearer " + TOKEN);
      assertThat(call.isAnswered() ? call.status() : 200).isIn(200, 404, 503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/metrics", "/v1/info"})
    void withoutATokenNothingIsServed(String path) {
      assertThat(ask(fixture.onTrafficPort(""), "127.0.0.1:8080", path).status()).isEqualTo(403);
    }
  }

  @Nested
  class SettingsOfThePort {
    @ParameterizedTest
    @CsvSource({
      "127.0.0.1, true", "127.8.9.1, true", "localhost, true", "::1, true", "[::1], true",
      "'', false", "0.0.0.0, false", "::, false", "10.0.0.1, false", "sidecache.example, false"
    })
    void loopbackIsWhatOnlyThisMachineReaches(String host, boolean loopback) {
      assertThat(new AdminService.Settings(host, "", 1, true).isLoopback()).isEqualTo(loopback);
    }

    @Test
    void shortTokenIsRefused() {
      assertThat(new AdminService.Settings("", "x".repeat(16), 1, true).token()).hasSize(16);
      assertThatThrownBy(() -> new AdminService.Settings("", "x".repeat(15), 1, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("admin.token: 15 characters (expected: 16 or more)");
    }

    @Test
    void textDoesNotShowTheToken() {
      assertThat(new AdminService.Settings("", TOKEN, 1, true).toString())
          .contains("token=set")
          .doesNotContain(TOKEN);
    }
  }
}
