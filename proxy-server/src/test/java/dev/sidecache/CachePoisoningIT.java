package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.RawClient;
import dev.sidecache.testing.RawMessage;
import dev.sidecache.testing.ScriptedOrigin;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole proxy before an origin that shows in its answer all it was asked: nothing that one
 * client sends comes to another one, and no spelling dodges a rule.
 */
class CachePoisoningIT {
  private static final String RULES =
      """
      never_cache: { paths: ["/api/auth/**"], request_headers: [X-No-Cache] }
      routes:
        - name: shared
          match: { path: "/shared/**" }
          ttl: 1h
          scope: shared
          key: { headers: [X-Tenant] }
        - { name: api, match: { path: "/api/**" }, ttl: 1h, scope: shared }
        - { name: paged, match: { path: "/paged/**" }, ttl: 1h, scope: shared, key: { query: [page] } }
        - { name: own, match: { path: "/own/**" }, ttl: 1h }
      """;
  private static final String VICTIM = "GET %s HTTP/1.1\r\nHost: a.example\r\n\r\n";

  private static final AtomicInteger PATHS = new AtomicInteger();
  private static ScriptedOrigin origin;
  private static RunningProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    origin = ScriptedOrigin.answering(CachePoisoningIT::reflection);
    proxy = RunningProxy.start(origin.url(), RULES, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  /** All of the request, less what differs between any two. */
  private static String reflection(RawMessage request) {
    StringBuilder seen = new StringBuilder(request.startLine()).append('\n');
    for (String line : request.lines()) {
      boolean passing = line.regionMatches(true, 0, "X-Request-Id:", 0, 13);
      seen.append(passing ? "" : line + "\n");
    }
    String body = seen.append(request.body()).toString();
    String answer = ScriptedOrigin.ok(body);
    String vary = "Vary: Accept-Language\r\nContent-Type: text/plain\r\n";
    String whole = answer.replace("Content-Length", vary + "Content-Length");
    boolean toHead = request.startLine().startsWith("HEAD ");
    return toHead ? whole.substring(0, whole.indexOf("\r\n\r\n") + 4) : whole;
  }

  private static RawMessage send(String request) throws IOException {
    try (RawClient client = RawClient.connect(proxy.address().getPort())) {
      client.send(request);
      return request.startsWith("HEAD ") ? client.readResponseToHead() : client.readResponse();
    }
  }

  private static boolean isHit(RawMessage answer) {
    String status = answer.field("Cache-Status");
    return status != null && (status.contains("; hit") || status.contains("collapsed"));
  }

  private static String freshPath(String below) {
    return below + "/p" + PATHS.incrementAndGet();
  }

  /** What a client gets that asks alone, with these lines. */
  private static String alone(String path, String lines) throws IOException {
    String request = VICTIM.formatted(path + "-alone").replace("\r\n\r\n", "\r\n" + lines + "\r\n");
    RawMessage answer = send(request);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(isHit(answer)).isFalse();
    assertThat(isHit(send(request))).as("control: it is cached").isTrue();
    return answer.text().replace(path + "-alone", path);
  }

  private static void assertUntouched(String path, String lines) throws IOException {
    String request = VICTIM.formatted(path).replace("\r\n\r\n", "\r\n" + lines + "\r\n");
    RawMessage answer = send(request);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(alone(path, lines));
    assertThat(send(request).text()).isEqualTo(answer.text());
  }

  static List<PoisoningCases.Case> poison() {
    return PoisoningCases.poison();
  }

  @ParameterizedTest
  @MethodSource
  void poison(PoisoningCases.Case attack) throws Exception {
    String path = freshPath("/shared");
    send(attack.at(path));
    send(attack.at(path));
    assertUntouched(path, "");
    assertUntouched(path, "X-Tenant: blue\r\n");
    assertUntouched(path, "Accept-Language: de\r\n");
  }

  static List<PoisoningCases.Case> refused() {
    return PoisoningCases.refused();
  }

  @ParameterizedTest
  @MethodSource
  void refused(PoisoningCases.Case attack) throws Exception {
    String path = freshPath("/shared");
    String control = VICTIM.formatted("/shared/control");
    try (RawClient client = RawClient.connect(proxy.address().getPort())) {
      assertThat(client.send(control).readResponse().status()).isEqualTo(200);
      client.trySend(attack.at(path) + control);
      RawMessage answer = client.readResponse();
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.text()).doesNotContain(PoisoningCases.MARK);
      assertThat(client.isClosedByPeer()).as("nothing after it is taken for a request").isTrue();
    }
    assertThat(origin.requests()).noneMatch(request -> request.startLine().contains(path + " "));
    assertUntouched(path, "");
  }

  static List<PoisoningCases.Case> dodges() {
    return PoisoningCases.dodges();
  }

  @ParameterizedTest
  @MethodSource
  void dodges(PoisoningCases.Case attack) throws Exception {
    int before = origin.requests().size();
    for (int i = 1; i <= 3; i++) {
      RawMessage answer = send(attack.request());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.field("Cache-Status")).doesNotContain("hit").doesNotContain("stored");
      assertThat(origin.requests()).hasSize(before + i);
    }
  }

  static List<PoisoningCases.Case> deceptions() {
    return PoisoningCases.deceptions();
  }

  @ParameterizedTest
  @MethodSource
  void deceptions(PoisoningCases.Case victim) throws Exception {
    String path = freshPath("/own");
    String asked = victim.at(path);
    send(asked);
    send(asked);
    String target = asked.substring(4, asked.indexOf(" HTTP/"));
    for (String other :
        List.of("", "Authorization: Bearer mallory\r\n", "Cookie: sid=mallory\r\n")) {
      String request = VICTIM.formatted(target).replace("\r\n\r\n", "\r\n" + other + "\r\n");
      assertThat(send(request).text()).doesNotContain("alice7");
    }
  }

  static List<PoisoningCases.Case> cloaked() {
    return PoisoningCases.cloaked();
  }

  /** A parameter that counts cannot be hidden, in whatever way an origin would still find it. */
  @ParameterizedTest
  @MethodSource
  void cloaked(PoisoningCases.Case attack) throws Exception {
    String path = freshPath("/paged");
    send(attack.at(path));
    send(attack.at(path));
    for (String own : List.of("?page=1", "", "?x=1")) {
      assertThat(send(VICTIM.formatted(path + own)).text()).doesNotContain("evil7");
    }
  }

  @Test
  void whatIsNotSharedIsOneEntryForEachCaller() throws Exception {
    String path = freshPath("/own");
    String alice =
        "GET " + path + " HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer alice7\r\n\r\n";
    assertThat(isHit(send(alice))).isFalse();
    assertThat(isHit(send(alice))).as("control").isTrue();
    assertThat(isHit(send(alice.replace("alice7", "mallory")))).isFalse();
    assertThat(isHit(send(alice.replace("Bearer alice7", "bearer alice7")))).isFalse();
  }
}
