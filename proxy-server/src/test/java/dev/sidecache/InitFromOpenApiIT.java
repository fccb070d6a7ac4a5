package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.openapi.Documents;
import dev.sidecache.testing.Verb;
import dev.sidecache.testing.VersionedOrigin;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code init --from-openapi} writes, used as it is: a real proxy before a backend in which
 * each write changes all there is, so that an answer of before it would show.
 */
class InitFromOpenApiIT {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path directory;
  private VersionedOrigin origin;
  private RunningProxy proxy;

  @BeforeEach
  void openOrigin() throws IOException {
    origin = new VersionedOrigin().resources(path -> "all");
  }

  @AfterEach
  void close() {
    if (proxy != null) {
      proxy.close();
    }
    origin.close();
  }

  /** From nothing to a proxy that runs. */
  private void serve(Path document) throws Exception {
    Verb verb = new Verb(directory);
    long start = System.nanoTime();
    Verb.Ended made = verb.run("init", "--from-openapi", document.toString());
    assertThat(made.err()).isEmpty();
    assertThat(made.code()).isZero();
    Verb.Ended valid = verb.run("validate", "--strict");
    assertThat(valid.out()).startsWith("valid: ").doesNotContain("warn");
    assertThat(valid.code()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(2));
    String yaml = Files.readString(directory.resolve("sidecache.yaml"));
    Map<String, String> variables =
        Map.of("PORT", "0", "SIDECACHE_ADMIN_LISTEN", "127.0.0.1:0", "CACHE_TTL_SHORT", "3600");
    proxy =
        RunningProxy.start(origin.url(), yaml, variables, InstantSource.system(), line -> {})
            .awaitCache();
  }

  private HttpResponse<String> ask(String method, String path, String user) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(proxy.address().resolve(path)).timeout(Duration.ofSeconds(30));
    if (!user.isEmpty()) {
      request.header("Authorization", "Bearer " + user);
    }
    HttpRequest.BodyPublisher body =
        method.equals("GET")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString("{}");
    HttpResponse<String> response =
        HTTP.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response;
  }

  private void assertHit(String path, String user) throws Exception {
    assertThat(RunningProxy.cacheStatus(ask("GET", path, user)))
        .as("%s for %s", path, user)
        .contains("; hit");
  }

  /** Each caller has an entry, and no other's. */
  private void assertKeptForEach(String path) throws Exception {
    ask("GET", path, "ann");
    assertThat(ask("GET", path, "bob").body()).as(path).contains("\"user\":\"Bearer bob\"");
    assertHit(path, "ann");
    assertThat(ask("GET", path, "ann").body()).as(path).contains("\"user\":\"Bearer ann\"");
    assertHit(path, "bob");
  }

  private static String version(HttpResponse<String> response) {
    return response.body().replaceAll(".*\"version\":(\\d+).*", "$1");
  }

  /** What one caller changed, every caller sees at once. */
  private void assertSeenAtOnce(String write, List<String> reads) throws Exception {
    int space = write.indexOf(' ');
    for (String read : reads) {
      for (String user : List.of("ann", "bob")) {
        ask("GET", read, user);
        assertHit(read, user);
      }
    }
    String written = version(ask(write.substring(0, space), write.substring(space + 1), "ann"));
    for (String read : reads) {
      for (String user : read.endsWith("/me") ? List.of("ann") : List.of("ann", "bob")) {
        assertThat(version(ask("GET", read, user)))
            .as("%s for %s after %s", read, user, write)
            .isEqualTo(written);
      }
    }
  }

  private void assertNeverKept(String path) throws Exception {
    ask("GET", path, "ann");
    assertThat(RunningProxy.cacheStatus(ask("GET", path, "ann"))).as(path).contains("fwd=bypass");
  }

  @Test
  void documentOfFastApiBecomesACacheThatBehaves() throws Exception {
    serve(Documents.propIq());
    String api = "/api/v1";
    for (String path :
        List.of(
            "/users/me",
            "/analyses?page=1",
            "/analyses/7",
            "/subscription",
            "/support/conversations",
            "/support/conversations/3/messages",
            "/usage",
            "/branding")) {
      assertKeptForEach(api + path);
    }
    ask("GET", api + "/pricing", "ann");
    assertHit(api + "/pricing", "bob");
    assertHit(api + "/pricing", "");
    ask("GET", "/health", "");
    assertHit("/health", "ann");
    for (String path : List.of("/auth/login", "/payment/checkout", "/analyses/7/pdf")) {
      assertNeverKept(api + path);
    }

    List<String> analyses = List.of(api + "/analyses?page=1", api + "/usage");
    assertSeenAtOnce("POST " + api + "/analyses", analyses);
    assertSeenAtOnce("DELETE " + api + "/analyses/7", List.of(api + "/analyses/7"));
    assertSeenAtOnce("PUT " + api + "/analyses/7", analyses);
    assertSeenAtOnce("PATCH " + api + "/users/me", List.of(api + "/users/me"));
    List<String> paid = List.of(api + "/subscription", api + "/usage");
    for (String write : List.of("/subscription/upgrade", "/payment/checkout", "/webhooks/stripe")) {
      assertSeenAtOnce("POST " + api + write, paid);
    }
    assertSeenAtOnce(
        "POST " + api + "/support/conversations/3/messages",
        List.of(api + "/support/conversations/3/messages", api + "/support/conversations?page=1"));
  }

  @Test
  void changeOfOneItemLeavesTheOthers() throws Exception {
    serve(Documents.propIq());
    ask("GET", "/api/v1/analyses/8", "ann");
    ask("PUT", "/api/v1/analyses/7", "ann");

    assertHit("/api/v1/analyses/8", "ann");
  }

  @Test
  void documentOfSwaggerJsdocBecomesACacheThatBehaves() throws Exception {
    serve(Documents.crm());
    for (String path :
        List.of(
            "/dashboard/stats",
            "/students?page=2&undocumented=x",
            "/students/7",
            "/students/7/notes",
            "/companies")) {
      assertKeptForEach("/api" + path);
    }
    assertNeverKept("/api/auth/me");
    assertNeverKept("/api/students/export");
    ask("GET", "/api/students?undocumented=1", "ann");
    assertThat(RunningProxy.cacheStatus(ask("GET", "/api/students?undocumented=2", "ann")))
        .contains("fwd=uri-miss");

    List<String> lists = List.of("/api/students?page=2", "/api/dashboard/stats");
    List<String> item = List.of("/api/students/7", "/api/students/7/notes");
    assertSeenAtOnce("POST /api/students", lists);
    for (String write :
        List.of(
            "PATCH /api/students/7",
            "DELETE /api/students/7/notes/1",
            "POST /api/students/7/notes",
            "POST /api/students/import")) {
      assertSeenAtOnce(write, lists);
      assertSeenAtOnce(write, item);
    }
    assertSeenAtOnce("POST /api/companies", List.of("/api/companies", "/api/dashboard/stats"));
  }
}
