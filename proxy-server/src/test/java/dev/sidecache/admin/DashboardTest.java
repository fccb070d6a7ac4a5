package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidecache.message.Service;
import dev.sidecache.testing.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of the dashboard, as they are served. */
class DashboardTest {
  private static final String TOKEN = "a-token-of-enough-characters";
  private static final Path FILES =
      Checkout.root().resolve("proxy-server/src/main/resources/dev/sidecache/admin/ui");

  private final AdminFixture fixture = new AdminFixture();
  private final Service service = fixture.local();

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileIsServedUnderThePolicy(String name) throws Exception {
    Called call = Called.get(service, "/ui/" + name);
    assertThat(call.status()).isEqualTo(200);
    assertThat(call.content()).isEqualTo(Files.readString(FILES.resolve(name)));
    assertThat(call.field("Content-Security-Policy"))
        .startsWith("default-src 'self';")
        .contains("frame-ancestors 'none'");
    assertThat(call.field("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void nameOfTheDirectoryIsThePage() {
    assertThat(Called.get(service, "/ui/").field("Content-Type")).startsWith("text/html");
    Called moved = Called.get(service, "/ui");
    assertThat(moved.status()).isEqualTo(308);
    assertThat(moved.field("Location")).isEqualTo("ui/");
  }

  @ParameterizedTest
  @CsvSource({"GET, /ui/none.js, 404", "POST, /ui/, 405"})
  void nothingElseIsThere(String method, String path, int status) {
    assertThat(Called.of(service, method, path, "").status()).isEqualTo(status);
  }

  @Test
  void filesNeedNoTokenAndTheApiDoes() {
    Service guarded = fixture.service("0.0.0.0", TOKEN);
    assertThat(Called.get(guarded, "/ui/app.js").status()).isEqualTo(200);
    assertThat(Called.get(guarded, "/v1/stats").status()).isEqualTo(401);
  }

  @Test
  void itIsNotOnTheTrafficPort() {
    Service traffic = fixture.onTrafficPort(TOKEN);
    assertThat(Called.get(traffic, "/ui/", "Authorization", "Bearer " + TOKEN).status())
        .isEqualTo(404);
    assertThat(Called.get(traffic, "/ui/").status()).isEqualTo(401);
  }

  @Test
  void itCanBeSwitchedOff() {
    Service without = fixture.withoutDashboard();
    assertThat(Called.get(without, "/ui/").status()).isEqualTo(404);
    assertThat(Called.get(without, "/v1/info").status()).isEqualTo(200);
  }

  @Test
  void reasonsAreThoseOfTheChecks() throws Exception {
    JsonNode reasons = Called.get(service, "/ui/reasons.json").json();
    assertThat(reasons.at("/no_store/meaning").asText())
        .isEqualTo("the backend sends Cache-Control: no-store");
    assertThat(reasons).hasSizeGreaterThan(25);
  }
}
