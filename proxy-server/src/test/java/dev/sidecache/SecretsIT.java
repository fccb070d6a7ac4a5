package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import dev.sidecache.testing.Verb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process of its own with a marked secret in every place where one may stand; whatever it prints
 * or tells, at the most talkative level, none of them is in it.
 */
class SecretsIT {
  /** Begins each of the secrets. */
  private static final String MARK = "S3cr3t";

  private static final String CONFIG =
      """
      version: 1
      server: { listen: "127.0.0.1:%d", metrics: true }
      admin: { listen: "127.0.0.1:%d", token: "S3cr3tAdminTokenInFile" }
      upstream: { url: "%s", timeout: 2s }
      cache:
        store: %s
        redis: { url: "redis://user:S3cr3tRedisInFile@127.0.0.1:1/0" }
      identity: { from: ["header:Authorization", "cookie:sid"], jwt: { secret: S3cr3tJwtSecretLongEnoughForHmac } }
      routes:
        - { name: all, match: { path: "/x/**" }, ttl: 1h, key: { headers: [X-Api-Key], cookies: [sid] } }
        - { name: search, match: { path: /search, methods: [POST] }, ttl: 1h, key: { body: { format: json } } }
      warm: [ { url: /x/warm, headers: { Authorization: "Bearer S3cr3tWarmHeader" } } ]
      log: { level: trace, format: json, access: all, query: names }
      """;

  private static final String CREDENTIALS =
      """
      Host: a.example\r
      Authorization: Bearer S3cr3tBearer\r
      Cookie: sid=S3cr3tCookie; other=S3cr3tOther\r
      X-API-Key: S3cr3tApiKey\r
      Sidecache-Debug: S3cr3tDebug\r
      X-Anything: S3cr3tHeader\r
      """;

  @TempDir Path directory;
  private ScriptedOrigin origin;
  private Process process;
  private Path output;
  private int port;
  private int admin;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    origin = ScriptedOrigin.answering(SecretsIT::answer);
    output = directory.resolve("output");
    port = freePort();
    admin = freePort();
  }

  @AfterEach
  void close() throws Exception {
    if (process != null) {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    origin.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String answer(RawMessage request) {
    String fields = "Set-Cookie: sid=S3cr3tSetCookie\r\nX-Answer: S3cr3tAnswerField\r\n";
    if (request.target().startsWith("/x/broken")) {
      return "HTTP/1.1 200 OK\r\nS3cr3t broken field\r\n\r\n";
    }
    String type = "Content-Type: application/json\r\n";
    boolean stored = request.target().startsWith("/x/stored");
    String body = stored ? "{\"a\":\"S3cr3tContent\"}" : "{\"password\":\"S3cr3tPassword\"}";
    return ScriptedOrigin.ok(body)
        .replace("Content-Length", type + (stored ? "" : fields) + "Content-Length");
  }

  private Path config(String store) throws IOException {
    return Files.writeString(
        directory.resolve("sidecache.yaml"), CONFIG.formatted(port, admin, origin.url(), store));
  }

  private Process start(String... arguments) throws IOException {
    return new Verb(directory)
        .with("REDIS_PASSWORD", "S3cr3tRedisPassword")
        .with("UPSTASH_REDIS_REST_URL", "https://S3cr3tRest.example")
        .with("UPSTASH_REDIS_REST_TOKEN", "S3cr3tRestToken")
        .process(arguments)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  private String ask(int at, String request) throws IOException {
    String answer;
    try (RawClient client = RawClient.connect(at)) {
      answer = client.patience(20_000).send(request).readToEnd();
    }
    return answer;
  }

  /** Asks the traffic port; what comes from the origin is not ours to judge. */
  private void traffic(String start, String body) throws IOException {
    String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
    String answer =
        ask(
            port,
            start + " HTTP/1.1\r\n" + CREDENTIALS + length + "Connection: close\r\n\r\n" + body);
    if (answer.contains("problem+json")) {
      told.add(answer);
    }
    told.add(answer.lines().filter(line -> line.startsWith("Cache-Status")).toList().toString());
  }

  private void admin(String start, String authorization, String body) throws IOException {
    String request =
        start
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + (authorization.isEmpty() ? "" : "Authorization: Bearer " + authorization + "\r\n")
            + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
            + "\r\n"
            + body;
    told.add(ask(admin, request));
  }

  private void everything() throws Exception {
    for (int i = 0; i < 2; i++) {
      traffic("GET /x/stored?token=S3cr3tQuery", "");
      traffic("GET /x/sensitive?token=S3cr3tQuery", "");
      traffic("GET /x/broken", "");
      traffic("POST /search?key=S3cr3tQuery", "{\"q\":\"S3cr3tBody\"}");
      traffic("POST /search", "{\"q\":\"S3cr3tBody");
      traffic("PUT /x/stored", "S3cr3tBody");
      traffic("GET /x/" + "%zzS3cr3tMalformed", "");
    }
    told.add(ask(port, "GET / HTTP/1.1\r\nHost: S3cr3t@user\r\n\r\n"));
    told.add(ask(port, "GET / HTTP/1.1\r\nX-A : S3cr3tField\r\n\r\n"));
    String token = "S3cr3tAdminTokenInFile";
    for (String path :
        List.of("/metrics", "/health", "/v1/info", "/v1/stats", "/v1/config", "/nothing")) {
      admin("GET " + path, token, "");
      admin("GET " + path, "S3cr3tWrongToken", "");
    }
    admin(
        "POST /v1/purge",
        token,
        "{\"urls\":[\"/x/stored?token=S3cr3tPurgeQuery\"],\"dry_run\":true}");
    admin("PUT /v1/values/k", token, "S3cr3tNoJson");
    admin("POST /v1/purge", token, "S3cr3tNoJson");
    admin("POST /v1/purge", token, "{\"tags\":[\"purged-tag\"]}");
  }

  private String printed() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private void runWith(String store) throws Exception {
    process = start("run", "-c", config(store).toString());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> printed().contains(" listens on "));
    everything();
    origin.close();
    traffic("GET /x/away?token=S3cr3tQuery", "");
    process.destroy();
    assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
  }

  private void assertNothingTold() throws IOException {
    assertThat(printed().lines().filter(line -> line.contains(MARK))).isEmpty();
    assertThat(told).isNotEmpty();
    // The answer to a purge names its items as they were given.
    assertThat(told)
        .filteredOn(answer -> !answer.contains("S3cr3tPurgeQuery"))
        .noneMatch(answer -> answer.contains(MARK));
  }

  @Test
  void withTheCacheInMemory() throws Exception {
    runWith("memory");
    assertNothingTold();
    assertThat(printed())
        .contains("\"msg\":\"request\"", "\"path\":\"/x/stored\"")
        .containsPattern("Purge p-[0-9a-f]{4} by 127.0.0.1: tag purged-tag; 0 removed here");
    assertThat(printed().lines().filter(line -> line.contains("Purge p-"))).hasSize(1);
  }

  @Test
  void withARedisThatIsAway() throws Exception {
    runWith("redis");
    assertNothingTold();
    assertThat(printed()).contains("Redis cache disabled");
  }

  @Test
  void whenTheConfigurationIsChecked() throws Exception {
    String file = config("redis").toString();
    for (String[] arguments :
        new String[][] {
          {"validate", file},
          {"explain", "GET", "/x/1", "-H", "Cookie: sid=S3cr3tCookie", "-c", file},
          {"doctor", "-c", file},
        }) {
      process = start(arguments);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    told.add(printed());
    assertNothingTold();
    assertThat(printed()).contains("all", "redis");
  }

  @Test
  void whenTheConfigurationIsWrong() throws Exception {
    String wrong =
        CONFIG
            .formatted(port, admin, origin.url(), "redis")
            .replace("127.0.0.1:1/0", "127.0.0.1:S3cr3tPort")
            .replace("S3cr3tAdminTokenInFile", "S3cr3tShort")
            .replace("Authorization: \"Bearer", "\"Bad Name\": \"Bearer");
    Path file = Files.writeString(directory.resolve("wrong.yaml"), wrong);
    process = start("validate", file.toString());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    told.add(printed());
    assertNothingTold();
    assertThat(printed()).contains("admin.token", "cache.redis.url");
  }
}
