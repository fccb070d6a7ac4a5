package dev.sidecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.testing.ScriptedOrigin;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients see while the origin does not answer, and when it does again. */
class BreakerIT {
  private static final String RULES =
      """
      routes:
        - { name: item, match: { path: "/items/{id}" }, ttl: 1h }
        - { name: brief, match: { path: "/brief/{id}" }, ttl: 20ms, stale_if_error: 1h }
      """;

  private final AtomicBoolean answers = new AtomicBoolean(true);
  private ScriptedOrigin origin;
  private RunningProxy proxy;

  @BeforeEach
  void start() throws Exception {
    origin =
        ScriptedOrigin.start(
            connection -> {
              while (connection.readRequest() != null && answers.get()) {
                connection.write(ScriptedOrigin.ok("answer"));
              }
            });
    proxy = RunningProxy.start(origin.url(), RULES, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    origin.close();
    assertThat(origin.failures()).isEmpty();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }

  private boolean isRefused(HttpResponse<String> answer) {
    return answer.statusCode() == 503 && answer.body().contains("\"reason\":\"upstream_open\"");
  }

  private void openIt() {
    await(() -> isRefused(proxy.get("/other", null)));
  }

  @Test
  void anOriginThatCannotBeReachedIsNotAskedForEachRequest() throws Exception {
    assertThat(proxy.metric("upstream_breaker{state=\"closed\"}")).isEqualTo(1);
    assertThat(proxy.get("/-/health", null).body()).doesNotContain("breaker");
    origin.close();
    assertThat(proxy.get("/other", null).statusCode()).isEqualTo(502);

    AtomicReference<HttpResponse<String>> last = new AtomicReference<>();
    await(
        () -> {
          last.set(proxy.get("/other", null));
          return isRefused(last.get());
        });

    HttpResponse<String> refused = last.get();
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(RunningProxy.cacheStatus(refused)).contains("detail=upstream_open");
    assertThat(proxy.get("/-/health", null).body()).contains("\"upstream\":{\"breaker\":\"open\"}");
    assertThat(proxy.get("/-/readyz", null).statusCode()).isEqualTo(200);
    assertThat(proxy.metric("upstream_breaker{state=\"closed\"}")).isZero();
    assertThat(proxy.metric("upstream_breaker{state=\"open\"}")).isEqualTo(1);
    assertThat(proxy.metric("upstream_shed_total{reason=\"upstream_open\"}")).isPositive();
  }

  @Test
  void aStaleAnswerStandsInWhereTheRouteAllowsIt() throws Exception {
    assertThat(proxy.get("/brief/1", null).statusCode()).isEqualTo(200);
    origin.close();
    openIt();
    String shed = "upstream_shed_total{reason=\"upstream_open\"}";

    await(
        () -> {
          double before = proxy.metric(shed);
          HttpResponse<String> answer = proxy.get("/brief/1", null);
          assertThat(answer.statusCode()).isEqualTo(200);
          assertThat(answer.body()).isEqualTo("answer");
          boolean refused = proxy.metric(shed) > before;
          if (refused) {
            assertThat(RunningProxy.cacheStatus(answer)).contains("; hit", "detail=stale");
          } else {
            openIt();
          }
          return refused;
        });
  }

  @Test
  void aWriteThatIsRefusedHasChangedNothing() throws Exception {
    proxy.get("/items/1", null);
    assertThat(RunningProxy.cacheStatus(proxy.get("/items/1", null))).contains("; hit");
    origin.close();
    openIt();

    await(() -> isRefused(proxy.put("/items/1", null)));

    assertThat(RunningProxy.cacheStatus(proxy.get("/items/1", null))).contains("; hit");
  }

  @Test
  void whenTheOriginAnswersAgainRequestsGoAgain() throws Exception {
    answers.set(false);
    openIt();
    int asked = origin.requests().size();
    assertThat(asked).isGreaterThanOrEqualTo(20);
    answers.set(true);

    await(() -> proxy.get("/other", null).statusCode() == 200);
    await(
        () ->
            proxy.get("/other", null).statusCode() == 200
                && proxy.metric("upstream_breaker{state=\"closed\"}") == 1);

    for (int i = 0; i < 10; i++) {
      assertThat(proxy.get("/other", null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void oneBrokenPathAmongOthersDoesNotCloseTheRest() throws Exception {
    for (int i = 0; i < 60; i++) {
      answers.set(i % 3 != 0);
      int expected = i % 3 == 0 ? 502 : 200;
      assertThat(proxy.get("/other", null).statusCode()).isEqualTo(expected);
    }
  }
}
